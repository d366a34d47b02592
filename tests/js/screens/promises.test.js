import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tick } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { at, body, DAY, GROUP, LI, NOW, newId, openPhone, place, WANG, way, words, ZHAO } from './village.js';

/** @typedef {import('./village.js').Visitor} Visitor */

const HERE = `/field/places/${WANG.id}`;
const save = (/** @type {Visitor} */ liu, /** @type {string} */ outcome, more = {}, now = NOW) =>
  saveVisit(liu.db, {
    id: newId(),
    body: body(outcome, { visited_at: new Date(now).toISOString().replace('Z', '+00:00'), ...more }),
    now,
  });

test('a promise of a day gone by says so, and one without a day says when it was given', async () => {
  const liu = await openPhone();
  await save(liu, 'met_later', { next_try: { slot: 'date', date: '2026-11-20' } }, NOW - 5 * DAY);
  await save(liu, 'met_later', { place_id: LI.id, next_try: { slot: 'evening' } }, NOW - DAY);
  await save(liu, 'met_later', { place_id: ZHAO.id, next_try: { slot: 'evening' } }, NOW);
  const page = words(await liu.open('/field/'));
  assert.match(page, /约好的 3 户 .*王桂兰 住户 约的昨天，还没去 水塔下/);
  assert.match(page, /李秀英 商铺 傍晚 （昨天约的）.*赵大勇 住户 傍晚 /);
  await save(liu, 'met_declined', {}, NOW + 1);
  assert.match(words(await liu.open('/field/')), /约好的 2 户/);
});

test('two mornings with nobody there are said on the row and the page, and 没人 has 傍晚 chosen already', async () => {
  const liu = await openPhone();
  await tick(liu.db, [GROUP.third]);
  await save(liu, 'nobody_home', {}, at('09:00', '2026-11-19'));
  assert.doesNotMatch(words(await liu.open('/field/')), /傍晚/);
  await save(liu, 'nobody_home', {}, at('09:30', '2026-11-20'));
  assert.match(words(await liu.open('/field/')), /王桂兰 住户 水塔下·昨天没人，傍晚再来/);
  assert.match(words(await liu.open(HERE)), /两次都是上午没人，傍晚再来。/);
  const slot = async (/** @type {string} */ outcome) =>
    /name="slot" value="(\w+)"[^>]* checked/.exec((await liu.open(`${HERE}/visit?outcome=${outcome}`)).text)?.[1];
  assert.equal(await slot('nobody_home'), 'evening');
  assert.equal(await slot('met_later'), undefined, 'whoever was met says when');
});

test('往后放 from the menu puts the door last, today only', async () => {
  const liu = await openPhone([LI, WANG, place('place-sun', 16, { contact_name: '孙二' })]);
  await tick(liu.db, [GROUP.third]);
  const menu = await liu.open(`/field/places/${LI.id}/more`);
  const page = await liu.send(way(menu, '/later'), {});
  assert.equal(page.url, '/field/');
  assert.match(words(page), /王桂兰.*孙二.*李秀英/);
});

test('what was not found is filled in for the new door', async () => {
  const liu = await openPhone();
  const empty = await liu.open(`/field/list?q=${encodeURIComponent('钱多多')}`);
  assert.match(words(empty), /没找到「钱多多」。可以打姓、拼音首字母、门牌、地标或电话后三四位。/);
  const form = await liu.open(way(empty, '/field/new?contact_name'));
  assert.match(form.text, /name="contact_name"[^>]* value="钱多多"/);
  assert.match((await liu.open(way(form, '/field/new?id='))).text, /value="钱多多"/);
  const door = await liu.open(way(await liu.open('/field/list?q=88号'), '/field/new?door'));
  assert.match(door.text, /name="door"[^>]* value="88号"/);
  assert.doesNotMatch((await liu.open('/field/list?q=13911112222')).text, /new\?contact_name|new\?door/);
});

test('拨打 shows four digits, calls the first number, and offers what the call may have come to', async () => {
  const two = { ...WANG, data: { ...WANG.data, phone: '139 0000 5678、13900009999' } };
  const liu = await openPhone([two, LI]);
  const page = await liu.open(HERE);
  assert.match(words(page), /拨打 ⋯5678/);
  assert.match(page.text, /href="tel:13900005678"/);
  assert.doesNotMatch(words(page), /0000|9999/);
  assert.match(page.text, /data-after-call hidden/);
  assert.match(words(await liu.open(way(page, 'outcome=remote_covered'))), /听讲的大人/);
  assert.equal((await liu.send(way(page, '/later'), {})).url, '/field/');
  const none = await liu.open(`/field/places/${LI.id}`);
  assert.match(words(none), /加电话/);
  assert.doesNotMatch(none.text, /data-after-call|tel:/);
});

test('the text for family far away names the village, the campaign and three warnings, and nobody', async () => {
  const away = place('place-he', 17, { contact_name: '何远', phone: '13900001234', status: 'away', away: {} });
  const liu = await openPhone([WANG, away]);
  assert.equal((await liu.open('/field/places/none/family')).status, 404);
  assert.doesNotMatch(words(await liu.open(HERE)), /给外出家人的话/);
  assert.match((await liu.open(`${HERE}/more`)).text, /\/family"/);
  const page = await liu.open(way(await liu.open(`/field/places/${away.id}`), '/family'));
  const text = /<textarea[^>]*>([^<]*)</.exec(page.text)?.[1] ?? '';
  assert.equal(
    text,
    `我们是禾丰村「冬季敲门行动」的网格员，在村里挨家讲防诈骗。您在外面，也请记住三句：
1. 警察不会在电话里让您转钱。
2. 先垫钱再返钱的活，都是骗。
3. 说要退钱给您的，先别信。
拿不准，先打 96110 或 110 问，别急着转钱。
这条不用回，也不用点什么。`,
  );
  assert.doesNotMatch(page.text, /何远|1234/);
});
