import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrive, openPhone, place, WANG, way, words } from './village.js';

const HERE = `/field/places/${WANG.id}`;

/** The bodies of all events on a phone. @param {import('./village.js').Visitor} liu */
async function bodies(liu) {
  const events = await liu.db.read(['events'], (tx) => tx.objectStore('events').getAll());
  return events.map(({ line }) => JSON.parse(line ?? '').body);
}

test('without a kind neither the visit nor the report is taken', async () => {
  const liu = await openPhone();
  const action = way(await liu.open(`${HERE}/visit?outcome=away_reported`), '/visit?id=');
  const refused = await liu.send(action, { outcome: 'away_reported', back_on: '2027-01-01' });
  assert.match(words(refused), /请选一下是哪种不在家。/);
  assert.match(words(await liu.send(`${HERE}/report`, { report: 'away' })), /请选一下是哪种不在家。/);
  assert.deepEqual(await bodies(liu), []);
});

test('the next twelve months stand ready, and 不知道', async () => {
  const liu = await openPhone();
  for (const path of [`${HERE}/visit?outcome=away_reported`, `${HERE}/report`]) {
    const { text } = await liu.open(path);
    const offered = [...text.matchAll(/name="back_on" value="([^"]+)"/g)].map(([, value]) => value);
    assert.deepEqual(
      [offered.length, offered[0], offered[11], offered[12]],
      [13, '2026-12-01', '2027-11-01', 'unknown'],
    );
  }
});

test('the month is the first of the month, and the row says it', async () => {
  const liu = await openPhone();
  const action = way(await liu.open(`${HERE}/visit?outcome=away_reported`), '/visit?id=');
  await liu.send(action, { outcome: 'away_reported', away_kind: 'working', back_on: '2027-01-01' });
  assert.deepEqual((await bodies(liu))[0].away, { kind: 'working', back_on: '2027-01-01' });
  await liu.send('/field/lanes', { lane: String(WANG.data.group) });
  assert.match(words(await liu.open('/field/')), /水塔下·今天长期不在家，2027年1月回来/);
});

test('不知道 is kept as nothing', async () => {
  const liu = await openPhone();
  await liu.send(`${HERE}/report`, { report: 'away', away_kind: 'empty', back_on: 'unknown' });
  assert.deepEqual((await bodies(liu))[0].away, { kind: 'empty' });
});

test('a door that the village has put down as away says why and until when', async () => {
  const liu = await openPhone();
  const away = { kind: 'working', back_on: '2027-01-01' };
  await arrive(liu.db, [place(WANG.id, 14, { ...WANG.data, status: 'away', away })]);
  assert.match(words(await liu.open('/field/list?q=wgl')), /水塔下·外出务工，2027年1月回来/);
});
