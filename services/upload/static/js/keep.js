// Sheets that came inside the page are fetched once more, late, so that the next page finds them
// kept; the cookie tells the server of which version they are, and that a link is enough.
const sheets = [...document.querySelectorAll('style[data-sheet]')];
const [version] = import.meta.url.split('/s/')[1].split('/');
Promise.all(sheets.map((style) => fetch(style.dataset.sheet))).then((answers) => {
  if (!answers.every((answer) => answer.ok)) return;
  document.cookie = `sheets=${version}; path=/; max-age=31536000; samesite=lax; secure`;
}, () => {});
