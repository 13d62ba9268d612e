// A link with data-dialog opens its page in a dialog; without scripts it is simply a link.
// The page says with data-dialog-body what to show, and its h1 becomes the dialog's title.
import { pageAt } from './request.js';
import { word } from './words.js';

const supported = typeof HTMLDialogElement === 'function' && 'showModal' in HTMLDialogElement.prototype;

export function openDialog({ title, body, opener = document.activeElement, wide = false, onClose = () => {} }) {
  const dialog = document.createElement('dialog');
  dialog.className = wide ? 'dialog dialog-wide' : 'dialog';
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  const head = document.createElement('div');
  head.className = 'dialog-head';
  const heading = document.createElement('h2');
  heading.id = 'dialog-title';
  heading.tabIndex = -1;
  heading.textContent = title;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'round';
  close.setAttribute('aria-label', word('close'));
  close.append(icon('cross'));
  close.addEventListener('click', () => dialog.close());
  head.append(heading, close);
  // What is outside an open dialog is silent: the regions that speak come inside.
  const voices = document.querySelectorAll('#announce-polite, #announce-now');
  const inner = document.createElement('div');
  inner.className = 'dialog-body';
  inner.append(body);
  dialog.append(head, inner, ...voices);
  dialog.addEventListener('close', () => {
    document.body.append(...voices);
    dialog.remove();
    document.body.classList.remove('busy');
    if (opener && opener.isConnected) opener.focus();
    onClose(dialog.returnValue);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-close]')) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.opener = opener;
  document.body.append(dialog);
  document.body.classList.add('busy');
  dialog.showModal();
  heading.focus();
  return dialog;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', new URL('../icons.svg', import.meta.url).pathname + `#${name}`);
  svg.append(use);
  return svg;
}

async function follow(link) {
  try {
    const page = await pageAt(link.href);
    const source = page.querySelector('[data-dialog-body]');
    const body = document.createDocumentFragment();
    body.append(...source.childNodes);
    const within = link.closest('dialog');
    if (within) within.close();
    const dialog = openDialog({
      title: page.querySelector('h1').textContent.trim(),
      body,
      opener: within ? within.opener : link,
      wide: source.dataset.dialogBody === 'wide',
    });
    dialog.page = link.href;
  } catch {
    location.href = link.href;
  }
}

// The dialog's page is asked for again, and the focus stays on the same control.
export async function renew(dialog) {
  const page = await pageAt(dialog.page);
  const [title, focused] = [dialog.querySelector('h2'), document.activeElement.id];
  title.textContent = page.querySelector('h1').textContent.trim();
  dialog.querySelector('.dialog-body').replaceChildren(...page.querySelector('[data-dialog-body]').childNodes);
  const control = focused && document.getElementById(focused);
  (control && !control.disabled ? control : title).focus();
}

export function dialogLinks() {
  if (!supported) return;
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-dialog]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    follow(link);
  });
}
