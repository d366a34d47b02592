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
import { aboutOf, isKnown, isShared, parted, whole } from './parts.js';
import { cipher } from './sealers.js';

const NONCE = 12;
const TAG = 16;
/** To ask for randomness costs more than to use it: so many nonces at once. */
const NONCES = 200;
/** Bytes of the longest text that is sealed without a buffer of its own. */
const SCRATCH = 16_384;
/** A UTF-16 unit is at most so many bytes of UTF-8. */
const WIDEST = 3;
/** A mark is three characters made of so many bytes of the key's stream, which none but its holder can tell from chance. */
const ZEROS = new Uint8Array(6);
/** Characters below this are whole by themselves, and come before the last of all. */
const PLAIN = 0x7fff;
/** Bytes that become characters in one call: some browsers take no more arguments than some ten thousand. */
const AT_ONCE = 4_096;
/** Stands in no text. */
const FILL = 0xff;
const MARKS_AT_MOST = 50_000;
/** About a phone's hard limit of doors with their visits: some megabytes. */
const TEXTS_AT_MOST = 12_000;
const DELIVERY = 'doorknock box 1';

/** The one value of `meta` that is sealed: the token in it would fetch the roster from the server. */
const SECRET_META = 'identity';
const ENROLMENT = `meta/${SECRET_META}`;

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
  /**
   * The marks of places as they were last opened: a visit changes no word that its door is found by.
   * @type {Map<string, {data: Data, marks: string[]}>}
   */
  #marked = new Map();
  /** The last box: a save needs it twice. @type {{line: string | null, box: Box} | null} */
  #boxed = null;
  #nonces = new Uint8Array(NONCE * NONCES);
  #used = NONCE * NONCES;
  #scratch = new Uint8Array(SCRATCH);
  /** @type {Keys | null} */
  #held;
  /** Of the enrolment as it stands: it goes into every box, for a locked phone can't show it. */
  #token = '';
  /** The enrolment as it was opened last, by its nonce: every reading of `meta` asks it. @type {{name: string, identity: Data} | null} */
  #enrolled = null;

  constructor(/** @type {Keys} */ keys) {
    this.#held = keys;
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
    this.#marks.clear();
    this.#texts.clear();
    this.#marked.clear();
    this.#boxed = null;
    this.#scratch.fill(0);
    this.#token = '';
    this.#enrolled = null;
  }

  /** Which of the server's keys boxes are for. */
  get kid() {
    return this.#keys.to.kid;
  }

  /** Whether these are the keys of the lock that the store has: another page may have taken it off, or put another on. */
  isOf(/** @type {import('../types.js').Vault | null | undefined} */ vault) {
    return vault?.state === 'sealed' && vault.to.epk === this.#held?.to.epk;
  }

  /** Whether records of a store are sealed at all. */
  knows(/** @type {string} */ store) {
    return isKnown(store) || store === 'meta';
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
    if (store === 'places') kept.tokens = this.#marksOf(value);
    if (store === 'events' && !value.line) delete kept.box;
    else if (store === 'events') kept.box ??= this.box(value.line);
    const [about, text] = [aboutOf(store, value), JSON.stringify(secret)];
    kept.sealed = this.#put(this.#keys.rows, about, text);
    // The transaction that wrote it reads it again to fold its place; of rows a pull would remember thousands.
    if (store === 'events') this.#remember(nameOf(about, kept.sealed), text);
    return kept;
  }

  /**
   * A record as screens know it. One that is not sealed, from before the lock was set, goes through as it is.
   * @param {string} store
   * @param {any} stored
   */
  open(store, stored) {
    if (!stored?.sealed) return stored;
    const { sealed, ...kept } = stored;
    if (store === 'meta') return this.#enrolment(sealed);
    return whole(store, kept, () => {
      const secret = this.#opened(aboutOf(store, stored), sealed);
      if (store === 'places') this.#marked.set(kept.id, { data: secret.data, marks: kept.tokens });
      return secret;
    });
  }

  /** @param {Uint8Array} sealed @returns {Data} nobody changes it: it is replaced as a whole */
  #enrolment(sealed) {
    const name = nameOf(ENROLMENT, sealed);
    if (this.#enrolled?.name !== name)
      this.#enrolled = { name, identity: this.#known(this.#opened(ENROLMENT, sealed)) };
    return this.#enrolled.identity;
  }

  #identity(/** @type {any} */ identity) {
    this.#enrolled = null; // what is put may not stay: the next to open it says which it is
    return { sealed: this.#put(this.#keys.rows, ENROLMENT, JSON.stringify(this.#known(identity))) };
  }

  #known(/** @type {any} */ identity) {
    this.#token = identity.token;
    this.#boxed = null;
    return identity;
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
    const of = this.#bytes(about, 0);
    const bytes = this.#bytes(text, of.length);
    const sealed = new Uint8Array(NONCE + bytes.length + TAG);
    const nonce = sealed.subarray(0, NONCE);
    nonce.set(this.#nonce());
    cipher().seal(key, nonce, of, bytes, sealed.subarray(NONCE));
    return sealed;
  }

  /** A text's bytes; nothing is allocated for one that is not long. @param {string} text @param {number} from where in the buffer */
  #bytes(text, from) {
    const room = this.#scratch.subarray(from);
    if (text.length * WIDEST > room.length) return encoder.encode(text);
    return room.subarray(0, encoder.encodeInto(text, room).written);
  }

  #nonce() {
    if (this.#used === this.#nonces.length) {
      crypto.getRandomValues(this.#nonces);
      this.#used = 0;
    }
    this.#used += NONCE;
    return this.#nonces.subarray(this.#used - NONCE, this.#used);
  }

  /** @param {Uint8Array} key @param {string} about @param {Uint8Array} sealed */
  #take(key, about, sealed) {
    const bytes = cipher().open(key, sealed.subarray(0, NONCE), encoder.encode(about), sealed.subarray(NONCE));
    return decoder.decode(bytes);
  }

  /** What stands in the index for a place's words. @param {Data} view @returns {string[]} */
  #marksOf({ id, tokens = [], data }) {
    const known = this.#marked.get(id);
    if (tokens.length && known && JSON.stringify(known.data) === JSON.stringify(data)) return known.marks;
    return keyed(tokens, (word) => this.mark(word));
  }

  /** What stands in an index for a word, or for the beginning of one: no longer than a nonce, and in its place. */
  mark(/** @type {string} */ word) {
    const known = this.#marks.get(word);
    if (known) return known;
    const place = new Uint8Array(NONCE).fill(FILL);
    encoder.encodeInto(word, place);
    const [a = 0, b = 0, c = 0] = new Uint16Array(cipher().mark(this.#keys.tokens, place, ZEROS).buffer);
    const mark = String.fromCharCode(a & PLAIN, b & PLAIN, c & PLAIN);
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
    if (line && this.#boxed?.line === line) return this.#boxed.box;
    const text = JSON.stringify({ token: this.#token, receipt: this.#keys.to.receipt, line });
    const box = { ...this.#keys.to, box: base64(this.#put(this.#keys.delivery, DELIVERY, text)) };
    this.#boxed = { line, box };
    return box;
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

/** URL-safe, without padding. */
export function base64(/** @type {Uint8Array} */ bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @returns {Uint8Array<ArrayBuffer>} */
export function bytesOf(/** @type {string} */ text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}
