// One paper in a box. The state {zoom, turn, x, y} does not know the box: x and y are the shift of
// the paper's centre in units of its fitted size. So two stages agree by copying the state, also
// when their pictures differ in pixels.
const MIN_ZOOM = 0.5;
const MAX_ZOOM = 12;
const WHEEL = 0.0016;
const DOUBLE_CLICK_ZOOM = 2.5;
const turns = new Map(); // A rotation is kept for each image while the desk is open.

export class Stage {
  constructor(box, { onChange = () => {}, onPoint = () => {} } = {}) {
    this.box = box;
    this.paper = box.querySelector('.paper');
    this.image = this.paper.querySelector('img');
    this.state = { zoom: 1, turn: turns.get(box.dataset.stage) || 0, x: 0, y: 0 };
    this.onChange = onChange;
    this.onPoint = onPoint;
    this.paper.classList.add('is-loading');
    const shown = () => {
      this.paper.classList.remove('is-loading');
      this.render();
    };
    if (this.image.complete && this.image.naturalWidth) shown();
    else this.image.addEventListener('load', shown, { once: true });
    this.watch = new ResizeObserver(() => this.render());
    this.watch.observe(box);
    this.listen();
  }

  get fitted() {
    const lies = this.state.turn % 180 !== 0;
    const width = lies ? this.image.naturalHeight : this.image.naturalWidth;
    const height = lies ? this.image.naturalWidth : this.image.naturalHeight;
    const scale = Math.min(this.box.clientWidth / width, this.box.clientHeight / height) || 1;
    return { scale, width: width * scale, height: height * scale };
  }

  render() {
    if (!this.image.naturalWidth) return;
    const { zoom, turn, x, y } = this.state;
    const fit = this.fitted;
    this.paper.style.width = `${this.image.naturalWidth}px`;
    this.paper.style.height = `${this.image.naturalHeight}px`;
    this.paper.style.transform = `translate(-50%, -50%) translate(${x * fit.width}px, ${y * fit.height}px) rotate(${turn}deg) scale(${fit.scale * zoom})`;
  }

  set(change, { quiet = false } = {}) {
    const state = Object.assign(this.state, change);
    turns.set(this.box.dataset.stage, state.turn);
    state.zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, state.zoom));
    const reach = Math.max(0.5, state.zoom / 2);
    state.x = Math.min(reach, Math.max(-reach, state.x));
    state.y = Math.min(reach, Math.max(-reach, state.y));
    this.render();
    if (!quiet) this.onChange(this);
  }

  shift(dx, dy) {
    const fit = this.fitted;
    this.set({ x: this.state.x + dx / fit.width, y: this.state.y + dy / fit.height });
  }

  // Zoom so that what lies at (px, py) from the box's centre stays there.
  zoom(factor, px = 0, py = 0) {
    const fit = this.fitted;
    const { zoom, x, y } = this.state;
    const target = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom * factor));
    const by = target / zoom;
    const [ax, ay] = [px / fit.width, py / fit.height];
    this.set({ zoom: target, x: ax - (ax - x) * by, y: ay - (ay - y) * by });
  }

  turn(degrees) {
    const before = this.fitted;
    const px = this.state.x * before.width;
    const py = this.state.y * before.height;
    this.state.turn = (this.state.turn + degrees + 360) % 360;
    const after = this.fitted;
    const [nx, ny] = degrees > 0 ? [-py, px] : [py, -px];
    this.set({ x: nx / after.width, y: ny / after.height });
  }

  fit() {
    this.set({ zoom: 1, x: 0, y: 0 });
  }

  // Where on the upright paper the pointer is, as shares of its size; may lie outside 0…1.
  point(event) {
    const box = this.box.getBoundingClientRect();
    const fit = this.fitted;
    const { zoom, turn, x, y } = this.state;
    const dx = event.clientX - box.left - box.width / 2 - x * fit.width;
    const dy = event.clientY - box.top - box.height / 2 - y * fit.height;
    const angle = (-turn * Math.PI) / 180;
    const scale = fit.scale * zoom;
    const ux = (dx * Math.cos(angle) - dy * Math.sin(angle)) / scale;
    const uy = (dx * Math.sin(angle) + dy * Math.cos(angle)) / scale;
    return { x: ux / this.image.naturalWidth + 0.5, y: uy / this.image.naturalHeight + 0.5 };
  }

  fromCentre(event) {
    const box = this.box.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  }

  listen() {
    const { box } = this;
    box.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * WHEEL), ...this.fromCentre(event));
    }, { passive: false });
    box.addEventListener('dblclick', (event) => {
      if (this.state.zoom > 1.05) this.fit();
      else this.zoom(DOUBLE_CLICK_ZOOM, ...this.fromCentre(event));
    });
    let last = null;
    box.addEventListener('pointerdown', (event) => {
      if (event.button || box.classList.contains('is-marking')) return;
      last = event;
      box.setPointerCapture(event.pointerId);
      box.classList.add('is-held');
    });
    box.addEventListener('pointermove', (event) => {
      this.onPoint(this.point(event));
      if (!last) return;
      this.shift(event.clientX - last.clientX, event.clientY - last.clientY);
      last = event;
    });
    const end = () => {
      last = null;
      box.classList.remove('is-held');
    };
    box.addEventListener('pointerup', end);
    box.addEventListener('pointercancel', end);
  }
}

