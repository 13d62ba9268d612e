// From the camera or the album to the outbox: choose, look, turn, confirm.
import { announce } from '../common/js/announce.js';
import { icon, openDialog } from '../common/js/dialog.js';
import { copyOf, word } from '../common/js/words.js';
import { forget, keep, newKey } from './outbox.js';
import { Unfit, copied, prepared } from './prepare.js';
import { enqueue } from './uploads.js';

const limits = () => ({
  limitBytes: Number(document.body.dataset.limitBytes),
  targetBytes: Number(document.body.dataset.targetBytes),
});

export const kilobytes = (bytes) => (bytes < 1024 * 1024
  ? `${Math.max(1, Math.round(bytes / 1024))} KB`
  : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

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
    const files = [...input.files];
    choose(files, input).finally(() => { input.value = ''; });
  });
}

async function choose(files, input) {
  const { material, request = '' } = input.dataset;
  const room = Number(input.dataset.room);
  if (files.length > room) announce(word('only_room', { n: room }), { now: true });
  const items = [];
  const faults = [];
  for (const file of files.slice(0, room)) {
    try {
      const blob = await copied(file);
      const item = { key: newKey(), owner: document.body.dataset.owner, material, request,
        blob, from: blob.size, name: file.name, confirmed: false, at: Date.now() };
      await keep(item);
      items.push(item);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      faults.push({ name: file.name, code: error.code });
    }
  }
  preview(items, { faults, opener: input, cut: files.length > room ? room : 0 });
}

// The dialog with every chosen picture; 上传 sends them all, closing it sends none.
export function preview(items, { faults = [], opener = document.body, cut = 0 } = {}) {
  const body = copyOf('preview-template');
  const list = body.querySelector('[data-list]');
  const go = body.querySelector('[data-go]');
  const entries = items.map((item) => entry(item, { list, changed }));
  faults.forEach((fault) => list.append(faultRow(fault.name, fault.code)));
  hints(body, (items[0] || {}).material);
  if (cut) note(body, word('only_room', { n: cut }));
  let confirmed = false;
  const dialog = openDialog({
    title: word('preview_title'),
    body,
    opener,
    onClose: () => { if (!confirmed) entries.forEach(({ item }) => forget(item.key)); },
  });
  go.addEventListener('click', async () => {
    const ready = entries.filter((each) => each.result);
    if (ready.length === 0 || confirmed) return;
    confirmed = true;
    for (const { item, result } of entries) {
      if (!result) await forget(item.key);
      else Object.assign(item, { blob: result.blob, confirmed: true });
    }
    for (const { item } of ready) await keep(item);
    dialog.close();
    ready.forEach(({ item }) => enqueue(item));
  });
  function changed() {
    const ready = entries.filter((each) => each.result).length;
    const busy = entries.some((each) => each.busy);
    go.setAttribute('aria-disabled', String(busy || ready === 0));
    go.querySelector('[data-count]').textContent = ready > 1 ? word('count', { n: ready }) : '';
    if (!busy && ready > 0 && document.activeElement === document.getElementById('dialog-title')) go.focus();
  }
  changed();
}

function entry(item, { list, changed }) {
  const row = copyOf('preview-row-template');
  const state = { item, result: null, busy: true, turns: 0 };
  const image = row.querySelector('img');
  list.append(row);
  const make = async () => {
    state.busy = true;
    row.dataset.state = 'busy';
    changed();
    try {
      state.result = await prepared(item.blob, { ...limits(), turns: state.turns });
      show(image, state.result.blob);
      row.querySelector('[data-size]').textContent = sizeLine(state.result);
      row.dataset.state = 'ready';
    } catch (error) {
      state.result = null;
      row.replaceWith(faultRow(item.name, error instanceof Unfit ? error.code : 'damaged'));
    }
    state.busy = false;
    changed();
  };
  row.addEventListener('click', (event) => {
    const button = event.target.closest('[data-turn]');
    if (!button || state.busy) return;
    state.turns = (state.turns + Number(button.dataset.turn) + 4) % 4;
    make();
  });
  // Not at once: the caller's list of entries has to stand before the first report.
  setTimeout(make, 0);
  return state;
}

function show(image, blob) {
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
}

const sizeLine = ({ from, blob }) => (from === blob.size
  ? word('size_same', { to: kilobytes(blob.size) })
  : word('size_shrunk', { from: kilobytes(from), to: kilobytes(blob.size) }));

function faultRow(name, code) {
  const row = copyOf('fault-template');
  row.querySelector('[data-name]').textContent = name;
  row.querySelector('[data-cause]').textContent = word(`cause_${code}`);
  row.querySelector('[data-cure]').textContent = word(`cure_${code}`);
  announce(`${word(`cause_${code}`)} ${word(`cure_${code}`)}`, { now: true });
  return row;
}

function hints(body, material) {
  const source = material && document.querySelector(`#card-${material} [data-hints]`);
  if (source) body.querySelector('[data-hints-here]').append(...source.content.cloneNode(true).childNodes);
}

function note(body, text) {
  const line = document.createElement('p');
  line.className = 'hint';
  line.append(icon('info'), document.createTextNode(` ${text}`));
  body.prepend(line);
}
