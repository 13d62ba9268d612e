// From image to image, and from case to case.
import { announce } from '../../common/js/announce.js';
import { word } from '../../common/js/words.js';
import { lookAhead, takeNext } from './ahead.js';
import { advise, ask, complain, enqueue, fields, forgetAsked } from './deeds.js';
import { exchange, isShown, photograph, place } from './screen.js';
import { adviseOfHalf, chosen, isComplete, isHalfDone, judge } from './verdict.js';
import { $ } from './viewer.js';

export const go = (url) => enqueue(async () => {
  if (judge() && judge().dataset.verdict === 'accept' && isHalfDone()) {
    adviseOfHalf();
    return;
  }
  const got = await ask(url);
  if (got) exchange(got);
});

export function goOn() {
  const shown = judge() && judge().action;
  enqueue(async () => {
    if (!judge() || judge().action !== shown) return;
    if (!isComplete()) {
      advise(chosen('choice') ? 'choose_reason' : 'choose_first');
      return;
    }
    $('#banner').hidden = true;
    const form = judge();
    const got = await ask(form.action, { method: 'POST', body: fields(form, { name: 'then', value: 'next' }) });
    if (got) exchange(got);
  });
}

// What he does not hold he decides by no key: the first press claims it, and only that.
export function take(button) {
  enqueue(async () => {
    if (!button.isConnected) return;
    $('#banner').hidden = true;
    const got = await ask(button.form.action, { method: 'POST', body: fields(button.form) });
    if (!got) return;
    exchange(got);
    forgetAsked(); // A second press that came before the case was his decides nothing.
    announce($('#saved').textContent.trim() || word('saved'), { now: true });
  });
}

export function finish() {
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
      adviseOfHalf();
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
    forgetAsked();
    exchange(before, { isKept: false });
    throw new Error(`${error.message} ${word('brought_back')}`);
  }
}

export function step(by) {
  const links = [...document.querySelectorAll('[data-mate]')];
  const at = links.findIndex((a) => a.hasAttribute('aria-current'));
  if (links[at + by]) return go(links[at + by].href);
  const materials = [...document.querySelectorAll('[data-material]')];
  const here = materials.findIndex((a) => a.hasAttribute('aria-current'));
  return materials[here + by] && go(materials[here + by].href);
}

export function nextView() {
  const views = [...document.querySelectorAll('[data-view]')];
  const at = views.findIndex((a) => a.hasAttribute('aria-current'));
  if (views.length) go(views[(at + 1) % views.length].href);
}
