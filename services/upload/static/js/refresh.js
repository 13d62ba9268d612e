// The server renders, the page only exchanges: parts are fetched anew and swapped by their id.
// What is on its way from this phone (tiles) is carried over, and the focus stays where it was.
import { pageAt } from '../common/js/request.js';

const shown = new WeakMap();

// Remembers how the parts came, before anything of the page changes them.
export function rememberParts(root = document) {
  for (const part of root.querySelectorAll('[data-part]')) shown.set(part, essence(part));
}

export async function refresh() {
  const page = await pageAt(location.pathname + location.search);
  rememberParts(page);
  for (const part of document.querySelectorAll('[data-part]')) {
    const fresh = page.getElementById(part.id);
    if (!fresh) part.remove();
    else if (shown.get(fresh) !== shown.get(part)) swap(part, fresh);
  }
  for (const fresh of page.querySelectorAll('[data-part]')) {
    if (!document.getElementById(fresh.id)) document.querySelector(fresh.dataset.part).append(fresh);
  }
  document.dispatchEvent(new Event('refreshed'));
}

// Tokens differ in each answer and change nothing that is seen.
function essence(part) {
  const copy = part.cloneNode(true);
  for (const hidden of copy.querySelectorAll('input[type="hidden"]')) hidden.remove();
  return copy.outerHTML;
}

function swap(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
  const tiles = part.querySelectorAll('[data-tile]');
  part.replaceWith(fresh);
  const place = fresh.querySelector('[data-tiles]');
  if (place) place.append(...tiles);
  const target = focused && document.getElementById(focused);
  if (target) target.focus({ preventScroll: true });
}
