// A tile is one picture of this phone on its way: ring of progress, retry, or why it was refused.
import { copyOf, word } from '../common/js/words.js';

const CIRCLE = 157; // 2π · 25, the length of the ring's line

export function addTile(item) {
  const tile = copyOf('tile-template');
  const url = URL.createObjectURL(item.blob);
  tile.dataset.tile = item.key;
  const image = tile.querySelector('img');
  image.src = url;
  image.onload = () => URL.revokeObjectURL(url);
  // An answer's tile stands at the request, where a page shows it by itself.
  const place = document.querySelector(`#request-${item.request || 'none'} [data-tiles]`)
    || document.querySelector(`#card-${item.material} [data-tiles]`);
  if (place) place.append(tile);
  return {
    element: tile,
    progress(share) {
      const percent = Math.round(share * 100);
      tile.querySelector('[data-percent]').textContent = `${percent}%`;
      tile.querySelector('[data-ring]').style.strokeDashoffset = CIRCLE * (1 - share);
      tile.querySelector('[role="progressbar"]').setAttribute('aria-valuenow', percent);
    },
    sending() {
      state(tile, 'sending');
    },
    interrupted(again) {
      state(tile, 'interrupted');
      tile.querySelector('[data-again]').onclick = again;
    },
    refused({ cause, cure }, dismiss) {
      state(tile, 'refused');
      const box = tile.querySelector('[data-why]');
      box.querySelector('[data-cause]').textContent = cause || word('refused');
      box.querySelector('[data-cure]').textContent = cure || '';
      const drop = () => {
        tile.remove();
        dismiss();
      };
      tile.querySelector('[data-drop]').onclick = drop;
    },
    remove() {
      tile.remove();
    },
  };
}

function state(tile, name) {
  tile.dataset.state = name;
  for (const part of tile.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== name;
}
