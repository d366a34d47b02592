/**
 * Photos travel after facts, one by one, by content hash. What the server wants and this phone no longer has is said
 * once, as an event.
 */

import { record } from '../record.js';
import { putBlob } from './wire.js';

/**
 * @param {import('./round.js').Way} way
 * @returns {Promise<void>}
 */
export async function sendBlobs(way) {
  const { db, now } = way;
  const [contact, identity] = await Promise.all([db.meta('contact'), db.meta('identity')]);
  if (!identity) return;
  for (const hash of contact?.blobs_wanted ?? []) {
    const blob = await db.read(['blobs'], (tx) => tx.objectStore('blobs').get(hash));
    if (!blob) await sayLost(db, hash, now());
    else if ((await putBlob({ ...way, token: identity.token }, blob)) === 'no_answer') return;
  }
}

/** Whether a photo that the server asked for is still only here. */
export function owesBlobs(/** @type {import('../db.js').Store} */ db) {
  return db.read(['meta', 'blobs'], async (tx) => {
    const contact = await tx.objectStore('meta').get('contact');
    const wanted = /** @type {string[]} */ (contact?.blobs_wanted ?? []);
    const here = await Promise.all(wanted.map((hash) => tx.objectStore('blobs').getKey(hash)));
    return here.some((key) => key !== undefined);
  });
}

/**
 * @param {import('../db.js').Store} db
 * @param {string} sha256
 * @param {Date | number} now
 */
async function sayLost(db, sha256, now) {
  const said = await db.read(['events'], async (tx) => {
    const events = await tx.objectStore('events').getAll();
    return events.some(({ kind, line }) => kind === 'photo_lost' && line?.includes(sha256));
  });
  if (!said) await record(db, { kind: 'photo_lost', body: { sha256 }, now });
}
