// Time left by the server's clock: data-ends and data-now are instants, the words come translated.
import { word } from './words.js';

export function remaining(seconds) {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return word('left_days', { d: days, h: hours % 24 });
  if (hours > 0) return word('left_hours', { h: hours, m: minutes % 60 });
  return word('left_minutes', { m: minutes, s: String(seconds % 60).padStart(2, '0') });
}

export function countdowns() {
  // performance.now() does not jump when somebody sets the phone's clock.
  const seen = new WeakMap();
  const show = () => {
    for (const place of document.querySelectorAll('[data-ends]')) {
      if (!seen.has(place)) seen.set(place, performance.now());
      const span = Date.parse(place.dataset.ends) - Date.parse(place.dataset.now);
      const left = span - (performance.now() - seen.get(place));
      place.textContent = left > 0 ? remaining(Math.floor(left / 1000)) : word('left_none');
    }
  };
  show();
  setInterval(show, 1000);
}
