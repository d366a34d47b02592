/** One server, many phones: what the tests of rounds share. */

import { enrolments, registry } from '../../../static/phone/enrol.js';
import { saveVisit } from '../../../static/phone/record.js';
import { adopt } from '../../../static/phone/sync/fork.js';
import { round } from '../../../static/phone/sync/round.js';
import { FakeServer } from './server.js';
import { body, emptyPhone, IDENTITY, LI, NOW, newId, SHARED, WANG } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

export const server = await new FakeServer().start();

/** The server as on the first day: the village and no phone. */
export function reset() {
  const { base, http } = server;
  Object.assign(server, new FakeServer(), { base, http });
  for (const row of [...SHARED, WANG, LI]) server.put(row);
}

/** The same, and a phone on which nobody ever signed in. */
export async function resetAll() {
  reset();
  for (const each of await enrolments()) indexedDB.deleteDatabase(each.store);
  await registry().write(['enrolments', 'settings'], async (tx) => {
    await tx.objectStore('enrolments').clear();
    await tx.objectStore('settings').clear();
  });
}

/** A phone enrolled with this server. */
export async function enrolled() {
  const db = await emptyPhone();
  const device = server.device();
  await adopt(db, { ...IDENTITY, device_id: `device-${server.devices.size}`, token: device.token });
  return { db, device };
}

/**
 * @param {Store} db
 * @param {Partial<import('../../../static/phone/sync/round.js').Options>} [more]
 */
export function sync(db, more = {}) {
  return round({ db, fetch, now: () => NOW, appVersion: 'test', base: server.base, ...more });
}

/** How a test has it that nothing comes back: the connection breaks before the request is taken in. */
export const BROKEN = () => ({ bytes: Buffer.from(' '), cut: 0 });

/** Saves so many visits and answers their ids. */
export async function visits(/** @type {Store} */ db, count = 1) {
  const ids = [];
  for (let i = 0; i < count; i += 1) {
    const id = newId();
    await saveVisit(db, { id, body: body('nobody_home', { note: `第${i + 1}次` }), now: NOW + i });
    ids.push(id);
  }
  return ids;
}

/** What the server has under a token, by number. */
export function journal(/** @type {string} */ token) {
  return [...(server.devices.get(token)?.journal.values() ?? [])];
}

/** Every row on the phone. */
export function rowsOf(/** @type {Store} */ db) {
  return db.read(['rows'], (tx) => tx.objectStore('rows').getAll());
}

/** The ids of the rows of one kind. */
export async function ids(/** @type {Store} */ db, /** @type {string} */ kind) {
  const rows = (await rowsOf(db)).filter((row) => row.kind === kind);
  return rows.map((row) => row.id).sort();
}
