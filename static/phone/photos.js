/**
 * Photos and recordings in the phone's own store, by content hash. The page puts photos in (`keepBlob` of record.js) before
 * any event names them.
 *
 * @typedef {import('./db.js').Store} Store
 * @typedef {import('./types.js').Writing} Writing
 */

/** The bytes of one photo or recording; null where this phone has let go of it. */
export async function blob(/** @type {Store} */ db, /** @type {string} */ hash) {
  const kept = await db.read(['blobs'], (tx) => tx.objectStore('blobs').get(hash));
  return kept?.bytes ?? null;
}

/**
 * Lets photos go that were taken away from a form: only those that no record and no other half-filled form names.
 * @param {Store} db
 * @param {string[]} hashes
 */
export async function dropPhotos(db, hashes) {
  if (!hashes.length) return;
  await db.write(['meta', 'blobs', 'events', 'drafts'], async (tx) => {
    const unnamed = await unnamedIn(tx);
    for (const hash of hashes) if (unnamed.includes(hash)) await tx.objectStore('blobs').delete(hash);
  });
}

/**
 * Lets photos go that nothing names: their door left while its form was open, or the phone went off before the form was kept. One
 * that is found for the first time has until the next sweep, for its form may be about to be kept.
 * @param {Writing} tx over meta, blobs, events and drafts
 */
export async function sweepPhotos(tx) {
  const meta = tx.objectStore('meta');
  /** @type {string[]} */
  const before = (await meta.get('unnamed')) ?? [];
  const found = await unnamedIn(tx);
  for (const hash of found) if (before.includes(hash)) await tx.objectStore('blobs').delete(hash);
  await meta.put(
    found.filter((hash) => !before.includes(hash)),
    'unnamed',
  );
}

/**
 * The photos that no record and no half-filled form names.
 * @param {Writing} tx over meta, blobs, events and drafts
 * @returns {Promise<string[]>}
 */
export async function unnamedIn(tx) {
  const hashes = await tx.objectStore('blobs').getAllKeys();
  if (!hashes.length) return [];
  const [events, drafts] = await Promise.all([tx.objectStore('events').getAll(), tx.objectStore('drafts').getAll()]);
  const texts = [...events.map(({ line }) => line), ...drafts.map(({ form }) => form.photos)];
  const sounds = (await tx.objectStore('meta').get('sounds')) ?? [];
  const named = new Set([...sounds, ...texts.flatMap((text) => text?.match(HASH) ?? [])]);
  return hashes.filter((hash) => !named.has(hash));
}

/** The hashes that a form's field holds, at most three. @param {string | undefined} text */
export function photosIn(text) {
  return (text ?? '')
    .split(',')
    .filter((hash) => /^[0-9a-f]{64}$/.test(hash))
    .slice(0, MOST_PHOTOS);
}

export const MOST_PHOTOS = 3;
const HASH = /[0-9a-f]{64}/g;
