// The desk in one page: every act is a form that works alone; here tools, keys and presses lead to it.
import { openDialog } from '../../common/js/dialog.js';
import { word } from '../../common/js/words.js';
import { lookAhead } from './ahead.js';
import { tellClaim } from './claim.js';
import { listenToFacts } from './corrections.js';
import { send } from './deeds.js';
import { listen } from './hotkeys.js';
import { byLetter, choose, listenToSearch } from './reasons.js';
import { start } from './screen.js';
import { chosen, judge, pick, pickIfNone, save } from './verdict.js';
import { $, TOOLS, blink, first, toggleMark } from './viewer.js';
import { finish, go, goOn, nextView, step, take } from './walk.js';

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

// --- presses ---------------------------------------------------------------------------------
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
