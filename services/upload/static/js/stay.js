// Forms with data-stay are sent without leaving the page: what came of it is said, and for ten
// seconds it can be undone. Without scripts they are plain forms.
import { announce } from '../common/js/announce.js';
import { renew } from '../common/js/dialog.js';
import { post } from '../common/js/request.js';
import { copyOf, word } from '../common/js/words.js';
import { refresh } from './refresh.js';

const TOAST_SECONDS = 10;

export function stayingForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('[data-stay]');
    if (!form) return;
    event.preventDefault();
    const { name, value } = event.submitter || {};
    send(form, name ? { [name]: value } : {});
  }, true);
  document.addEventListener('refreshed', () => {
    const dialog = document.querySelector('dialog[open]');
    if (dialog && dialog.page && dialog.querySelector('[data-checking]')) renew(dialog).catch(() => {});
  });
}

async function send(form, fields) {
  if (form.dataset.busy) return;
  form.dataset.busy = 'true';
  const dialog = form.closest('dialog');
  const stays = dialog && form.dataset.stay === 'dialog';
  const card = ((dialog && dialog.opener) || form).closest('[data-part]');
  const done = await ask(form.action, fields, { card: card && card.id, dialog: !stays && dialog });
  delete form.dataset.busy;
  if (done && stays) await renew(dialog).catch(() => dialog.close());
}

// Posts, says what came of it, and shows the page as it is now; the focus stays in the card.
export async function ask(url, fields = {}, { card = '', dialog = null } = {}) {
  const { ok, status, data } = await post(url, fields).catch(() => ({ data: {} }));
  if (status === 401) location.reload();
  if (!ok) {
    toast(data.cause ? `${data.cause} ${data.cure}` : word('no_answer'), { now: true });
    return false;
  }
  if (dialog) {
    const closed = new Promise((done) => { dialog.addEventListener('close', done, { once: true }); });
    dialog.close();
    await closed;
  }
  await refresh().catch(() => location.reload());
  if (data.said) toast(data.said, { undo: data.undo, card });
  const place = document.activeElement === document.body && document.getElementById(card);
  if (place) (place.querySelector('.thumb-open, input[data-pick]') || place).focus({ preventScroll: true });
  return true;
}

// Words at the edge of the page. They wait while somebody points at them.
export function toast(words, { undo = '', card = '', now = false } = {}) {
  document.querySelectorAll('.toast').forEach((old) => old.remove());
  const box = copyOf('toast-template');
  const button = box.querySelector('button');
  box.querySelector('[data-said]').textContent = words;
  button.hidden = !undo;
  button.onclick = () => {
    box.remove();
    ask(undo, {}, { card });
  };
  (document.querySelector('dialog[open]') || document.getElementById('main')).append(box);
  announce(words, { now });
  let left = TOAST_SECONDS;
  const timer = setInterval(() => {
    if (!box.matches(':hover, :focus-within')) left -= 1;
    box.querySelector('[data-left]').textContent = left;
    if (left > 0 && box.isConnected) return;
    clearInterval(timer);
    box.remove();
  }, 1000);
}
