/** One seed: a few days of three phones and a village, then quiet, then the evidence. */

import { ACTS, WEIGHTS } from './accidents.mjs';
import { Deeds } from './deeds.mjs';
import { mustBeGone } from './erased.mjs';
import { Phone } from './phone.mjs';
import { settled, World } from './world.mjs';

/**
 * @typedef {{device_id: string, worker_id: string, n: number, event_id: string, kind: string, state: string, code: string | null, detail: string | null, waits_for: string | null, sha: string, prev: string, line: string}} Line
 * @typedef {{id: string, worker_id: string, held: [number, number][], revoked: boolean, heard: boolean, attention: {n: number, code: string}[]}} Device
 * @typedef {{code: string, visits: number, app: Record<string, number>, children: Node[], grids: Node[]} & Record<string, any>} Node
 *
 * @typedef {object} Dump what the server has in the end
 * @property {Line[]} journal
 * @property {{event_id: string}[]} strays
 * @property {{device_id: string, sha256: string, state: string}[]} blobs
 * @property {Device[]} devices
 * @property {{id: string, kind: string, seq: number, body: any}[]} deeds
 * @property {Record<string, {grid: string, group_code: string | null, source: string, status: string, contact_name: string | null, landmark: string | null, phone: string | null}>} places
 * @property {string[]} erased ids that never return
 * @property {Record<string, Record<string, any>>} rows by grid, then by kind and id
 * @property {Record<string, Record<string, any>>} feed the same as pulled from nothing
 * @property {Record<string, string[]>} scope by username
 * @property {Record<string, string>} worker ids by username
 * @property {Node} coverage
 * @property {{ok: boolean, events: number, problems: object[]}} verify
 * @property {{events: number, rows: number, different: number}} rebuild
 */

/** Most accidents need few steps to meet, some need many. */
const STEPS = [6, 8, 12, 26];
const QUIET_LIMIT_MS = 60_000;
/** An idle phone asks every half minute at the latest. */
const POLL_MS = 35_000;

export class Run {
  /** @type {Phone[]} */
  phones = [];
  /** @type {Map<string, import('./disk.mjs').Disk>} */
  backups = new Map();
  /** @type {Set<string>} ids that an accident took from every place that had them */
  gone = new Set();
  /** @type {Set<string>} enrolments that were ever switched off */
  revoked = new Set();
  /** @type {string[]} doors whose households asked to be erased */
  erased = [];
  /** @type {{ask: string, place: string, word: string}[]} questions that the office put, and the server knows */
  questions = [];
  questionsKept = 0;
  /** @type {string[]} items that were ever decided */
  decided = [];
  /** @type {string[]} */
  late = [];
  doors = 20;
  adults = 2;
  hasCopy = false;
  /** @type {string[]} */
  placeIds = [];

  /**
   * @param {number} seed
   * @param {import('./server.mjs').Server} server
   */
  constructor(seed, server) {
    this.world = new World(seed);
    this.server = server;
    this.dice = this.world.dice.fork();
    this.deeds = new Deeds(this.world);
  }

  ask(/** @type {string} */ op, /** @type {object} */ more = {}) {
    return this.server.ask(this.world.now, op, more);
  }

  command(/** @type {string[]} */ ...args) {
    return this.ask('command', { args });
  }

  importRoster() {
    return this.ask('import', { from: 1, to: this.doors + 1, adults: this.adults });
  }

  /** Notes what an accident takes away for good: what somebody had before, and nobody has after. */
  async losing(/** @type {() => Promise<unknown>} */ accident) {
    await settled();
    const before = await this.#everywhere();
    await accident();
    const after = await this.#everywhere();
    for (const id of before) if (!after.has(id)) this.gone.add(id);
  }

