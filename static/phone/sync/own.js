/**
 * What an answer means for one's own events: settled, kept, forgotten or due to go.
 *
 * @typedef {import('../types.js').Contact} Contact
 * @typedef {import('../types.js').KeptEvent} KeptEvent
 * @typedef {import('../types.js').Writing} Writing
 */

import { dayOf } from '../../shared/dates.js';
import { photosIn, sweepPhotos, unnamedIn } from '../photos.js';
import { withoutErased } from '../vault/aside.js';
import { keepBoxes } from '../vault/boxes.js';
import { isOldEnough } from './kept.js';
import { thaw } from './line.js';
import { contains, gaps } from './ranges.js';
import { hasRow } from './rows.js';

/**
 * Marks which own events the server's rows speak for now. An event is settled by an answer that names it as held, sets
 * it not aside and brings the rows to their end; a server restored from an old backup unsettles it again.
 * @param {Writing} tx over meta and events
 * @param {Contact} contact
 * @param {boolean} complete whether all rows are here
 * @returns {Promise<Set<string>>} ids of the places to fold again
 */
export async function settle(tx, contact, complete) {
  const events = tx.objectStore('events');
  const open = await events.index('settled').getAll(0);
  const missing = await unheld(tx, contact.held);
  const lost = missing.filter((event) => event.settled || event.held_since);
  // The bodies of these went in their time: nobody waits for what no phone can send.
  await giveUp(
    tx,
    missing.flatMap(({ n, line }) => (line === null ? n : [])),
  );
  for (const event of open.filter(({ n }) => contains(contact.held, n))) await hold(tx, event, contact, complete);
  for (const event of lost) await events.put({ ...event, settled: 0, held_since: null });
  return new Set([...open, ...lost].flatMap((event) => event.touches));
}

/** These numbers have no body here any more: where the server does not hold one, it is not waited for. */
async function giveUp(/** @type {Writing} */ tx, /** @type {number[]} */ numbers) {
  if (!numbers.length) return;
  const meta = tx.objectStore('meta');
  await meta.put([...new Set([...((await meta.get('gone')) ?? []), ...numbers])], 'gone');
}

function hold(
  /** @type {Writing} */ tx,
  /** @type {KeptEvent} */ event,
  /** @type {Contact} */ { attention, server_time },
  /** @type {boolean} */ complete,
) {
  const settled = complete && !attention.some((each) => each.n === event.n) ? 1 : 0;
  return tx.objectStore('events').put({ ...event, settled, held_since: event.held_since ?? server_time });
}

async function unheld(/** @type {Writing} */ tx, /** @type {Contact['held']} */ held) {
  const counter = await tx.objectStore('meta').get('counter');
  const found = [];
  for (const [first, last] of gaps(held, counter?.n ?? 0)) {
    found.push(...(await tx.objectStore('events').getAll(IDBKeyRange.bound(first, last))));
  }
  return found;
}

/**
 * Lets bodies go that are old enough, once a day. What is not held stays, however old. Number and hash stay always. Photos that
 * nothing names go with them.
 * @param {Writing} tx over meta, events, drafts and blobs
 * @param {Contact} contact
 */
export async function retire(tx, contact) {
  const meta = tx.objectStore('meta');
  const day = dayOf(contact.server_time);
  if ((await meta.get('retired_on')) === day) return;
  await meta.put(day, 'retired_on');
  for (const event of await tx.objectStore('events').getAll()) {
    if (event.line && isDue(event, contact)) await dropBody(tx, event);
  }
  await sweepPhotos(tx);
}

function isDue(/** @type {KeptEvent} */ { n, at, held_since }, /** @type {Contact} */ { held, covered, server_time }) {
  if (!contains(held, n) || !held_since) return false;
  return isOldEnough({ at, held_since }, contains(covered, n), server_time);
}