// A rectangle drawn on the paper; `done` gets [left, top, width, height] as shares.
const MIDDLE = [0.4, 0.4, 0.2, 0.2];
const STEP = 0.02; // Of the paper's width or height.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

// An arrow as it is seen, in the paper's own directions: the paper may lie turned.
function along([x, y], degrees) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [STEP * (x * cos + y * sin), STEP * (y * cos - x * sin)];
}

// The mark one arrow further: moved, or with Shift made larger (right, down) or smaller.
function stepped(mark, arrow, degrees, isSized) {
  const [dx, dy] = along(arrow, degrees);
  const [x, y, width, height] = mark;
  if (!isSized) return [clamp(x + dx, 0, 1 - width), clamp(y + dy, 0, 1 - height), width, height];
  const sign = arrow[0] + arrow[1];
  return [x, y, clamp(width + sign * Math.abs(dx), STEP, 1 - x), clamp(height + sign * Math.abs(dy), STEP, 1 - y)];
}

// Dragged with the pointer; or arrows move it, with Shift they size it, Enter keeps it. Escape
// gives it up: `done` gets null.
export function drawMark(stage, done) {
  const { box } = stage;
  const rect = stage.paper.querySelector('.mark.is-new');
  const within = (value) => Math.min(1, Math.max(0, value));
  let from = null;
  let mark = null;
  const draw = (wanted) => {
    mark = wanted;
    ['x', 'y', 'width', 'height'].forEach((name, n) => rect.setAttribute(name, mark[n].toFixed(4)));
  };
  const show = (event) => {
    const to = stage.point(event);
    const [x, y] = [within(to.x), within(to.y)];
    draw([Math.min(from.x, x), Math.min(from.y, y), Math.abs(x - from.x), Math.abs(y - from.y)]);
  };
  const byKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches('textarea, select, input:not([type="radio"])')) return;
    if (ARROWS[event.key]) draw(mark ? stepped(mark, ARROWS[event.key], stage.state.turn, event.shiftKey) : MIDDLE);
    else if (event.key === 'Enter' && mark) done(mark);
    else if (event.key === 'Escape') done(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const start = (event) => {
    if (event.button) return;
    const at = stage.point(event);
    from = { x: within(at.x), y: within(at.y) };
    box.setPointerCapture(event.pointerId);
    box.addEventListener('pointermove', show);
  };
  const stop = () => {
    box.removeEventListener('pointermove', show);
    if (mark) done(mark);
    from = null;
  };
  box.classList.add('is-marking');
  box.addEventListener('pointerdown', start);
  box.addEventListener('pointerup', stop);
  document.addEventListener('keydown', byKey, true); // Before the desk's own keys.
  return () => {
    box.classList.remove('is-marking');
    document.removeEventListener('keydown', byKey, true);
    ['width', 'height'].forEach((name) => rect.setAttribute(name, 0));
    box.removeEventListener('pointerdown', start);
    box.removeEventListener('pointerup', stop);
  };
}
