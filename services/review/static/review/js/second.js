// The second reading: plain forms, with the desk's viewer, reasons and keys.
import { announce } from '../../common/js/announce.js';
import { release } from '../../common/js/guard.js';
import { word } from '../../common/js/words.js';
import { byLetter, choose, listenToSearch } from './reasons.js';
import { listen } from './hotkeys.js';
import { $, TOOLS, first, stageAll } from './viewer.js';

const judge = $('#judge');
const chosen = (name) => judge && $(`input[name="${name}"]:checked`, judge);
const isComplete = () => chosen('choice') && (chosen('choice').value === 'accept' || chosen('reason'));

function pick(choice) {
  if (judge) $(`input[name="choice"][value="${choice}"]`, judge).checked = true;
}

// What is shown is not stored yet: it is, before anything is handed in or left.
const isChanged = () => judge && [...judge.querySelectorAll('[type=radio]')].some((radio) => radio.checked !== radio.defaultChecked);

function goOn() {
  if (!judge) return;
  if (isComplete()) judge.requestSubmit();
  else complain();
}

function complain() {
  announce(word('choose_first'), { now: true });
  $('#banner p').textContent = word('choose_first');
  $('#banner').hidden = false;
  for (const form of document.querySelectorAll('form.is-sent')) release(form);
}

function leave(address) {
  if (isChanged()) goOn();
  else location.assign(address);
}

function step(by) {
  for (const kind of ['[data-mate]', '[data-material]']) {
    const links = [...document.querySelectorAll(kind)];
    const next = links[links.findIndex((a) => a.hasAttribute('aria-current')) + by];
    if (next) return leave(next.href);
  }
  return null;
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => pick('accept'),
  r: () => pick('ask'),
  m: () => first() && TOOLS.loupe(),
  '[': () => first() && TOOLS['turn-left'](),
  ']': () => first() && TOOLS['turn-right'](),
  '+': () => first() && TOOLS['zoom-in'](),
  '=': () => first() && TOOLS['zoom-in'](),
  '-': () => first() && TOOLS['zoom-out'](),
  0: () => first() && TOOLS.fit(),
  '/': () => $('#reason-search') && $('#reason-search').focus(),
  Enter: goOn,
};

function act(key) {
  const asks = chosen('choice') && chosen('choice').value === 'ask';
  const reason = asks && /^[a-z]$/.test(key) ? byLetter(key) : null;
  if (reason) choose(reason);
  else if (/^[1-9]$/.test(key)) {
    const row = document.querySelectorAll('.materials > *')[Number(key) - 1];
    if (row && row.href) leave(row.href);
  } else if (key in KEYS) KEYS[key]();
  else return false;
  return true;
}

document.addEventListener('change', (event) => {
  if (event.target.name === 'reason') pick('ask');
});
listenToSearch();
document.addEventListener('click', (event) => {
  const tool = event.target.closest('[data-do]');
  if (tool) TOOLS[tool.dataset.do]();
  const link = event.target.closest('.materials a, .strip a');
  if (link && isChanged()) {
    event.preventDefault();
    goOn();
  }
});
document.addEventListener('submit', (event) => {
  if (event.target.id !== 'finish' || !isChanged()) return;
  event.preventDefault();
  goOn();
});
document.body.classList.add('is-staged');
for (const part of document.querySelectorAll('.needs-script')) part.hidden = false;
stageAll();
listen({
  single: () => document.body.dataset.singleKeys === '1',
  act,
  combined: () => !$('[data-finish]').disabled && $('[data-finish]').click(),
});
document.documentElement.dataset.ready = 'true';
