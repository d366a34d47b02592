/**
 * A store brought out of its seal, as `sweep.js` brings it in.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('./sealer.js').Sealer} Sealer
 */

import { tokens } from '../search.js';
import { renewCopies } from '../sync/copy.js';
import { dropKey, sealerOf } from './sealers.js';
import { ALWAYS, agreed, LIMIT_MS, put, REST, walk } from './sweep.js';

/**
 * Takes the PIN off: everything is readable again, then the keys go, and the boxes with them. Cut off, the store is as locked as
 * before, its records can still be handed in, and the next unlocking seals again what was already open.
 * @param {Store} db unlocked
 */
export async function unsealAll(db) {
  const sealer = /** @type {Sealer} */ (sealerOf(db.name));
  await db.write(['meta'], async (tx) => {
    const vault = await tx.objectStore('meta').get('vault');
    await tx.objectStore('meta').put({ ...vault, whole: false }, 'vault');
  });
  for (const name of [...ALWAYS, ...REST]) {
    await walk(db, sealer, name, isSealed, (tx, record, key) => put(tx, name, readable(sealer, name, record), key));
  }
  await db.writeStored(['meta', ...ALWAYS, ...REST], (tx) => finish(tx, sealer), { limit: LIMIT_MS });
  dropKey(db.name, { open: true });
  await renewCopies(db);
}

/** What was written meanwhile is opened too, in the transaction that throws the keys away. @param {any} tx @param {Sealer} sealer */
async function finish(tx, sealer) {
  const meta = tx.objectStore('meta');
  await agreed(meta, sealer);
  for (const name of [...ALWAYS, ...REST]) {
    const [keys, records] = await Promise.all([tx.objectStore(name).getAllKeys(), tx.objectStore(name).getAll()]);
    for (const [i, record] of records.entries()) {
      if (!isSealed(record) && !record.box) continue;
      const { box: _box, ...plain } = readable(sealer, name, record);
      await put(tx, name, plain, keys[i]);
    }
  }
  await meta.put(sealer.open('meta', await meta.get('identity')), 'identity');
  await meta.delete('vault');
}

function isSealed(/** @type {any} */ record) {
  return Boolean(record.sealed);
}

/** @param {Sealer} sealer @param {string} name @param {any} record */
function readable(sealer, name, record) {
  const plain = { ...sealer.open(name, record) };
  return name === 'places' ? { ...plain, tokens: plain.open < 0 ? [] : tokens(plain.data) } : plain;
}
