/** One phone in somebody's hand: its disk, its open pages, its clock, and what its worker does with it. */

import { Disk } from './disk.mjs';
import { Network } from './network.mjs';
import { Realm } from './realm.mjs';
import { settled } from './world.mjs';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {{done: true, value: any} | {done: false, error?: unknown, killed: boolean}} Came */

const APP = 'simulator';

export class Phone {
  disk = new Disk();
  /** how far its clock is off, in milliseconds */
  skew = 0;
  /** @type {Realm[]} */
  pages = [];
  /** @type {string[]} ids whose loss the phone has said aloud */
  mourned = [];
  /** @type {string[]} what it showed that must never be shown */
  lies = [];
  /** @type {Map<string, Promise<unknown>>} */
  #locks = new Map();
  /** @type {Map<Realm, any>} */
  #stores = new Map();

  /**
   * @param {World} world
   * @param {import('./server.mjs').Server} server
   * @param {string} name
   * @param {string} username whose it is
   */
  constructor(world, server, name, username) {
    this.world = world;
    this.server = server;
    this.name = name;
    this.username = username;
    this.dice = world.dice.fork();
    this.network = new Network(world, server, name);
    const { dice } = this;
    const isOld = dice.chance(0.2);
    this.traits = { gzip: dice.chance(0.6) && !isOld, locks: dice.chance(0.7), canary: dice.chance(0.8), isOld };
  }

  /** A worker signs in with a code from the office. */
  async enrol() {
    const page = await this.#page();
    for (let tries = 0; tries < 12; tries += 1) {
      const { code } = await this.server.ask(this.world.now, 'code', { username: this.username });
      const fetch = page.context.fetch;
      const came = await this.world.until(page.core.enrol({ code }, { fetch, appVersion: APP, name: this.name }));
      if (page.dead) return;
      if (came.done && came.value.ok) break;
      await this.world.advance(5_000);
    }
    await this.#start(page);
  }

  /** The worker signs out and hands the phone to another, who signs in. */
  async handOver(/** @type {string} */ username) {
    const page = this.page;
    if (!page) return;
    const came = await this.did(page, () => page.core.signOut());
    this.kill();
    if (!came.done) return;
    this.username = username;
    await this.enrol();
  }

  /** Opens a page, or one more, as a tap on the icon does. */
  async open() {
    await this.#start(await this.#page());
  }

