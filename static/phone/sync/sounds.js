/**
 * Recordings that a campaign names are fetched once, after facts and photos, and kept to be played without a network. One that no
 * campaign names any more is let go.
 */

import { sha256Hex } from './hash.js';
import { getBlob } from './wire.js';

/** After a try that failed: a megabyte is not asked for again at every round. */
const REST_MS = 10 * 60_000;

/**
 * @param {import('./round.js').Way} way
 * @returns {Promise<void>}
 */
export async function fetchSounds(way) {
  const { db, now } = way;
  const identity = await db.meta('identity');
  const { missing, stale, rested } = await compared(db, Number(now()));
  if (stale.length) await drop(db, stale);
  if (!identity || !rested) return;
  for (const hash of missing) {
    const bytes = await getBlob({ ...way, token: identity.token }, hash);
    if (!bytes || sha256Hex(bytes) !== hash) {
      await db.write(['meta'], (tx) => tx.objectStore('meta').put(Number(now()), 'sounds_tried'));
      return;
    }
    await keep(db, hash, bytes);
  }
}

/**
 * What campaigns name and this phone has not, and the other way round.
 * @param {import('../db.js').Store} db
 * @param {number} now
 */
function compared(db, now) {
  return db.read(['meta', 'rows'], async (tx) => {
    const campaigns = await tx.objectStore('rows').index('kind').getAll('campaign');
    /** @type {string[]} */
    const kept = (await tx.objectStore('meta').get('sounds')) ?? [];
    const wanted = new Set(campaigns.flatMap(({ data }) => data.commitment?.audio ?? []));
    const tried = (await tx.objectStore('meta').get('sounds_tried')) ?? 0;
    return {
      missing: [...wanted].filter((hash) => !kept.includes(hash)),
      stale: kept.filter((hash) => !wanted.has(hash)),
      rested: now - tried >= REST_MS || now < tried,
    };
  });
}

/**
 * @param {import('../db.js').Store} db
 * @param {string} hash
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function keep(db, hash, bytes) {
  return db.write(['meta', 'blobs'], async (tx) => {
    const kept = (await tx.objectStore('meta').get('sounds')) ?? [];
    await tx.objectStore('blobs').put({ hash, bytes });
    await tx.objectStore('meta').put([...new Set([...kept, hash])], 'sounds');
    await tx.objectStore('meta').delete('sounds_tried');
  });
}

/**
 * @param {import('../db.js').Store} db
 * @param {string[]} stale
 */
function drop(db, stale) {
  return db.write(['meta', 'blobs'], async (tx) => {
    const kept = (await tx.objectStore('meta').get('sounds')) ?? [];
    for (const hash of stale) await tx.objectStore('blobs').delete(hash);
    await tx.objectStore('meta').put(
      kept.filter((/** @type {string} */ hash) => !stale.includes(hash)),
      'sounds',
    );
  });
}
