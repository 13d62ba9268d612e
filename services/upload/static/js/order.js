// Order by dragging, where there is a mouse; the buttons of the picture's page do it everywhere.
import { announce } from '../common/js/announce.js';
import { post } from '../common/js/request.js';
import { word } from '../common/js/words.js';
import { refresh } from './refresh.js';

let dragged = null;

export function dragToOrder() {
  document.addEventListener('dragstart', (event) => {
    dragged = event.target.closest ? event.target.closest('[data-movable]') : null;
    if (dragged) event.dataTransfer.effectAllowed = 'move';
  });
  document.addEventListener('dragover', (event) => {
    if (target(event)) event.preventDefault();
  });
  document.addEventListener('drop', async (event) => {
    const place = target(event);
    if (!place) return;
    event.preventDefault();
    const fields = { position: place.dataset.movable };
    const { ok, data } = await post(dragged.dataset.moveUrl, fields).catch(() => ({ ok: false, data: {} }));
    announce(ok ? word('moved') : data.cause || word('no_answer'), { now: !ok });
    await refresh();
  });
}

function target(event) {
  const place = event.target.closest ? event.target.closest('[data-movable]') : null;
  const same = place && dragged && place !== dragged && place.parentElement === dragged.parentElement;
  return same ? place : null;
}
