// Security keys: a challenge of the server, the key's answer, and a plain form that carries it.
import { word } from '../../common/js/words.js';

const $ = (selector, within = document) => within.querySelector(selector);
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

async function ask(address, form, fields) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, ...fields });
  const answer = await fetch(address, { method: 'POST', credentials: 'same-origin', headers: { Accept: 'text/html' }, body });
  if (answer.ok) return answer.json();
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const cause = $('.refusal__cause', page);
  throw new Error(cause ? cause.textContent : word('no_answer'));
}

function told(answer) {
  const { id, rawId, type, response } = answer;
  const parts = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) parts[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: parts, clientExtensionResults: {} });
}

function complain(within, error) {
  const fault = $('[data-key-fault]', within);
  const silent = error instanceof DOMException || error instanceof TypeError;
  $('span', fault).textContent = silent ? word('key_cancelled') : error.message;
  fault.hidden = false;
}

async function signIn(button, form) {
  try {
    const options = await ask(button.dataset.signInKey, form, {});
    options.challenge = bytes(options.challenge);
    delete options.allowCredentials;
    form.elements.key_answer.value = told(await navigator.credentials.get({ publicKey: options }));
    form.submit();
  } catch (error) {
    complain(form, error);
  }
}

async function add(form) {
  try {
    const options = await ask(form.dataset.addKey, form, { password: form.elements.password.value });
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    for (const known of options.excludeCredentials || []) known.id = bytes(known.id);
    form.elements.answer.value = told(await navigator.credentials.create({ publicKey: options }));
    form.submit();
  } catch (error) {
    complain(form, error);
  }
}

const isName = !/^[\d.]+$|:/.test(window.location.hostname);
if (window.PublicKeyCredential && window.isSecureContext && isName) {
  for (const part of document.querySelectorAll('.needs-script')) part.hidden = false;
  for (const part of document.querySelectorAll('.needs-key')) part.hidden = true;
}
const button = $('[data-sign-in-key]');
if (button) button.addEventListener('click', () => signIn(button, $('#sign-in')));
const form = $('[data-add-key]');
if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    add(form);
  });
}
document.documentElement.dataset.ready = 'true';
