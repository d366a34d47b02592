import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePage, strip, today } from '../../../static/phone/read.js';
import { arrive, CAMPAIGN, LI, NOW, openPhone, visitRow, WANG, way, words, ZHAO } from './village.js';

const HERE = `/field/places/${WANG.id}`;

/** Opens the form of an outcome and gives its address. */
async function form(/** @type {import('./village.js').Visitor} */ liu, /** @type {string} */ outcome) {
  const page = await liu.open(`${HERE}/visit?outcome=${outcome}`);
  return { page, action: way(page, '/visit?id='), draft: way(page, '/draft?id=') };
}

const COVERED = { outcome: 'met_covered', when: 'now', adults: '2', opened: '2026-11-21T17:18:00.000+08:00' };

test('讲了 without anybody who listened is not saved: the draft stays and the page says what to do', async () => {
  const liu = await openPhone();
  const { action } = await form(liu, 'met_covered');
  const page = await liu.send(action, { ...COVERED, adults: '0', note: '在院子里' });
  assert.equal(page.status, 422);
  assert.match(words(page), /听讲的大人还是 0。至少记 1 位/);
  assert.match(page.text, /在院子里/);
  const found = await placePage(liu.db, WANG.id);
  assert.equal(found?.draft?.form.note, '在院子里');
  assert.equal(found?.history.length, 0);
});

test('长期不在家 asks which kind, 纸质 asks the number, 选日子 asks the day', async () => {
  const liu = await openPhone();
  const { action } = await form(liu, 'away_reported');
  assert.match(words(await liu.send(action, { outcome: 'away_reported' })), /请选一下是哪种不在家/);
  assert.match(words(await liu.send(action, { ...COVERED, commitment: 'paper' })), /请填纸质承诺书上的编号/);
  assert.match(words(await liu.send(action, { outcome: 'met_later', slot: 'date' })), /请选一下哪天再来/);
  assert.match(words(await liu.send(action, { outcome: 'made_up' })), /请先选走访结果/);
});

