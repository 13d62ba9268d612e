// One press, one request: a form that was sent is not sent again until the page is shown anew.
export function guardForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === 'dialog') return;
    if (form.classList.contains('is-sent')) {
      event.preventDefault();
      return;
    }
    form.classList.add('is-sent');
    for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
    // Should the answer never come, she can press again; the server's tokens make that harmless.
    // Where the answer is a file, the page stays, and it may soon be wanted again.
    setTimeout(() => release(form), 'download' in form.dataset ? 2000 : 20000);
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form.is-sent')) release(form);
  });
}

export function release(form) {
  form.classList.remove('is-sent');
  for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled');
}