  async #page() {
    const page = await new Realm(this.world, this).boot();
    this.pages.push(page);
    return page;
  }

  async #start(/** @type {Realm} */ page) {
    const { core } = page;
    const came = await this.did(page, async () => {
      const active = await core.activeEnrolment();
      if (!active) return null;
      const db = await core.openStore(active);
      const { lost } = await core.canary(db);
      if (lost.length) await core.acceptLoss(db, lost);
      return { db, lost };
    });
    if (!came.done || !came.value) return;
    this.mourned.push(...came.value.lost);
    this.#stores.set(page, came.value.db);
    const fetch = page.context.fetch;
    const onRound = (/** @type {any} */ { store }, /** @type {any} */ result) => this.#looked(page, store, result);
    core.keepInSync({ fetch, appVersion: APP, onRound });
    await settled();
  }

  /** The store of an open page, or null where nobody is signed in. */
  storeOf(/** @type {Realm} */ page) {
    return this.#stores.get(page) ?? null;
  }

  /** A page to work with, or null while the phone is off. @returns {Realm | null} */
  get page() {
    const live = this.pages.filter((page) => this.#stores.has(page));
    return live.length ? this.dice.pick(live) : null;
  }

  /**
   * Lets the page do something and waits for it; the power may go meanwhile. Whatever else stops it breaks the trial.
   * @param {Realm} page
   * @param {() => Promise<any>} deed
   * @returns {Promise<Came>}
   */
  async did(page, deed) {
    /** @type {Came} */
    let came = { done: false, killed: false };
    if (!page.dead) {
      deed().then(
        (value) => {
          if (!page.dead) came = { done: true, value };
        },
        (error) => {
          if (!page.dead) came = { done: false, error, killed: false };
        },
      );
    }
    await settled();
    if (page.dead) return came.done ? came : { done: false, killed: true };
    if (!came.done) throw new Error(`${this.name}: a deed neither ended nor was cut off: ${came.error}`);
    return came;
  }

  /** There is signal again, and the browser says so. */
  goOnline() {
    if (this.network.online) return;
    this.network.online = true;
    for (const page of this.pages) page.tell('online');
  }

  /** The power goes. */
  kill() {
    for (const page of this.pages) page.kill();
    this.pages = [];
    this.#stores.clear();
    this.#locks.clear();
  }

  /** Another disk takes the place of this one: an older backup, or an empty one. */
  replaceDisk(/** @type {Disk} */ disk) {
    this.kill();
    this.disk = disk;
    this.username = disk.worker ?? this.username;
  }

  /** After a round: what the strip says must be covered by what the journal had. */
  async #looked(/** @type {Realm} */ page, /** @type {string} */ store, /** @type {any} */ result) {
    const db = this.storeOf(page);
    if (db?.name !== store || page.dead) return;
    const { outcome, sent } = result;
    if (outcome !== 'ok' || sent) this.world.say(`${this.name} 同步 ${outcome} 送到 ${sent}`);
    const { held } = await page.core.strip(db);
    const identity = await db.meta('identity');
    const most = this.server.journaled[identity?.device_id] ?? 0;
    if (held > most) this.lies.push(`I8 ${this.name} says ${held} held, the journal never had more than ${most}`);
    if (result.outcome !== 'ok' || result.more) return;
    // Both at one instant: another page of this phone may be taking an answer in right now.
    const { contact, rows } = await db.read(['meta', 'rows'], async (/** @type {any} */ tx) => {
      return { contact: await tx.objectStore('meta').get('contact'), rows: await rowsOf(tx) };
    });
    if (!contact) return; // enrolled anew meanwhile: only the next round says what its grids are
    const grids = new Set(rows.flatMap((/** @type {any} */ row) => row.grid ?? []));
    const outside = [...grids].filter((grid) => !contact.scope.includes(grid));
    if (outside.length) this.lies.push(`I6 ${this.name} holds rows of ${outside} after a completed sync`);
  }

  /** The worker who is signed in now, as its disk has it; undefined where it is not. */
  get identity() {
    const store = this.disk.get('doorknock', 'settings', 'active');
    return store ? this.disk.get(store, 'meta', 'identity') : undefined;
  }

  /**
   * Every enrolment that this phone holds, open.
   * @returns {Promise<{worker: string, active: boolean, db: any}[]>}
   */
  async stores(/** @type {Realm} */ page) {
    const found = [];
    for (const enrolment of await page.core.enrolments()) {
      const { worker, active } = enrolment;
      found.push({ worker: worker.username, active, db: await page.core.openStore(enrolment) });
    }
    return found;
  }

  /** What the phone has and shows in the end, of each worker who has it or had it. */
  async evidence(/** @type {Set<string>} */ revoked) {
    await settled();
    const page = this.page;
    if (!page || !this.storeOf(page)) throw new Error(`${this.name} does not open`);
    const stores = await this.stores(page);
    const found = [];
    for (const store of stores) found.push(await this.#evidenceOf(page, store, revoked));
    // Lines of a worker whose database is gone and who has not come back: the rescue page hands them over.
    const apart = (await page.core.copiesApart()).filter((/** @type {any} */ group) =>
      stores.every(({ db }) => db.name !== group.store),
    );
    const rescued = apart.flatMap((/** @type {any} */ { lines }) =>
      lines.map((/** @type {string} */ line) => `${line}\n`),
    );
    return found.map((each) => ({ ...each, file: each.file + rescued.join('') }));
  }

  async #evidenceOf(
    /** @type {Realm} */ page,
    /** @type {{worker: string, active: boolean, db: any}} */ { worker, active, db },
    /** @type {Set<string>} */ revoked,
  ) {
    const store = db.name;
    const identity = this.disk.get(store, 'meta', 'identity');
    const views = () => Object.fromEntries(this.disk.all(store, 'places').map((view) => [view.id, view]));
    const shown = views();
    /** @type {{n: number | null, code: string, detail: string | null}[]} */
    const attention = (await page.core.syncPage(db)).attention;
    /** @type {{held: number, waiting: number, attention: number}} */
    const strip = await page.core.strip(db);
    const evidence = {
      name: this.name,
      username: worker,
      active,
      revoked: revoked.has(identity?.device_id),
      lies: active ? this.lies : [],
      mourned: active ? this.mourned : [],
      identity,
      contact: this.disk.get(store, 'meta', 'contact'),
      events: this.disk.all(store, 'events'),
      blobs: /** @type {string[]} */ (this.disk.all(store, 'blobs').map(({ hash }) => hash)),
      rows: this.disk.all(store, 'rows'),
      strip,
      attention,
      file: String((await page.core.exportFile(db)).text),
      shown,
      text: this.disk.textOf(store),
    };
    await db.write(['meta', 'events', 'rows', 'places'], (/** @type {any} */ tx) =>
      page.core.refold(tx, [...Object.keys(shown), ...evidence.rows.map(({ id }) => id)]),
    );
    return { ...evidence, refolded: views() };
  }

  /** navigator, with Web Locks where this phone has them. */
  navigator(/** @type {Realm} */ realm) {
    const self = this;
    const locks = {
      request: (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ work) => {
        const before = self.#locks.get(name) ?? Promise.resolve();
        const closed = new Promise((resolve) => realm.closing.add(() => resolve(undefined)));
        const mine = before.then(() => (realm.dead ? new Promise(() => {}) : work()));
        const over = Promise.race([mine.catch(() => {}), closed]);
        self.#locks.set(name, over);
        return mine;
      },
    };
    return {
      ...(this.traits.locks ? { locks } : {}),
      get onLine() {
        return self.network.online;
      },
    };
  }

  /** BroadcastChannel between the pages of this phone. */
  channel(/** @type {Realm} */ realm) {
    const phone = this;
    return class {
      constructor(/** @type {string} */ name) {
        this.name = name;
        /** @type {((message: any) => void) | null} */
        this.onmessage = null;
        phone.ears.add(this);
        realm.closing.add(() => this.close());
      }

      postMessage(/** @type {any} */ data) {
        for (const ear of phone.ears) {
          if (ear !== this && ear.name === this.name) phone.world.after(1, () => void ear.onmessage?.({ data }));
        }
      }

      close() {
        phone.ears.delete(this);
      }
    };
  }
  /** @type {Set<any>} */
  ears = new Set();
}

function rowsOf(/** @type {any} */ tx) {
  return tx.objectStore('rows').getAll();
}
