import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { emptied, enrol, enrolments, openStore, registry, setting } from '../../../static/phone/enrol.js';
import { putOn } from '../../../static/phone/padlock.js';
import { endPractice, isPractising, openPractice, startPractice } from '../../../static/phone/practice.js';
import { exportFile, strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { keepInSync, syncAll } from '../../../static/phone/sync/keep.js';
import { round } from '../../../static/phone/sync/round.js';
import { journal, reset, server } from '../phone/rounds.js';
import { body, knowKey, NOW, newId, openPhone, Visitor, WANG, way, words } from './village.js';

/** @type {string[]} */
let asked = [];
/** Answers nothing and remembers who was asked. @type {typeof fetch} */
const listening = async (address) => {
  asked.push(String(address));
  throw new TypeError('practice must not be heard');
};
/** What localStorage and Cache Storage would hold. @type {Map<string, string>} */
const named = new Map();
Object.assign(globalThis, {
  localStorage: { getItem: (/** @type {string} */ key) => named.get(key) ?? null, setItem: named.set.bind(named) },
});

/** Somebody at a phone on which nobody has signed in, or who has but whose store the pages must find by themselves. */
const somebody = () => new Visitor({ fetch: listening });

/** The same, in the middle of practice. */
async function practising() {
  const liu = somebody();
  await liu.send('/field/practice', {});
  return liu;
}

/** Fills in a form as it stands and saves it. */
async function visits(
  /** @type {Visitor} */ liu,
  /** @type {number} */ door,
  /** @type {string} */ outcome,
  more = {},
) {
  const form = await liu.open(`/field/places/practice-${door}/visit?outcome=${outcome}`);
  return liu.send(way(form, '/visit?id='), { outcome, when: 'now', adults: '1', ...more });
}

after(() => server.stop());
beforeEach(async () => {
  reset();
  asked = [];
  named.clear();
  for (const each of await enrolments()) indexedDB.deleteDatabase(each.store);
  await registry().write(['enrolments', 'settings'], async (tx) => {
    await tx.objectStore('enrolments').clear();
    await tx.objectStore('settings').clear();
  });
  const db = await openPractice(NOW);
  await (await practising()).send('/field/practice/again', {});
  await (await practising()).send('/field/practice/end', {});
  assert.equal((await strip(db)).waiting, 0);
});

describe('practice cannot be come by without asking for it', () => {
  test('its ways do nothing to a phone that is not practising', async () => {
    const liu = somebody();
    assert.equal((await liu.send('/field/practice/again', {})).url, '/field/enrol');
    assert.equal((await liu.send('/field/practice/end', {})).url, '/field/enrol');
    assert.equal(await isPractising(), false);
  });

  test('ending it opens no page that is locked for a resident', async () => {
    await registry().write(['settings'], (tx) =>
      tx.objectStore('settings').put({ name: 'show', url: '/field/places/x/show', back: '/field/' }, 'locked'),
    );
    await somebody().send('/field/practice/end', {}, { follow: false });
    assert.equal((await setting('locked')).name, 'show');
  });
});

describe('before anybody has signed in', () => {
  test('the page of signing in offers it, and 今天 of the practice lane comes', async () => {
    const liu = somebody();
    const door = await liu.open('/field/');
    assert.match(words(door), /先练习一遍/);
    const today = await liu.send(way(door, '/field/practice'), {});
    assert.equal(today.url, '/field/');
    assert.match(words(today), /练习 · 不会发出去 结束练习/);
    assert.doesNotMatch(words(today), /服务器已收/);
    assert.match(words(today), /约好的 1 户.*周八.*傍晚 （昨天约的） 水塔下/);
    assert.match(words(today), /今天走这片： 练习巷 还要去 7 户/);
    assert.match(words(today), /吴九 住户 井后·昨天没人，傍晚再来/);
  });

  test('eight doors show everything that a door may be', async () => {
    const liu = await practising();
    const list = words(await liu.open('/field/list'));
    for (const each of ['张三 住户', '王五 商铺', '赵六 出租房', '郑十 住户 .*长期不在家'])
      assert.match(list, new RegExp(each));
    const door = async (/** @type {number} */ n) => words(await liu.open(`/field/places/practice-${n}`));
    assert.match(await door(1), /当地叫磨坊老张/);
    assert.match(await door(2), /大字/);
    assert.match(await door(5), /拨打 ⋯5678/);
    assert.match(await door(7), /两次都是上午没人，傍晚再来。/);
    assert.match(words(await liu.open('/field/list?q=zs')), /张三.*郑十/);
  });

  test('a visit is filled in, signed, saved and put right as a real one', async () => {
    const liu = await practising();
    const form = await liu.open('/field/places/practice-1/visit?outcome=met_covered');
    const fields = { outcome: 'met_covered', when: 'now', adults: '2', m_card: '1', commitment: 'screen' };
    const pad = await liu.send(way(form, '/visit?id='), fields);
    assert.match(words(pad), /练习 · 不会发出去 结束练习 .*签了不算数/);
    const thanks = await liu.send(way(pad, '/sign?id='), { strokes: '[[1,2,30,40]]', choice: 'signed' });
    assert.match(words(thanks), /练习 · 不会发出去/);
    assert.equal((await liu.open('/field/list')).url, thanks.url);
    const back = await liu.send('/field/unlock', {});
    const saved = await liu.send(way(back, '/visit?id='), { ...fields, signed: '1' });
    assert.match(
      words(saved),
      /已存好，.*练习的，不会发出去。 练习巷1号 张三 讲了.*听讲的大人 2 位 门卡 1 张 承诺书 签了.*下一家/,
    );
    assert.match(words(await liu.open('/field/')), /走了 1 讲了 1/);
    const again = await liu.send(way(await liu.open(way(saved, '/fix')), '/visit?id='), {
      ...fields,
      adults: '3',
      signed: '1',
    });
    assert.match(words(again), /3 位/);
    assert.match(words(await visits(liu, 6, 'met_declined')), /已存好/);
    assert.doesNotMatch(words(await liu.open('/field/')), /约好的/);
  });

  test('ended on a locked page it leads back to signing in, and that page is locked no more', async () => {
    const liu = await practising();
    const shown = await liu.open('/field/places/practice-1/show');
    assert.equal((await liu.open('/field/')).url, shown.url);
    assert.equal((await liu.send(way(shown, '/practice/end'), {})).url, '/field/enrol');
    assert.equal(await setting('locked'), null);
  });

  test('重新来过 makes the lane as on the first day, and a pause does not', async () => {
    const liu = await practising();
    await visits(liu, 1, 'met_covered');
    await liu.send('/field/practice/end', {});
    assert.match(words(await liu.send('/field/practice', {})), /走了 1/);
    const me = await liu.open('/field/me');
    assert.match(words(me), /练习巷 8 户.*字的大小.*重新来过.*结束练习/);
    assert.doesNotMatch(words(me), /退出|换成/);
    assert.match(words(await liu.send(way(me, '/again'), {})), /走了 0 .*还要去 7 户/);
  });
});

describe('nothing of it leaves the phone', () => {
  test('no page, no round and no clock asks the network, and there is no second copy and no file', async () => {
    const liu = await practising();
    for (const outcome of ['nobody_home', 'met_later', 'met_covered']) await visits(liu, 2, outcome);
    const db = await openPractice(NOW);
    assert.equal((await strip(db)).waiting, 3);
    for (const path of ['/field/sync', '/field/first', '/field/signout', '/field/switch']) await liu.send(path, {});
    assert.match(words(await liu.open('/field/sync')), /练习里记了 3 条 都只在这部手机里，不会发出去，也不算数。/);
    assert.doesNotMatch((await liu.open('/field/unsent')).text, /nobody_home/);
    assert.equal((await exportFile(db, NOW)).text.includes('nobody_home'), false);
    assert.equal((await round({ db, fetch: listening, appVersion: 'test' })).outcome, 'refused');
    assert.deepEqual(await syncAll({ fetch: listening, appVersion: 'test' }), []);
    const kept = keepInSync({ fetch: listening, appVersion: 'test' });
    await visits(liu, 3, 'met_covered');
    await new Promise((resolve) => setTimeout(resolve, 50));
    kept.stop();
    assert.deepEqual(asked, []);
    assert.deepEqual([...named], []);
    assert.equal(await emptied(), null);
  });

  test('a worker who practises sends only what was really recorded, and finds it as it was', async () => {
    const signed = await enrol({ code: '12345678' }, { appVersion: 'test', base: server.base, fetch });
    assert.ok(signed.ok);
    const real = await openStore(signed.enrolment, NOW);
    const id = newId();
    await saveVisit(real, { id, body: body('nobody_home'), now: NOW });
    const liu = somebody();
    assert.match(words(await liu.open('/field/me')), /练习 编出来的八户/);
    await liu.send('/field/practice', {});
    await visits(liu, 1, 'met_covered');
    const [result] = await syncAll({ appVersion: 'test', base: server.base });
    assert.deepEqual([result?.outcome, result?.sent], ['ok', 1]);
    assert.deepEqual(
      journal(signed.enrolment.token).map((event) => event.id),
      [id],
    );
    const today = await liu.send('/field/practice/end', {});
    assert.match(words(today), /服务器已收 1 · 手机里还有 0/);
    assert.doesNotMatch(words(await liu.open('/field/list')), /练习巷/);
  });

  test('a refused signing in leaves the practice as it is; one that works ends it', async () => {
    const liu = await practising();
    assert.match(words(await liu.open('/field/enrol')), /练习 · 不会发出去.*登记码/);
    const refused = await liu.send('/field/enrol', { code: '12' });
    assert.match(words(refused), /练习 · 不会发出去.*登记码是 8 位数字/);
    liu.env.fetch = (address, init) => fetch(String(address).replace('http://hefeng.test', server.base), init);
    const first = await liu.send('/field/enrol', { code: '12345678' });
    assert.match(words(first), /刘桂香，登记好了/);
    assert.equal(await isPractising(), false);
  });
});

describe('practice under a PIN', () => {
  /** 刘桂香's own phone, unlocked. */
  async function unlocked() {
    const { db } = await openPhone();
    await knowKey(db);
    await putOn(db, '402957', NOW);
    const liu = new Visitor({});
    assert.match(words(await liu.open(`/field/places/${WANG.id}`)), /王桂兰/);
    return { db, liu };
  }

  test('ending it asks for the PIN, as whoever finds the phone in practice may end it', async () => {
    const { liu } = await unlocked();
    assert.match(words(await liu.send('/field/practice', {})), /不会发出去/);
    const page = await liu.send('/field/practice/end', {});
    assert.match(words(page), /密码.*刘桂香/);
    assert.match(words(await liu.open(`/field/places/${WANG.id}`)), /密码.*刘桂香/);
  });

  test('so does a tab that was unlocked before another one began it', async () => {
    const { db, liu } = await unlocked();
    await startPractice();
    assert.match(words(await liu.open('/field/me', { htmx: true })), /练习巷 8 户/);
    assert.equal(db.isShut, true);
    await endPractice();
    assert.match(words(await liu.open('/field/', { htmx: true })), /密码.*刘桂香/);
  });

  test('a store without a PIN lies open as before', async () => {
    const { db } = await openPhone();
    const liu = new Visitor({});
    await liu.open('/field/');
    await liu.send('/field/practice', {});
    assert.equal(db.isShut, false);
    assert.match(words(await liu.send('/field/practice/end', {})), /三组|今天/);
  });
});
