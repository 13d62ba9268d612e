// Asks for the panel every few seconds and exchanges only what has changed; the focus stays.
const live = document.getElementById('live');
const pause = Number(live.dataset.seconds) * 1000;
const limit = 4000;

function exchange(before, after) {
  const open = [...before.querySelectorAll('details[open]')].map((part) => part.id);
  const focused = before.contains(document.activeElement) ? document.activeElement.id : '';
  const scrolled = [...before.querySelectorAll('.scroll')].map((part) => part.scrollTop);
  for (const id of open) after.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '');
  if (before.isEqualNode(after)) return;
  before.replaceChildren(...after.childNodes);
  before.querySelectorAll('.scroll').forEach((part, index) => { part.scrollTop = scrolled[index] ?? 0; });
  if (focused && focused !== before.id) document.getElementById(focused)?.focus({ preventScroll: true });
}

function isBusy(part) {
  // Who has a selection or a pressed form in a part is not interrupted; the next round comes soon.
  const picked = document.getSelection();
  return part.querySelector('form.is-sent') || (!picked.isCollapsed && part.contains(picked.anchorNode));
}

async function refresh() {
  const answer = await fetch(live.dataset.panel, { signal: AbortSignal.timeout(limit) });
  if (answer.status === 401) {
    location.reload();
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const after of page.querySelectorAll('[data-live]')) {
    const before = document.getElementById(after.id);
    if (before && !isBusy(before)) exchange(before, after);
  }
}

function say(isLost) {
  live.hidden = false;
  live.classList.toggle('is-lost', isLost);
  live.textContent = isLost ? live.dataset.lost : live.dataset.on;
}

async function turn() {
  if (!document.hidden) {
    try {
      await refresh();
      say(false);
    } catch {
      say(true);
    }
  }
  setTimeout(turn, pause);
}

say(false);
setTimeout(turn, pause);
