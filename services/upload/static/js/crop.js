// The part of a picture that is kept: four corners, moved by finger, mouse or arrow keys. Whoever
// cannot drag presses a place, and the nearest corner goes there. In shares of the picture.
import { announce } from '../common/js/announce.js';
import { copyOf, word } from '../common/js/words.js';

const LEAST = 0.05;
const STEP = 0.01;
const BIG_STEP = 0.1;
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const percent = (share) => `${Math.round(share * 1000) / 10}%`;
const between = (low, value, high) => Math.min(Math.max(low, value), high);

// Resolves to the chosen part, or to null for the whole picture.
export function crop(row, start) {
  const frame = copyOf('crop-template');
  const corners = [...frame.querySelectorAll('[data-corner]')];
  const part = { ...(start || WHOLE) };
  let held = null;

  function at(corner) {
    const [across, down] = corner.dataset.corner.split(' ');
    return { across, down, x: part[across], y: part[down] };
  }
  function draw() {
    const inset = [part.top, 1 - part.right, 1 - part.bottom, part.left].map(percent).join(' ');
    frame.querySelector('[data-box]').style.inset = inset;
    for (const corner of corners) {
      const { x, y } = at(corner);
      Object.assign(corner.style, { left: percent(x), top: percent(y) });
      const place = { name: corner.dataset.name, x: Math.round(x * 100), y: Math.round(y * 100) };
      corner.setAttribute('aria-label', word('corner', place));
    }
  }
  function move(corner, x, y) {
    const { across, down } = at(corner);
    part[across] = across === 'left' ? between(0, x, part.right - LEAST) : between(part.left + LEAST, x, 1);
    part[down] = down === 'top' ? between(0, y, part.bottom - LEAST) : between(part.top + LEAST, y, 1);
    draw();
  }
  function pointed(event) {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  }
  function nearest({ x, y }) {
    const far = (corner) => Math.hypot(at(corner).x - x, at(corner).y - y);
    return corners.reduce((a, b) => (far(b) < far(a) ? b : a));
  }

  frame.addEventListener('pointerdown', (event) => {
    const place = pointed(event);
    const pressed = event.target.closest('[data-corner]');
    const corner = pressed || nearest(place);
    if (!pressed) move(corner, place.x, place.y);
    held = { corner, dx: at(corner).x - place.x, dy: at(corner).y - place.y };
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
    corner.focus();
  });
  frame.addEventListener('pointermove', (event) => {
    const { x, y } = pointed(event);
    if (held) move(held.corner, x + held.dx, y + held.dy);
  });
  for (const end of ['pointerup', 'pointercancel']) frame.addEventListener(end, () => { held = null; });
  frame.addEventListener('keydown', (event) => {
    if (!ARROWS[event.key]) return;
    event.preventDefault();
    const [dx, dy] = ARROWS[event.key].map((way) => way * (event.shiftKey ? BIG_STEP : STEP));
    const { x, y } = at(event.target);
    move(event.target, x + dx, y + dy);
    announce(event.target.getAttribute('aria-label'));
  });
  row.querySelector('[data-stage]').append(frame);
  draw();
  corners[0].focus();
  return new Promise((done) => {
    row.querySelector('[data-cropping]').onclick = ({ target }) => {
      const button = target.closest('[data-keep]');
      if (!button) return;
      frame.remove();
      const whole = button.dataset.keep === 'whole' || Object.keys(WHOLE).every((side) => part[side] === WHOLE[side]);
      done(whole ? null : part);
    };
  });
}
