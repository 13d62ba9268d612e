// The verdict on the image that is shown: chosen, stored, and what is still missing of it.
import { advise, send } from './deeds.js';
import { $ } from './viewer.js';

export const judge = () => $('#judge');
export const chosen = (name) => judge() && $(`input[name="${name}"]:checked`, judge());
export const isComplete = () => chosen('choice') && (chosen('choice').value === 'accept' || chosen('reason'));
// What is shown is not what is stored: 退回 without a reason, or a verdict that did not arrive.
export const isHalfDone = () => Boolean(chosen('choice')) && (!isComplete() || 'unsaved' in judge().dataset);

export function save() {
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

export function adviseOfHalf() {
  advise(isComplete() ? 'not_saved' : 'choose_reason');
}

export function pick(choice) {
  const radio = $(`input[name="choice"][value="${choice}"]`, judge());
  if (radio.disabled) return;
  radio.checked = true;
  radio.dispatchEvent(new Event('change', { bubbles: true }));
}

export function pickIfNone() {
  if (!chosen('choice')) $('input[value="ask"]', judge()).checked = true;
}
