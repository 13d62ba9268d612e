// Pictures wait here from the moment of choice until the server has them: the camera of a phone
// may end the page, a tunnel the connection. Where the browser refuses a store, nothing waits.
const NAME = 'shencai';
const STORE = 'pictures';

function open() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function inStore(mode, act) {
  let database;
  try {
    database = await open();
    return await new Promise((done, failed) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error);
    });
  } catch {
    return undefined;
  } finally {
    if (database) database.close();
  }
}

// An item: key, owner, material, request, blob, from (bytes of the photo), confirmed, at.
export const keep = (item) => inStore('readwrite', (store) => store.put(item));
export const forget = (key) => inStore('readwrite', (store) => store.delete(key));

// What waits for this owner; what waits for somebody else on this phone is removed.
export async function waiting(owner) {
  const items = (await inStore('readonly', (store) => store.getAll())) || [];
  await Promise.all(items.filter((item) => item.owner !== owner).map((item) => forget(item.key)));
  return items.filter((item) => item.owner === owner).sort((a, b) => a.at - b.at);
}

// 128 random bits: `crypto.randomUUID` is missing on pages without https.
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('');
