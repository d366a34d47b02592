/**
 * The virtual clock. Nothing of a run happens by itself: the world lets what is under way come to rest, then moves to
 * the next timer. IndexedDB's own tasks are the only real ones, and they are counted.
 */

import { Dice } from './random.mjs';

const realImmediate = globalThis.setImmediate;
let tasks = 0;
/** @type {(() => void) | null} */
let beforeTask = null;

/** fake-indexeddb asks for it at each step, so every step of every transaction passes here. */
globalThis.setImmediate = /** @type {any} */ (
  (/** @type {() => void} */ work) => {
    tasks += 1;
    return realImmediate(() => {
      tasks -= 1;
      beforeTask?.();
      work();
    });
  }
);

/** Until no transaction has anything left to do and all promises have been heard. */
export async function settled() {
  do await new Promise((resolve) => realImmediate(resolve));
  while (tasks > 0);
}

/** 2026-11-21, nine in the morning in Shanghai. */
export const START = Date.parse('2026-11-21T09:00:00+08:00');

/** @typedef {{at: number, order: number, work: () => unknown}} Timer */

export class World {
  now = START;
  /** @type {Map<number, Timer>} */
  timers = new Map();
  /** @type {string[]} one line a thing that happened */
  history = [];
  #order = 0;

  constructor(/** @type {number} */ seed) {
    this.seed = seed;
    this.dice = new Dice(seed);
  }

  /** Notes what happened, for whoever has to understand a failing seed. */
  say(/** @type {string} */ what) {
    const since = ((this.now - START) / 1000).toFixed(1);
    this.history.push(`${since.padStart(10)} s  ${what}`);
  }

  /** Does something later; returns what cancels it. A timer's work may be asynchronous: the clock waits for it. */
  after(/** @type {number} */ ms, /** @type {() => unknown} */ work) {
    this.#order += 1;
    const id = this.#order;
    this.timers.set(id, { at: this.now + Math.max(0, ms), order: id, work });
    return id;
  }

  cancel(/** @type {number} */ id) {
    this.timers.delete(id);
  }

  /** Lets so much time pass, with everything that happens in it. */
  async advance(/** @type {number} */ ms) {
    const until = this.now + ms;
    for (;;) {
      await settled();
      const next = this.#next(until);
      if (!next) break;
      const [id, timer] = next;
      this.timers.delete(id);
      this.now = Math.max(this.now, timer.at);
      await timer.work();
    }
    this.now = until;
  }

  /**
   * Lets time pass until a promise has ended or the limit is over.
   * @template T
   * @param {Promise<T>} promise
   * @param {number} [limit]
   * @returns {Promise<{done: true, value: T} | {done: false, error?: unknown}>}
   */
  async until(promise, limit = 120_000) {
    /** @type {{done: true, value: T} | {done: false, error?: unknown} | null} */
    let result = null;
    promise.then(
      (value) => {
        result = { done: true, value };
      },
      (error) => {
        result = { done: false, error };
      },
    );
    for (let waited = 0; waited <= limit; waited += 500) {
      await settled();
      if (result) return result;
      if (waited < limit) await this.advance(500);
    }
    return { done: false };
  }

  #next(/** @type {number} */ until) {
    /** @type {[number, Timer] | null} */
    let first = null;
    for (const entry of this.timers) {
      const sooner = !first || entry[1].at < first[1].at || (entry[1].at === first[1].at && entry[0] < first[0]);
      if (entry[1].at <= until && sooner) first = entry;
    }
    return first;
  }

  /** Calls back before the so-manyth coming step of any transaction, in the middle of whatever is going on. */
  arm(/** @type {number} */ steps, /** @type {() => void} */ blow) {
    let left = steps;
    beforeTask = () => {
      left -= 1;
      if (left > 0) return;
      beforeTask = null;
      blow();
    };
  }

  disarm() {
    beforeTask = null;
  }
}
