/** Many places are folded from one reading of everything; what comes out is what comes out of single questions. */
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { record } from '../../../static/phone/record.js';
import { refold } from '../../../static/phone/sync/view.js';
import { arrive, body, emptyPhone, LI, NOW, SHARED, visitRow, WANG } from './village.js';

const MANY = 260;
const STORES = /** @type {import('../../../static/phone/types.js').StoreName[]} */ ([
  'meta',
  'rows',
  'events',
  'places',
]);

function doors() {
  const merged = { ...LI, data: { ...LI.data, status: 'merged', merged_into: WANG.id } };
  const more = Array.from({ length: MANY }, (_, n) => ({
    ...WANG,
    id: `door-${n}`,
    data: { ...WANG.data, local_no: String(n), row_order: n + 10 },
  }));
  return [WANG, merged, ...more];
}

function visits() {
  const each = Array.from({ length: MANY }, (_, n) =>
    visitRow(`visit-${n}`, { place_id: `door-${n % 90}`, outcome: n % 3 ? 'nobody_home' : 'met_covered' }),
  );
  return [...each, visitRow('on the merged one', { place_id: LI.id })];
}

test('from one reading of everything each door looks as it does from questions of its own', async () => {
  const db = await emptyPhone();
  await arrive(db, /** @type {any} */ ([...SHARED, ...doors(), ...visits()]));
  await record(db, { kind: 'visit', body: body('met_later', { place_id: 'door-7' }), now: NOW });
  const views = () => db.read(['places'], (tx) => tx.objectStore('places').getAll());
  const renewed = (/** @type {number} */ atOnce) => async (/** @type {any} */ tx) => {
    const ids = doors().map(({ id }) => id);
    for (let at = 0; at < ids.length; at += atOnce) await refold(tx, ids.slice(at, at + atOnce));
  };
  await db.write(STORES, renewed(50));
  const singly = await views();
  await db.write(STORES, (tx) => tx.objectStore('places').clear());
  await db.write(STORES, renewed(MANY * 2));
  assert.deepEqual(await views(), singly);
  assert.equal(singly.length, MANY + 1);
});

test('of a large answer a row that is here already is still told from a new one', async () => {
  const db = await emptyPhone();
  await arrive(db, /** @type {any} */ ([...SHARED, ...doors()]));
  const gone = doors().map(({ kind, id, grid, seq }) => ({ kind, id, grid, seq, removed: true }));
  await arrive(db, /** @type {any} */ (gone));
  assert.deepEqual(await db.read(['places'], (tx) => tx.objectStore('places').getAll()), []);
});
