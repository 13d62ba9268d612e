// The second reading: plain forms, with the desk's viewer, reasons and keys.
import { announce } from '../../common/js/announce.js';
import { word } from '../../common/js/words.js';
import { byLetter, choose, filter } from './reasons.js';
import { listen } from './hotkeys.js';
import { $, first, stageAll, toggleLoupes } from './viewer.js';

const ZOOM_STEP = 1.25;
const judge = $('#judge');
const chosen = (name) => judge && $(`input[name="${name}"]:checked`, judge);
const isComplete = () => chosen('choice') && (chosen('choice').value === 'accept' || chosen('reason'));

const DO = {
  'zoom-in': () => first().zoom(ZOOM_STEP),
  'zoom-out': () => first().zoom(1 / ZOOM_STEP),
  'turn-left': () => first().turn(-90),
  'turn-right': () => first().turn(90),
  fit: () => first().fit(),
  loupe: toggleLoupes,
};

function pick(choice) {
  if (judge) $(`input[name="choice"][value="${choice}"]`, judge).checked = true;
}

function goOn() {
  if (!judge) return;
  if (isComplete()) judge.requestSubmit();
  else announce(word('choose_first'), { now: true });
}

function step(by) {
  for (const kind of ['[data-mate]', '[data-material]']) {
    const links = [...document.querySelectorAll(kind)];
    const next = links[links.findIndex((a) => a.hasAttribute('aria-current')) + by];
    if (next) return location.assign(next.href);
  }
  return null;
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => pick('accept'),
  r: () => pick('ask'),
  m: () => first() && DO.loupe(),
  '[': () => first() && DO['turn-left'](),
  ']': () => first() && DO['turn-right'](),
  '+': () => first() && DO['zoom-in'](),
  '=': () => first() && DO['zoom-in'](),
  '-': () => first() && DO['zoom-out'](),
  0: () => first() && DO.fit(),
  '/': () => $('#reason-search') && $('#reason-search').focus(),
  Enter: goOn,
};

function act(key) {
  const asks = chosen('choice') && chosen('choice').value === 'ask';
  const reason = asks && /^[a-z]$/.test(key) ? byLetter(key) : null;
  if (reason) choose(reason);
  else if (/^[1-9]$/.test(key)) {
    const row = document.querySelectorAll('.materials > *')[Number(key) - 1];
    if (row && row.href) location.assign(row.href);
  } else if (key in KEYS) KEYS[key]();
  else return false;
  return true;
}

document.addEventListener('change', (event) => {
  if (event.target.name === 'reason') pick('ask');
});
document.addEventListener('input', (event) => {
  if (event.target.id === 'reason-search') filter(event.target.value);
});
document.addEventListener('keydown', (event) => {
  if (event.target.id !== 'reason-search' || event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  const found = filter(event.target.value);
  event.target.blur();
  if (found) choose(found);
});
document.addEventListener('click', (event) => {
  const tool = event.target.closest('[data-do]');
  if (tool) DO[tool.dataset.do]();
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
