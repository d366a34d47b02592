import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LISTS } from '../../../static/phone/lists.js';
import { nextIn } from '../../../static/phone/next.js';
import { savedVisit, tick } from '../../../static/phone/read.js';
import { putOff, saveVisit } from '../../../static/phone/record.js';
import { arrive, body, GROUP, LI, NOW, newId, phone, place, WANG, ZHAO } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

const visited = (/** @type {Store} */ db, /** @type {string} */ id, outcome = 'met_covered') =>
  saveVisit(db, { id: newId(), body: body(outcome, { place_id: id }), now: NOW });

/** Who comes after a door. @param {Store} db @param {string} id */
async function after(db, id) {
  return (await db.read(LISTS, (tx) => nextIn(tx, id, NOW)))?.place.contact_name ?? null;
}

test('leads on to the next open door of the lane, round its end, then to another ticked lane', async () => {
  const db = await phone();
  assert.equal(await after(db, LI.id), '王桂兰');
  assert.equal(await after(db, ZHAO.id), '李秀英');
  for (const each of [LI, WANG, ZHAO]) await visited(db, each.id);
  assert.equal(await after(db, ZHAO.id), null);
  await tick(db, [GROUP.third, GROUP.second]);
  assert.equal(await after(db, ZHAO.id), '陈小满');
});

test('a door put off, tried today or not to be gone to again is passed over', async () => {
  const db = await phone();
  await putOff(db, WANG.id, NOW);
  assert.equal(await after(db, LI.id), '赵大勇');
  await visited(db, ZHAO.id, 'nobody_home');
  assert.equal(await after(db, LI.id), '王桂兰', 'what was put off comes last, and before what was tried');
  await arrive(db, [{ ...WANG, seq: 99, data: { ...WANG.data, do_not_return: true } }]);
  assert.equal(await after(db, LI.id), null);
});

test('an open door is found however many closed ones lie between', async () => {
  const closed = Array.from({ length: 30 }, (_, i) => place(`closed-${i}`, 20 + i, { status: 'away' }));
  const db = await phone([WANG, ...closed, place('far', 60, { contact_name: '钱远' })]);
  assert.equal(await after(db, WANG.id), '钱远');
});

test('after a save at a door that was merged away, the next is that of the door which stands for it', async () => {
  const db = await phone();
  const { id } = await visited(db, ZHAO.id);
  await arrive(db, [{ ...ZHAO, seq: 99, data: { ...ZHAO.data, status: 'merged', merged_into: LI.id } }]);
  const saved = await savedVisit(db, id, NOW);
  assert.deepEqual([saved?.door.id, saved?.next?.place.contact_name], [LI.id, '王桂兰']);
  assert.equal(await savedVisit(db, newId(), NOW), null);
});
