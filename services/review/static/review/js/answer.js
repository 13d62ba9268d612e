// A page that waits for another room's answer asks again by itself, ever more slowly.
import { announce } from '../../common/js/announce.js';

const PAUSES_MS = [700, 1000, 1500, 2000, 3000, 5000, 8000, 13000, 20000, 30000];

async function again(tries) {
  const box = document.getElementById('answer');
  if (!box.hasAttribute('data-waits-for-answer') || tries >= PAUSES_MS.length) return;
  await new Promise((resolve) => { setTimeout(resolve, PAUSES_MS[tries]); });
  try {
    const answer = await fetch(location.href, { credentials: 'same-origin' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('answer');
    if (fresh && !fresh.hasAttribute('data-waits-for-answer')) {
      box.replaceWith(document.adoptNode(fresh));
      announce(fresh.querySelector('.tag').textContent.trim());
    }
  } catch {
    // The next try asks again; the link is there, too.
  }
  again(tries + 1);
}

again(0);
