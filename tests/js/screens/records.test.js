import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePage, strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { arrive, NOW, newId, openPhone, visitRow, WANG, way, words, ZHAO } from './village.js';

const HERE = `/field/places/${WANG.id}`;
const MINE = visitRow('visit-mine', {
  adults_listened: 2,
  app: { installed_before: 1, declined: 1 },
  commitment: { method: 'paper', paper_no: 'A-17', version: '1' },
});
const OTHERS = visitRow('visit-others', { worker_id: 'worker-zhou', outcome: 'nobody_home' });

/** Who counts at a door: outcomes of the visits that nothing superseded. */
async function counting(/** @type {import('./village.js').Visitor} */ liu, /** @type {string} */ id) {
  /** @type {any[]} */
  const history = (await placePage(liu.db, id))?.history ?? [];
  return history.filter((visit) => !visit.superseded_by).map((visit) => visit.outcome);
}

test('a record that this phone does not hold gets a plain page with a way out', async () => {
  const liu = await openPhone();
  const page = await liu.open('/field/visits/visit-nowhere');
  assert.equal(page.status, 404);
  assert.match(words(page), /这部手机里没有这一条.*回到今天/);
});

test('another worker’s record can be read and not changed', async () => {
  const liu = await openPhone([WANG, ZHAO, OTHERS]);
  assert.match(words(await liu.open('/field/visits/visit-others')), /不是您记的/);
  for (const way of ['fix', 'move', 'void']) {
    assert.equal((await liu.open(`/field/visits/visit-others/${way}`)).status, 404);
  }
  await liu.send('/field/visits/visit-others/void', { reason: '点错了', id: '0193b000-0000-7000-8000-000000000001' });
  assert.equal((await strip(liu.db)).waiting, 0);
});

test('one’s own record that counts no longer says only that', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  await liu.send('/field/visits/visit-mine/void', { reason: '点错了' });
  const page = words(await liu.open('/field/visits/visit-mine'));
  assert.match(page, /这条已经改过或作废/);
  assert.doesNotMatch(page, /不是您记的|改正|误点/);
  assert.equal((await liu.open('/field/visits/visit-mine/fix')).status, 404, 'nor is it put right twice');
});

test('误点 without a reason voids nothing; with one the record leaves the counts', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  const page = await liu.send('/field/visits/visit-mine/void', {});
  assert.equal(page.status, 422);
  assert.match(words(page), /请选一个原因/);
  await liu.send('/field/visits/visit-mine/void', { reason: '点错了' });
  assert.deepEqual(await counting(liu, WANG.id), []);
});

test('改正 opens the same answers and replaces the whole visit', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  const form = await liu.open('/field/visits/visit-mine/fix');
  assert.match(words(form), /改正：讲了/);
  assert.match(form.text, /name="adults"\s+value="2"/);
  assert.match(form.text, /value="A-17"/);
  const fields = {
    outcome: 'met_covered',
    supersedes: 'visit-mine',
    adults: '3',
    visited_at: '2026-11-20T09:00:00+08:00',
  };
  const saved = await liu.send(way(form, '/visit?id='), fields);
  assert.match(words(saved), /听讲的大人 3 位/);
  assert.deepEqual(await counting(liu, WANG.id), ['met_covered']);
  assert.equal((await placePage(liu.db, WANG.id))?.history.length, 2);
});

test('a correction keeps the version of the text that was signed, not today’s', async () => {
  const liu = await openPhone([WANG, ZHAO, visitRow('visit-mine', { commitment: { method: 'oral', version: '0' } })]);
  const form = await liu.open('/field/visits/visit-mine/fix');
  assert.match(form.text, /name="version"\s+value="0"/);
  const fields = { outcome: 'met_covered', supersedes: 'visit-mine', adults: '1', commitment: 'oral', version: '0' };
  await liu.send(way(form, '/visit?id='), fields);
  assert.equal((await placePage(liu.db, WANG.id))?.commitment?.version, '0');
});

const SIGNED = { method: 'screen', signer_relation: 'spouse', strokes: [[100, 120, 220, 118]] };

/** 刘桂香 has had a commitment signed, and the server has answered with its rows, which carry no drawing. */
async function signedAndAnswered() {
  const liu = await openPhone([WANG, ZHAO]);
  const { id } = await saveVisit(liu.db, {
    id: newId(NOW),
    body: { place_id: WANG.id, outcome: 'met_covered', adults_listened: 1, commitment: SIGNED },
    now: NOW,
  });
  const row = { kind: 'commitment', id, grid: WANG.grid, seq: 101, data: { place_id: WANG.id, method: 'screen' } };
  await arrive(liu.db, [visitRow(id, { adults_listened: 1 }), row]);
  return { liu, id };
}

test('改正 of a signed visit says plainly when its drawing is not on this phone any more', async () => {
  const liu = await openPhone([WANG, ZHAO, visitRow('visit-mine', { commitment: { method: 'screen' } })]);
  assert.match(words(await liu.open('/field/visits/visit-mine/fix')), /签名的笔画这部手机里没有了，改正只记「签了」/);
  assert.match(words(await liu.open('/field/visits/visit-mine/move')), /签名的笔画这部手机里没有了/);
});