async function dropBody(/** @type {Writing} */ tx, /** @type {KeptEvent} */ event) {
  const photos = thaw(/** @type {string} */ (event.line)).body.photos ?? [];
  for (const hash of photos) await tx.objectStore('blobs').delete(hash);
  await tx.objectStore('events').put({ ...event, line: null });
}

/**
 * Erased stays erased: bodies, drafts and lists forget these ids, of events or of places. An event that waits on an
 * erased place stays; the server judges it.
 * @param {Writing} tx over meta, events, drafts, put_off and blobs
 * @param {string[]} ids
 * @param {Contact} contact
 */
export async function forgetOwn(tx, ids, contact) {
  const events = tx.objectStore('events');
  /** @type {number[]} */
  const gone = [];
  for (const id of ids) {
    const event = await events.index('id').get(id);
    if (event?.line) {
      await dropBody(tx, event);
      gone.push(event.n);
    }
    for (const each of await events.index('touches').getAll(id)) {
      if (!each.line || !contains(contact.held, each.n)) continue;
      await dropBody(tx, each);
      gone.push(each.n); // a server put back from before it held this must not be waited for
    }
    await dropDoor(tx, id);
  }
  if (!ids.length) return;
  await giveUp(tx, gone);
  const aside = await tx.objectStore('meta').get('boxes');
  if (aside) await keepBoxes(tx, withoutErased(aside, ids));
}

/**
 * After a completed sync nothing half typed stays about a door that this phone does not know, whenever that door went: in this
 * answer, or while nobody was signed in. Of its erasure this phone would never hear.
 * @param {Writing} tx over rows, events, drafts, put_off and blobs
 */
export async function leaveDoors(tx) {
  const [drafts, put_off] = [tx.objectStore('drafts'), tx.objectStore('put_off')];
  for (const place_id of [...(await drafts.getAllKeys()), ...(await put_off.getAllKeys())].map(String)) {
    if (!(await isKnown(tx, place_id))) await dropDoor(tx, place_id);
  }
}

/** Whether a row stands for a door, or a new place of one's own that the server's rows do not speak for yet. */
async function isKnown(/** @type {Writing} */ tx, /** @type {string} */ place_id) {
  if (await hasRow(tx, ['place', place_id])) return true;
  const own = await tx.objectStore('events').index('touches').getAll(place_id);
  return own.some(({ kind, line, settled }) => kind === 'place_new' && line && !settled);
}

/** What is remembered of a door that is gone, beside its rows and its records. */
async function dropDoor(/** @type {Writing} */ tx, /** @type {string} */ place_id) {
  await dropDraft(tx, place_id);
  await tx.objectStore('put_off').delete(place_id);
}

/** A half-filled form goes with the photos that were taken for it. */
async function dropDraft(/** @type {Writing} */ tx, /** @type {string} */ place_id) {
  const draft = await tx.objectStore('drafts').get(place_id);
  for (const hash of photosIn(draft?.form?.photos)) await tx.objectStore('blobs').delete(hash);
  await tx.objectStore('drafts').delete(place_id);
}

/** What was pulled leaves this phone; what the worker wrote here stays. */
export async function giveBack(/** @type {Writing} */ tx) {
  for (const name of /** @type {const} */ (['rows', 'places', 'staged', 'put_off'])) await tx.objectStore(name).clear();
  for (const key of ['cursor', 'staging', 'shared_seen', 'ticked', 'listed', 'campaign', 'phase', 'view_day']) {
    await tx.objectStore('meta').delete(key);
  }
}

/** A revoked phone gives back what it pulled; what it has not delivered stays and can be exported. */
export async function wipe(/** @type {Writing} */ tx, /** @type {Contact} */ contact) {
  await giveBack(tx);
  for (const place_id of await tx.objectStore('drafts').getAllKeys()) await dropDraft(tx, String(place_id));
  for (const event of await tx.objectStore('events').getAll()) {
    if (event.line && contains(contact.held, event.n) && contains(contact.covered, event.n)) await dropBody(tx, event);
  }
  for (const hash of await unnamedIn(tx)) await tx.objectStore('blobs').delete(hash);
}
