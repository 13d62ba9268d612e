// The time that a claim still lasts, told while it runs and said when it ends.
import { announce } from '../../common/js/announce.js';
import { word } from '../../common/js/words.js';
import { $ } from './viewer.js';

const CLAIM_WARNING_MS = 120000;

export function tellClaim() {
  const claim = $('[data-claim-until]');
  if (!claim) return;
  if (claim.dataset.skew === undefined) claim.dataset.skew = Date.now() - Date.parse(claim.dataset.now);
  const left = Date.parse(claim.dataset.claimUntil) - (Date.now() - Number(claim.dataset.skew));
  const minutes = Math.floor(Math.max(0, left) / 60000);
  const seconds = Math.floor((Math.max(0, left) % 60000) / 1000);
  $('[data-claim-left]', claim).textContent = left > 0 ? `${minutes}:${String(seconds).padStart(2, '0')}` : word('claim_over');
  if (left < CLAIM_WARNING_MS && !claim.classList.contains('is-ending')) {
    claim.classList.add('is-ending');
    announce(word('claim_ends'), { now: true });
  }
}
