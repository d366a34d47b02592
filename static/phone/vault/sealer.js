/**
 * Seals one store's records and opens them again, synchronously, so that it works inside a transaction. What indexes and a
 * locked phone need stays readable: ids, numbers, codes, days. Names, addresses, results and bodies do not.
 *
 * @typedef {import('../types.js').Data} Data
 * @typedef {import('../types.js').Box} Box
 *
 * @typedef {object} Keys
 * @property {Uint8Array} rows for records
 * @property {Uint8Array} tokens for what places are found by
 * @property {Uint8Array} delivery agreed with the server's public key: for boxes that only the server (or these keys) opens
 * @property {Omit<Box, 'box'>} to whose public key that was, and ours
 */

import { keyed } from '../search.js';
import { hmacUnder } from '../sync/hash.js';
import { cipher } from './sealers.js';

const NONCE = 12;
const MARK_BYTES = 6;
const MARKS_AT_MOST = 50_000;
/** About a phone's hard limit of doors with their visits: some megabytes. */
const TEXTS_AT_MOST = 12_000;
const DELIVERY = 'doorknock box 1';

/** What stays readable, by store; stores that are not named here are not sealed. @type {Readonly<Record<string, string[]>>} */
const READABLE = {
  events: ['n', 'id', 'kind', 'at', 'touches', 'settled', 'carried', 'held_since', 'root', 'box'],
  drafts: ['place_id', 'id'],
  rows: ['kind', 'id', 'seq', 'grid', 'place_id', 'merged_into', 'day'],
  places: ['id', 'grid', 'group', 'row_order', 'listed', 'open', 'promise', 'back_on'],
  staged: ['kind', 'id', 'grid', 'seq', 'removed'],
};
/** What is opened only when it is asked for: lists look at far more records than they show. @type {Readonly<Record<string, string[]>>} */
const LAZY = {
  events: ['line', 'hash'],
  rows: ['data'],
  places: ['data', 'state', 'last', 'next_try', 'hint', 'do_not_return'],
};
/** The one value of `meta` that is sealed: the token in it would fetch the roster from the server. */
const SECRET_META = 'identity';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Sealer {
  /** @type {Map<string, string>} */
  #marks = new Map();
  /**
   * What was sealed or opened since unlocking, by what it is and its nonce, which no other text ever has: never out of date.
   * @type {Map<string, string>}
   */
  #texts = new Map();
  /** @type {Keys | null} */
  #held;
  #hmac;
  /** Of the enrolment as it stands: it goes into every box, for a locked phone can't show it. */
  #token = '';

  constructor(/** @type {Keys} */ keys) {
    this.#held = keys;
    this.#hmac = hmacUnder(keys.tokens);
  }

  /** Throws once locked, so that a transaction that is still under way ends and leaves nothing. */
  get #keys() {
    if (!this.#held) throw new Error('the store has been locked');
    return this.#held;
  }

  /** Keys are overwritten; whoever still holds this seals and opens nothing more. */
  forget() {
    const keys = this.#held;
    this.#held = null;
    for (const key of keys ? [keys.rows, keys.tokens, keys.delivery] : []) key.fill(0);
    this.#hmac.forget();
    this.#marks.clear();
    this.#texts.clear();
    this.#token = '';
  }

  /** Which of the server's keys boxes are for. */
  get kid() {
    return this.#keys.to.kid;
  }

  /** Whether records of a store are sealed at all. */
  knows(/** @type {string} */ store) {
    return store in READABLE || store === 'meta';
  }

  /**
   * A record as it is stored.
   * @param {string} store
   * @param {any} value
   * @param {string} [name] the key in `meta`
   */
  seal(store, value, name) {
    if (store === 'meta') return name === SECRET_META ? this.#identity(value) : value;
    if (isShared(store, value)) return value;
    const { kept, secret } = parted(store, value);
    if (store === 'places') kept.tokens = keyed(value.tokens ?? [], (word) => this.mark(word));
    if (store === 'events' && !value.line) delete kept.box;
    else if (store === 'events') kept.box ??= this.box(value.line);
    return { ...kept, ...this.#whole(aboutOf(store, value), secret) };
  }

  /**
   * A record as screens know it. One that is not sealed, from before the lock was set, goes through as it is.
   * @param {string} store
   * @param {any} stored
   */
  open(store, stored) {
    if (!stored?.sealed) return stored;
    const { sealed, ...kept } = stored;
    if (store === 'meta') return this.#known(this.#opened(`meta/${SECRET_META}`, sealed));
    const about = aboutOf(store, stored);
    if (!LAZY[store]) return { ...kept, ...this.#opened(about, sealed) };
    /** @type {Data | undefined} */
    let secret;
    for (const name of LAZY[store]) {
      const get = () => {
        secret ??= this.#opened(about, sealed);
        return secret[name];
      };
      Object.defineProperty(kept, name, { get, enumerable: true, configurable: true });
    }
    return kept;
  }

  #identity(/** @type {any} */ identity) {
    return this.#whole(`meta/${SECRET_META}`, this.#known(identity));
  }

  #known(/** @type {any} */ identity) {
    this.#token = identity.token;
    return identity;
  }

  /** @param {string} about @param {unknown} value */
  #whole(about, value) {
    const text = JSON.stringify(value);
    const sealed = this.#put(this.#keys.rows, about, text);
    this.#remember(nameOf(about, sealed), text);
    return { sealed };
  }

  /** @param {string} about @param {Uint8Array} sealed @returns {Data} */
  #opened(about, sealed) {
    const name = nameOf(about, sealed);
    const { rows } = this.#keys;
    const text = this.#texts.get(name) ?? this.#take(rows, about, sealed);
    this.#remember(name, text);
    return JSON.parse(text);
  }

  #remember(/** @type {string} */ name, /** @type {string} */ text) {
    if (this.#texts.size >= TEXTS_AT_MOST) this.#texts.delete(this.#texts.keys().next().value ?? '');
    this.#texts.set(name, text);
  }

  /** @param {Uint8Array} key @param {string} about what these bytes are of: put elsewhere they do not open @param {string} text */
  #put(key, about, text) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const bytes = cipher().seal(key, nonce, encoder.encode(about), encoder.encode(text));
    const sealed = new Uint8Array(NONCE + bytes.length);
    sealed.set(nonce);
    sealed.set(bytes, NONCE);
    return sealed;
  }

  /** @param {Uint8Array} key @param {string} about @param {Uint8Array} sealed */
  #take(key, about, sealed) {
    const bytes = cipher().open(key, sealed.subarray(0, NONCE), encoder.encode(about), sealed.subarray(NONCE));
    return decoder.decode(bytes);
  }

  /** What stands in an index for a word. */
  mark(/** @type {string} */ word) {
    const known = this.#marks.get(word);
    if (known) return known;
    const mark = btoa(String.fromCharCode(...this.#hmac.of(word).subarray(0, MARK_BYTES)));
    if (this.#marks.size >= MARKS_AT_MOST) this.#marks.clear();
    this.#marks.set(word, mark);
    return mark;
  }

  /**
   * A frozen line, or none (a knock), for the server alone.
   * @param {string | null} line
   * @returns {Box}
   */
  box(line) {
    const text = JSON.stringify({ token: this.#token, receipt: this.#keys.to.receipt, line });
    return { ...this.#keys.to, box: base64(this.#put(this.#keys.delivery, DELIVERY, text)) };
  }

  /** The line in one of one's own boxes; null where other keys made it. @returns {string | null} */
  unbox(/** @type {Box} */ { box }) {
    try {
      return JSON.parse(this.#take(this.#keys.delivery, DELIVERY, bytesOf(box))).line;
    } catch {
      return null;
    }
  }
}

function nameOf(/** @type {string} */ about, /** @type {Uint8Array} */ sealed) {
  return about + String.fromCharCode(...sealed.subarray(0, NONCE));
}

/** Regions, campaigns and materials are nobody's secret, and a locked phone asks them. */
function isShared(/** @type {string} */ store, /** @type {any} */ value) {
  return !READABLE[store] || ((store === 'rows' || store === 'staged') && !value.grid);
}

/** @param {string} store @param {Data} value */
function parted(store, value) {
  const readable = READABLE[store] ?? [];
  /** @type {Data} */
  const kept = {};
  /** @type {Data} */
  const secret = {};
  for (const [name, each] of Object.entries(value)) {
    if (name === 'tokens' || each === undefined) continue;
    if (readable.includes(name)) kept[name] = each;
    else secret[name] = each;
  }
  return { kept, secret };
}

function aboutOf(/** @type {string} */ store, /** @type {Data} */ { kind, id, n, place_id }) {
  if (store === 'events') return `events/${n}`;
  return store === 'drafts' ? `drafts/${place_id}` : `${store}/${kind ?? ''}/${id}`;
}

/** URL-safe, without padding. */
export function base64(/** @type {Uint8Array} */ bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @returns {Uint8Array<ArrayBuffer>} */
export function bytesOf(/** @type {string} */ text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}
