// 用手机拍: the code in a dialog; while it is open, what the phone sends appears here at once.
import { showPage } from '../common/js/dialog.js';
import { headers, pageAt } from '../common/js/request.js';
import { refresh } from './refresh.js';

const PAUSE_MS = 1000;

export function listenToPhone() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-phone]');
    if (!button) return;
    event.preventDefault();
    show(button).catch(() => button.form.requestSubmit(button));
  });
}

async function show(button) {
  const request = button.form.elements.request;
  const body = new URLSearchParams(request ? { request: request.value } : {});
  const dialog = showPage(await pageAt(button.formAction, { method: 'POST', body }), button);
  const state = dialog.querySelector('[data-phone-state]');
  if (state) watch(dialog, state, dialog.querySelector('[data-phone-words]').content);
}

async function watch(dialog, state, words) {
  let { revision } = state.dataset;
  while (dialog.open) {
    await new Promise((done) => { setTimeout(done, PAUSE_MS); });
    const answer = await fetch(state.dataset.url, { credentials: 'same-origin', headers: headers() }).catch(() => null);
    if (!dialog.open) return;
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
