// 用手机拍: the code in a dialog; while it is open, what the phone sends appears here at once.
import { openDialog } from '../common/js/dialog.js';
import { headers, post } from '../common/js/request.js';
import { refresh } from './refresh.js';

const PAUSE_MS = 1000;

export function listenToPhone() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-phone]');
    if (!button) return;
    event.preventDefault();
    show(button).catch(() => { location.href = button.formAction; });
  });
}

async function show(button) {
  const request = button.form.elements.request;
  const body = new URLSearchParams(request ? { request: request.value } : {});
  const answer = await fetch(button.formAction, {
    method: 'POST', body, credentials: 'same-origin', headers: { ...headers(), Accept: 'text/html' },
  });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const source = page.querySelector('[data-dialog-body]');
  if (!source) throw new Error('no code');
  const content = document.createDocumentFragment();
  content.append(...source.childNodes);
  let open = true;
  const dialog = openDialog({
    title: page.querySelector('h1').textContent.trim(),
    body: content,
    opener: button,
    onClose: () => { open = false; },
  });
  const form = dialog.querySelector('form');
  if (form) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      await post(form.action);
      dialog.close();
    });
  }
  const state = dialog.querySelector('[data-phone-state]');
  if (state) watch(state, dialog.querySelector('[data-phone-words]').content, () => open);
}

async function watch(state, words, isOpen) {
  let { revision } = state.dataset;
  while (isOpen()) {
    await new Promise((done) => { setTimeout(done, PAUSE_MS); });
    const answer = await fetch(state.dataset.url, { credentials: 'same-origin', headers: headers() }).catch(() => null);
    if (!isOpen()) return;
    if (!answer || !answer.ok || document.hidden) continue;
    const news = await answer.json();
    const kind = news.over ? 'over' : news.received ? 'received' : news.used ? 'opened' : '';
    const said = kind && words.querySelector(`[data-${kind}]`).textContent.replace('{n}', news.received);
    if (said && state.textContent !== said) state.textContent = said;
    if (String(news.revision) !== revision) {
      revision = String(news.revision);
      await refresh().catch(() => {});
    }
    if (news.over) return;
  }
}
