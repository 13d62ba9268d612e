// An image's own dialog: bigger and smaller by buttons, keys or a double click; dragged by mouse.
const LEVELS = [1, 1.5, 2, 3, 4];

export function zooming() {
  document.addEventListener('click', (event) => {
    const zoom = event.target.closest('[data-zoom]');
    const button = event.target.closest('[data-by]');
    if (!zoom || (!button && event.target.closest('a') === null)) return;
    event.preventDefault();
    const at = LEVELS.indexOf(Number(zoom.dataset.zoom || 1));
    if (button) to(zoom, at + Number(button.dataset.by));
    else if (event.detail === 2 || event.detail === 0) to(zoom, at > 0 ? 0 : 2);
  });
  document.addEventListener('pointermove', (event) => {
    const view = event.buttons === 1 && event.pointerType === 'mouse' && event.target.closest('[data-view]');
    if (view) view.scrollBy(-event.movementX, -event.movementY);
  });
}

// The middle of what is seen stays in the middle.
function to(zoom, index) {
  const level = LEVELS[Math.min(Math.max(0, index), LEVELS.length - 1)];
  const view = zoom.querySelector('[data-view]');
  const grows = level / Number(zoom.dataset.zoom || 1);
  const middle = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
  const image = view.firstElementChild;
  if (!zoom.dataset.fitted) zoom.dataset.fitted = image.clientWidth;
  zoom.dataset.zoom = level;
  image.style.width = level === 1 ? '' : `${zoom.dataset.fitted * level}px`;
  view.scrollTo(middle[0] * grows - view.clientWidth / 2, middle[1] * grows - view.clientHeight / 2);
  zoom.querySelector('[data-level]').textContent = `${level * 100}%`;
}
