import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saveVisit } from '../../../static/phone/record.js';
import { body, LI, NOW, newId, openPhone, place, SHARED, WANG, ZHAO } from './village.js';

const ROWS = [...SHARED, LI, WANG, ZHAO, place('place-sun', 16, { contact_name: '孙二', address: { door: '16' } })];
const LISTS = ['/field/', '/field/list', '/field/list?group=990102103201003', '/field/walked'];

/**
 * Each list as rows: which door, and which classes it wears.
 * @param {string} outcome of 王桂兰's door
 */
async function lists(outcome) {
  const liu = await openPhone(ROWS);
  await saveVisit(liu.db, { id: newId(), body: body(outcome), now: NOW });
  /** @type {Record<string, [string, string][]>} */
  const found = {};
  for (const path of LISTS) {
    const { text } = await liu.open(path);
    const rows = [...text.matchAll(/<li\b[\s\S]*?<\/li>/g)].map(([row]) => row);
    found[path] = rows.map((row) => [
      /\/field\/(?:places|visits)\/([\w-]+)/.exec(row)?.[1] ?? '',
      [...row.matchAll(/class="([^"]*)"/g)].map(([, names]) => names).join(' '),
    ]);
  }
  return found;
}

const names = (/** @type {[string, string][] | undefined} */ rows) => (rows ?? []).map(([id]) => id);
const isDoor = (/** @type {string} */ id) => id.startsWith('place-');

test('a door that declined wears what a covered one wears, in every list', async () => {
  assert.deepEqual(
    Object.entries(await lists('met_declined')).map(([path, rows]) => [path, rows.map(([, worn]) => worn)]),
    Object.entries(await lists('met_covered')).map(([path, rows]) => [path, rows.map(([, worn]) => worn)]),
  );
});

test('declined or later: no list changes its order, and no other door its colour', async () => {
  const [declined, later] = [await lists('met_declined'), await lists('met_later')];
  for (const path of ['/field/list', '/field/list?group=990102103201003']) {
    assert.deepEqual(names(declined[path]).filter(isDoor), names(later[path]).filter(isDoor), path);
    const others = (/** @type {typeof later} */ all) =>
      (all[path] ?? []).filter(([id]) => isDoor(id) && id !== WANG.id);
    assert.deepEqual(others(declined), others(later), path);
    assert.ok(names(declined[path]).includes(WANG.id), path);
  }
});

test('no list has a red for anybody', async () => {
  for (const rows of Object.values(await lists('met_declined'))) {
    for (const [, worn] of rows) assert.doesNotMatch(worn, /danger|red|warn/);
  }
});
