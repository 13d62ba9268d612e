// Runs before the page shows: with scripts, pictures are chosen by buttons; without, or when
// scripts fail, the plain forms stand there.
(function () {
  if (!('noModule' in HTMLScriptElement.prototype)) return;
  var root = document.documentElement;
  function plain() {
    if (!root.dataset.ready) root.classList.remove('scripts');
  }
  root.classList.add('scripts');
  window.addEventListener('error', plain, true);
  window.addEventListener('load', function () { setTimeout(plain, 8000); });
}());
