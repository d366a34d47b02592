import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asks } from '../../../static/phone/asks.js';
import { putRows } from '../../../static/phone/sync/rows.js';
import { arrive, GRID, openPhone, WANG, WORKER, words } from './village.js';

/** A question row of the wire. @param {Record<string, any>} [data] */
function question(id = 'ask-1', data = {}) {
  const said = {
    place_id: WANG.id,
    worker_id: WORKER.id,
    question: '这一户是听谁说的？',
    at: '2026-11-21T09:00:00+08:00',
    due: '2026-11-22',
  };
  return { kind: 'ask', id, grid: GRID, seq: 90, data: { ...said, ...data } };
}

/** @param {...any} rows */
async function phoneWith(...rows) {
  const liu = await openPhone();
  await liu.db.write(['rows'], (tx) => putRows(tx, rows).then(() => undefined));
  return liu;
}

test('a question to another worker is not shown', async () => {
  const liu = await phoneWith(question('ask-9', { worker_id: 'worker-zhou' }));
  assert.doesNotMatch(words(await liu.open('/field/')), /请我说明/);
  assert.match(words(await liu.open('/field/asks')), /现在没有要说明的/);
  const answered = await liu.send('/field/asks/ask-9', { quick: '确实这样' });
  assert.equal(answered.url, '/field/asks');
  assert.equal(await liu.db.read(['events'], (tx) => tx.objectStore('events').count()), 0);
});

test('今天 and 同步 say that something waits, and only while it does', async () => {
  const liu = await phoneWith(question());
  for (const path of ['/field/', '/field/sync']) {
    assert.match(words(await liu.open(path)), /请我说明 村里问了 1 件事，等您说一句/);
  }
  await liu.send('/field/asks/ask-1', { quick: '确实这样' });
  for (const path of ['/field/', '/field/sync']) {
    assert.doesNotMatch(words(await liu.open(path)), /村里问了/);
  }
});

test('without a chip and without words nothing is saved and the page says what to do', async () => {
  const liu = await phoneWith(question());
  const page = await liu.send('/field/asks/ask-1', { text: '  ' });
  assert.equal(page.status, 422);
  assert.match(words(page), /请点一个，或写一句。/);
  const long = await liu.send('/field/asks/ask-1', { quick: '确实这样', text: '长'.repeat(200) });
  assert.equal(long.status, 422);
  assert.match(long.text, /长{200}/);
});

test('the answer is an event like all others, shown below with its date, and may be given again', async () => {
  const liu = await phoneWith(question());
  assert.match(words(await liu.open('/field/asks')), /14号 王桂兰 这一户是听谁说的？ 今天 09:00问的·最好明天回一句/);
  const page = await liu.send('/field/asks/ask-1', { id: 'event-1', quick: '记错门了', text: '是隔壁' });
  assert.match(words(page), /已存好，在这部手机里。 说过的/);
  assert.match(words(page), /您说：记错门了，是隔壁 今天 17:20·在手机里，会自己传/);
  const [event] = await liu.db.read(['events'], (tx) => tx.objectStore('events').getAll());
  assert.deepEqual(JSON.parse(event?.line ?? '').body, { item_id: 'ask-1', text: '记错门了，是隔壁' });
  assert.deepEqual(event?.touches, [WANG.id]);
  assert.match(words(await liu.open('/field/asks?again=ask-1')), /就这么说/);
});

test('an answer that a later row of the server knows better gives way to it', async () => {
  const later = { answer: '另一部手机上说的', answered_at: '2026-11-21T18:00:00+08:00' };
  const liu = await phoneWith(question('ask-1', later));
  await liu.send('/field/asks/ask-1', { quick: '确实这样' });
  const { answered } = await asks(liu.db);
  assert.equal(answered[0]?.answer, '另一部手机上说的');
});

test('a row of a kind that this phone does not know yet is kept and changes nothing that it shows', async () => {
  const liu = await openPhone();
  const before = words(await liu.open(`/field/places/${WANG.id}`));
  await arrive(liu.db, [{ ...question('row-1'), kind: 'weather' }]);
  assert.equal(words(await liu.open(`/field/places/${WANG.id}`)), before);
  assert.doesNotMatch(words(await liu.open('/field/')), /请我说明/);
});
