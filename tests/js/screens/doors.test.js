import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePage, strip } from '../../../static/phone/read.js';
import { arrive, GRID, GROUP, KNOWN, LI, openPhone, place, WANG, way, words, ZHAO } from './village.js';

const HERE = `/field/places/${WANG.id}`;

/** The bodies of all events on the phone. */
async function bodies(/** @type {import('./village.js').Visitor} */ liu) {
  const lines = await liu.db.read(['events'], (tx) => tx.objectStore('events').getAll());
  return lines.map(({ kind, line }) => ({ kind, ...JSON.parse(line ?? '{}').body }));
}

test('a new door without a group, or without anything to find it by, is not stored', async () => {
  const liu = await openPhone();
  const action = way(await liu.open('/field/new'), '/field/new?id=');
  assert.match(words(await liu.send(action, { contact_name: '孙二' })), /请选是哪一组/);
  const page = await liu.send(action, { group: GROUP.third, kind: 'household', adults: '2' });
  assert.equal(page.status, 422);
  assert.match(words(page), /称呼、门牌、地标，至少填一样/);
  assert.equal((await strip(liu.db)).waiting, 0);
});

test('＋新户 can be walked at once and waits for the village', async () => {
  const liu = await openPhone();
  const action = way(await liu.open('/field/new'), '/field/new?id=');
  const fields = {
    group: GROUP.third,
    kind: 'rental',
    contact_name: '孙二',
    landmark: '河边',
    door: '31号',
    adults: '2',
  };
  const page = await liu.send(action, fields);
  assert.match(words(page), /已存好，在这部手机里。 .*三组 31 号 孙二 出租房·大人 2 位 河边.*等村里看过再算进应访。/);
  await liu.send(action, fields);
  const [body, ...more] = await bodies(liu);
  assert.equal(more.length, 0);
  assert.equal(body.grid, GRID);
  assert.deepEqual(body.address, { door: '31号' });
  assert.equal((await liu.open(action)).url, '/field/');
});

test('改资料 sends only what was changed, and nothing when nothing was', async () => {
  const liu = await openPhone();
  const { contact_name, nickname, phone, landmark, adults } = KNOWN;
  const same = { contact_name, nickname, phone, landmark, adults: String(adults) };
  assert.doesNotMatch(words(await liu.send(`${HERE}/edit`, same)), /已存好/);
  assert.deepEqual(await bodies(liu), []);
  const page = await liu.send(`${HERE}/edit`, { ...same, landmark: '井边', needs: '大字' });
  assert.match(words(page), /已存好，在这部手机里。/);
  assert.deepEqual(await bodies(liu), [{ kind: 'place_edit', place_id: WANG.id, landmark: '井边', needs: ['大字'] }]);
});

test('报告 asks what, and for 重复 which door', async () => {
  const liu = await openPhone();
  assert.match(words(await liu.send(`${HERE}/report`, {})), /请选报告什么/);
  assert.match(words(await liu.send(`${HERE}/report`, { report: 'duplicate' })), /请选跟哪一户重复/);
  assert.match(words(await liu.open(`${HERE}/report?q=zdy`)), /三组15号 赵大勇/);
  await liu.send(`${HERE}/report`, { report: 'duplicate', duplicate_of: ZHAO.id });
  assert.deepEqual(await bodies(liu), [
    { kind: 'place_report', place_id: WANG.id, report: 'duplicate', duplicate_of: ZHAO.id },
  ]);
  assert.equal((await placePage(liu.db, WANG.id))?.place.status, 'active');
});

test('the number is dialled and never shown whole', async () => {
  const liu = await openPhone();
  const page = await liu.open(HERE);
  assert.match(words(page), new RegExp(`拨打 ⋯${String(KNOWN.phone).slice(-4)}`));
  assert.match(page.text, new RegExp(`href="tel:${KNOWN.phone}"`));
  assert.doesNotMatch(words(page), new RegExp(String(KNOWN.phone)));
});

/** Sixty doors of the third group, 户0 to 户59, in this order. */
const SIXTY = Array.from({ length: 60 }, (_, i) =>
  place(`place-${i}`, i + 100, { contact_name: `户${i}`, address: { door: `${i + 100}号` }, py: [] }),
);

/** The numbers of those that stand in a page. @param {{text: string}} page */
const shown = ({ text }) => [...text.matchAll(/>户(\d+)</g)].map(([, n]) => Number(n));

/** From one number to another. @param {number} first @param {number} last */
const upTo = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Where the others of a list are fetched from, once they are scrolled to. @param {{text: string}} page */
const others = ({ text }) => /class="rest" hx-get="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';

test('户表 shows a group two screens at first, fifty when scrolled, and the next fifty when asked', async () => {
  const liu = await openPhone(SIXTY);
  const first = await liu.open(`/field/list?group=${GROUP.third}`);
  assert.deepEqual(shown(first), upTo(0, 19));
  assert.doesNotMatch(words(first), /再看 50 户/);
  const rest = await liu.open(others(first));
  assert.deepEqual(shown(rest), upTo(20, 49));
  assert.equal(others(rest), '');
  const next = await liu.open(way(rest, 'after='));
  assert.deepEqual(shown(next), upTo(50, 59));
  assert.equal(others(next), '');
});

