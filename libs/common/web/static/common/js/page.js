// What every page does: focus on errors, dialogs from links, one press one request.
import { dialogLinks } from './dialog.js';
import { guardForms } from './guard.js';

function focusErrors() {
  const summary = document.querySelector('[data-focus]');
  if (!summary) return;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: 'center' });
    target.focus({ preventScroll: true });
  });
}

guardForms();
dialogLinks();
focusErrors();
if (!document.querySelector('[data-waits]')) document.documentElement.dataset.ready = 'true';
