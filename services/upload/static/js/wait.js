// Counts the seconds until a code may be sent again; without scripts the page says the time.
for (const place of document.querySelectorAll('[data-wait]')) {
  const left = place.querySelector('[data-left]');
  const ends = performance.now() + Number(place.dataset.wait) * 1000;
  const tick = () => {
    const seconds = Math.ceil((ends - performance.now()) / 1000);
    left.textContent = String(Math.max(0, seconds));
    place.hidden = seconds <= 0;
    if (seconds > 0) setTimeout(tick, 250);
  };
  tick();
}
