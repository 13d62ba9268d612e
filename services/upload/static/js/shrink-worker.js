// Shrinks beside the page, so that it stays quick under the thumb.
import { CannotShrink, shrink } from './shrink.js';

self.onmessage = async ({ data: { blob, options } }) => {
  try {
    self.postMessage({ done: await shrink(blob, options) });
  } catch (error) {
    self.postMessage({ hopeless: error instanceof CannotShrink, why: String(error) });
  }
};