test('改正 of a signed visit carries the drawing again, and who signed', async () => {
  const { liu, id } = await signedAndAnswered();
  const form = await liu.open(`/field/visits/${id}/fix`);
  assert.doesNotMatch(words(form), /笔画这部手机里没有了/);
  assert.match(form.text, /value="spouse" id="relation-spouse" checked/);
  const answers = { outcome: 'met_covered', supersedes: id, adults: '2', commitment: 'screen', signed: '1' };
  await liu.send(way(form, '/draft?id='), { ...answers, relation: 'spouse' });
  await liu.send(way(form, '/visit?id='), { ...answers, relation: 'spouse' });
  const given = (await placePage(liu.db, WANG.id))?.history[0]?.commitment;
  assert.deepEqual(given?.strokes, SIGNED.strokes);
  assert.equal(given?.signer_relation, 'spouse');
});

test('记错门 takes the drawing along', async () => {
  const { liu, id } = await signedAndAnswered();
  await liu.send(`/field/visits/${id}/move`, { to: ZHAO.id, id: '0193b000-0000-7000-8000-000000000004' });
  assert.deepEqual((await placePage(liu.db, ZHAO.id))?.history[0]?.commitment?.strokes, SIGNED.strokes);
});

test('误点 and 撤回 say that they are stored, once', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  const back = await liu.send('/field/visits/visit-mine/withdraw', { id: '0193b000-0000-7000-8000-000000000005' });
  assert.match(words(back), /已存好，在这部手机里。/);
  assert.match(back.text, new RegExp(`data-here="${HERE}"`));
  assert.match(words(await liu.send('/field/visits/visit-mine/void', { reason: '点错了' })), /已存好，在这部手机里。/);
  assert.doesNotMatch(words(await liu.open(HERE)), /已存好/);
});

test('换一个 in a correction is still the correction', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  const outcomes = await liu.open(way(await liu.open('/field/visits/visit-mine/fix'), '/outcomes?'));
  const form = await liu.open(way(outcomes, 'outcome=met_later'));
  assert.match(words(form), /改正：改天/);
  assert.match(form.text, /name="supersedes"\s+value="visit-mine"/);
  assert.equal((await liu.open(way(outcomes, 'outcome=met_covered'))).status, 200);
});

test('an address without an outcome asks for one, and going back from there leads to the door', async () => {
  const liu = await openPhone();
  const outcomes = await liu.open(`${HERE}/visit`);
  assert.match(words(outcomes), /换一个走访结果.*讲了.*名单写错了/);
  assert.equal(way(outcomes, HERE), HERE);
});

test('改一下 on the saved page leads to the form of that very visit', async () => {
  const liu = await openPhone();
  const action = way(await liu.open(`${HERE}/visit?outcome=nobody_home`), '/visit?id=');
  const saved = await liu.send(action, { outcome: 'nobody_home' });
  const form = await liu.open(way(saved, '/fix'));
  assert.match(words(form), /改正：没人/);
});

test('after ten seconds the bar has run out and the record is still open to 改正', async () => {
  const liu = await openPhone();
  const action = way(await liu.open(`${HERE}/visit?outcome=nobody_home`), '/visit?id=');
  const { url } = await liu.send(action, { outcome: 'nobody_home' });
  liu.env.now = () => new Date('2026-11-21T17:20:11+08:00');
  const page = await liu.open(url);
  assert.doesNotMatch(words(page), /还有 \d+ 秒/);
  assert.match(page.text, /\/fix"/);
});

test('记错门 finds the right door and moves the visit there, its commitment as it was given', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  const found = await liu.open('/field/visits/visit-mine/move?q=zdy');
  assert.match(words(found), /三组15号 赵大勇/);
  assert.match(words(await liu.open('/field/visits/visit-mine/move?q=xyz')), /没找到/);
  assert.equal((await liu.send('/field/visits/visit-mine/move', { to: 'nowhere' })).status, 404);
  await liu.send('/field/visits/visit-mine/move', { to: ZHAO.id, id: '0193b000-0000-7000-8000-000000000002' });
  assert.deepEqual(await counting(liu, WANG.id), []);
  assert.deepEqual(await counting(liu, ZHAO.id), ['met_covered']);
  const moved = (await placePage(liu.db, ZHAO.id))?.history[0]?.commitment;
  assert.equal(moved?.paper_no, 'A-17');
});

test('撤回承诺书 takes two taps and no reason; the visit still counts', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  assert.match(words(await liu.open('/field/visits/visit-mine')), /撤回承诺书/);
  assert.match(words(await liu.open('/field/visits/visit-mine/withdraw')), /住户随时能撤，不用说原因/);
  await liu.send('/field/visits/visit-mine/withdraw', { id: '0193b000-0000-7000-8000-000000000003' });
  assert.ok((await placePage(liu.db, WANG.id))?.commitment?.withdrawn_at);
  assert.deepEqual(await counting(liu, WANG.id), ['met_covered']);
});

test('a correction and a half-written visit at one door do not overwrite each other', async () => {
  const liu = await openPhone([WANG, ZHAO, MINE]);
  const draft = way(await liu.open(`${HERE}/visit?outcome=met_later`), '/draft?id=');
  await liu.send(draft, { outcome: 'met_later', note: '过节再来' });
  assert.match(words(await liu.open('/field/visits/visit-mine/fix')), /这户还有一条没写完/);
  assert.match((await liu.open(`${HERE}/visit`)).text, /过节再来/);
});
