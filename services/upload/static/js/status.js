// Asks whether something changed while a check is running: slower each time, never when hidden.
import { refresh } from './refresh.js';

const PAUSES_SECONDS = [2, 3, 5, 8, 15, 30];

let timer = 0;
let step = 0;
let tag = '';

export function watchStatus() {
  document.addEventListener('refreshed', start);
  document.addEventListener('visibilitychange', start);
  start();
}

const pending = () => document.querySelector('[data-checking]') && !document.hidden;

function start() {
  clearTimeout(timer);
  step = 0;
  next();
}

function next() {
  if (!pending()) return;
  timer = setTimeout(ask, PAUSES_SECONDS[Math.min(step, PAUSES_SECONDS.length - 1)] * 1000);
  step += 1;
}

// Only what the page has taken over is known: where that fails, the same news comes again.
async function ask() {
  try {
    const answer = await fetch(document.body.dataset.statusUrl, {
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...(tag ? { 'If-None-Match': tag } : {}) },
    });
    if (answer.ok) {
      const newest = answer.headers.get('ETag') || '';
      const isNews = tag ? tag !== newest : (await answer.json()).checking === 0;
      if (isNews) await refresh();
      tag = newest;
      if (isNews) return;
    }
  } catch {
    // Out of reach: the next question comes later.
  }
  next();
}
