// The reasons of a request: found by pinyin initials, by words, or by their letter.
const list = () => [...document.querySelectorAll('.reason')];

function filter(text) {
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

// Typing in the search filters; Enter takes the first that fits.
export function listenToSearch() {
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
}
