// The part of a picture that is kept: four corners, moved by finger, mouse or arrow keys. Whoever
// cannot drag presses a corner, or a place: the nearest corner goes there. In shares of the picture.
import { announce } from '../common/js/announce.js';
import { copyOf, word } from '../common/js/words.js';

const LEAST = 0.05;
const STEP = 0.01;
const BIG_STEP = 0.1;
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// A quarter turn clockwise (1) or back (-1) takes the part along.
export const turned = ({ left, top, right, bottom }, turn) => (turn > 0
  ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
  : { left: top, top: 1 - right, right: bottom, bottom: 1 - left });

// Resolves to the chosen part, or to null for the whole picture.
export function crop(stage, start) {
  const frame = copyOf('crop-template');
  const box = frame.querySelector('[data-box]');
  const corners = [...frame.querySelectorAll('[data-corner]')];
  const part = { ...(start || WHOLE) };
  let held = null;
  stage.append(frame);
  draw();
  corners[0].focus();

  function draw() {
    const percent = (share) => `${share * 100}%`;
    box.style.inset = [part.top, 1 - part.right, 1 - part.bottom, part.left].map(percent).join(' ');
    for (const corner of corners) {
      const { x, y } = at(corner);
      Object.assign(corner.style, { left: percent(x), top: percent(y) });
      const place = { name: corner.dataset.name, x: Math.round(x * 100), y: Math.round(y * 100) };
      corner.setAttribute('aria-label', word('corner', place));
    }
  }
  const sides = (corner) => corner.dataset.corner.split(' ');
  function at(corner) {
    const [across, down] = sides(corner);
    return { x: part[across], y: part[down] };
  }
  function move(corner, { x, y }) {
    const [across, down] = sides(corner);
    part[across] = across === 'left'
      ? Math.min(Math.max(0, x), part.right - LEAST) : Math.max(Math.min(1, x), part.left + LEAST);
    part[down] = down === 'top'
      ? Math.min(Math.max(0, y), part.bottom - LEAST) : Math.max(Math.min(1, y), part.top + LEAST);
    draw();
  }
  function pointed(event) {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  }
  const far = (corner, { x, y }) => Math.hypot(at(corner).x - x, at(corner).y - y);

  frame.addEventListener('pointerdown', (event) => {
    const place = pointed(event);
    const pressed = event.target.closest('[data-corner]');
    const corner = pressed || corners.reduce((a, b) => (far(b, place) < far(a, place) ? b : a));
    const { x, y } = pressed ? at(corner) : place;
    held = { corner, dx: x - place.x, dy: y - place.y };
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
    corner.focus();
    if (!pressed) move(corner, place);
  });
  frame.addEventListener('pointermove', (event) => {
    if (!held) return;
    const { x, y } = pointed(event);
    move(held.corner, { x: x + held.dx, y: y + held.dy });
  });
  for (const end of ['pointerup', 'pointercancel']) frame.addEventListener(end, () => { held = null; });
  frame.addEventListener('keydown', (event) => {
    const corner = event.target.closest('[data-corner]');
    if (!corner || !ARROWS[event.key]) return;
    event.preventDefault();
    const step = event.shiftKey ? BIG_STEP : STEP;
    const [dx, dy] = ARROWS[event.key];
    move(corner, { x: at(corner).x + dx * step, y: at(corner).y + dy * step });
    announce(corner.getAttribute('aria-label'));
  });
  return new Promise((done) => {
    const actions = stage.parentElement.parentElement.querySelector('[data-cropping]');
    actions.onclick = ({ target }) => {
      const { keep } = (target.closest('[data-keep]') || { dataset: {} }).dataset;
      if (!keep) return;
      frame.remove();
      const all = keep === 'whole' || Object.keys(WHOLE).every((side) => part[side] === WHOLE[side]);
      done(all ? null : part);
    };
  });
}
