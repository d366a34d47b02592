/**
 * Which workers this phone is enrolled for. One store a worker, so that signing in again, after a renewal or after
 * everything was lost, finds the worker's own unsent events and nobody else's.
 *
 * @typedef {import('./types.js').Enrolment} Enrolment
 * @typedef {import('./types.js').Identity} Identity
 */

import { Database } from './database.js';
import { named, Store } from './db.js';
import { tidyCopies } from './sync/copy.js';
import { adopt } from './sync/fork.js';
import { freshen, isOfDay } from './sync/freshen.js';
import { noteLoss, refound } from './sync/loss.js';
import { isRemembered } from './sync/names.js';
import { giveBack } from './sync/own.js';
import { remains } from './sync/rescue.js';
import { isLocked, startAfresh, vaultOf } from './vault/lock.js';
import { dropKey, sealerOf } from './vault/sealers.js';

export { acceptLoss, canary } from './sync/canary.js';
export { loss, readLoss } from './sync/loss.js';
export { copiesApart, rescueFile } from './sync/rescue.js';

const ACTIVE = 'active';
/** Which page a resident holds, by the screens. */
const LOCKED = 'locked';
/** @type {import('./types.js').StoreName[]} */
const PULLED = ['meta', 'rows', 'places', 'staged', 'put_off'];
const WAIT_MS = 30_000;

/** @type {Database | null} */
let open = null;

/** The small database that knows which enrolments this phone holds and the phone-wide settings. */
export function registry() {
  open ??= new Database('doorknock', 1, (db) => {
    db.createObjectStore('enrolments', { keyPath: 'store' });
    db.createObjectStore('settings');
  });
  return open;
}

/** @returns {Promise<Enrolment[]>} oldest store first */
export function enrolments() {
  return registry().read(['enrolments', 'settings'], async (tx) => {
    const active = await tx.objectStore('settings').get(ACTIVE);
    /** @type {Omit<Enrolment, 'active'>[]} */
    const all = await tx.objectStore('enrolments').getAll();
    return all.map((each) => ({ ...each, active: each.store === active }));
  });
}

/** Who is signed in now. @returns {Promise<Enrolment | null>} */
export async function activeEnrolment() {
  return (await enrolments()).find((each) => each.active) ?? null;
}

/**
 * All that the small database says before a page can be drawn, in one reading: on a slow phone each would be felt.
 * @returns {Promise<{settings: Record<string, any>, enrolment: Enrolment | null}>}
 */
export function atStart() {
  return registry().read(['enrolments', 'settings'], async (tx) => {
    const [settings, all] = await Promise.all([
      named(tx.objectStore('settings')),
      tx.objectStore('enrolments').getAll(),
    ]);
    const active = all.find((/** @type {Enrolment} */ { store }) => store === settings[ACTIVE]);
    return { settings, enrolment: active ? { ...active, active: true } : null };
  });
}

/**
 * After the browser emptied everything here, this list included: how many unsent events still have their copy, to be
 * found again when their worker signs in. Null where nothing was lost. Ask in the page.
 * @returns {Promise<{waiting: number} | null>}
 */
export async function emptied() {
  return (await enrolments()).length ? null : remains();
}

/**
 * Signs in with a one-time code or with a name and password, and makes it the active enrolment.
 * @param {{code: string} | {username: string, password: string}} proof
 * @param {{fetch?: typeof globalThis.fetch, appVersion: string, name?: string, base?: string}} options
 * @returns {Promise<{ok: true, enrolment: Enrolment} | {ok: false, code: string, title: string}>}
 */
export async function enrol(proof, { fetch = globalThis.fetch, appVersion, name, base = '' }) {
  const answer = await askForDevice({ ...proof, name, app_version: appVersion }, { fetch, base });
  if (!answer.ok) return { ok: false, code: answer.code, title: answer.title };
  const store = `doorknock-${answer.identity.worker.id}`;
  const db = new Store(store);
  const isEmptied = isRemembered(db) && !(await db.meta('identity'));
  await settleIn(db, answer);
  if (isEmptied) await noteLoss(db, Date.now());
  await remember(store, (await vaultOf(db)) ? { ...answer.identity, token: '' } : answer.identity);
  await activate(answer.identity.device_id);
  return { ok: true, enrolment: { ...answer.identity, store, active: true } };
}

/**
 * Gives the store its new identity. One whose keys were destroyed begins anew; one that is locked waits for its PIN.
 * @param {Store} db
 * @param {{identity: Identity, said: {pin?: boolean, seal_key?: import('./types.js').SealKey}}} answer
 */
async function settleIn(db, { identity, said }) {
  if ((await vaultOf(db))?.state === 'gone') {
    await startAfresh(db);
    await tidyCopies(db);
  }
  const locked = await isLocked(db);
  await db.writeStored(['meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    if (said.seal_key) await meta.put(said.seal_key, 'seal_key');
    await meta.put(said.pin === true, 'pin_wanted');
    if (locked) await meta.put(identity, 'joining');
  });
  if (!locked) await adopt(db, identity);
}

/**
 * Takes up who signed in while the store was locked.
 * @param {Store} db unlocked, or begun anew
 */
