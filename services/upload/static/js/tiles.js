// A tile is one picture of this phone on its way: ring of progress, retry, or why it was refused.
import { copyOf, word } from '../common/js/words.js';

const CIRCLE = 157; // 2π · 25, the length of the ring's line

// Where the item stands on this page: at its request, where a page shows it by itself, or in its
// material's card.
export const homeOf = (item) => [`request-${item.request}`, `card-${item.material}`]
  .map((id) => document.getElementById(id)).find((place) => place && place.dataset.title);

export const titleOf = (item) => (homeOf(item) || { dataset: { title: item.material } }).dataset.title;

export function addTile(item) {
  const tile = copyOf('tile-template');
  const url = URL.createObjectURL(item.blob);
  tile.dataset.tile = item.key;
  const image = tile.querySelector('img');
  image.src = url;
  image.onload = () => URL.revokeObjectURL(url);
  const home = homeOf(item);
  if (home && home.querySelector('[data-tiles]')) home.querySelector('[data-tiles]').append(tile);
  return {
    progress(share) {
      const percent = Math.round(share * 100);
      tile.querySelector('[data-percent]').textContent = `${percent}%`;
      tile.querySelector('[data-ring]').style.strokeDashoffset = CIRCLE * (1 - share);
      tile.querySelector('[role="progressbar"]').setAttribute('aria-valuenow', percent);
    },
    sending: () => state(tile, 'sending'),
    interrupted(again) {
      state(tile, 'interrupted');
      tile.querySelector('[data-again]').onclick = again;
    },
    refused({ cause, cure }, dismiss) {
      state(tile, 'refused');
      const box = tile.querySelector('[data-why]');
      box.querySelector('[data-cause]').textContent = cause || word('refused');
      box.querySelector('[data-cure]').textContent = cure || '';
      tile.querySelector('[data-drop]').onclick = () => {
        tile.remove();
        dismiss();
      };
    },
    remove: () => tile.remove(),
  };
}

function state(tile, name) {
  tile.dataset.state = name;
  for (const part of tile.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== name;
}
