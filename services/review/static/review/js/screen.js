// What stands on the screen: the regions that the server drew anew are exchanged, and nothing else.
import { lookAhead, useAhead } from './ahead.js';
import { tellClaim } from './claim.js';
import { $, stageAll } from './viewer.js';

const REGIONS = ['top', 'left', 'view', 'right', 'keys'];

export function exchange({ page, url, pictures = [] }, { isKept = true } = {}) {
  const focus = document.activeElement && document.activeElement.id;
  const scroll = $('.materials').scrollTop;
  const open = [...document.querySelectorAll('details[data-keep][open]')].map((d) => d.dataset.keep);
  useAhead(page);
  place(page, REGIONS, pictures);
  for (const name of ['nextView', 'nextCase', 'caseId']) $('.bench').dataset[name] = $('.bench', page).dataset[name];
  document.title = page.title;
  if ('passing' in $('#banner').dataset) $('#banner').hidden = true;
  history.replaceState(null, '', url);
  for (const name of open.filter((n) => n !== 'suspect')) {
    const details = $(`details[data-keep="${name}"]`);
    if (details) details.open = true;
  }
  $('.materials').scrollTop = scroll;
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
  start();
  if (isKept) lookAhead();
}

export function place(page, regions, pictures = []) {
  for (const id of regions) {
    const region = document.adoptNode(page.getElementById(id));
    for (const [at, picture] of pictures) if (region.contains(at)) at.replaceWith(picture);
    document.getElementById(id).replaceWith(region);
  }
}

// The screen as it is, to go back to.
export function photograph() {
  const page = document.implementation.createHTMLDocument(document.title);
  page.body.append($('#top').cloneNode(true), $('.bench').cloneNode(true), $('#keys').cloneNode(true));
  return { page, url: location.href };
}

const versionOf = (page) => $('input[name=version]', page).value;
export const isShown = ({ page, url }) => new URL(url, location.href).pathname === location.pathname && versionOf(page) === versionOf(document);

// At the beginning, and again after each exchange.
export function start() {
  document.body.classList.add('is-staged');
  for (const part of document.querySelectorAll('.needs-script')) part.hidden = false;
  stageAll();
  tellClaim();
}
