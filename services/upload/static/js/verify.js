// The verification: a chosen or dropped file is hashed here and never leaves this device.
// Without a secure context there is no hashing in the browser: then the form sends the file.
const form = document.querySelector('[data-verify]');
const canHash = Boolean(window.crypto && window.crypto.subtle);

async function verify(file) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const query = new URLSearchParams({ sha256 });
  const number = form.elements.number;
  if (number) query.set('number', number.value);
  location.assign(`${form.action}?${query}`);
}

function chosen() {
  const file = form.elements.file.files[0];
  if (!file) return;
  if (canHash) verify(file).catch(() => form.requestSubmit());
  else form.requestSubmit();
}

document.documentElement.classList.add('scripts');
form.querySelector('[data-here]').hidden = !canHash;
form.addEventListener('change', chosen);
const place = form.querySelector('[data-drop]');
for (const kind of ['dragover', 'dragleave', 'drop']) {
  place.addEventListener(kind, (event) => {
    event.preventDefault();
    place.classList.toggle('is-over', kind === 'dragover');
    if (kind !== 'drop' || event.dataTransfer.files.length === 0) return;
    form.elements.file.files = event.dataTransfer.files;
    chosen();
  });
}
