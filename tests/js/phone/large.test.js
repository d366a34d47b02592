/** A large answer: its rows are written last, behind everything that is asked; whoever asks before sees them all the same. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { placePage } from '../../../static/phone/read.js';
import { saveDraft, saveVisit } from '../../../static/phone/record.js';
import { refold } from '../../../static/phone/sync/view.js';
import { enrolled, ids, reset, rowsOf, server, sync } from './rounds.js';
import { body, CAMPAIGN, GRID, NOW, newId, OTHER_GRID, place, visitRow } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

/** More than what is still written at once. */
const LARGE = 260;
const door = (/** @type {number} */ n, more = {}) => place(`door-${n}`, n + 20, { local_no: String(n), ...more });

after(() => server.stop());
beforeEach(() => {
  reset();
  server.pageSize = 10_000;
});

function doors(/** @type {number} */ from, /** @type {number} */ to, more = {}) {
  for (let n = from; n < to; n += 1) server.put(door(n, more));
}

const views = (/** @type {Store} */ db) => db.read(['places'], (tx) => tx.objectStore('places').getAll());

/** The views as they are when every door asks for itself. */
async function foldedSingly(/** @type {Store} */ db) {
  const known = (await views(db)).map(({ id }) => id);
  await db.write(['meta', 'rows', 'events', 'places'], async (tx) => {
    for (const id of known) await refold(tx, [id]);
  });
  return views(db);
}

test('every row of a large village is on the phone, and every door in its list', async () => {
  const { db } = await enrolled();
  doors(0, LARGE);
  for (let n = 0; n < LARGE; n += 1) server.put(visitRow(`visit-${n}`, { place_id: `door-${n}` }));
  await sync(db);
  assert.equal((await rowsOf(db)).length, server.rows.length);
  assert.deepEqual(await views(db), await foldedSingly(db));
  assert.equal((await views(db)).filter(({ state }) => state === 'met_covered').length, LARGE);
  assert.equal(await db.meta('campaign'), CAMPAIGN);
});

test('many changes among more that stays: each door looks as it does alone', async () => {
  const { db } = await enrolled();
  server.scope = [GRID, OTHER_GRID];
  doors(0, LARGE * 3);
  await sync(db);
  await saveVisit(db, { id: newId(), body: body('met_later', { place_id: 'door-9' }), now: NOW });
  for (let n = 0; n < LARGE; n += 1) server.put(visitRow(`visit-${n}`, { place_id: `door-${n}` }));
  server.put(door(1, { status: 'merged', merged_into: 'door-600' }));
  server.put(door(2, { grid: OTHER_GRID }));
  for (const n of [2, 3]) server.put({ kind: 'place', id: `door-${n}`, grid: GRID, removed: true });
  await sync(db);
  assert.deepEqual(await views(db), await foldedSingly(db));
  const found = await Promise.all([1, 2, 3].map((n) => placePage(db, `door-${n}`)));
  assert.deepEqual(
    found.map((page) => page?.place.id),
    ['door-600', 'door-2', undefined],
  );
});

test('what was half typed at a door stays when a server put back sends all anew, and goes with a door that it lacks', async () => {
  const { db } = await enrolled();
  doors(0, LARGE);
  await sync(db);
  for (const place_id of ['door-7', 'door-8']) {
    await saveDraft(db, { id: newId(), place_id, form: {}, updated_at: '2026-11-21T17:20:00+08:00' });
  }
  server.epoch = 'epoch-2';
  server.rows = server.rows.filter(({ id }) => id !== 'door-8');
  await sync(db);
  assert.deepEqual(await db.read(['drafts'], (tx) => tx.objectStore('drafts').getAllKeys()), ['door-7']);
});

test('a door erased by the head of a large answer is not there, whatever its rows say', async () => {
  const { db } = await enrolled();
  doors(0, LARGE);
  server.put(visitRow('visit-7', { place_id: 'door-7' }));
  server.forget = ['door-7', 'visit-7'];
  await sync(db);
  assert.equal((await ids(db, 'place')).includes('door-7'), false);
  assert.deepEqual([await ids(db, 'visit'), await placePage(db, 'door-7')], [[], null]);
});

test('a grid that was given away leaves, though many rows of another come', async () => {
  const { db } = await enrolled();
  server.scope = [GRID, OTHER_GRID];
  doors(0, LARGE, { grid: OTHER_GRID });
  await sync(db);
  server.scope = [GRID];
  doors(LARGE, LARGE * 2);
  await sync(db);
  const grids = (await rowsOf(db)).flatMap(({ kind, grid }) => (kind === 'place' ? [grid] : []));
  assert.deepEqual([grids.length, ...new Set(grids)], [LARGE + 2, GRID]);
  assert.equal(await placePage(db, 'door-0'), null);
});
