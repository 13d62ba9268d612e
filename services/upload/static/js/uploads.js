// Sends what was confirmed, one after another; what did not get through waits and is resumed.
import { announce } from '../common/js/announce.js';
import { word } from '../common/js/words.js';
import { forget } from './outbox.js';
import { refresh } from './refresh.js';
import { Refused, send } from './send.js';
import { addTile, titleOf } from './tiles.js';

const RELOAD_AGAIN_MS = 30000;
const interrupted = new Map();
const awaited = new Set();
let line = Promise.resolve();

export const enqueue = (item) => inLine(item, addTile(item));

function inLine(item, tile) {
  tile.sending();
  line = line.then(() => deliver(item, tile)).catch(() => {});
}

// What the server has made smaller is shown as soon as it can be confirmed.
export function showShrunk() {
  document.addEventListener('refreshed', () => {
    const links = [...document.querySelectorAll('.wait-ready a[data-dialog]')];
    const link = links.find((each) => awaited.has(each.getAttribute('href')));
    if (!link || document.querySelector('dialog[open]')) return;
    awaited.delete(link.getAttribute('href'));
    link.click();
  });
}

export function resumeOnline() {
  window.addEventListener('online', () => [...interrupted.values()].forEach((again) => again()));
}

async function deliver(item, tile) {
  const url = document.body.dataset.uploadUrl.replace('MATERIAL', item.material);
  try {
    const answer = await send(item, url, tile.progress);
    await forget(item.key);
    tile.remove();
    if (answer.shrink) awaited.add(answer.url);
    announce(answer.said || word(answer.shrink ? 'at_door' : 'uploaded', { title: titleOf(item) }));
    await refresh().catch(() => location.reload());
  } catch (error) {
    if (error instanceof Refused) await refused(item, tile, error);
    else wait(item, tile);
  }
}

function wait(item, tile) {
  const again = () => {
    if (interrupted.delete(item.key)) inLine(item, tile);
  };
  interrupted.set(item.key, again);
  tile.interrupted(again);
  announce(word('interrupted', { title: titleOf(item) }), { now: true });
}

async function refused(item, tile, error) {
  // The page or the sign-in is too old: the picture waits in the outbox for the fresh page.
  if (error.code === 'form_expired' || error.status === 401) {
    if (reloadedJustNow()) wait(item, tile);
    else location.reload();
    return;
  }
  await forget(item.key);
  tile.refused(error, () => refresh().catch(() => {}));
  announce(`${error.cause} ${error.cure}`, { now: true });
}

// A browser that keeps no cookies would reload for ever.
function reloadedJustNow() {
  const last = Number(sessionStorage.getItem('reloaded') || 0);
  sessionStorage.setItem('reloaded', Date.now());
  return Date.now() - last < RELOAD_AGAIN_MS;
}
