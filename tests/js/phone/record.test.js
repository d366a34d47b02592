import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groups, list, placePage, search, strip, tick, today } from '../../../static/phone/read.js';
import { correct, saveDraft, saveVisit, voidVisit } from '../../../static/phone/record.js';
import { sha256Hex } from '../../../static/phone/sync/hash.js';
import { at, body, NOW, newId, phone, WANG, ZHAO } from './village.js';

test('a visit saved twice under the same id is one event', async () => {
  const db = await phone();
  const id = newId();
  const first = await saveVisit(db, { id, body: body('nobody_home'), now: NOW });
  const again = await saveVisit(db, { id, body: body('met_covered'), now: NOW + 1 });
  assert.deepEqual(again, first);
  assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
});

test('smoke', async () => {
  const db = await phone();
  const id = newId();
  await saveDraft(db, { id, place_id: WANG.id, form: {}, updated_at: '' });
  await saveVisit(db, { id, body: body('nobody_home'), now: NOW });
  let page = await placePage(db, WANG.id, NOW);
  assert.equal(page?.state, 'nobody_home');
  assert.equal(page?.history[0]?.waiting, true);
  assert.equal(page?.draft, null);
  const fixed = await correct(db, { supersedes: id, body: body('met_covered', { place_id: ZHAO.id }), now: NOW });
  page = await placePage(db, WANG.id, NOW);
  assert.equal(page?.state, 'not_visited');
  assert.equal((await placePage(db, ZHAO.id, NOW))?.state, 'met_covered');
  await voidVisit(db, { supersedes: fixed.id, reason: '误点', now: NOW });
  assert.equal((await placePage(db, ZHAO.id, NOW))?.state, 'not_visited');
  assert.deepEqual(
    (await search(db, 'wgl', { limit: 5 })).rows.map((r) => r.place.id),
    [WANG.id],
  );
  assert.deepEqual(
    (await search(db, '三组１４号', { limit: 5 })).rows.map((r) => r.place.id),
    [WANG.id],
  );
  assert.equal((await list(db, { limit: 10 })).rows.length, 4);
  console.log(await groups(db));
  await tick(db, [(await groups(db))[1].code]);
  console.dir(await today(db, NOW), { depth: 4 });
});
