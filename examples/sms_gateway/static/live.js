// Keeps the marked part of the page fresh while the page is looked at. Without JavaScript the
// thread reloads itself (noscript); the list has a link for it.
const EVERY_MS = 2000;
const live = document.querySelector("[data-live]");

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (fresh && fresh.innerHTML !== live.innerHTML) live.replaceChildren(...fresh.childNodes);
  } catch {
    // The gateway is restarting; the next turn asks again.
  }
}

if (live) setInterval(refresh, EVERY_MS);
