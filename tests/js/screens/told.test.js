import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strip } from '../../../static/phone/read.js';
import { GRID, GROUP, newId, openPhone, way, words } from './village.js';

/** @typedef {import('./village.js').Visitor} Visitor */

const TALK = { kind: 'talk', when: 'now', people: '32', handouts: '40', name: '三组院坝' };
const PLAQUES = { kind: 'plaque', when: 'now', count: '3', group: GROUP.third, spot: '村口' };

/** The events on the phone, with their bodies. @param {Visitor} liu @returns {Promise<Record<string, any>[]>} */
async function events(liu) {
  const lines = await liu.db.read(['events'], (tx) => tx.objectStore('events').getAll());
  return lines.map(({ kind, line, root }) => ({ event: kind, root, ...JSON.parse(line ?? '{}').body }));
}

/** Fills in the form that a fresh address opens. @param {Visitor} liu @param {string} what @param {Record<string, string>} form */
async function tell(liu, what, form) {
  return liu.send(way(await liu.open(`/field/tell/${what}`), `/field/tell/${what}?`), form);
}

/** What the server's last sealed answer said. @param {Visitor} liu @param {number[][]} held @param {object[]} [attention] */
const answer = (liu, held, attention = []) =>
  liu.db.write(['meta'], (tx) => tx.objectStore('meta').put({ held, attention }, 'contact'));

test('我的 leads to both, and an activity is stored with its counts and no name of anybody asked', async () => {
  const liu = await openPhone();
  const me = await liu.open('/field/me');
  assert.match(words(me), /记一次活动 宣讲、院坝会、赶集摆点 .*记一次张贴 门牌、宣传画、横幅/);
  const form = await liu.open(way(me, '/field/tell/activity'));
  assert.match(words(form), /只记活动和地方，不写人名。/);
  const page = await tell(liu, 'activity', TALK);
  assert.match(words(page), /已存好，在这部手机里。 .*宣讲 .*32 人，发了 40 份 .*三组院坝 .*还在手机里 .*改正 .*误点/);
  const [event] = await events(liu);
  assert.deepEqual(
    { ...event, done_at: undefined },
    {
      event: 'activity',
      root: undefined,
      kind: 'talk',
      grid: GRID,
      name: '三组院坝',
      people: 32,
      handouts: 40,
      done_at: undefined,
    },
  );
  assert.match(event?.done_at, /^2026-11-21T17:20:00/);
  assert.equal((await strip(liu.db)).waiting, 1, '手机里还有 1');
});

test('a posting lies in its group and grid; a second tap on the same form adds nothing', async () => {
  const liu = await openPhone();
  const action = way(await liu.open('/field/tell/posting'), '/field/tell/posting?');
  await liu.send(action, PLAQUES);
  await liu.send(action, PLAQUES);
  const [event, ...more] = await events(liu);
  assert.equal(more.length, 0);
  assert.deepEqual(
    [event?.kind, event?.grid, event?.group, event?.count, event?.spot],
    ['plaque', GRID, GROUP.third, 3, '村口'],
  );
  assert.equal((await liu.open(action)).url, '/field/walked', 'its address leads to what is stored');
});

test('what is missing is said, and what was filled in stays', async () => {
  const liu = await openPhone();
  const cases = /** @type {const} */ ([
    ['activity', { people: '5' }, /请选是哪一种活动。/],
    ['posting', { count: '2', group: GROUP.third }, /请选贴的是什么。/],
    ['posting', { ...PLAQUES, count: '0' }, /至少记 1 张。/],
    ['posting', { ...PLAQUES, group: 'nowhere' }, /请选是哪一组。/],
  ]);
  for (const [what, form, said] of cases) {
    const page = await tell(liu, what, { ...form, spot: '老槐树' });
    assert.equal(page.status, 422);
    assert.match(words(page), said);
  }
  assert.match((await tell(liu, 'posting', { count: '2', spot: '老槐树' })).text, /value="老槐树"/);
  assert.equal((await strip(liu.db)).waiting, 0);
});

