import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groups, roster, tick } from '../../../static/phone/read.js';
import { editPlace, newPlace } from '../../../static/phone/record.js';
import { giveBack } from '../../../static/phone/sync/own.js';
import { arrive, emptyPhone, GRID, GROUP, NOW, phone, place, SHARED, WANG } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */
/** @typedef {import('../../../static/phone/types.js').ListRow} ListRow */

const names = (/** @type {{rows: ListRow[]}} */ { rows }) => rows.map((row) => row.place.contact_name);

const EMPTY = '990102103201009';

/** The groups that 户表 names. @param {Store} db */
async function named(db) {
  return (await roster(db, { group: null, after: null, limit: 9 })).groups.map(({ code }) => code);
}

test('a group whose own row this phone lacks stands without a name, and one of wrong doors only does not stand', async () => {
  const stranger = place('stranger', 30, { group: '990102103299099' });
  const wrong = place('wrong', 31, { group: '990102103299098', status: 'wrong' });
  const db = await phone([WANG, stranger, wrong]);
  assert.deepEqual(
    (await roster(db, { group: null, after: null, limit: 9 })).groups.map(({ code, name }) => [code, name]),
    [
      [GROUP.third, '三组'],
      ['990102103299099', ''],
    ],
  );
  assert.deepEqual(
    (await groups(db)).map(({ code, places }) => [code, places]),
    [
      [GROUP.third, 1],
      ['990102103299099', 1],
    ],
  );
});

test('opens with the first ticked group, else with the first that lists a door; one asked for that is empty gives way', async () => {
  const db = await phone();
  const opens = async (/** @type {string | null} */ group = null) => {
    const { chosen, rows } = await roster(db, { group, after: null, limit: 9 });
    return [chosen?.name, names({ rows })];
  };
  assert.deepEqual(await opens(), ['二组', ['陈小满']]);
  assert.deepEqual(await opens('990102103299099'), ['二组', ['陈小满']]);
  await tick(db, [GROUP.third]);
  assert.deepEqual(await opens(), ['三组', ['李秀英', '王桂兰', '赵大勇']]);
  assert.deepEqual(await opens(GROUP.second), ['二组', ['陈小满']]);
  await arrive(db, [place('loose', 40, { group: null })]);
  await tick(db, []);
  assert.deepEqual((await opens())[0], '');
});

test('a group is named from its first door on, and no longer than its last', async () => {
  const db = await emptyPhone();
  assert.deepEqual(await named(db), []);
  await arrive(db, [...SHARED, WANG]);
  assert.deepEqual(await named(db), [GROUP.third]);
  const far = place('far', 40, { group: EMPTY });
  await arrive(db, [far]);
  assert.deepEqual(await named(db), [GROUP.third, EMPTY].sort());
  await arrive(db, [{ ...far, seq: 99, data: { ...far.data, status: 'wrong' } }]);
  assert.deepEqual(await named(db), [GROUP.third]);
  await newPlace(db, { body: { grid: GRID, group: GROUP.second, type: 'household', contact_name: '钱远' }, now: NOW });
  assert.deepEqual(await named(db), [GROUP.second, GROUP.third]);
  await editPlace(db, { body: { place_id: WANG.id, group: GROUP.second }, now: NOW });
  assert.deepEqual(await named(db), [GROUP.second]);
});

test('what was given back is no longer named', async () => {
  const db = await phone();
  await db.writeStored(['meta', 'rows', 'places', 'staged', 'put_off'], giveBack);
  assert.deepEqual(await named(db), []);
});

test('a store from before groups were kept in mind names them all the same', async () => {
  const db = await phone();
  await db.write(['meta'], (tx) => tx.objectStore('meta').delete('listed'));
  assert.deepEqual(await named(db), [GROUP.second, GROUP.third]);
});
