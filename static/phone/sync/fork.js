/**
 * A restored or cloned copy of a phone: its numbers are no longer its own. It takes a new enrolment and freezes every
 * event whose body it has again, under new numbers and the same ids; the server knows the ids and nothing counts twice.
 *
 * @typedef {import('../types.js').Head} Head
 * @typedef {import('../types.js').Identity} Identity
 */

import { appendAll } from './journal.js';
import { thaw } from './line.js';
import { FOLDING_MS, refold } from './view.js';

/**
 * Whether a sealed answer shows that this store's numbers are not those the server holds.
 * @param {import('../db.js').Store} db
 * @param {Pick<Head, 'tip' | 'attention'>} head
 */
export function isFork(db, { tip, attention }) {
  return db.read(['meta', 'events'], async (tx) => {
    const counter = await tx.objectStore('meta').get('counter');
    if (tip && tip.n > (counter?.n ?? 0)) return true;
    const own = tip ? await tx.objectStore('events').get(tip.n) : undefined;
    if (tip && own && own.hash !== tip.hash) return true;
    if (attention.some((each) => each.code === 'chain_broken')) return true;
    const differing = attention.flatMap((each) => (each.code === 'body_differs' && each.n ? [each.n] : []));
    const events = await Promise.all(differing.map((n) => tx.objectStore('events').get(n)));
    return events.some((event) => event?.carried === 0);
  });
}

/**
 * Gives the store an identity. If it had another one, all its events are frozen again under it; one whose body is
 * gone loses its number, for the new enrolment never sent it.
 * @param {import('../db.js').Store} db
 * @param {Identity} identity
 */
export function adopt(db, identity) {
  return db.write(['meta', 'events', 'rows', 'places'], (tx) => take(tx, identity), { limit: FOLDING_MS });
}

async function take(/** @type {import('../types.js').Writing} */ tx, /** @type {Identity} */ identity) {
  const meta = tx.objectStore('meta');
  const before = await meta.get('identity');
  await meta.put(identity, 'identity');
  await meta.delete('revoked');
  if (!before || before.device_id === identity.device_id) return;
  const events = await tx.objectStore('events').getAll();
  await tx.objectStore('events').clear();
  for (const key of ['counter', 'contact', 'gone']) await meta.delete(key);
  await appendAll(tx, events.flatMap(carried));
  await refold(tx, new Set(events.flatMap((event) => event.touches)));
}

/** The same event once more, unless its body is gone. @returns {import('./journal.js').Fresh[]} */
function carried(/** @type {import('../types.js').KeptEvent} */ { id, kind, at, touches, line, carried, root }) {
  if (!line) return [];
  return [{ id, kind, at, body: thaw(line).body, touches, carried: carried + 1, ...(root ? { root } : {}) }];
}
