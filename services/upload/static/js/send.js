// One picture to the server: with progress, tried again with the same key, so that it stays one.
import { headers } from '../common/js/request.js';

const TRIES = 5;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8000;
const TIMEOUT_MS = 60000;
const SLOWEST_BYTES_PER_MS = 25; // 200 kbit/s: a photo of 20 MB for the server may take its time.

// The server's refusal: { code, cause, cure } and the status.
export class Refused extends Error {
  constructor(status, { code = '', cause = '', cure = '' }) {
    super(code);
    Object.assign(this, { status, code, cause, cure });
  }
}

export async function send(item, url, onProgress) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await once(item, url, onProgress);
    } catch (error) {
      if (error instanceof Refused || tried >= TRIES) throw error;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tried);
      await new Promise((go) => { setTimeout(go, pause * (0.7 + 0.6 * Math.random())); });
    }
  }
}

function once(item, url, onProgress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('key', item.key);
    for (const name of ['request', 'instead']) form.append(name, item[name] || '');
    form.append('picture', item.blob, item.blob.type === 'image/png' ? 'picture.png' : 'picture.jpg');
    request.open('POST', url);
    request.timeout = TIMEOUT_MS + item.blob.size / SLOWEST_BYTES_PER_MS;
    request.responseType = 'json';
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const answer = request.response || {};
      if (request.status < 300) done(answer);
      else if (request.status < 500 && request.status !== 429 && request.status !== 408) {
        failed(new Refused(request.status, answer));
      } else failed(new Error(`status ${request.status}`));
    };
    request.onerror = () => failed(new Error('network'));
    request.ontimeout = request.onerror;
    request.send(form);
  });
}
