// What comes next, fetched before it is wanted: the picture of this case's next image, and the whole
// desk of the next case, which is this reviewer's already for a short while. Each picture is fetched
// once (the server logs each view) and shown from memory, under its own address only.
const KEPT = 6;
const MARGIN_MS = 10000; // A claim that ends so soon is not counted on.
const ahead = new Map(); // Address → address of the blob.
let next = null; // {page, url, until, pictures}: the next case's desk.
let asking = false;

async function fetchPicture(address) {
  if (!address || ahead.has(address)) return;
  ahead.set(address, '');
  try {
    const answer = await fetch(address, { credentials: 'same-origin' });
    if (!answer.ok) throw new Error(answer.status);
    ahead.set(address, URL.createObjectURL(await answer.blob()));
  } catch {
    ahead.delete(address);
  }
  while (ahead.size > KEPT) {
    const [oldest, blob] = ahead.entries().next().value;
    ahead.delete(oldest);
    if (blob) URL.revokeObjectURL(blob);
  }
}

const pathOf = (url) => new URL(url, location.href).pathname;
const isLive = () => next && Date.now() < next.until && pathOf(next.url) !== location.pathname;
const token = () => document.querySelector('meta[name=csrf-token]').content;

export async function lookAhead() {
  const { nextView, nextCase, caseId } = document.querySelector('.bench').dataset;
  if (!isLive()) next = null;
  await fetchPicture(nextView);
  if (!nextCase || next || asking) return;
  asking = true;
  try {
    next = await fetchCase(nextCase, new URLSearchParams({ csrf_token: token(), case: caseId }));
  } catch {
    // Without it the next case is only slower.
  } finally {
    asking = false;
  }
}

async function fetchCase(address, body) {
  const headers = { Accept: 'text/html', 'X-In-Place': '1' };
  const answer = await fetch(address, { method: 'POST', credentials: 'same-origin', headers, body });
  const url = answer.headers.get('X-At');
  if (!answer.ok || !url) return null;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const claim = page.querySelector('[data-claim-until]');
  if (!claim) return null;
  claim.dataset.skew = Date.now() - Date.parse(claim.dataset.now);
  const until = Date.parse(claim.dataset.claimUntil) + Number(claim.dataset.skew) - MARGIN_MS;
  return { page, url, until, pictures: await developed(page) };
}

// [place, picture] of each paper: pictures that are decoded wait outside the page, which is not shown
// yet, and loads nothing.
async function developed(page) {
  const pictures = [];
  for (const place of page.querySelectorAll('.paper img')) {
    const address = place.getAttribute('src');
    await fetchPicture(address);
    if (!ahead.get(address)) throw new Error(address);
    place.removeAttribute('src');
    const picture = new Image();
    for (const { name, value } of place.attributes) picture.setAttribute(name, value);
    picture.src = ahead.get(address);
    await picture.decode();
    pictures.push([place, picture]);
  }
  return pictures;
}

// The next case's desk, if it is here and still his.
export function takeNext() {
  const taken = isLive() ? next : null;
  next = null;
  return taken;
}

// A page that has come: its pictures that are here already are shown from memory.
export function useAhead(page) {
  for (const image of page.querySelectorAll('.paper img')) {
    const blob = ahead.get(image.getAttribute('src'));
    if (blob) image.src = blob;
  }
}

// Whoever leaves the desk leaves the next case to others.
addEventListener('pagehide', () => {
  if (!isLive()) return;
  const { letGo } = next.page.querySelector('.bench').dataset;
  navigator.sendBeacon(letGo, new URLSearchParams({ csrf_token: token() }));
  next = null;
});
