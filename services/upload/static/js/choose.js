// From the camera, the album, a desk or the clipboard: bytes are kept at once, then looked at.
import { word } from '../common/js/words.js';
import { forget, keep, newKey } from './outbox.js';

// Android's WeChat gives nothing back when several may be chosen.
const oneOnly = /Android/.test(navigator.userAgent) && /MicroMessenger/.test(navigator.userAgent);

export function takeOverInputs() {
  for (const input of document.querySelectorAll('input[data-pick]')) {
    if (oneOnly || input.hasAttribute('capture')) input.removeAttribute('multiple');
  }
}

export function listenToInputs() {
  document.addEventListener('change', (event) => {
    const input = event.target.closest('input[data-pick]');
    if (!input || input.files.length === 0) return;
    choose([...input.files], input).finally(() => { input.value = ''; });
  });
  // What was chosen before this module was here.
  for (const input of document.querySelectorAll('input[data-pick]')) {
    if (input.files.length > 0) input.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

// `input` says for which material, request or image the files are meant, and how many there fit.
export async function choose(files, input) {
  const { material, request = '', instead = '' } = input.dataset;
  const room = Number(input.dataset.room);
  const [items, faults] = [[], []];
  for (const file of files.slice(0, room)) {
    const blob = await copied(file);
    if (blob === null) faults.push({ name: file.name, code: 'unreadable' });
    else {
      const item = { key: newKey(), owner: document.body.dataset.owner, material, request, instead,
        blob, from: blob.size, name: file.name, confirmed: false, at: Date.now() };
      await keep(item);
      items.push(item);
    }
  }
  const note = files.length > room ? word('only_room', { n: room }) : '';
  await look(items, { faults, opener: input, note });
}

// Files of a phone's picker go stale: the bytes are copied at once.
const copied = (file) => file.arrayBuffer()
  .then((bytes) => new Blob([bytes], { type: file.type }), () => null);

// The preview comes when it is needed, so that the first page is light.
export async function look(items, more) {
  try {
    (await import('./preview.js')).preview(items, more);
  } catch (error) {
    items.forEach((item) => forget(item.key));
    throw error;
  }
}
