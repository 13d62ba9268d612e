// Says something to people who do not see the page change.
export function announce(text, { now = false } = {}) {
  const region = document.getElementById(now ? 'announce-now' : 'announce-polite');
  region.textContent = '';
  // The same words twice are only read again when the region was empty in between.
  setTimeout(() => { region.textContent = text; }, 50);
}
