/**
 * One open page of a phone: its own globals, its own copy of every module, its own timers. Killing it leaves nothing
 * behind but what is on the disk.
 */

import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import * as fake from 'fake-indexeddb';
import { Disk } from './disk.mjs';
import { Blob, browserResponse, CompressionStream } from './streams.mjs';

/** @typedef {import('./world.mjs').World} World */

const ROOT = new URL('../../static/', import.meta.url);
const ENTRY = new URL('entry.js', ROOT).href;
const MODULES = ['../shared/ids', 'enrol', 'record', 'read', 'sync/round', 'sync/keep', 'sync/view'];
const ENTRY_TEXT = [
  ...MODULES.map((name, i) => `import * as m${i} from './phone/${name}.js';`),
  `globalThis.core = { ${MODULES.map((_, i) => `...m${i}`).join(', ')} };`,
].join('\n');
const CLOCKED = `
  const Builtin = Date;
  globalThis.Date = class Date extends Builtin {
    constructor(...given) { given.length ? super(...given) : super(clock()); }
    static now() { return clock(); }
  };
  Math.random = () => dice();
`;

/** @type {Map<string, string>} */
const texts = new Map([[ENTRY, ENTRY_TEXT]]);
/** What V8 made of each text, so that a page that opens need not parse it again. @type {Map<string, Buffer>} */
const compiled = new Map();

function textOf(/** @type {string} */ url) {
  let text = texts.get(url);
  if (text === undefined) {
    text = readFileSync(new URL(url), 'utf8');
    texts.set(url, text);
  }
  return text;
}

export class Realm {
  dead = false;
  /** @type {Set<any>} */
  connections = new Set();
  /** @type {Map<number, number>} */
  #timers = new Map();
  #lastTimer = 0;
  /** @type {Set<() => void>} what the page asked to be told of, and whatever else ends with it */
  closing = new Set();
  /** @type {Record<string, (() => void)[]>} */
  listeners = {};
  /** @type {any} everything that the core exports */
  core = null;

  /**
   * @param {World} world
   * @param {import('./phone.mjs').Phone} phone
   */
  constructor(world, phone) {
    this.world = world;
    this.phone = phone;
    this.context = vm.createContext(this.#globals());
    vm.runInContext(CLOCKED, this.context);
  }

  async boot() {
    /** @type {Map<string, vm.SourceTextModule>} */
    const modules = new Map();
    const load = (/** @type {string} */ url) => {
      const known = modules.get(url);
      if (known) return known;
      const cachedData = compiled.get(url);
      const module = new vm.SourceTextModule(textOf(url), { context: this.context, identifier: url, cachedData });
      if (!cachedData) compiled.set(url, /** @type {any} */ (module).createCachedData());
      modules.set(url, module);
      return module;
    };
    const entry = load(ENTRY);
    await entry.link((specifier, from) => load(new URL(specifier, from.identifier).href));
    await entry.evaluate();
    this.core = /** @type {any} */ (this.context).core;
    return this;
  }

  /** The power goes: unfinished transactions are undone, and nothing that still runs in here reaches anything. */
  kill() {
    if (this.dead) return;
    this.dead = true;
    for (const timer of this.#timers.values()) this.world.cancel(timer);
    Disk.cut(this.connections);
    for (const end of this.closing) end();
  }

  /** Tells the page of an event of its window. */
  tell(/** @type {string} */ name) {
    for (const listener of this.listeners[name] ?? []) listener();
  }

  #globals() {
    const { phone } = this;
    const listen = (/** @type {string} */ name, /** @type {() => void} */ heard) => {
      this.listeners[name] = [...(this.listeners[name] ?? []), heard];
    };
    return {
      ...fake,
      Error,
      DOMException,
      Uint8Array,
      TextEncoder,
      TextDecoder,
      URL,
      AbortController,
      AbortSignal: { timeout: (/** @type {number} */ ms) => this.#timeout(ms) },
      Blob,
      CompressionStream: phone.traits.gzip ? CompressionStream : undefined,
      Response: browserResponse,
      btoa,
      crypto: { getRandomValues: (/** @type {Uint8Array} */ bytes) => bytes.map((_, i) => this.#byte(bytes, i)) },
      indexedDB: { open: (/** @type {string} */ name, /** @type {number} */ version) => this.#open(name, version) },
      setTimeout: (/** @type {(...given: any[]) => void} */ work, ms = 0, /** @type {any[]} */ ...given) =>
        this.#later(() => work(...given), ms),
      clearTimeout: (/** @type {number} */ id) => this.#forget(id),
      clock: () => Math.floor(this.world.now + phone.skew),
      dice: () => phone.dice.next(),
      fetch: (/** @type {string} */ url, /** @type {any} */ init) => phone.network.fetch(this, url, init),
      localStorage: phone.traits.canary ? this.#local() : undefined,
      caches: phone.traits.canary ? { open: async (/** @type {string} */ name) => this.#cache(name) } : undefined,
      BroadcastChannel: phone.channel(this),
      navigator: phone.navigator(this),
      addEventListener: listen,
      removeEventListener: () => {},
      document: { visibilityState: 'visible', addEventListener: listen, removeEventListener: () => {} },
      location: { origin: 'https://doorknock.example' },
    };
  }

  #byte(/** @type {Uint8Array} */ bytes, /** @type {number} */ i) {
    bytes[i] = this.phone.dice.whole(0, 255);
    return bytes[i];
  }

  #open(/** @type {string} */ name, /** @type {number} */ version) {
    if (this.dead) throw new DOMException('gone', 'InvalidStateError');
    const request = this.phone.disk.databases.open(name, version);
    const note = () => {
      if (this.dead) request.result.close();
      else this.connections.add(request.result);
    };
    request.addEventListener('upgradeneeded', note);
    request.addEventListener('success', note);
    return request;
  }

  #later(/** @type {() => void} */ work, /** @type {number} */ ms) {
    this.#lastTimer += 1;
    const id = this.#lastTimer;
    if (this.dead) return id;
    const timer = this.world.after(ms, () => {
      this.#timers.delete(id);
      if (!this.dead) work();
    });
    this.#timers.set(id, timer);
    return id;
  }

  #forget(/** @type {number} */ id) {
    const timer = this.#timers.get(id);
    if (timer !== undefined) this.world.cancel(timer);
    this.#timers.delete(id);
  }

  #timeout(/** @type {number} */ ms) {
    const control = new AbortController();
    this.#later(() => control.abort(), ms);
    return control.signal;
  }

  #local() {
    const { local } = this.phone.disk;
    return {
      getItem: (/** @type {string} */ key) => local.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => this.dead || local.set(key, value),
    };
  }

  #cache(/** @type {string} */ name) {
    const all = this.phone.disk.caches;
    const cache = all.get(name) ?? new Map();
    if (!this.dead) all.set(name, cache);
    const urlOf = (/** @type {any} */ request) => request.url ?? request;
    return {
      put: async (/** @type {any} */ request, /** @type {any} */ response) =>
        this.dead || cache.set(urlOf(request), await response.text()),
      keys: async () => [...cache.keys()].map((url) => ({ url })),
      match: async (/** @type {any} */ request) => browserResponse.of(cache.get(urlOf(request))),
      delete: async (/** @type {any} */ request) => this.dead || cache.delete(urlOf(request)),
    };
  }
}
