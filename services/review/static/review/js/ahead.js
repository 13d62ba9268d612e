// Pictures of what comes next: the next image of this case, and the first of the next case. They are
// fetched once (the server logs each view) and shown from memory, each under its own address only.
const KEPT = 6;
const ahead = new Map(); // Address → address of the blob.

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

export async function lookAhead() {
  const { nextView, nextCase } = document.querySelector('.bench').dataset;
  await fetchPicture(nextView);
  if (!nextCase) return;
  try {
    const { view } = await (await fetch(nextCase, { credentials: 'same-origin' })).json();
    await fetchPicture(view);
  } catch {
    // Without it the next case is only slower.
  }
}

// A page that has come: its pictures that are here already are shown from memory.
export function useAhead(page) {
  for (const image of page.querySelectorAll('.paper img')) {
    const blob = ahead.get(image.getAttribute('src'));
    if (blob) image.src = blob;
  }
}
