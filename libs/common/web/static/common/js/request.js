// Requests of our scripts: same origin, with the CSRF token, asking for JSON.
export const token = () => document.querySelector('meta[name="csrf-token"]').content;

export const headers = () => ({ 'X-CSRFToken': token(), Accept: 'application/json' });

export async function post(url, fields = {}) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) body.append(name, one);
  }
  const answer = await fetch(url, { method: 'POST', body, headers: headers(), credentials: 'same-origin' });
  const data = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, data };
}

export async function pageAt(url, options = {}) {
  const asking = { ...headers(), Accept: 'text/html' };
  const answer = await fetch(url, { ...options, credentials: 'same-origin', headers: asking });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}
