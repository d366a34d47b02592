/**
 * One real phone in a process of its own, told what to do line by line: `node tests/faults/pocket.mjs`, one JSON
 * request a line in, one JSON answer a line out. It speaks HTTP to whatever address it is given, and what it shows is
 * what the screens would show.
 */

import 'fake-indexeddb/auto';
import '../../static/phone/vault/cipher.js';
import { createInterface } from 'node:readline';
import { Store } from '../../static/phone/db.js';
import { askForDevice, enrol, openStore } from '../../static/phone/enrol.js';
import { putOn } from '../../static/phone/padlock.js';
import { lock } from '../../static/phone/pin.js';
import { exportFile, strip, syncPage } from '../../static/phone/read.js';
import { keepBlob, record, saveVisit } from '../../static/phone/record.js';
import { adopt } from '../../static/phone/sync/fork.js';
import { round } from '../../static/phone/sync/round.js';
import { deliver } from '../../static/phone/vault/deliver.js';
import { newId } from '../../static/shared/ids.js';

let db = new Store('doorknock-0');
let phones = 0;

/** @type {Record<string, (asked: any) => Promise<any>>} */
const VERBS = {
  /** Another phone, of this enrolment. */
  async enrol({ identity }) {
    phones += 1;
    db.close();
    db = new Store(`doorknock-${phones}`);
    await adopt(db, identity);
    return {};
  },

  /** Another phone, that signs in by itself. */
  async sign_in({ base, proof }) {
    const { enrolment } = /** @type {any} */ (
      await enrol(proof, { fetch, appVersion: 'pocket', name: '试验机', base })
    );
    db = await openStore(enrolment);
    return { token: enrolment.token };
  },

  /** The successor of this enrolment. */
  async renew({ base }) {
    const { token } = /** @type {any} */ (await db.meta('identity'));
    const { identity } = /** @type {any} */ (await askForDevice({ renew: true }, { fetch, base, token }));
    await adopt(db, identity);
    return { token: identity.token };
  },

  async record({ kind, body }) {
    const { id } = await record(db, { kind, body, now: Date.now() });
    return { id };
  },

  async photo({ text }) {
    return { sha256: await keepBlob(db, new TextEncoder().encode(text)) };
  },

  async save({ bodies }) {
    for (const body of bodies) await saveVisit(db, { id: newId(), body, now: Date.now() });
    return look();
  },

  async round({ base, idleMs }) {
    const { outcome } = await round({ db, fetch, appVersion: 'pocket', base, ...(idleMs ? { idleMs } : {}) });
    return { outcome, ...(await look()) };
  },

  /** A PIN is put on, and the phone is locked. */
  async lock({ pin }) {
    const done = await putOn(db, pin, Date.now());
    lock(db);
    return { done };
  },

  /** What a phone without its key hands in. */
  async deliver({ base }) {
    const { outcome, sent } = await deliver({ db, fetch, appVersion: 'pocket', base });
    return { outcome, sent };
  },

  async rows() {
    const rows = await db.read(['rows'], (tx) => tx.objectStore('rows').getAll());
    return rows.filter(({ grid }) => grid).map(({ kind, id, data }) => ({ kind, id, data }));
  },
};

/** What the phone shows, and every line that it would hand over. */
async function look() {
  const { held, waiting, attention } = await strip(db);
  const contact = await db.meta('contact');
  const { revoked } = await syncPage(db);
  const lines = (await exportFile(db)).text.trim().split('\n').slice(1);
  return {
    held,
    waiting,
    attention,
    revoked,
    told: contact?.held ?? [],
    unsent: lines.map((line) => JSON.parse(line).n),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await VERBS[asked.op]?.(asked))}\n`);
}
process.exit(0);
