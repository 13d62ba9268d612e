// A correction's reasons: once a fact is chosen, only those that fit it can be.
function narrow(chooser) {
  const reason = chooser.form.elements.reason;
  for (const group of reason.querySelectorAll('optgroup')) {
    const { facts } = group.dataset;
    const fits = !chooser.value || !facts || facts.split(' ').includes(chooser.value);
    group.hidden = !fits;
    group.disabled = !fits;
    if (!fits && group.querySelector('option:checked')) reason.value = '';
  }
}

export function listenToFacts() {
  document.addEventListener('change', (event) => {
    if (event.target.matches('[data-narrows]')) narrow(event.target);
  });
}
