/** Node has neither Cache Storage nor localStorage; these keep what a browser would. */

class LocalStorage {
  /** @type {Map<string, string>} */
  items = new Map();
  getItem(/** @type {string} */ key) {
    return this.items.get(key) ?? null;
  }
  setItem(/** @type {string} */ key, /** @type {string} */ value) {
    this.items.set(key, value);
    Object.defineProperty(this, key, { value, configurable: true, enumerable: true });
  }
}

class Cache {
  /** @type {Map<string, string>} */
  items = new Map();
  /** @type {Map<string, Headers>} */
  heads = new Map();
  async put(/** @type {string} */ url, /** @type {Response} */ response) {
    this.heads.set(url, response.headers);
    this.items.set(url, await response.text());
  }
  async match(/** @type {{url: string}} */ { url }) {
    return new Response(this.items.get(url), { headers: this.heads.get(url) });
  }
  async keys() {
    return [...this.items.keys()].map((url) => ({ url }));
  }
  async delete(/** @type {string} */ url) {
    return this.items.delete(url);
  }
}

/** Gives Node both, empty, until `takeAway`. */
export function giveStorage() {
  const [cache, local] = [new Cache(), new LocalStorage()];
  Object.assign(globalThis, { caches: { open: async () => cache } });
  Object.defineProperty(globalThis, 'localStorage', { value: local, configurable: true });
  return { cache, local };
}

export function takeAway() {
  Object.assign(globalThis, { caches: undefined });
  Object.defineProperty(globalThis, 'localStorage', { value: undefined, configurable: true });
}
