// What a desk can do besides: drop pictures on a material, paste them, order tiles by dragging.
import { openDialog } from '../common/js/dialog.js';
import { copyOf, word } from '../common/js/words.js';
import { choose } from './choose.js';
import { ask, toast } from './stay.js';

let tile = null;

export function listenToDesk() {
  document.addEventListener('dragstart', (event) => {
    tile = event.target.closest ? event.target.closest('[data-movable]') : null;
    if (tile) event.dataTransfer.effectAllowed = 'move';
  });
  document.addEventListener('dragend', () => { tile = null; });
  document.addEventListener('dragover', (event) => {
    const place = tile ? tileAt(event.target) : bringsFiles(event.dataTransfer) && zoneAt(event.target);
    mark(place);
    if (place || bringsFiles(event.dataTransfer)) event.preventDefault();
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener('drop', (event) => {
    const [place, files] = [tile && tileAt(event.target), [...event.dataTransfer.files]];
    mark(null);
    if (place) {
      event.preventDefault();
      ask(tile.dataset.moveUrl, { position: place.dataset.movable }, { card: place.closest('[data-part]').id });
    } else if (bringsFiles(event.dataTransfer)) {
      event.preventDefault();
      bring(files, zoneAt(event.target));
    }
  });
  document.addEventListener('paste', (event) => {
    const files = [...event.clipboardData.files];
    const hovered = [...document.querySelectorAll('[data-zone]:hover')].pop();
    if (document.querySelector('dialog[open]') || event.target.closest('textarea, input:not([data-pick])')) return;
    event.preventDefault();
    if (files.length === 0) toast(word('no_picture_pasted'), { now: true });
    else bring(files, zoneAt(document.activeElement) || zoneAt(hovered));
  });
}

const bringsFiles = (transfer) => !tile && [...transfer.types].includes('Files');

function tileAt(element) {
  const place = element.closest ? element.closest('[data-movable]') : null;
  return place && place !== tile && place.parentElement === tile.parentElement ? place : null;
}

// The innermost zone that takes pictures: a finding, a request, or the material itself.
function zoneAt(element) {
  const zone = element && element.closest ? element.closest('[data-zone]') : null;
  return zone && (inputOf(zone) ? zone : zoneAt(zone.parentElement));
}

const inputOf = (zone) => [...zone.querySelectorAll('input[data-pick]:not([capture])')]
  .find((input) => input.closest('[data-zone]') === zone);

function mark(place) {
  for (const marked of document.querySelectorAll('.is-target')) marked.classList.remove('is-target');
  if (place) place.classList.add('is-target');
}

// Where it is not clear which material is meant, she is asked.
function bring(files, zone) {
  if (files.length === 0) return;
  if (zone) {
    choose(files, inputOf(zone));
    return;
  }
  const body = copyOf('which-template');
  const dialog = openDialog({ title: word('which_title'), body });
  for (const card of document.querySelectorAll('[data-part][data-title]')) {
    const input = inputOf(card);
    if (!input) continue;
    const button = copyOf('which-row-template');
    button.textContent = card.dataset.title;
    button.onclick = () => {
      dialog.close();
      choose(files, input);
    };
    body.querySelector('[data-list]').append(button);
  }
  body.querySelector('[data-none]').hidden = body.querySelector('[data-list]').children.length > 0;
}
