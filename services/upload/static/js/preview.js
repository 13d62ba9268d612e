// The dialog with every chosen picture: look, turn, crop, leave out; 上传 sends them all.
import { announce } from '../common/js/announce.js';
import { openDialog } from '../common/js/dialog.js';
import { copyOf, word } from '../common/js/words.js';
import { crop } from './crop.js';
import { forget, keep } from './outbox.js';
import { Unfit, prepared } from './prepare.js';
import { turned } from './shrink.js';
import { homeOf, titleOf } from './tiles.js';
import { enqueue } from './uploads.js';

const NARROWEST = 6; // Beyond it no line of the paper is legible in 200 KB.

const limits = () => ({
  limitBytes: Number(document.body.dataset.limitBytes),
  targetBytes: Number(document.body.dataset.targetBytes),
});

const kilobytes = (bytes) => (bytes < 1024 * 1024
  ? `${Math.max(1, Math.round(bytes / 1024))} KB`
  : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

export function preview(items, { faults = [], opener = document.body, note = '' } = {}) {
  const body = copyOf('preview-template');
  const list = body.querySelector('[data-list]');
  const go = body.querySelector('[data-go]');
  let confirmed = false;
  let entries = [];
  body.querySelector('[data-note]').textContent = note;
  faults.forEach((fault) => list.append(faultRow(fault.name, fault.code)));
  if (items.length > 0) hints(body, homeOf(items[0]));
  const dialog = openDialog({
    title: word('preview_title'),
    body,
    opener,
    onClose: () => { if (!confirmed) entries.forEach(({ item }) => forget(item.key)); },
  });
  entries = items.map((item) => entry(item, { list, changed, drop }));
  changed();
  go.addEventListener('click', async () => {
    if (confirmed || go.getAttribute('aria-disabled') === 'true') return;
    confirmed = true;
    for (const { item, result } of entries) {
      if (result) await keep(Object.assign(item, { blob: result.blob, confirmed: true }));
      else await forget(item.key);
    }
    dialog.close();
    entries.filter((each) => each.result).forEach(({ item }) => enqueue(item));
  });

  function changed() {
    const ready = entries.filter((each) => each.result).length;
    const busy = entries.some((each) => each.busy);
    go.setAttribute('aria-disabled', String(busy || ready === 0));
    go.querySelector('[data-count]').textContent = ready > 1 ? word('count', { n: ready }) : '';
    if (!busy && ready > 0 && document.activeElement.id === 'dialog-title') go.focus();
  }

  function drop(gone) {
    forget(gone.item.key);
    entries = entries.filter((each) => each !== gone);
    if (list.children.length === 0) dialog.close();
    else document.getElementById('dialog-title').focus();
    changed();
  }
}

// One picture of the list. `result` is what would be sent, null while there is nothing to send.
function entry(item, { list, changed, drop }) {
  const row = copyOf('preview-row-template');
  const image = row.querySelector('img');
  const size = row.querySelector('[data-size]');
  const state = { item, result: null, busy: true, turns: 0, part: null };
  row.querySelector('[data-what]').textContent = titleOf(item);
  list.append(row);
  row.addEventListener('click', async (event) => {
    const { turn, crop: cuts, drop: drops } = (event.target.closest('button') || {}).dataset || {};
    if (drops !== undefined) {
      row.remove();
      drop(state);
    } else if (turn && !state.busy) {
      state.turns = (state.turns + Number(turn) + 4) % 4;
      state.part = state.part && turned(state.part, Number(turn));
      make();
    } else if (cuts !== undefined && !state.busy) cut();
  });
  make();
  return state;

  async function make() {
    busy(true);
    try {
      const { turns, part } = state;
      const result = await prepared(item.blob, { ...limits(), turns, part });
      const narrow = !result.byServer && await show(image, result.blob) > NARROWEST;
      state.result = narrow ? null : result;
      size.textContent = narrow ? word('narrow') : sizeLine(item.from, result);
      row.dataset.state = narrow ? 'narrow' : 'ready';
      row.toggleAttribute('data-by-server', Boolean(result.byServer));
      if (narrow) announce(word('narrow'), { now: true });
    } catch (error) {
      state.result = null;
      row.replaceWith(faultRow(item.name, error instanceof Unfit ? error.code : 'damaged'));
    }
    busy(false);
  }

  // The whole picture is shown while its part is chosen.
  async function cut() {
    busy(true);
    const whole = await prepared(item.blob, { ...limits(), turns: state.turns });
    await show(image, whole.blob);
    row.dataset.state = 'cutting';
    state.part = await crop(row, state.part);
    await make();
    row.querySelector('[data-crop]').focus();
  }

  function busy(yes) {
    state.busy = yes;
    if (yes) row.dataset.state = 'busy';
    changed();
  }
}

// Shows the picture; gives how many times its long edge is its short one.
async function show(image, blob) {
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const { naturalWidth: w, naturalHeight: h } = image;
  return Math.max(w, h) / Math.min(w, h);
}

function sizeLine(from, { blob, byServer }) {
  const name = byServer ? 'by_server' : from === blob.size ? 'size_same' : 'size_shrunk';
  return word(name, { from: kilobytes(from), to: kilobytes(blob.size) });
}

function faultRow(name, code) {
  const row = copyOf('fault-template');
  row.querySelector('[data-name]').textContent = name;
  row.querySelector('[data-cause]').textContent = word(`cause_${code}`);
  row.querySelector('[data-cure]').textContent = word(`cure_${code}`);
  announce(`${word(`cause_${code}`)} ${word(`cure_${code}`)}`, { now: true });
  return row;
}

function hints(body, home) {
  const source = home && home.querySelector('[data-hints]');
  if (source) body.querySelector('[data-hints-here]').append(...source.content.cloneNode(true).childNodes);
}
