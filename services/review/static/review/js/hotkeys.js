// Keys of the desk. A key never fires while somebody writes, or an input method composes.
const WRITES = 'input:not([type="radio"]):not([type="checkbox"]), textarea, select, [contenteditable]';
const INPUT_METHOD = 229;
const CODES = { BracketLeft: '[', BracketRight: ']', Minus: '-', Equal: '+', Slash: '/', NumpadAdd: '+', NumpadSubtract: '-' };

export function keyOf(event) {
  if (event.keyCode !== INPUT_METHOD && event.key !== 'Process') {
    return event.key.length === 1 ? event.key.toLowerCase() : event.key;
  }
  const { code } = event;
  if (code.startsWith('Key')) return code.slice(3).toLowerCase();
  if (code.startsWith('Digit') || /^Numpad\d$/.test(code)) return code.slice(-1);
  return CODES[code] || '';
}

export function listen({ single, act, combined }) {
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || document.querySelector('dialog[open]')) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.keyCode !== INPUT_METHOD) {
      event.preventDefault();
      if (!event.repeat) combined();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches(WRITES)) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    if (!single()) return;
    const key = keyOf(event);
    // Enter on a link or button is that link's or button's own.
    if (key === 'Enter' && (event.keyCode === INPUT_METHOD || event.target.closest('a, button, summary'))) return;
    if (act(key, event)) event.preventDefault();
  });
}