export async function joinNow(db) {
  const identity = await db.meta('joining');
  if (!identity) return;
  await adopt(db, identity);
  await db.write(['meta'], (tx) => tx.objectStore('meta').delete('joining'));
}

/**
 * @param {object} body
 * @param {{fetch: typeof globalThis.fetch, base: string, token?: string}} options with a token: a renewal
 * @returns {Promise<{ok: true, identity: Identity, said: any} | {ok: false, code: string, title: string, status?: number}>}
 */
export async function askForDevice(body, { fetch, base, token }) {
  const noAnswer = { ok: /** @type {const} */ (false), code: 'no_answer', title: '没连上服务器' };
  try {
    const response = await fetch(`${base}/api/v1/devices`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const json = await response.json();
    if (response.status === 201 && json.device_id && json.token && json.worker?.id) {
      const { device_id, token, worker } = json;
      return { ok: true, identity: { device_id, token, worker }, said: json };
    }
    if (typeof json.code !== 'string') return noAnswer;
    return { ok: false, code: json.code, title: String(json.title ?? ''), status: response.status };
  } catch {
    return noAnswer;
  }
}

/** Writes down who a store belongs to now; the store's own word is the truth, this is the list of them. Under a PIN it holds no token. */
export function remember(/** @type {string} */ store, /** @type {Identity} */ { device_id, worker, ...secret }) {
  const token = sealerOf(store) ? '' : secret.token;
  return registry().write(['enrolments'], async (tx) => {
    const { left } = (await tx.objectStore('enrolments').get(store)) ?? {};
    return tx.objectStore('enrolments').put({ store, device_id, token, worker, ...(left ? { left } : {}) });
  });
}

/** Makes one of the enrolments the active one, which may pull again; what another has unlocked is locked, and no resident holds the phone. */
export async function activate(/** @type {string} */ device_id) {
  const all = await enrolments();
  const enrolment = all.find((each) => each.device_id === device_id);
  if (!enrolment) return;
  for (const { store } of all) if (store !== enrolment.store && sealerOf(store)) dropKey(store);
  const db = stores.get(enrolment.store) ?? new Store(enrolment.store);
  await db.writeStored(['meta'], (tx) => tx.objectStore('meta').delete('left'));
  await registry().write(['enrolments', 'settings'], async (tx) => {
    const { left: _left, ...kept } = await tx.objectStore('enrolments').get(enrolment.store);
    await tx.objectStore('enrolments').put(kept);
    await tx.objectStore('settings').put(enrolment.store, ACTIVE);
    await tx.objectStore('settings').delete(LOCKED);
  });
}

/**
 * Nobody is signed in any more. The token stays to push what waits, and what waits stays, drafts included; what was
 * pulled leaves the phone, which may be in other hands from now on.
 */
export async function signOut() {
  const enrolment = await activeEnrolment();
  if (enrolment) await leave(enrolment);
}

/**
 * One worker leaves this phone. The store goes first, and is marked in the same transaction: a round that is under way takes
 * nothing more, and where the power goes before the list says it too, the next round leaves once more.
 * @param {Enrolment} enrolment
 */
export async function leave(enrolment) {
  const db = await storeOf(enrolment, new Date());
  await db.writeStored(PULLED, async (tx) => {
    await giveBack(tx);
    await tx.objectStore('meta').put(true, 'left');
  });
  await registry().write(['enrolments', 'settings'], async (tx) => {
    const [settings, list] = [tx.objectStore('settings'), tx.objectStore('enrolments')];
    if ((await settings.get(ACTIVE)) === enrolment.store) await settings.delete(ACTIVE);
    await settings.delete(LOCKED);
    const kept = await list.get(enrolment.store);
    if (kept) await list.put({ ...kept, left: true });
  });
  if (sealerOf(enrolment.store)) dropKey(enrolment.store);
}

/** @type {Map<string, Store>} */
const stores = new Map();

/**
 * The enrolment's store, whatever day its views are of.
 * @param {Enrolment} enrolment
 * @param {import('../shared/dates.js').Moment} now
 */
export async function storeOf(enrolment, now) {
  const known = stores.get(enrolment.store);
  const store = known ?? new Store(enrolment.store);
  if (!known) await refound(store, enrolment, now);
  stores.set(enrolment.store, store);
  return store;
}

/**
 * The enrolment's store, its views brought up to the day.
 * @param {Enrolment} enrolment
 * @param {import('../shared/dates.js').Moment} [now]
 */
export async function openStore(enrolment, now = new Date()) {
  const store = await storeOf(enrolment, now);
  const [locked, isFresh] = await Promise.all([isLocked(store), isOfDay(store, now)]);
  if (!locked && !isFresh) await freshen(store, now);
  return store;
}

/** A phone-wide setting. @returns {Promise<any>} undefined where never set */
export function setting(/** @type {string} */ name) {
  return registry().read(['settings'], (tx) => tx.objectStore('settings').get(name));
}

/** Sets it. @returns {Promise<unknown>} */
export function setSetting(/** @type {string} */ name, /** @type {unknown} */ value) {
  return registry().write(['settings'], (tx) => tx.objectStore('settings').put(value, name));
}
