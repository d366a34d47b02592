/**
 * Photos and recordings in the phone's own store, by content hash. The page puts photos in (`keepBlob` of record.js) before
 * any event names them.
 *
 * @typedef {import('./db.js').Store} Store
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
  await db.write(['blobs', 'events', 'drafts'], async (tx) => {
    const [events, drafts] = await Promise.all([tx.objectStore('events').getAll(), tx.objectStore('drafts').getAll()]);
    const isNamed = (/** @type {string} */ hash) =>
      events.some(({ line }) => line?.includes(hash)) || drafts.some(({ form }) => form.photos?.includes(hash));
    await Promise.all(hashes.filter((hash) => !isNamed(hash)).map((hash) => tx.objectStore('blobs').delete(hash)));
  });
}

/** The hashes that a form's field holds, at most three. @param {string | undefined} text */
export function photosIn(text) {
  return (text ?? '')
    .split(',')
    .filter((hash) => /^[0-9a-f]{64}$/.test(hash))
    .slice(0, MOST_PHOTOS);
}

export const MOST_PHOTOS = 3;
