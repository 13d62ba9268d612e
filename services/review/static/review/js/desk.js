// The desk in one page: every act is a form that works alone; here it is sent without leaving,
// one after the other, and the regions that the server drew anew are exchanged.
import { announce } from '../../common/js/announce.js';
import { openDialog } from '../../common/js/dialog.js';
import { release } from '../../common/js/guard.js';
import { word } from '../../common/js/words.js';
import { lookAhead, takeNext, useAhead } from './ahead.js';
import { listenToFacts } from './corrections.js';
import { byLetter, choose, listenToSearch } from './reasons.js';
import { listen } from './hotkeys.js';
import { $, TOOLS, blink, first, stageAll, toggleMark } from './viewer.js';

const REGIONS = ['top', 'left', 'view', 'right', 'keys'];
const CLAIM_WARNING_MS = 120000;
const judge = () => $('#judge');

let queue = Promise.resolve();
let view = 0; // Counts how often the screen went back: what was asked of a screen that is gone is dropped.

// --- the server's answer -------------------------------------------------------------------
async function ask(url, options = {}) {
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

function exchange({ page, url, pictures = [] }, { isKept = true } = {}) {
  const focus = document.activeElement && document.activeElement.id;
  const scroll = $('.materials').scrollTop;
  const open = [...document.querySelectorAll('details[data-keep][open]')].map((d) => d.dataset.keep);
  useAhead(page);
  place(page, REGIONS, pictures);
  for (const name of ['nextView', 'nextCase', 'caseId']) $('.bench').dataset[name] = $('.bench', page).dataset[name];
  document.title = page.title;
  if ('passing' in $('#banner').dataset) $('#banner').hidden = true;
  history.replaceState(null, '', url);
  for (const name of open.filter((n) => n !== 'suspect')) {
    const details = $(`details[data-keep="${name}"]`);
    if (details) details.open = true;
  }
  $('.materials').scrollTop = scroll;
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
  start();
  if (isKept) lookAhead();
}

function place(page, regions, pictures = []) {
  for (const id of regions) {
    const region = document.adoptNode(page.getElementById(id));
    for (const [at, picture] of pictures) if (region.contains(at)) at.replaceWith(picture);
    document.getElementById(id).replaceWith(region);
  }
}

// The screen as it is, to go back to.
function photograph() {
  const page = document.implementation.createHTMLDocument(document.title);
  page.body.append($('#top').cloneNode(true), $('.bench').cloneNode(true), $('#keys').cloneNode(true));
  return { page, url: location.href };
}

const versionOf = (page) => $('input[name=version]', page).value;
const isShown = ({ page, url }) => new URL(url, location.href).pathname === location.pathname && versionOf(page) === versionOf(document);

// One after the other: a verdict belongs to the image that was shown when it was given.
// `deed`: the address of what it does, whose refusal is over once it is done after all.
function enqueue(task, deed = '') {
  const asked = view;
  queue = queue.then(() => (asked === view ? task() : null)).catch((error) => complain(error.message, { deed }));
  return queue;
}

const go = (url) => enqueue(async () => {
  if (judge() && judge().dataset.verdict === 'accept' && isHalfDone()) {
    complainOfHalf();
    return;
  }
  const got = await ask(url);
  if (got) exchange(got);
});

function fields(form, submitter) {
  const body = new URLSearchParams(new FormData(form));
  if (submitter && submitter.name) body.set(submitter.name, submitter.value);
  return body;
}

const send = (form, submitter) => {
  const body = fields(form, submitter);
  return enqueue(async () => {
    const got = await ask(form.action, { method: 'POST', body });
    if (got) exchange(got);
    if ($('#banner').dataset.deed === form.action) $('#banner').hidden = true;
    announce($('#saved').textContent.trim() || word('saved'));
  }, form.action);
};

// `passing`: an advice that the next step outdates; what the server refused stays until it is read.
function complain(message, { passing = false, deed = '' } = {}) {
  const banner = $('#banner');
  banner.dataset.deed = deed;
  delete banner.dataset.passing;
  if (passing) banner.dataset.passing = '';
  $('p', banner).textContent = message;
  banner.hidden = false;
  for (const form of document.querySelectorAll('form.is-sent')) release(form); // It can be sent once more.
}

// --- the verdict -----------------------------------------------------------------------------
const chosen = (name) => judge() && $(`input[name="${name}"]:checked`, judge());
const isComplete = () => chosen('choice') && (chosen('choice').value === 'accept' || chosen('reason'));
// What is shown is not what is stored: 退回 without a reason, or a verdict that did not arrive.
const isHalfDone = () => Boolean(chosen('choice')) && (!isComplete() || 'unsaved' in judge().dataset);

function save() {
  if (!isComplete()) return;
  const form = judge();
  const stored = form.dataset.verdict;
  const wanted = chosen('choice').value;
  if (wanted === 'accept' && stored === 'accept') {
    delete form.dataset.unsaved;
    return;
  }
  form.dataset.verdict = wanted;
  form.dataset.unsaved = '';
  send(form).then(() => form.isConnected && comeBack(form, stored)); // Once stored, the form is a new one.
}

// It did not arrive: the choice is again what the server knows, and can be made once more.
function comeBack(form, stored) {
  form.dataset.verdict = stored;
  for (const radio of form.querySelectorAll('input[name="choice"]')) radio.checked = radio.value === stored;
  $('#saved').textContent = '';
}

function complainOfHalf() {
  const name = isComplete() ? 'not_saved' : 'choose_reason';
  announce(word(name), { now: true });
  complain(word(name), { passing: true });
}

function pick(choice) {
  const radio = $(`input[name="choice"][value="${choice}"]`, judge());
  if (radio.disabled) return;
  radio.checked = true;
  radio.dispatchEvent(new Event('change', { bubbles: true }));
}

function goOn() {
  const shown = judge() && judge().action;
  enqueue(async () => {
    if (!judge() || judge().action !== shown) return;
    if (!isComplete()) {
      announce(word(chosen('choice') ? 'choose_reason' : 'choose_first'), { now: true });
      complain(word(chosen('choice') ? 'choose_reason' : 'choose_first'), { passing: true });
      return;
    }
    $('#banner').hidden = true;
    const form = judge();
    const got = await ask(form.action, { method: 'POST', body: fields(form, { name: 'then', value: 'next' }) });
    if (got) exchange(got);
  });
}

// What he does not hold he decides by no key: the first press claims it, and only that.
function take(button) {
  enqueue(async () => {
    if (!button.isConnected) return;
    $('#banner').hidden = true;
    const got = await ask(button.form.action, { method: 'POST', body: fields(button.form) });
    if (!got) return;
    exchange(got);
    view += 1; // A second press that came before the case was his decides nothing.
    announce($('#saved').textContent.trim() || word('saved'), { now: true });
  });
}

function finish() {
  const free = $('[data-claim]');
  if (free) {
    take(free);
    return;
  }
  const shown = location.pathname;
  if (document.activeElement.closest('#judge')) document.activeElement.blur(); // What he wrote is stored first.
  enqueue(async () => {
    const button = $('[data-finish]');
    if (location.pathname !== shown) return;
    if (!button || button.disabled) {
      complain(word('not_finished'), { passing: true });
      return;
    }
    if (isHalfDone()) {
      complainOfHalf();
      return;
    }
    $('#banner').hidden = true;
    const sent = [button.form.action, { method: 'POST', body: fields(button.form, button) }];
    const next = takeNext();
    // The answer is the desk of the next case, or the queues when none is left.
    const got = next ? await askBehind(next, sent) : await ask(...sent);
    if (got && next && isShown(got)) {
      place(got.page, ['top', 'keys']);
      lookAhead();
    } else if (got) exchange(got);
    announce($('#saved').textContent.trim() || word('saved'));
  });
}

// The next case is shown while this one's decision travels; refused, this one comes back.
async function askBehind(next, sent) {
  const before = photograph();
  exchange(next, { isKept: false });
  try {
    return await ask(...sent);
  } catch (error) {
    view += 1;
    exchange(before, { isKept: false });
    throw new Error(`${error.message} ${word('brought_back')}`);
  }
}

// --- the tools of the viewer ------------------------------------------------------------------
const DO = {
  ...TOOLS,
  mark: () => toggleMark((mark) => {
    $('input[name="mark"]', judge()).value = mark;
    pick('ask');
  }),
  sheet: () => openDialog({ title: word('sheet'), body: $('#sheet').content.cloneNode(true) }),
};

// --- keys ------------------------------------------------------------------------------------
function step(by) {
  const links = [...document.querySelectorAll('[data-mate]')];
  const at = links.findIndex((a) => a.hasAttribute('aria-current'));
  if (links[at + by]) return go(links[at + by].href);
  const materials = [...document.querySelectorAll('[data-material]')];
  const here = materials.findIndex((a) => a.hasAttribute('aria-current'));
  return materials[here + by] && go(materials[here + by].href);
}

function nextView() {
  const views = [...document.querySelectorAll('[data-view]')];
  const at = views.findIndex((a) => a.hasAttribute('aria-current'));
  if (views.length) go(views[(at + 1) % views.length].href);
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => judge() && pick('accept'),
  r: () => judge() && pick('ask'),
  e: () => openDetails('suspect'),
  n: () => judge() && (pickIfNone(), $('#own-words').focus()),
  c: nextView,
  b: () => blink(true),
  m: () => first() && DO.loupe(),
  x: () => first() && DO.mark(),
  '[': () => first() && DO['turn-left'](),
  ']': () => first() && DO['turn-right'](),
  '+': () => first() && DO['zoom-in'](),
  '=': () => first() && DO['zoom-in'](),
  '-': () => first() && DO['zoom-out'](),
  0: () => first() && DO.fit(),
  z: () => $('[data-undo]') && send($('[data-undo]').form),
  p: () => $('[data-preview]') && $('[data-preview]').click(),
  t: () => $('[data-phone]') && $('[data-phone]').click(),
  '/': () => $('#reason-search') && $('#reason-search').focus(),
  '?': DO.sheet,
  Enter: goOn,
};

function pickIfNone() {
  if (!chosen('choice')) $('input[value="ask"]', judge()).checked = true;
}

function openDetails(id) {
  const details = document.getElementById(id);
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: 'nearest' });
  $('textarea', details).focus();
}