test('words are cut at forty characters, and a day may be up to seven days back', async () => {
  const liu = await openPhone();
  await tell(liu, 'activity', { ...TALK, name: '很'.repeat(60), when: '3' });
  const [event] = await events(liu);
  assert.equal([...(event?.name ?? '')].length, 40);
  assert.equal(event?.done_at, '2026-11-18T12:00:00.000+08:00');
  assert.match(words(await liu.open('/field/walked')), /这天还没有记录。/);
  assert.match(words(await liu.open('/field/walked?day=2026-11-18')), /活动和张贴 1 条 .*宣讲 32 人，发了 40 份/);
});

test('a day lists what was done beside what was walked, the last first, with what the server has', async () => {
  const liu = await openPhone();
  await tell(liu, 'activity', TALK);
  await tell(liu, 'posting', { ...PLAQUES, when: 'morning' });
  await answer(liu, [[1, 1]]);
  const page = words(await liu.open('/field/walked'));
  assert.match(page, /活动和张贴 2 条 宣讲 32 人，发了 40 份 三组院坝 服务器已收 门牌 3 块 三组·村口 还在手机里/);
});

test('改正 begins with what was told, keeps its time, and stands in its place', async () => {
  const liu = await openPhone();
  await tell(liu, 'posting', { ...PLAQUES, when: 'yesterday' });
  const [first] = await liu.db.read(['events'], (tx) => tx.objectStore('events').getAll());
  const form = await liu.open(way(await liu.open(`/field/told/${first?.id}`), 'supersedes='));
  assert.match(form.text, /name="count"\s+value="3"/);
  assert.match(form.text, /value="村口"/);
  const page = await liu.send(way(form, '/field/tell/posting?'), {
    ...PLAQUES,
    count: '5',
    visited_at: /name="visited_at" value="([^"]*)"/.exec(form.text)?.[1] ?? '',
  });
  assert.match(words(page), /门牌 .*5 块/);
  const [told, corrected] = await events(liu);
  assert.deepEqual([corrected?.supersedes, corrected?.root, corrected?.count], [first?.id, first?.id, 5]);
  assert.equal(corrected?.done_at, told?.done_at);
  assert.match(words(await liu.open('/field/walked?day=2026-11-20')), /活动和张贴 1 条 门牌 5 块/);
  assert.match(words(await liu.open(`/field/told/${first?.id}`)), /已经改过或作废，不再算数/);
  assert.equal((await liu.open(`/field/tell/posting?supersedes=${first?.id}&id=${newId()}`)).status, 404);
});

test('误点 asks why, and takes it back with a record of its own', async () => {
  const liu = await openPhone();
  const page = await tell(liu, 'activity', TALK);
  const form = await liu.open(way(page, '/void'));
  assert.match(words(await liu.send(way(form, '/void'), {})), /请选一个原因。/);
  await liu.send(way(form, '/void'), { id: newId(), reason: '没有办成' });
  const [told, back] = await events(liu);
  assert.deepEqual([back?.event, back?.void, back?.reason], ['correction', true, '没有办成']);
  assert.ok(told);
  assert.match(words(await liu.open('/field/walked')), /这天还没有记录。/);
  assert.equal((await liu.open(way(page, '/void'))).status, 404, 'once is enough');
});

test('what the server set aside says so, and leads to its own record', async () => {
  const liu = await openPhone();
  await tell(liu, 'activity', TALK);
  await answer(liu, [[1, 1]], [{ n: 1, code: 'out_of_scope', detail: null }]);
  assert.match(words(await liu.open('/field/walked')), /宣讲 32 人，发了 40 份 三组院坝 要您看一下/);
  const page = await liu.open('/field/attention/1');
  assert.match(words(page), /活动 .*当时不在您的网格里。/);
  assert.match(words(await liu.open(way(page, '/field/told/'))), /宣讲 .*改正/);
});

test('photos are asked for only where the campaign has them on, and go into the body', async () => {
  const liu = await openPhone();
  assert.doesNotMatch((await liu.open('/field/tell/posting')).text, /data-photos/);
  await liu.db.write(['rows'], async (tx) => {
    const rows = tx.objectStore('rows');
    for (const row of await rows.index('kind').getAll('campaign'))
      await rows.put({ ...row, data: { ...row.data, parts: { ...row.data.parts, photos: true } } });
  });
  assert.match((await liu.open('/field/tell/posting')).text, /data-photos/);
  const photo = 'ab'.repeat(32);
  await tell(liu, 'posting', { ...PLAQUES, photos: photo });
  assert.deepEqual((await events(liu))[0]?.photos, [photo]);
});