test('今天 → a door → 讲了 → saved: the strip counts it in the same moment', async () => {
  const liu = await openPhone();
  await liu.send('/field/lanes', new URLSearchParams({ lane: String(WANG.data.group) }));
  const home = await liu.open('/field/');
  const door = await liu.open(way(home, WANG.id));
  assert.match(words(door), /王桂兰 住户·大人 2 位 兰婶·水塔下|王桂兰.*水塔下/);
  const { action } = await form(liu, 'met_covered');
  const saved = await liu.send(action, { ...COVERED, app_declined: '1', commitment: 'declined' });
  assert.match(saved.url, /^\/field\/saved\//);
  assert.match(words(saved), /手机里还有 1/);
  assert.match(words(saved), /已存好， 在这部手机里/);
  assert.match(words(saved), /改一下 还有 10 秒/);
  assert.match(words(saved), /下一家 赵大勇/);
  assert.deepEqual(await strip(liu.db), { held: 0, waiting: 1, attention: 0 });
});

test('a tap on 保存 is answered with the very page that its address gives, a form that the browser sends is led there', async () => {
  const liu = await openPhone([LI, WANG, ZHAO]);
  for (const how of [
    { htmx: true, outcome: 'met_covered' },
    { htmx: false, outcome: 'nobody_home' },
  ]) {
    const { action } = await form(liu, how.outcome);
    const saved = await liu.send(action, { ...COVERED, outcome: how.outcome }, how);
    assert.match(saved.url, /^\/field\/saved\/[\w-]+$/);
    assert.match(words(saved), /三组14号 王桂兰.*下一家 赵大勇/);
    assert.equal(saved.text, (await liu.open(saved.url, how)).text);
    const again = await liu.send(action, { ...COVERED, outcome: how.outcome }, how);
    assert.equal(again.text, saved.text, 'a second tap finds what the first has saved');
  }
  assert.equal((await strip(liu.db)).waiting, 2);
});

test('a tap on 保存 whose record has left this phone finds it among the server’s', async () => {
  const liu = await openPhone();
  const { action } = await form(liu, 'met_covered');
  const { url } = await liu.send(action, COVERED, { htmx: true });
  const id = url.split('/').at(-1) ?? '';
  await arrive(liu.db, [visitRow(id, { adults_listened: 2 })]);
  await liu.db.write(['events'], async (tx) => {
    const event = await tx.objectStore('events').get(1);
    await tx.objectStore('events').put(/** @type {any} */ ({ ...event, line: null, settled: 1 }));
  });
  assert.match(words(await liu.send(action, COVERED, { htmx: true })), /已存好.*王桂兰 讲了.*2 位/);
});

test('a save at a door that was merged away meanwhile is one at the door that stands for it', async () => {
  const liu = await openPhone([LI, WANG, ZHAO]);
  const { action } = await form(liu, 'nobody_home');
  await arrive(liu.db, [{ ...WANG, seq: 99, data: { ...WANG.data, status: 'merged', merged_into: LI.id } }]);
  const saved = await liu.send(action, { ...COVERED, outcome: 'nobody_home' }, { htmx: true });
  assert.match(words(saved), /李秀英 没人.*下一家 赵大勇/);
  assert.equal((await placePage(liu.db, LI.id))?.history[0]?.place_id, LI.id);
});

test('what goes into the event is the wire’s own shape, and only what the outcome asks for', async () => {
  const liu = await openPhone();
  const { action } = await form(liu, 'met_covered');
  await liu.send(action, {
    ...COVERED,
    m_door_card: '1',
    m_leaflet: '0',
    app_installed_before: '1',
    app_none: '',
    commitment: 'paper',
    paper_no: 'A-17',
    relation: 'spouse',
    slot: 'evening',
    away_kind: 'moved',
    note: ' 井边讲的 ',
  });
  const visit = (await placePage(liu.db, WANG.id))?.history[0];
  assert.deepEqual(
    { ...visit, id: '', at: '', worker_id: '', entry: '', waiting: true, superseded_by: null },
    {
      id: '',
      at: '',
      worker_id: '',
      entry: '',
      waiting: true,
      superseded_by: null,
      place_id: WANG.id,
      campaign_id: CAMPAIGN,
      mode: 'planned',
      outcome: 'met_covered',
      visited_at: '2026-11-21T17:20:00.000+08:00',
      started_at: COVERED.opened,
      adults_listened: 2,
      materials: [{ material: 'door_card', quantity: 1 }],
      app: { installed_before: 1, installed_now: 0, wants_later: 0, declined: 0, no_smartphone: 0 },
      commitment: { method: 'paper', version: '1', signer_relation: 'spouse', paper_no: 'A-17' },
      note: '井边讲的',
    },
  );
});

test('saving the same form twice makes one visit', async () => {
  const liu = await openPhone();
  const { action } = await form(liu, 'nobody_home');
  await liu.send(action, { outcome: 'nobody_home' });
  await liu.send(action, { outcome: 'nobody_home' });
  assert.equal((await strip(liu.db)).waiting, 1);
});

test('the way back to a form that has been saved leads to 今天, not to a second visit', async () => {
  const liu = await openPhone();
  const { page, action } = await form(liu, 'nobody_home');
  await liu.send(action, { outcome: 'nobody_home' });
  assert.equal((await liu.open(page.url)).url, '/field/');
});

test('a draft is kept on every change, stands under 没写完, and the form is drawn from it', async () => {
  const liu = await openPhone();
  const { draft } = await form(liu, 'met_covered');
  const kept = await liu.send(draft, { ...COVERED, adults: '3', note: '等他回来' }, { htmx: true });
  assert.equal(kept.status, 204);
  assert.match(words(await liu.open('/field/')), /没写完 1 户.*王桂兰.*17:20 还没保存/);
  const again = await liu.open(`${HERE}/visit`);
  assert.equal(way(again, '/draft?id='), draft);
  assert.match(again.text, /name="adults"\s+value="3"/);
  assert.match(again.text, /等他回来/);
});

test('switching the outcome keeps what was answered', async () => {
  const liu = await openPhone();
  const { draft } = await form(liu, 'nobody_home');
  await liu.send(draft, { outcome: 'nobody_home', adults: '0', note: '狗凶' });
  const page = await liu.open(
    `${HERE}/visit?outcome=met_covered&id=${new URL(draft, 'http://x').searchParams.get('id')}`,
  );
  assert.match(page.text, /狗凶/);
  assert.match(page.text, /name="adults"\s+value="1"/);
  assert.match(page.text, /data-dirty/);
});

test('a door stands once on 今天, whether it is promised, half written or in today’s lane', async () => {
  const promised = visitRow('visit-later', { outcome: 'met_later', next_try: { slot: 'evening', date: null } });
  const liu = await openPhone([WANG, ZHAO, promised]);
  await liu.send('/field/lanes', { lane: String(WANG.data.group) });
  const names = async () => words(await liu.open('/field/')).match(/王桂兰/g)?.length;
  assert.match(words(await liu.open('/field/')), /约好的 1 户 .*王桂兰/);
  assert.equal(await names(), 1);
  const { draft } = await form(liu, 'met_later');
  await liu.send(draft, { outcome: 'met_later' });
  assert.match(words(await liu.open('/field/')), /没写完 1 户 .*王桂兰/);
  assert.equal(await names(), 1);
});

test('名单写错了 does not ask whether to come again', async () => {
  const liu = await openPhone();
  assert.doesNotMatch(words((await form(liu, 'wrong_entry')).page), /不用再来/);
  assert.match(words((await form(liu, 'nobody_home')).page), /住户说不用再来/);
});

test('不要了 throws the draft away and nothing else', async () => {
  const liu = await openPhone();
  const { draft } = await form(liu, 'met_later');
  await liu.send(draft, { outcome: 'met_later' });
  assert.match(words(await liu.open(`${HERE}/visit`)), /删掉这份草稿吗？.* 留着 删掉/);
  await liu.send(`${HERE}/drop`, {});
  assert.equal((await placePage(liu.db, WANG.id))?.draft, null);
});

test('every outcome has its form and saves with one tap more at most', async () => {
  /** @type {Record<string, Record<string, string>>} */
  const needs = {
    met_covered: { adults: '1' },
    remote_covered: { adults: '1' },
    away_reported: { away_kind: 'working' },
  };
  const outcomes =
    'met_covered met_declined met_later remote_covered nobody_home left_material minor_only unsafe_stop away_reported wrong_entry';
  for (const outcome of outcomes.split(' ')) {
    const liu = await openPhone();
    const { action } = await form(liu, outcome);
    const saved = await liu.send(action, { outcome, .../** @type {any} */ (needs[outcome] ?? {}) });
    assert.match(saved.url, /^\/field\/saved\//, outcome);
  }
});

test('after two mornings with nobody 傍晚 is preset', async () => {
  const mornings = ['2026-11-19T09:00:00+08:00', '2026-11-20T09:30:00+08:00'].map((at, i) =>
    visitRow(`visit-${i}`, { outcome: 'nobody_home', at, visited_at: at }),
  );
  const liu = await openPhone([WANG, ZHAO, ...mornings]);
  assert.match(words(await liu.open(HERE)), /两次都是上午没人，傍晚再来。/);
  const { page } = await form(liu, 'nobody_home');
  assert.match(page.text, /value="evening" id="slot-evening" checked/);
});

test('补记: 上午 is this morning, 昨天 is yesterday, and three days back is three days back', async () => {
  const days = { morning: '2026-11-21', yesterday: '2026-11-20', 3: '2026-11-18' };
  for (const [when, day] of Object.entries(days)) {
    const liu = await openPhone();
    const { action } = await form(liu, 'nobody_home');
    await liu.send(action, { outcome: 'nobody_home', when });
    /** @type {any} */
    const visit = (await placePage(liu.db, WANG.id))?.history[0];
    assert.equal(String(visit?.visited_at).slice(0, 10), day);
  }
});

test('declining looks like covering: same key, same page, no reason asked', async () => {
  const liu = await openPhone();
  const [, text = ''] = (await liu.open(HERE)).text.split('data-call>');
  const keys = [...text.matchAll(/<a class="([^"]*)" href="[^"]*visit\?outcome=/g)].map(([, classes]) => classes);
  assert.deepEqual([...new Set(keys)], ['key']);
  assert.equal(keys.length, 4);
  const { page } = await form(liu, 'met_declined');
  assert.doesNotMatch(words(page), /原因|为什么/);
});

test('the five counts of 今天 are this worker’s own visits of today', async () => {
  const liu = await openPhone();
  const { action } = await form(liu, 'met_declined');
  await liu.send(action, { outcome: 'met_declined' });
  assert.deepEqual((await today(liu.db, NOW)).counts, { walked: 1, covered: 0, nobody: 0, later: 0, declined: 1 });
  assert.match(words(await liu.open('/field/')), /走了 1 讲了 0 没人 0 改天 0 不想听 1/);
});
