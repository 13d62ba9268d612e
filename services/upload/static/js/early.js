// With scripts, pictures are chosen by buttons; without, or when scripts fail, the plain forms
// stand there. The modules come once the page stands.
(function () {
  var root = document.documentElement;
  var first = (document.currentScript.dataset.first || '').split(' ').filter(Boolean);
  function plain() {
    if (!root.dataset.ready) root.classList.replace('scripts', 'plain');
  }
  root.classList.add('scripts');
  window.addEventListener('error', plain, true);
  window.addEventListener('load', function () {
    setTimeout(plain, 8000);
    // Asked for all at once: each would otherwise wait for the one that names it.
    first.forEach(function (href) {
      var link = document.createElement('link');
      link.rel = href.endsWith('.css') ? 'stylesheet' : 'modulepreload';
      link.href = href;
      document.head.append(link);
    });
    import('../common/js/page.js').catch(plain);
    import('./main.js').catch(plain);
  });
}());
