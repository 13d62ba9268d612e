// The viewer of the desk: its stages, which agree with one another, and their magnifiers.
import { announce } from '../../common/js/announce.js';
import { word } from '../../common/js/words.js';
import { Loupe, pointAt } from './loupe.js';
import { Stage, drawMark } from './stage.js';

export const $ = (selector, within = document) => within.querySelector(selector);

const ZOOM_STEP = 1.25;

let stages = [];
let loupes = [];
let stopMarking = null;
let loupeWanted = null;

export const first = () => stages[0];

function agree(changed) {
  for (const stage of stages) if (stage !== changed) stage.set({ ...changed.state }, { quiet: true });
  afterChange();
}

function afterChange() {
  const { zoom } = stages[0].state;
  const shown = $('[data-zoom]');
  shown.value = Math.abs(zoom - 1) < 0.01 ? shown.dataset.fit : `${Math.round(zoom * 100)} %`;
  loupes.forEach((loupe) => loupe.render());
}

export function showLoupes() {
  const on = loupeWanted === null ? stages.length > 1 : loupeWanted;
  const button = $('[data-do="loupe"]');
  if (button) button.setAttribute('aria-pressed', String(on));
  for (const loupe of loupes) loupe.strip.hidden = !on;
  requestAnimationFrame(() => loupes.forEach((loupe) => loupe.render()));
}

export function blink(on) {
  if (stages.length < 2) return;
  const [old, current] = stages;
  const under = $('.under', current.paper);
  if (on && !under) {
    const image = old.image.cloneNode();
    image.className = 'under';
    current.paper.append(image);
  } else if (!on && under) under.remove();
}

// `marked` gets the rectangle as the form sends it.
export function toggleMark(marked) {
  const button = $('[data-do="mark"]');
  if (!button) return;
  if (stopMarking) {
    stopMarking();
    stopMarking = null;
    button.setAttribute('aria-pressed', 'false');
    $('#saved').textContent = '';
    return;
  }
  button.setAttribute('aria-pressed', 'true');
  announce(word('mark_on'));
  $('#saved').textContent = word('mark_on');
  stopMarking = drawMark(stages[stages.length - 1], (mark) => {
    toggleMark(marked);
    if (mark) marked(mark.map((part) => part.toFixed(4)).join(','));
  });
}

function toggleLoupes() {
  loupeWanted = $('[data-do="loupe"]').getAttribute('aria-pressed') !== 'true';
  showLoupes();
}

// What the buttons above the picture do, by their data-do.
export const TOOLS = {
  'zoom-in': () => first().zoom(ZOOM_STEP),
  'zoom-out': () => first().zoom(1 / ZOOM_STEP),
  'turn-left': () => first().turn(-90),
  'turn-right': () => first().turn(90),
  fit: () => first().fit(),
  loupe: toggleLoupes,
};

// Stages for the papers that the page shows now.
export function stageAll() {
  stages.forEach((stage) => stage.watch.disconnect());
  if (stopMarking) stopMarking();
  stopMarking = null;
  const onPoint = (point) => {
    pointAt(point);
    loupes.forEach((loupe) => loupe.render());
  };
  const boxes = [...document.querySelectorAll('[data-stage]')].filter((box) => $('.paper', box));
  stages = boxes.map((box) => new Stage(box, { onChange: agree, onPoint }));
  loupes = stages.map((stage) => new Loupe($('[data-loupe]', stage.box.closest('.pane')), stage));
  if (stages.length) showLoupes();
  for (const stage of stages) stage.image.addEventListener('load', () => loupes.forEach((l) => l.render()));
}
