// A link with data-dialog opens its page in a dialog; without scripts it is simply a link.
// The page says with data-dialog-body what to show, and its h1 becomes the dialog's title.
import { pageAt } from './request.js';
import { copyOf } from './words.js';

const supported = typeof HTMLDialogElement === 'function' && 'showModal' in HTMLDialogElement.prototype;

export function openDialog({ title, body, opener = document.activeElement, wide = false, onClose = () => {} }) {
  const dialog = copyOf('dialog-template');
  const heading = dialog.querySelector('h2');
  // What is outside an open dialog is silent: the regions that speak come inside.
  const voices = document.querySelectorAll('#announce-polite, #announce-now');
  dialog.classList.toggle('dialog-wide', wide);
  heading.textContent = title;
  dialog.querySelector('.dialog-body').append(body);
  dialog.append(...voices);
  dialog.opener = opener;
  dialog.addEventListener('close', () => {
    document.body.append(...voices);
    document.body.classList.remove('busy');
    dialog.remove();
    if (opener && opener.isConnected) opener.focus();
    onClose(dialog.returnValue);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target !== dialog && !event.target.closest('[data-close]')) return;
    event.preventDefault();
    dialog.close();
  });
  document.body.append(dialog);
  document.body.classList.add('busy');
  dialog.showModal();
  heading.focus();
  return dialog;
}

// What a page of ours has for a dialog, shown in one.
export function showPage(page, opener) {
  const source = page.querySelector('[data-dialog-body]');
  const body = document.createDocumentFragment();
  body.append(...source.childNodes);
  const title = page.querySelector('h1').textContent.trim();
  return openDialog({ title, body, opener, wide: source.dataset.dialogBody === 'wide' });
}

async function follow(link) {
  try {
    const page = await pageAt(link.href);
    const within = link.closest('dialog');
    if (within) within.close();
    showPage(page, within ? within.opener : link).page = link.href;
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
