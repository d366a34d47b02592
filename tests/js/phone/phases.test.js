import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { placePage } from '../../../static/phone/read.js';
import { freshen } from '../../../static/phone/sync/freshen.js';
import { arrive, at, CAMPAIGN, DAY, LI, NOW, phone, SHARED, visitRow, WANG } from './village.js';

/** The campaign with a phase that begins on 2026-11-22, the day after the village's `NOW`. */
function campaign({ anew = true, ends = '2026-11-30' } = {}) {
  const row = SHARED.find(({ kind }) => kind === 'campaign');
  const phases = [{ id: 'phase-1', name: '再讲一遍', starts: '2026-11-22', ends, anew }];
  return { kind: 'campaign', id: CAMPAIGN, seq: 10, data: { ...row?.data, phases } };
}

const open = async (/** @type {import('../../../static/phone/db.js').Store} */ db, id = WANG.id) =>
  (await db.read(['places'], (tx) => tx.objectStore('places').get(id)))?.open;

test('a door that was closed is to be gone to again once a phase begins that counts for itself', async () => {
  const db = await phone();
  await arrive(db, [campaign(), visitRow('visit-1', {})]);
  assert.equal(await open(db), 0);
  await freshen(db, NOW + DAY);
  assert.equal(await open(db), 1);
  assert.equal((await placePage(db, WANG.id))?.history.length, 1);
});

test('a visit of its own days closes a door, and when the phase is over all visits count together', async () => {
  const db = await phone();
  const again = '2026-11-22T09:00:00+08:00';
  await arrive(db, [campaign(), visitRow('visit-1', {})], NOW + DAY);
  await arrive(db, [visitRow('visit-2', { at: again, visited_at: again })], NOW + DAY);
  assert.equal(await open(db), 0);
  assert.equal(await open(db, LI.id), 1);
  await freshen(db, at('09:00', '2026-12-02'));
  assert.equal(await open(db), 0);
});

test('a phase that goes on counting, and a server that knows of none, leave doors as they are', async () => {
  const db = await phone();
  await arrive(db, [campaign({ anew: false }), visitRow('visit-1', {})], NOW + DAY);
  assert.equal(await open(db), 0);
});

test('a phase whose end is moved behind today is left at the next pull', async () => {
  const db = await phone();
  await arrive(db, [campaign(), visitRow('visit-1', {})], NOW + 3 * DAY);
  assert.equal(await open(db), 1);
  await arrive(db, [campaign({ ends: '2026-11-23' })], NOW + 3 * DAY);
  assert.equal(await open(db), 0);
});

/** @type {{name: string, phases: object[], counts: Record<string, string | null>}[]} */
const cases = JSON.parse(readFileSync(new URL('../../cases/phases.json', import.meta.url), 'utf8'));

for (const { name, phases, counts } of cases) {
  test(`as the server counts: ${name}`, async () => {
    const row = SHARED.find(({ kind }) => kind === 'campaign');
    for (const [day, phase] of Object.entries(counts)) {
      const db = await phone();
      await arrive(db, [{ kind: 'campaign', id: CAMPAIGN, seq: 10, data: { ...row?.data, phases } }]);
      await freshen(db, NOW + Date.parse(day) - Date.parse('2026-11-21'));
      assert.equal((await db.meta('phase'))?.id ?? null, phase, day);
    }
  });
}
