// Deeds are forms, sent one after the other without leaving the page.
import { announce } from '../../common/js/announce.js';
import { release } from '../../common/js/guard.js';
import { word } from '../../common/js/words.js';
import { exchange } from './screen.js';
import { $ } from './viewer.js';

let queue = Promise.resolve();
let view = 0; // Counts how often the screen went back: what was asked of a screen that is gone is dropped.

export function forgetAsked() {
  view += 1;
}

export async function ask(url, options = {}) {
  const headers = { Accept: 'text/html', 'X-In-Place': '1' };
  let answer;
  try {
    answer = await fetch(url, { credentials: 'same-origin', headers, keepalive: Boolean(options.body), ...options });
  } catch {
    throw new Error(word('no_answer'));
  }
  const away = answer.headers.get('X-Go');
  if (away) {
    location.assign(away);
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (answer.ok && $('.bench', page)) return { page, url: answer.headers.get('X-At') || answer.url };
  if (answer.ok) {
    location.assign(answer.url);
    return null;
  }
  const cause = $('.refusal__cause', page);
  const cure = $('.refusal__cure', page);
  throw new Error(cause ? `${cause.textContent} ${cure ? cure.textContent : ''}` : word('no_answer'));
}

// One after the other: a verdict belongs to the image that was shown when it was given.
// `deed`: the address of what it does, whose refusal is over once it is done after all.
export function enqueue(task, deed = '') {
  const asked = view;
  queue = queue.then(() => (asked === view ? task() : null)).catch((error) => complain(error.message, { deed }));
  return queue;
}

export function fields(form, submitter) {
  const body = new URLSearchParams(new FormData(form));
  if (submitter && submitter.name) body.set(submitter.name, submitter.value);
  return body;
}

export const send = (form, submitter) => {
  const body = fields(form, submitter);
  return enqueue(async () => {
    const got = await ask(form.action, { method: 'POST', body });
    if (got) exchange(got);
    if ($('#banner').dataset.deed === form.action) $('#banner').hidden = true;
    announce($('#saved').textContent.trim() || word('saved'));
  }, form.action);
};

// What the server refused stays until it is read; what is `passing`, until the screen changes.
export function complain(message, { passing = false, deed = '' } = {}) {
  const banner = $('#banner');
  banner.dataset.deed = deed;
  delete banner.dataset.passing;
  if (passing) banner.dataset.passing = '';
  $('p', banner).textContent = message;
  banner.hidden = false;
  for (const form of document.querySelectorAll('form.is-sent')) release(form); // It can be sent once more.
}

// What the next step outdates.
export function advise(name) {
  announce(word(name), { now: true });
  complain(word(name), { passing: true });
}