test('今天 shows the lane two screens at first, and all the others when scrolled', async () => {
  const liu = await openPhone(SIXTY);
  const today = await liu.send('/field/lanes', { lane: GROUP.third });
  assert.deepEqual(shown(today), upTo(0, 19));
  assert.match(words(today), /还要去 60 户/);
  const rest = await liu.open(others(today));
  assert.deepEqual(shown(rest), upTo(20, 59));
  assert.equal(others(rest), '');
});

test('of a lane that has changed since it was shown, no door is left out and none comes twice when it is scrolled', async () => {
  const liu = await openPhone(SIXTY);
  const today = await liu.send('/field/lanes', { lane: GROUP.third });
  const form = await liu.open('/field/places/place-0/visit?outcome=met_declined');
  await liu.send(way(form, '/visit?id='), { outcome: 'met_declined', commitment: 'not_asked' });
  assert.deepEqual(shown(await liu.open('/field/')), upTo(1, 20));
  for (const put of [5, 19]) await liu.send(`/field/places/place-${put}/later`, {});
  assert.deepEqual(shown(await liu.open(others(today))), upTo(20, 59));
});

test('户表 searches by pinyin, door and landmark', async () => {
  const liu = await openPhone([...SIXTY, WANG, LI]);
  for (const typed of ['王', 'wgl', '桂兰', '兰婶', '水塔', '14']) {
    assert.match(words(await liu.open(`/field/list?q=${encodeURIComponent(typed)}`)), /王桂兰/, typed);
  }
  assert.match(words(await liu.open('/field/list?q=zzz')), /没找到「zzz」.*登记新户/);
});

test('an empty phone says how the list gets there', async () => {
  const liu = await openPhone([]);
  assert.match(words(await liu.open('/field/list')), /户表还没下到这部手机.*去同步/);
  assert.match(words(await liu.open('/field/')), /今天还没选片。 选今天走的片/);
});

test('换片 ticks lanes, 往后放 puts a door at the end of today’s', async () => {
  const liu = await openPhone([LI, WANG, ZHAO]);
  const today = await liu.send('/field/lanes', { lane: GROUP.third });
  assert.equal(today.url, '/field/');
  const order = (/** @type {string} */ text) =>
    ['李秀英', '王桂兰', '赵大勇'].sort((a, b) => text.indexOf(a) - text.indexOf(b));
  assert.deepEqual(order(words(today)), ['李秀英', '王桂兰', '赵大勇']);
  const after = await liu.send(way(today, `${LI.id}/later`), {});
  assert.deepEqual(order(words(after)), ['王桂兰', '赵大勇', '李秀英']);
  assert.equal((await strip(liu.db)).waiting, 0);
});

test('阳光 and the four sizes are remembered and change every page', async () => {
  const liu = await openPhone();
  const sunny = await liu.send('/field/me', { sunlight: 'on', back: '/field/' });
  assert.equal(sunny.url, '/field/');
  assert.match(sunny.text, /data-light="sun"/);
  assert.match(words(sunny), /室内/);
  const large = await liu.send('/field/me', { scale: '36', back: 'https://elsewhere.test/' });
  assert.equal(large.url, '/field/');
  assert.match((await liu.open(HERE)).text, /data-scale="36"/);
  await liu.send('/field/me', { scale: '99', sunlight: 'off' });
  assert.match((await liu.open(HERE)).text, /data-light="room" data-scale="36"/);
});

test('我的 says the grid by its name, and by its code only until the name has come', async () => {
  const liu = await openPhone();
  assert.match(words(await liu.open('/field/me')), new RegExp(`网格 ${GRID}`));
  await arrive(liu.db, [{ kind: 'grid', id: GRID, seq: 1, data: { name: '第一网格' } }]);
  const page = words(await liu.open('/field/me'));
  assert.match(page, /网格 第一网格/);
  assert.doesNotMatch(page, new RegExp(GRID));
});

test('what was looked for stands in the address of the hits', async () => {
  const liu = await openPhone();
  const looked = `/field/list?q=${encodeURIComponent('桂兰')}`;
  assert.ok((await liu.open(looked)).text.includes(`id="hits" data-here="${looked}"`));
  assert.match((await liu.open('/field/list?q=')).text, /id="hits" data-here="\/field\/list"/);
});

test('a new version is told in one line on a form, and whole elsewhere', async () => {
  const liu = await openPhone();
  const line = await liu.open('/field/parts/update?line');
  assert.match(words(line), /有新版本 现在换/);
  assert.doesNotMatch(words(line), /写了一半的/);
  assert.match(words(await liu.open('/field/parts/update')), /有新版本。 写了一半的会先存好，换好还在。 现在换 等会儿/);
});
