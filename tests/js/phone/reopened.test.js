import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePage } from '../../../static/phone/read.js';
import { arrive, phone, place, visitRow, WANG } from './village.js';

const CLOSED = visitRow('visit-closed', { outcome: 'met_later', do_not_return: true });

/** The hint on the page of 王桂兰's door. */
async function hint(/** @type {import('../../../static/phone/db.js').Store} */ db) {
  return (await placePage(db, WANG.id))?.hint;
}

/** WANG as the wire sends it after the office changed something. */
function row(/** @type {Record<string, any>} */ data) {
  return place(WANG.id, 14, { ...WANG.data, ...data });
}

test('what the household itself lifted in the office no longer keeps the worker away', async () => {
  const db = await phone();
  await arrive(db, [CLOSED, row({ do_not_return: true })]);
  assert.deepEqual(await hint(db), { kind: 'do_not_return' });
  await arrive(db, [row({ do_not_return: false, reopened_at: '2026-11-20T10:00:00+08:00' })]);
  assert.notDeepEqual(await hint(db), { kind: 'do_not_return' });
});

test('what was said at the door after that keeps the worker away again', async () => {
  const db = await phone();
  await arrive(db, [CLOSED, row({ do_not_return: false, reopened_at: '2026-11-20T00:30:00+00:00' })]);
  assert.deepEqual(await hint(db), { kind: 'do_not_return' });
});

test('a door that the office closed is closed without any visit', async () => {
  const db = await phone();
  await arrive(db, [row({ do_not_return: true })]);
  assert.deepEqual(await hint(db), { kind: 'do_not_return' });
});
