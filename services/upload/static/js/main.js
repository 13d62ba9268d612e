// The page of the materials: uploads from this phone, and news from the server.
import { countdowns } from '../common/js/countdown.js';
import { listenToInputs, look, takeOverInputs } from './choose.js';
import { waiting } from './outbox.js';
import { rememberParts } from './refresh.js';
import { watchStatus } from './status.js';

async function resume() {
  const { enqueue, resumeOnline, showShrunk } = await import('./uploads.js');
  resumeOnline();
  showShrunk();
  const items = await waiting(document.body.dataset.owner);
  items.filter((item) => item.confirmed).forEach(enqueue);
  const unconfirmed = items.filter((item) => !item.confirmed);
  if (unconfirmed.length > 0) await look(unconfirmed);
  await import('./later.js');
}

rememberParts();
for (const fold of document.querySelectorAll('[data-wide-open]')) {
  if (window.matchMedia('(min-width: 1000px)').matches) fold.open = true;
}
countdowns();
document.addEventListener('refreshed', takeOverInputs);
takeOverInputs();
listenToInputs();
watchStatus();
resume().finally(() => { document.documentElement.dataset.ready = 'true'; });
