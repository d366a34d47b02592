import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correct, saveVisit } from '../../../static/phone/record.js';
import { arrive, at, body, CHEN, LI, NOW, newId, openPhone, visitRow, words, ZHAO } from './village.js';

/** @typedef {import('./village.js').Visitor} Visitor */

const save = async (/** @type {Visitor} */ liu, /** @type {string} */ outcome, more = {}, now = NOW) => {
  const id = newId();
  const when = { visited_at: new Date(now).toISOString().replace('Z', '+00:00') };
  await saveVisit(liu.db, { id, body: body(outcome, { ...when, ...more }), now });
  return id;
};
/** As if the server's last sealed answer had named these numbers. */
const hold = (/** @type {Visitor} */ liu, /** @type {number[][]} */ held) =>
  liu.db.write(['meta'], (tx) => tx.objectStore('meta').put({ held, attention: [] }, 'contact'));
/** The text that would be copied. */
const summary = (/** @type {import('./village.js').Seen} */ page) =>
  /<textarea[^>]*>([^<]*)</.exec(page.text)?.[1] ?? '';

test('a day that is no day, or has not come, is today; an empty day says so and copies nothing', async () => {
  const liu = await openPhone();
  for (const day of ['2026-13-40', '2026-11-22', 'x', '%22%3E']) {
    const page = await liu.open(`/field/walked?day=${day}`);
    assert.match(words(page), /今天走过的 11月21日 周六·0 条 .*这天还没有记录。/);
    assert.doesNotMatch(page.text, /textarea|后一天/);
  }
});

test('the first figure of 今天 leads to its records, the newest first, with what each came to', async () => {
  const liu = await openPhone();
  await save(liu, 'nobody_home', {}, at('09:10'));
  await save(liu, 'met_covered', { place_id: LI.id }, at('10:20'));
  await save(liu, 'met_later', { place_id: ZHAO.id, visited_at: '2026-11-21T10:00:00+08:00' }, at('16:40'));
  assert.match((await liu.open('/field/')).text, /href="\/field\/walked"/);
  const page = words(await liu.open('/field/walked'));
  assert.match(page, /今天走过的 11月21日 周六·3 条/);
  assert.match(page, /李秀英 商铺 讲了 10:20 .*赵大勇 住户 改天 10:00·补记 .*王桂兰 住户 没人 09:10 /);
  assert.doesNotMatch(page, /09:10·补记/);
});

test('a record is received only where the server’s own sealed list names its number', async () => {
  const liu = await openPhone();
  await save(liu, 'nobody_home', {}, at('09:10'));
  await save(liu, 'met_covered', { place_id: LI.id }, at('10:20'));
  assert.doesNotMatch(words(await liu.open('/field/walked')), /讲了 10:20 服务器已收/);
  await hold(liu, [[2, 2]]);
  const page = words(await liu.open('/field/walked'));
  assert.match(page, /讲了 10:20 服务器已收 .*没人 09:10 还在手机里/);
  await hold(liu, []);
  assert.doesNotMatch(words(await liu.open('/field/walked')), /\d\d 服务器已收/);
});

test('a record made on another phone came from the server, and nobody else’s is here', async () => {
  const liu = await openPhone();
  const when = { at: '2026-11-21T08:00:00+08:00', visited_at: '2026-11-21T08:00:00+08:00' };
  await arrive(liu.db, [
    visitRow('mine', { ...when, place_id: CHEN.id, outcome: 'met_declined' }),
    visitRow('theirs', { ...when, worker_id: 'somebody' }),
  ]);
  assert.match(words(await liu.open('/field/walked')), /·1 条 .*陈小满 住户 不想听 08:00 服务器已收/);
});

test('what was corrected stands once, and is not later for it', async () => {
  const liu = await openPhone();
  const id = await save(liu, 'nobody_home', {}, at('09:10'));
  const body_ = body('met_covered', { visited_at: '2026-11-21T09:10:00+08:00' });
  await correct(liu.db, { supersedes: id, body: body_, now: at('11:00') });
  assert.match(words(await liu.open('/field/walked')), /·1 条 .*王桂兰 住户 讲了 09:10 还在手机里/);
});

test('other days are one step away', async () => {
  const liu = await openPhone();
  await save(liu, 'met_covered', {}, at('09:10', '2026-11-20'));
  const page = await liu.open('/field/walked?day=2026-11-20');
  assert.match(words(page), /昨天走过的 11月20日 周五·1 条 .*复制这天小结/);
  assert.match(page.text, /day=2026-11-19" aria-label="前一天"/);
  assert.match(page.text, /day=2026-11-21" aria-label="后一天"/);
});

test('the summary has figures that add up, no name, no door, and fits', async () => {
  const liu = await openPhone();
  const ways = ['met_covered', 'nobody_home', 'left_material', 'met_later', 'met_declined', 'away_reported'];
  for (const [i, outcome] of ways.entries()) await save(liu, outcome, {}, at(`09:1${i}`));
  await hold(liu, [[1, 4]]);
  assert.equal(
    summary(await liu.open('/field/walked')),
    '11月21日 周六 冬季敲门行动\n走了 6：讲了 1，没人 2，改天 1，不想听 1，其他 1。\n服务器已收 4，还在手机里 2。',
  );
  const named = { key: 'k', name: '敲'.repeat(300), starts: '2026-11-02', ends: '2026-12-31' };
  await arrive(liu.db, [{ kind: 'campaign', id: 'long', seq: 10, data: named }]);
  await save(liu, 'met_covered', { campaign_id: 'long' }, at('12:00'));
  const long = summary(await liu.open('/field/walked'));
  assert.match(long, /走了 1：/);
  assert.ok([...long].length <= 200, long);
  assert.doesNotMatch(long, /王桂兰|14|刘桂香/);
});
