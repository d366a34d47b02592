/**
 * What the phone says about delivery. A number counts as held only because the server's own sealed list names it.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').KeptEvent} KeptEvent
 */

import { dayOf, instant, stamp } from '../../shared/dates.js';
import { named } from '../db.js';
import { isWaiting } from '../vault/aside.js';
import { waiting } from './journal.js';
import { contains, countUpTo } from './ranges.js';

/** @typedef {import('../types.js').Tx} Tx */

/**
 * The truth strip: how many of one's events the server holds, how many exist only here, how many need the worker.
 * @param {Store} db
 * @returns {Promise<{held: number, waiting: number, attention: number}>}
 */
export function strip(db) {
  return db.read(['meta'], async (tx) => counts(await named(tx.objectStore('meta'))));
}

/** The same where everything in `meta` was read already. */
export function counts(/** @type {Record<string, any>} */ { counter, contact, gone, boxes }) {
  const held = countUpTo(contact?.held ?? [], counter?.n ?? 0);
  const aside = (boxes ?? []).filter((/** @type {import('../types.js').BoxAside} */ box) =>
    isWaiting(box, contact?.epoch),
  );
  const forgotten = (gone ?? []).filter((/** @type {number} */ n) => !contains(contact?.held ?? [], n));
  return {
    held,
    waiting: (counter?.n ?? 0) - held - forgotten.length + aside.length,
    attention: /** @type {number} */ (contact?.attention?.length ?? 0),
  };
}

/**
 * The page 同步.
 * @param {Store} db
 */
export async function syncPage(db) {
  const page = await db.read(['meta', 'events', 'places'], async (tx) => {
    const meta = await named(tx.objectStore('meta'));
    const { held, waiting: count, attention } = counts(meta);
    const { contact, revoked } = meta;
    const unsent = await waiting(tx);
    return {
      total: held + count,
      held,
      waiting: await Promise.all(unsent.map((event) => lineOf(tx, event))),
      attention: attention
        ? await Promise.all(contact.attention.map((/** @type {any} */ each) => asideOf(tx, each)))
        : [],
      oldest: unsent[0]?.at ?? null,
      last_contact: /** @type {string | null} */ (contact?.at ?? null),
      revoked: Boolean(revoked),
    };
  });
  return { ...page, storage: await storage() };
}

/**
 * @param {Tx} tx
 * @param {KeptEvent} event
 * @returns {Promise<{n: number, id: string, kind: string, at: string, place: (import('../types.js').Data & {id: string}) | null}>}
 */
async function lineOf(tx, { n, id, kind, at, touches }) {
  const view = touches[0] ? await tx.objectStore('places').get(touches[0]) : undefined;
  return { n, id, kind, at, place: view ? { ...view.data, id: view.id } : null };
}

const OVERDUE_MS = 48 * 3600_000;
const QUIET_MS = 24 * 3600_000;

/**
 * How many events have waited for two days, so that the file is offered unasked; 0 for a day after it was stored once.
 * @param {Store} db
 * @param {import('../../shared/dates.js').Moment} now
 * @returns {Promise<number>}
 */
export function overdue(db, now) {
  return db.read(['meta', 'events'], async (tx) => {
    const filed = await tx.objectStore('meta').get('filed_at');
    if (filed && Math.abs(Number(now) - instant(filed)) < QUIET_MS) return 0;
    return (await waiting(tx)).filter(({ at }) => Number(now) - instant(at) >= OVERDUE_MS).length;
  });
}

/** The day on which the first of one's events was held by the server; null before that. @returns {Promise<string | null>} */
export async function firstHeldDay(/** @type {Store} */ db) {
  const first = await db.read(['events'], (tx) => tx.objectStore('events').get(1));
  return first?.held_since ? dayOf(first.held_since) : null;
}

/** The file was stored. */
export function filed(/** @type {Store} */ db, /** @type {import('../../shared/dates.js').Moment} */ now) {
  return db.writeStored(['meta'], (tx) => tx.objectStore('meta').put(stamp(now), 'filed_at'));
}

/**
 * How many milliseconds this phone's clock was behind the server's at the last contact; null before there was one.
 * @returns {Promise<number | null>}
 */
export async function skew(/** @type {Store} */ db) {
  const contact = await db.meta('contact');
  return contact ? instant(contact.server_time) - instant(contact.at) : null;
}

/** @param {Tx} tx @param {import('../types.js').Attention} attention */
async function asideOf(tx, { n, code, detail = null }) {
  const event = n === null ? undefined : await tx.objectStore('events').get(n);
  const line = event ? await lineOf(tx, event) : { id: null, kind: null, at: null, place: null };
  return { ...line, n, code, detail };
}

/** How full the phone is, in bytes; null where the browser does not say. */
async function storage() {
  const manager = globalThis.navigator?.storage;
  const estimate = await manager?.estimate?.().catch(() => null);
  const persisted = await manager?.persisted?.().catch(() => null);
  return { usage: estimate?.usage ?? null, quota: estimate?.quota ?? null, persisted: persisted ?? null };
}

/**
 * The events that exist only here, as a file for the village: a head that says whose they are, then the frozen lines
 * verbatim, one each; under a PIN each line in its box, so that a locked phone can give it out too. It never holds the token.
 * @param {Store} db
 * @param {import('../../shared/dates.js').Moment} [now]
 * @param {import('../types.js').Identity} [whose] where the store can't say
 * @returns {Promise<{name: string, text: string}>}
 */
export function exportFile(db, now = new Date(), whose = undefined) {
  return db.read(['meta', 'events'], async (tx) => {
    const known = await tx.objectStore('meta').get('identity');
    const { device_id, worker } = (known?.worker ? known : whose) ?? {};
    const { boxes = [], contact } = await named(tx.objectStore('meta'));
    const aside = boxes.filter((/** @type {import('../types.js').BoxAside} */ box) => isWaiting(box, contact?.epoch));
    const own = db.stays ? [] : await waiting(tx);
    const lines = [...own.map(({ line, box }) => (box ? boxLine(box) : line)), ...aside.map(boxLine)];
    const head = { protocol: 1, device_id, worker_id: worker?.id, events: lines.length };
    return {
      name: `doorknock-${worker?.username ?? 'phone'}-${dayOf(now)}.ndjson`,
      text: [JSON.stringify(head), ...lines].map((line) => `${line}\n`).join(''),
    };
  });
}

function boxLine(/** @type {import('../types.js').Box} */ { kid, epk, box }) {
  return JSON.stringify({ kid, epk, box });
}
