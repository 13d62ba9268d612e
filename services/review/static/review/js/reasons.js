// The reasons of a request: found by pinyin initials, by words, or by their letter.
const list = () => [...document.querySelectorAll('.reason')];

export function filter(text) {
  const wanted = text.trim().toLowerCase();
  let first = null;
  for (const reason of list()) {
    const words = reason.querySelector('span').textContent.toLowerCase();
    const fits = !wanted || reason.dataset.initials.includes(wanted) || words.includes(wanted);
    reason.hidden = !fits;
    if (fits && !first) first = reason;
  }
  document.querySelector('.reason-list .none').hidden = first !== null;
  return wanted ? first : null;
}

export const byLetter = (letter) => list().find((r) => !r.hidden && r.dataset.key.toLowerCase() === letter);

export function choose(reason) {
  const radio = reason.querySelector('input');
  radio.checked = true;
  reason.scrollIntoView({ block: 'nearest' });
  radio.dispatchEvent(new Event('change', { bubbles: true }));
}
