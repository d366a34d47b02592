import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  campaign,
  groups,
  placePage,
  roster,
  search,
  strip,
  tick,
  ticked,
  today,
  visit,
} from '../../../static/phone/read.js';
import { putOff, saveDraft, saveVisit } from '../../../static/phone/record.js';
import { freshen } from '../../../static/phone/sync/freshen.js';
import {
  arrive,
  at,
  body,
  CAMPAIGN,
  CHEN,
  DAY,
  emptyPhone,
  GRID,
  GROUP,
  LI,
  listed,
  NOW,
  newId,
  OTHER_GRID,
  phone,
  place,
  visitRow,
  WANG,
  ZHAO,
} from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */
/** @typedef {import('../../../static/phone/types.js').ListRow} ListRow */

const names = (/** @type {{rows: ListRow[]}} */ { rows }) => rows.map((row) => row.place.contact_name);
const save = (/** @type {Store} */ db, /** @type {string} */ outcome, more = {}, now = NOW) =>
  saveVisit(db, { id: newId(), body: body(outcome, more), now });

describe('an empty phone', () => {
  test('says so and knows no place', async () => {
    const db = await emptyPhone();
    assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 });
    assert.deepEqual(await groups(db), []);
    assert.deepEqual(await listed(db, { limit: 10 }), { rows: [], more: false });
    assert.equal(await placePage(db, WANG.id), null);
    assert.equal(await visit(db, 'none'), null);
    assert.equal(await campaign(db, NOW), null);
    assert.deepEqual((await today(db, NOW)).lanes, []);
  });
});

describe('the roster', () => {
  test('is in code order of groups and row order, page by page', async () => {
    const db = await phone();
    const first = await listed(db, { limit: 3 });
    assert.deepEqual([names(first), first.more], [['陈小满', '李秀英', '王桂兰'], true]);
    const rest = await listed(db, { limit: 3, after: first.rows[2]?.place.id ?? '' });
    assert.deepEqual([names(rest), rest.more], [['赵大勇'], false]);
    assert.deepEqual(names(await listed(db, { group: GROUP.third, limit: 9, after: LI.id })), ['王桂兰', '赵大勇']);
  });

  test('counts the doors of each group and those still to go', async () => {
    const away = place('away', 20, { status: 'away', away: { kind: '外出务工', back_on: null } });
    const wrong = place('wrong', 21, { status: 'wrong', contact_name: '写错' });
    const db = await phone([WANG, LI, ZHAO, CHEN, away, wrong]);
    await save(db, 'met_declined');
    const [second, third] = await groups(db);
    assert.deepEqual(second, { code: GROUP.second, name: '二组', grid: GRID, places: 1, open: 1 });
    assert.deepEqual([third?.name, third?.places, third?.open], ['三组', 4, 2]);
    assert.deepEqual(names(await search(db, '写错', { limit: 9 })), []);
    const { groups: shown, chosen } = await roster(db, { group: GROUP.third, after: null, limit: 9 });
    assert.deepEqual(shown, [
      { code: GROUP.second, name: '二组' },
      { code: GROUP.third, name: '三组' },
    ]);
    assert.deepEqual(chosen, { code: GROUP.third, name: '三组', places: 4, open: 2 });
  });

  test('a door that is away opens again on the day it is expected back', async () => {
    const db = await phone([place('away', 20, { status: 'away', away: { kind: '外出务工', back_on: '2026-11-23' } })]);
    assert.equal((await groups(db))[0]?.open, 0);
    assert.deepEqual((await listed(db, { limit: 1 })).rows[0]?.hint, { kind: 'back_on', date: '2026-11-23' });
    await freshen(db, NOW + 2 * DAY);
    assert.equal((await groups(db))[0]?.open, 1);
  });

  test('a new campaign begins with every door open', async () => {
    const db = await phone();
    await save(db, 'met_covered');
    const next = { key: 'spring', name: '春季敲门行动', starts: '2027-01-01', ends: '2027-03-31' };
    await arrive(db, [{ kind: 'campaign', id: 'campaign-2', seq: 10, data: next }]);
    assert.equal((await groups(db))[1]?.open, 2);
    await freshen(db, at('08:00', '2027-01-01'));
    assert.equal((await groups(db))[1]?.open, 3);
    assert.equal((await campaign(db, at('08:00', '2027-01-01')))?.name, '春季敲门行动');
    assert.equal((await placePage(db, WANG.id))?.history.length, 1);
  });
});