  async #everywhere() {
    const ids = new Set(await this.ask('ids'));
    for (const { disk } of this.phones) for (const id of disk.eventIds()) ids.add(id);
    return ids;
  }

  /** Plays the seed to its end and answers with the evidence. */
  async play(steps = this.dice.pick(STEPS)) {
    this.server.journaled = {};
    await this.ask('reset', { seed: this.world.seed });
    this.placeIds = await this.ask('places');
    for (const [name, username] of PHONES) {
      const phone = new Phone(this.world, this.server, name, username);
      this.phones.push(phone);
      await phone.enrol();
      phone.network.trouble = this.dice.pick([0, 0.2, 0.5]);
    }
    await this.world.advance(2_000);
    for (let step = 0; step < steps; step += 1) await this.#step();
    await this.#quiet();
    return this.#evidence();
  }

  async #step() {
    const phone = this.dice.pick(this.phones);
    if (!phone.pages.length && this.dice.chance(0.7)) await phone.open();
    await ACTS[this.dice.weighted(WEIGHTS)]?.(this, phone);
    await this.world.advance(this.dice.whole(0, 3_000));
  }

  /** Faults off, nobody touches anything; within a minute nothing waits, and soon everybody knows all. */
  async #quiet() {
    this.world.say('—— 一切正常了 ——');
    await this.ask('clock', { minutes: 0 });
    for (const phone of this.phones) {
      phone.network.trouble = 0;
      phone.goOnline();
    }
    for (const { network } of this.phones) for (const arrive of [...network.stray]) await arrive();
    await this.importRoster();
    for (const phone of this.phones) if (!phone.page) await phone.open();
    for (const phone of this.phones) if (!phone.identity) await phone.enrol();
    const hangs = () => this.phones.some(({ network }) => network.hanging.size > 0);
    for (let waited = 0; waited < 70_000 && hangs(); waited += 1_000) await this.world.advance(1_000);
    for (let waited = 0; waited < QUIET_LIMIT_MS && (await this.#late()).length; waited += 5_000) {
      await this.world.advance(5_000);
    }
    this.late = await this.#late();
    await this.world.advance(POLL_MS);
  }

  async #late() {
    const found = [];
    const epoch = await this.ask('epoch');
    for (const phone of this.phones) found.push(...(await late(phone, this.revoked, epoch)));
    return found;
  }

  async #evidence() {
    const phones = [];
    for (const phone of this.phones) phones.push(...(await phone.evidence(this.revoked)));
    /** @type {Dump} */
    const server = await this.ask('dump');
    for (const phone of this.phones) phone.kill();
    const intents = [...this.deeds.intents.values()].flat();
    const words = mustBeGone({ server, intents, drafts: this.deeds.drafts, questions: this.questions });
    return {
      server,
      phones,
      intents,
      asked: this.erased,
      words,
      /** @type {{word: string, where: string}[]} */
      said: words.length ? await this.ask('search', { words }) : [],
      gone: [...this.gone],
      off: [...this.revoked],
      late: this.late,
      faults: this.phones.reduce((sum, { network }) => sum + network.faults, 0),
    };
  }
}

const PHONES = /** @type {[string, string][]} */ ([
  ['甲机', 'liuguixiang'],
  ['乙机', 'liuguixiang'],
  ['丙机', 'zhaojian'],
]);

/** @returns {Promise<string[]>} */
async function late(/** @type {Phone} */ phone, /** @type {Set<string>} */ revoked, /** @type {string} */ epoch) {
  const page = phone.page;
  if (!page || !phone.storeOf(page)) return [`I5 ${phone.name} would not open`];
  const found = [];
  for (const { worker, db } of await phone.stores(page)) {
    const { waiting } = await page.core.strip(db);
    const contact = await db.meta('contact');
    if (revoked.has((await db.meta('identity'))?.device_id)) continue;
    if (waiting) found.push(`I5 ${phone.name} still has ${waiting} of ${worker} waiting after a quiet minute`);
    if (contact && contact.epoch !== epoch)
      found.push(`I5 ${phone.name} has not asked for ${worker} since the server began another life`);
  }
  return found;
}

/** @typedef {Awaited<ReturnType<Run['play']>>} Evidence */