function act(key) {
  const asks = chosen('choice') && chosen('choice').value === 'ask';
  const reason = asks && /^[a-z]$/.test(key) ? byLetter(key) : null;
  if (reason) {
    choose(reason);
    return true;
  }
  if (/^[1-9]$/.test(key)) {
    const rows = [...document.querySelectorAll('.materials > *')];
    const row = rows[Number(key) - 1];
    if (row && row.href) go(row.href);
    return true;
  }
  if (!(key in KEYS)) return false;
  KEYS[key]();
  return true;
}

// --- start, and again after each exchange ----------------------------------------------------
function start() {
  document.body.classList.add('is-staged');
  for (const part of document.querySelectorAll('.needs-script')) part.hidden = false;
  stageAll();
  tellClaim();
}

function tellClaim() {
  const claim = $('[data-claim-until]');
  if (!claim) return;
  if (claim.dataset.skew === undefined) claim.dataset.skew = Date.now() - Date.parse(claim.dataset.now);
  const left = Date.parse(claim.dataset.claimUntil) - (Date.now() - Number(claim.dataset.skew));
  const minutes = Math.floor(Math.max(0, left) / 60000);
  const seconds = Math.floor((Math.max(0, left) % 60000) / 1000);
  $('[data-claim-left]', claim).textContent = left > 0 ? `${minutes}:${String(seconds).padStart(2, '0')}` : word('claim_over');
  if (left < CLAIM_WARNING_MS && !claim.classList.contains('is-ending')) {
    claim.classList.add('is-ending');
    announce(word('claim_ends'), { now: true });
  }
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-live]')) return;
  const free = $('[data-claim]', event.target);
  event.preventDefault();
  if (free) take(free);
  else if (event.target === judge()) goOn();
  else if (event.target.id === 'finish') finish();
  else send(event.target, event.submitter);
});
document.addEventListener('change', (event) => {
  if (!event.target.closest('#judge') || event.target.id === 'reason-search') return;
  if (event.target.name === 'reason' && !event.target.closest('.reason').hidden) {
    $('input[value="ask"]', judge()).checked = true;
  }
  save();
});
listenToSearch();
listenToFacts();
document.addEventListener('click', (event) => {
  const tool = event.target.closest('[data-do]');
  if (tool && DO[tool.dataset.do]) DO[tool.dataset.do]();
  const opener = event.target.closest('[data-opens]');
  if (opener) {
    event.preventDefault();
    openDetails(opener.dataset.opens);
  }
  if (event.target.closest('[data-reload]')) location.reload();
  if (event.target.closest('[data-dismiss]')) $('#banner').hidden = true;
  const link = event.target.closest('.materials a, .strip a, .switch a');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(link.href);
  }
});
document.addEventListener('pointerdown', (event) => {
  if (event.target.closest('[data-do="blink"]')) blink(true);
});
document.addEventListener('pointerup', () => blink(false));
document.addEventListener('keyup', (event) => {
  if (event.key.toLowerCase() === 'b') blink(false);
});
listen({ single: () => document.body.dataset.singleKeys === '1', act, combined: finish });
setInterval(tellClaim, 1000);
start();
lookAhead();
document.documentElement.dataset.ready = 'true';
