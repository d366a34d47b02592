/** A seeded generator: the same seed makes the same choices in the same order. */

export class Dice {
  constructor(/** @type {number} */ seed) {
    this.state = (seed * 0x9e3779b1 + 0x6d2b79f5) >>> 0;
    for (let i = 0; i < 5; i += 1) this.next();
  }

  /** From 0 up to but not including 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(/** @type {number} */ low, /** @type {number} */ high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Whether something of this probability happens. */
  chance(/** @type {number} */ probability) {
    return this.next() < probability;
  }

  /**
   * One of several.
   * @template T
   * @param {readonly T[]} items not empty
   * @returns {T}
   */
  pick(items) {
    return /** @type {T} */ (items[Math.floor(this.next() * items.length)]);
  }

  /**
   * One name of a table of weights.
   * @param {Record<string, number>} weights
   */
  weighted(weights) {
    let left = this.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [name, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return name;
    }
    return Object.keys(weights)[0] ?? '';
  }

  /** A generator of its own, so that one part's choices do not shift another's. */
  fork() {
    return new Dice(Math.floor(this.next() * 4294967296));
  }
}
