// Makes a photo small, upright and legible. Runs in a module worker or on the page.
// The figures come from reading 6-point print at a fixed size of file: below quality .36 stamps
// lose their colour, above 3.2 megapixels the same bytes show blocks instead of letters.
const AREA = 3.2e6;
const LONGEST_EDGE = 4096;
const SHORTEST_LONG_EDGE = 640;
const WORST_QUALITY = 0.36;
const BEST_QUALITY = 0.9;
const [ENOUGH, GENTLEST] = [0.98, 0.94];
const CANVAS_PIXELS = 12e6; // iOS turns a canvas of more than 16.7 megapixels black.

export class CannotShrink extends Error {}

export async function shrink(blob, options) {
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  try {
    return await fit(bitmap, bitmap.width, bitmap.height, options);
  } finally {
    bitmap.close();
  }
}

// `turns` are quarter turns clockwise; `part` is what stays of the turned picture, in shares of
// its size. Gives { blob, width, height }.
export async function fit(source, width, height, { maxBytes, turns = 0, part = null }) {
  const from = within(source, width, height, part && turnedBack(part, turns));
  const [w, h] = turns % 2 === 1 ? [from.h, from.w] : [from.w, from.h];
  let scale = Math.min(1, Math.sqrt(AREA / (w * h)), LONGEST_EDGE / Math.max(w, h));
  for (;;) {
    const canvas = draw(from, { w: px(w * scale), h: px(h * scale), turns });
    try {
      const worst = await jpeg(canvas, WORST_QUALITY);
      if (worst.size <= maxBytes) {
        refuseFlat(canvas);
        const blob = await better(canvas, worst, maxBytes);
        return { blob, width: canvas.width, height: canvas.height };
      }
      if (Math.max(canvas.width, canvas.height) <= SHORTEST_LONG_EDGE) throw new CannotShrink('size');
      scale *= Math.min(GENTLEST, Math.max(0.55, Math.sqrt(maxBytes / worst.size)));
    } finally {
      release(canvas);
    }
  }
}

const px = (length) => Math.max(1, Math.round(length));

function within(image, width, height, part) {
  if (!part) return { image, x: 0, y: 0, w: width, h: height };
  const [x, y] = [part.left * width, part.top * height];
  return { image, x, y, w: px(part.right * width - x), h: px(part.bottom * height - y) };
}

// A quarter turn clockwise (1) or back (-1) takes the part along.
export const turned = ({ left, top, right, bottom }, turn) => (turn > 0
  ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
  : { left: top, top: 1 - right, right: bottom, bottom: 1 - left });

const turnedBack = (part, turns) => (turns === 0 ? part : turnedBack(turned(part, -1), turns - 1));

// While there is room, quality goes up: the best first, then by halves.
async function better(canvas, worst, maxBytes) {
  let best = worst;
  let [low, high] = [WORST_QUALITY, BEST_QUALITY];
  for (let step = 0; step < 6 && low < high && best.size < maxBytes * ENOUGH; step += 1) {
    const quality = step === 0 ? BEST_QUALITY : (low + high) / 2;
    const tried = await jpeg(canvas, quality);
    if (tried.size > maxBytes) high = quality;
    else [best, low] = [tried, quality];
  }
  return best;
}

// Halves while the picture is at least twice too big, so that thin strokes survive.
function draw(start, { w, h, turns }) {
  const endWidth = turns % 2 === 1 ? h : w;
  let from = start;
  while (from.w >= 2 * endWidth && from.w * from.h <= 4 * CANVAS_PIXELS) {
    const half = paint(from, px(from.w / 2), px(from.h / 2), 0);
    if (from !== start) release(from.image);
    from = within(half, half.width, half.height);
  }
  const done = paint(from, w, h, turns);
  if (from !== start) release(from.image);
  return done;
}

function paint(from, width, height, turns) {
  const canvas = newCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.translate(width / 2, height / 2);
  context.rotate((turns * Math.PI) / 2);
  const [w, h] = turns % 2 === 1 ? [height, width] : [width, height];
  context.drawImage(from.image, from.x, from.y, from.w, from.h, -w / 2, -h / 2, w, h);
  return canvas;
}

function newCanvas(width, height) {
  if (typeof document === 'undefined') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

async function jpeg(canvas, quality) {
  const blob = canvas.convertToBlob
    ? await canvas.convertToBlob({ type: 'image/jpeg', quality })
    : await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', quality); });
  if (!blob || blob.size === 0) throw new Error('no picture came out');
  return blob;
}

// One flat colour is how some phones show that they ran out of memory while decoding.
function refuseFlat(canvas) {
  const small = paint(within(canvas, canvas.width, canvas.height), 32, 32, 0);
  const { data } = small.getContext('2d').getImageData(0, 0, 32, 32);
  release(small);
  for (let channel = 0; channel < 3; channel += 1) {
    for (let at = channel; at < data.length; at += 4) {
      if (Math.abs(data[at] - data[channel]) > 2) return;
    }
  }
  throw new Error('one flat colour');
}

const release = (canvas) => Object.assign(canvas, { width: 0, height: 0 });