describe('search', () => {
  /** @type {[string, string, string[]][]} */
  const questions = [
    ['by surname', '王', ['王桂兰']],
    ['by given name', '桂兰', ['王桂兰']],
    ['by the last character', '兰', ['王桂兰']],
    ['by what neighbours say', '兰婶', ['王桂兰']],
    ['by initials', 'wgl', ['王桂兰']],
    ['by pinyin, in capitals', 'WangGui', ['王桂兰']],
    ['by door', '14号', ['王桂兰']],
    ['by roster number without zeros', '14', ['王桂兰']],
    ['by full-width digits', '１５', ['赵大勇']],
    ['by landmark', '水塔', ['王桂兰']],
    ['by the last three digits of the phone', '678', ['王桂兰']],
    ['by the last four digits of the phone', '5678', ['王桂兰']],
    ['by the whole number', '139 0000 5678', []],
    ['by the whole number in one', '13900005678', ['王桂兰']],
    ['not by two digits of a phone', '78', []],
    ['by the last digits and the surname', '王 678', ['王桂兰']],
    ['by group and door in one word', '三组12', ['李秀英']],
    ['by group and name', '三组 赵', ['赵大勇']],
    ['by two words that must both match', '王 14', ['王桂兰']],
    ['with two words of two doors', '王 15', []],
    ['by the beginning of a number, roster order', '1', ['李秀英', '王桂兰', '赵大勇']],
    ['with nothing typed', '  ', []],
    ['for somebody who is not here', '钱', []],
  ];
  for (const [name, text, found] of questions) {
    test(name, async () => assert.deepEqual(names(await search(await phone(), text, { limit: 9 })), found));
  }

  test('puts the whole match first', async () => {
    const db = await phone([
      place('a', 1, { contact_name: '甲', address: { door: '120' } }),
      place('b', 2, { contact_name: '乙', address: { door: '12' } }),
    ]);
    assert.deepEqual(names(await search(db, '12', { limit: 9 })), ['乙', '甲']);
    assert.equal((await search(db, '12', { limit: 1 })).more, true);
  });

  test('does not find a phone by its first digits or by some in the middle', async () => {
    for (const text of ['1390', '139', '0000', '567'])
      assert.deepEqual(names(await search(await phone(), text, { limit: 9 })), [], text);
  });

  test('finds each of two phones by its end, and a door with these digits first', async () => {
    const db = await phone([
      place('a', 1, { contact_name: '甲', phone: '13900001234、0990-6110678' }),
      place('b', 2, { contact_name: '乙', address: { door: '678号' } }),
    ]);
    assert.deepEqual(names(await search(db, '678', { limit: 9 })), ['乙', '甲']);
    assert.deepEqual(names(await search(db, '1234', { limit: 9 })), ['甲']);
  });

  test('finds an edited name and no longer the old one', async () => {
    const db = await phone();
    await arrive(db, [{ ...WANG, data: { ...WANG.data, contact_name: '汪桂兰', nickname: null, py: [] } }]);
    assert.deepEqual(names(await search(db, '汪', { limit: 9 })), ['汪桂兰']);
    assert.deepEqual(names(await search(db, '王', { limit: 9 })), []);
  });
});

