// From the chosen bytes to what will be sent: kind known, small enough, upright, turned, cropped.
import { isWhole, kindOf, orientationOf } from './sniff.js';
import { CannotShrink, fit, shrink } from './shrink.js';

const PHOTO_BYTES = 40 * 1024 * 1024;
const DOOR_BYTES = 20 * 1024 * 1024; // What the server's shrink door takes.
const WORKER_SECONDS = 30;

// `code` names the words that say cause and cure.
export class Unfit extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// `turns` are quarter turns clockwise; `part` is what stays of the turned picture, in shares.
// Gives { blob }, and `byServer` for the original that only the server can make smaller.
export async function prepared(original, { limitBytes, targetBytes, turns = 0, part = null }) {
  const bytes = new Uint8Array(await original.arrayBuffer());
  const kind = kindOf(bytes);
  if (kind === 'empty' || kind === 'pdf') throw new Unfit(kind);
  if (bytes.length > PHOTO_BYTES) throw new Unfit('huge');
  const small = bytes.length <= limitBytes && turns === 0 && !part;
  if (small && (kind === 'png' || (kind === 'jpeg' && orientationOf(bytes) === 1))) {
    return { blob: new Blob([bytes], { type: `image/${kind}` }) };
  }
  // Of a photo that breaks off, browsers draw what is there and say nothing: the server looks at it.
  const ways = isWhole(bytes, kind) ? [inWorker, shrink, throughElement] : [];
  return oneByOne(() => smaller(original, kind, ways, { maxBytes: targetBytes, turns, part }));
}

// Phones have little memory: one picture at a time.
let line = Promise.resolve();
function oneByOne(work) {
  const mine = line.then(work, work);
  line = mine.catch(() => {});
  return mine;
}

async function smaller(original, kind, ways, options) {
  for (const way of ways) {
    try {
      return await way(original, options);
    } catch (error) {
      if (error instanceof CannotShrink) throw new Unfit('complex');
    }
  }
  const isPhoto = kind === 'jpeg' || kind === 'png';
  if (kind !== 'heic' && !(isPhoto && await canBeSeen(original))) throw new Unfit(isPhoto ? 'damaged' : 'not_image');
  if (original.size > DOOR_BYTES) throw new Unfit('too_big_for_door');
  return { blob: original, byServer: true };
}

function inWorker(blob, options) {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL('./shrink-worker.js', import.meta.url), { type: 'module' });
    const end = (act) => {
      clearTimeout(timer);
      worker.terminate();
      act();
    };
    const timer = setTimeout(() => end(() => failed(new Error('slow'))), WORKER_SECONDS * 1000);
    worker.onerror = (event) => {
      event.preventDefault();
      end(() => failed(new Error('no worker')));
    };
    worker.onmessage = ({ data }) => end(() => {
      if (data.done) done(data.done);
      else failed(data.hopeless ? new CannotShrink(data.why) : new Error(data.why));
    });
    worker.postMessage({ blob, options });
  });
}

// A photo that shows, on a phone whose canvas fails: the trouble is not the photo's.
const canBeSeen = (blob) => throughElement(blob, null).then(() => true, () => false);

async function throughElement(blob, options) {
  const url = URL.createObjectURL(blob);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return options && await fit(image, image.naturalWidth, image.naturalHeight, options);
  } finally {
    URL.revokeObjectURL(url);
  }
}
