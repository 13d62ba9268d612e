// The magnifier strip under each paper: the same place of both versions, much larger.
const LOUPE_ZOOM = 2.6;
const START = { x: 0.5, y: 0.62 };
let place = START;

export class Loupe {
  constructor(strip, stage) {
    this.strip = strip;
    this.stage = stage;
    this.image = stage.image.cloneNode();
    this.image.alt = '';
    strip.replaceChildren(this.image);
  }

  render() {
    const { stage, strip, image } = this;
    if (strip.hidden || !stage.image.naturalWidth) return;
    const scale = stage.fitted.scale * LOUPE_ZOOM;
    const width = stage.image.naturalWidth;
    const height = stage.image.naturalHeight;
    image.style.width = `${width}px`;
    image.style.height = `${height}px`;
    const angle = (stage.state.turn * Math.PI) / 180;
    const dx = (place.x - 0.5) * width * scale;
    const dy = (place.y - 0.5) * height * scale;
    const x = dx * Math.cos(angle) - dy * Math.sin(angle);
    const y = dx * Math.sin(angle) + dy * Math.cos(angle);
    image.style.transform = `translate(-50%, -50%) translate(${-x}px, ${-y}px) rotate(${stage.state.turn}deg) scale(${scale})`;
  }
}

export function pointAt(point) {
  place = { x: Math.min(1, Math.max(0, point.x)), y: Math.min(1, Math.max(0, point.y)) };
}
