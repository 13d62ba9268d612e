// Words for scripts stand in the page's <template id="words">, so that they are translated there.
export function word(name, params = {}) {
  const source = document.getElementById('words').content.querySelector(`[data-word="${name}"]`);
  if (!source) throw new Error(`no word ${name}`);
  return source.textContent.replace(/\{(\w+)\}/g, (all, key) => (key in params ? params[key] : all));
}

// A fresh copy of a <template id="…-template"> of the page.
export function copyOf(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