describe('今天', () => {
  test('counts one’s own visits that count and were made today, nobody else’s', async () => {
    const db = await phone();
    const when = { visited_at: '2026-11-21T09:00:00+08:00', at: '2026-11-21T09:00:00+08:00' };
    await arrive(db, [
      visitRow('theirs', { ...when, worker_id: 'somebody', place_id: CHEN.id }),
      visitRow('mine', { ...when, outcome: 'met_later', place_id: ZHAO.id }),
      visitRow('yesterday', {}),
    ]);
    await save(db, 'left_material');
    await save(db, 'met_covered', { place_id: LI.id, visited_at: '2026-11-20T12:00:00+08:00' });
    assert.deepEqual((await today(db, NOW)).counts, { walked: 2, covered: 0, nobody: 1, later: 1, declined: 0 });
  });

  test('lists the ticked lane in roster order, done ones gone, put off and tried ones last', async () => {
    const db = await phone([LI, WANG, ZHAO, place('place-sun', 16, { contact_name: '孙二' })]);
    assert.deepEqual(await ticked(db), []);
    await tick(db, [GROUP.third]);
    await putOff(db, LI.id, NOW);
    await save(db, 'nobody_home', { place_id: WANG.id });
    await save(db, 'met_declined', { place_id: ZHAO.id });
    const [lane] = (await today(db, NOW)).lanes;
    assert.deepEqual(
      [lane?.name, lane?.open, names({ rows: lane?.rows ?? [] })],
      ['三组', 3, ['孙二', '李秀英', '王桂兰']],
    );
    const [tomorrow] = (await today(db, NOW + DAY)).lanes;
    assert.deepEqual(names({ rows: tomorrow?.rows ?? [] }), ['李秀英', '王桂兰', '孙二']);
  });

  test('never sends anybody to a door that asked not to be visited again', async () => {
    const db = await phone();
    await tick(db, [GROUP.third]);
    await save(db, 'met_later', { do_not_return: true, next_try: { slot: 'evening' } });
    const page = await today(db, NOW + DAY);
    assert.deepEqual(names({ rows: page.lanes[0]?.rows ?? [] }), ['李秀英', '赵大勇']);
    assert.deepEqual(page.promised, []);
    assert.deepEqual((await placePage(db, WANG.id))?.hint, { kind: 'do_not_return' });
  });

  test('shows a promise on its day and until it is kept, and no hope as a promise', async () => {
    const db = await phone();
    await save(db, 'met_later', { next_try: { slot: 'date', date: '2026-11-23' } });
    await save(db, 'nobody_home', { place_id: LI.id, next_try: { slot: 'evening' } });
    const promised = async (/** @type {number} */ now) => names({ rows: (await today(db, now)).promised });
    assert.deepEqual(await promised(NOW + DAY), []);
    assert.deepEqual(await promised(NOW + 2 * DAY), ['王桂兰']);
    assert.deepEqual(await promised(NOW + 3 * DAY), ['王桂兰']);
    assert.deepEqual((await listed(db, { limit: 2 })).rows[1]?.hint, { kind: 'next_try', slot: 'evening', date: null });
    await save(db, 'met_covered', {}, NOW + 2 * DAY);
    assert.deepEqual(await promised(NOW + 3 * DAY), []);
  });

  test('has a promise that was missed on top, the oldest first, and the rest by the hour', async () => {
    const db = await phone([WANG, LI, ZHAO, CHEN, place('place-sun', 16, { contact_name: '孙二' })]);
    const promise = (/** @type {string} */ place_id, /** @type {object} */ next_try) =>
      save(db, 'met_later', { place_id, next_try, visited_at: '2026-11-16T17:20:00+08:00' }, NOW - 5 * DAY);
    await promise(LI.id, { slot: 'date', date: '2026-11-20' });
    await promise(ZHAO.id, { slot: 'evening' });
    await promise(CHEN.id, { slot: 'date', date: '2026-11-19' });
    await promise(WANG.id, { slot: 'date', date: '2026-11-21' });
    await promise('place-sun', { slot: 'morning' });
    const promised = names({ rows: (await today(db, NOW)).promised });
    assert.deepEqual(promised, ['陈小满', '李秀英', '孙二', '赵大勇', '王桂兰']);
  });

  test('a draft never hides, even where its place has left the phone', async () => {
    const db = await phone();
    for (const place_id of [WANG.id, 'gone']) await saveDraft(db, { id: newId(), place_id, form: {}, updated_at: '' });
    assert.deepEqual(
      (await today(db, NOW)).drafts.map((row) => [row.place.id, row.draft]),
      [
        ['gone', true],
        [WANG.id, true],
      ],
    );
  });
});

describe('the place page', () => {
  test('offers the evening after two mornings with nobody there', async () => {
    const db = await phone();
    await save(db, 'nobody_home', { visited_at: '2026-11-20T09:00:00+08:00' });
    assert.equal((await placePage(db, WANG.id))?.hint, null);
    await save(db, 'minor_only', { visited_at: '2026-11-21T02:00:00Z' });
    assert.deepEqual((await placePage(db, WANG.id))?.hint, { kind: 'evening' });
    await save(db, 'nobody_home', { visited_at: '2026-11-21T19:00:00+08:00' });
    assert.equal((await placePage(db, WANG.id))?.hint, null);
  });

  test('of a merged place is that of the one it went into, with the visits of both', async () => {
    const db = await phone();
    await arrive(db, [visitRow('at-zhao', { place_id: ZHAO.id })]);
    await arrive(db, [{ ...ZHAO, seq: 99, data: { ...ZHAO.data, status: 'merged', merged_into: WANG.id } }]);
    const page = await placePage(db, ZHAO.id);
    assert.deepEqual([page?.place.id, page?.state, page?.history.length], [WANG.id, 'met_covered', 1]);
    assert.deepEqual(names(await listed(db, { limit: 9 })), ['陈小满', '李秀英', '王桂兰']);
    await arrive(db, [{ ...ZHAO, seq: 100 }]);
    assert.equal((await placePage(db, WANG.id))?.state, 'not_visited');
    assert.equal((await placePage(db, ZHAO.id))?.state, 'met_covered');
  });

  test('does not count a visit of another campaign, or one that something unknown supersedes', async () => {
    const db = await phone();
    await arrive(db, [
      visitRow('old', { campaign_id: 'autumn' }),
      visitRow('void', { superseded_by: 'by-the-office' }),
    ]);
    const page = await placePage(db, WANG.id);
    assert.deepEqual([page?.state, page?.history.length], ['not_visited', 2]);
    assert.equal((await campaign(db, NOW))?.id, CAMPAIGN);
  });

  test('lies under the grid that its row names', async () => {
    const db = await phone([place('far', 1, { grid: OTHER_GRID })]);
    assert.equal((await placePage(db, 'far'))?.place.grid, OTHER_GRID);
  });
});
