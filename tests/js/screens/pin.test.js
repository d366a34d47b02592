import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { activate, setting } from '../../../static/phone/enrol.js';
import { putOn } from '../../../static/phone/padlock.js';
import { destroy, lock, vaultOf } from '../../../static/phone/pin.js';
import { arrive, DAY, IDENTITY, knowKey, MINUTE, NOW, openPhone, SHARED, WANG, way, words } from './village.js';

const PIN = '402957';
const WANTED = SHARED.map((row) =>
  row.kind === 'campaign' ? { ...row, data: { ...row.data, parts: { pin: true } } } : row,
);

async function known() {
  const phone = await openPhone();
  await knowKey(phone.db);
  const contact = { at: '2026-11-21T17:00:00+08:00', server_time: '2026-11-21T17:00:00+08:00', held: [], covered: [] };
  const none = { attention: [], blobs_wanted: [], scope: [] };
  await phone.db.write(['meta'], (tx) => tx.objectStore('meta').put({ ...contact, ...none }, 'contact'));
  return phone;
}

/** Six digits for the page that asks for them, with what it carries along. */
function press(
  /** @type {Awaited<ReturnType<typeof known>>} */ phone,
  /** @type {import('./village.js').Seen} */ page,
  pin = PIN,
) {
  const hidden = [...page.text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value],
  );
  const action = /<form class="pin" method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? '';
  return phone.send(action, { ...Object.fromEntries(hidden), pin });
}

describe('a lock that the office wants', () => {
  test('is asked for on 今天, twice, and then 今天 is there', async () => {
    const phone = await known();
    await arrive(phone.db, WANTED);
    const first = await phone.open('/field/');
    assert.match(words(first), /设一个 6 位密码.*镇里请大家给手机上锁/);
    const weak = await press(phone, first, '123456');
    assert.match(words(weak), /太好猜了/);
    const second = await press(phone, weak);
    assert.match(words(second), /再按一遍/);
    const other = await press(phone, second, '402958');
    assert.match(words(other), /两遍不一样/);
    const today = await press(phone, await press(phone, other));
    assert.equal(today.url, '/field/');
    assert.match(words(today), /今天/);
    assert.equal((await vaultOf(phone.db))?.state, 'sealed');
  });

  test('does not stand between a worker and a form that is open', async () => {
    const phone = await known();
    await arrive(phone.db, WANTED);
    assert.match(words(await phone.open(`/field/places/${WANG.id}/visit?outcome=met_covered`)), /保存/);
  });

  test('where it is not wanted nobody is asked, and 我的 says nothing of it', async () => {
    const phone = await known();
    assert.doesNotMatch(words(await phone.open('/field/')), /密码/);
    assert.doesNotMatch(words(await phone.open('/field/me')), /锁/);
  });
});

describe('a locked phone', () => {
  /** @type {Awaited<ReturnType<typeof known>>} */
  let phone;
  before(async () => {
    phone = await known();
    await putOn(phone.db, PIN, NOW);
    lock(phone.db);
  });

  test('answers every page with the keypad and names nobody', async () => {
    for (const path of [
      '/field/',
      '/field/list',
      `/field/places/${WANG.id}`,
      `/field/places/${WANG.id}/sign`,
      '/field/sync',
      '/field/me',
      '/field/asks',
    ]) {
      const page = await phone.open(path);
      assert.match(words(page), /密码.*刘桂香/, path);
      assert.doesNotMatch(words(page), /王桂兰|李秀英/, path);
    }
  });

  test('answers a piece with nothing, and still gives its file out', async () => {
    assert.equal((await phone.open('/field/parts/lost')).text, '');
    assert.match((await phone.open('/field/unsent')).text, /"worker_id":"worker-liu"/);
  });

  test('a save that comes too late changes nothing and shows the keypad', async () => {
    const page = await phone.send(`/field/places/${WANG.id}/visit`, { outcome: 'met_covered' });
    assert.match(words(page), /密码/);
  });

  test('says what a wrong PIN costs, then how long to wait, and leads on to the page that was wanted', async () => {
    const wanted = await phone.open(`/field/places/${WANG.id}`);
    assert.match(words(await press(phone, wanted, '111112')), /密码不对/);
    await press(phone, wanted, '111112');
    assert.match(words(await press(phone, wanted, '111112')), /再错 7 次，户表就从这部手机里拿走/);
    await press(phone, wanted, '111112');
    const late = await press(phone, wanted, '111112');
    assert.match(words(late), /错了 5 次，等一等再试.*还要等 30 秒/);
    assert.match(late.text, /data-digit="1" disabled/);
    phone.env = { ...phone.env, now: () => new Date('2026-11-21T17:21:00+08:00') };
    const page = await press(phone, wanted);
    assert.equal(page.url, `/field/places/${WANG.id}`);
    assert.match(words(page), /王桂兰/);
  });

  test('too long out of touch it withholds the roster, and 同步 stays open', async () => {
    phone.env = { ...phone.env, now: () => new Date(NOW + 22 * DAY) };
    assert.match(words(await phone.open('/field/list')), /户表先收起来了.*21 天没连上服务器/);
    assert.match(words(await phone.open('/field/sync')), /立即同步/);
  });

  test('忘了密码 says what goes and what stays before it does anything, and then leads to signing in', async () => {
    lock(phone.db);
    assert.match(words(await phone.open('/field/pin/forgot')), /会丢.*草稿.*不会丢.*走访/);
    assert.equal((await vaultOf(phone.db))?.state, 'sealed');
    assert.equal((await phone.send('/field/pin/forgot', {})).url, '/field/enrol');
    assert.match(words(await phone.open('/field/')), /户表从这部手机里拿走了/);
  });
});

describe('the lock falls while the phone is in a resident’s hands', () => {
  /** @type {Awaited<ReturnType<typeof known>>} */
  let phone;
  beforeEach(async () => {
    phone = await known();
    await putOn(phone.db, PIN, NOW);
    assert.match(words(await phone.open(`/field/listen?card=2&from=${WANG.id}`)), /交还给我/);
    lock(phone.db);
  });

  test('the PIN leads back to what the resident was looking at', async () => {
    const keypad = await phone.open('/field/list');
    assert.match(words(keypad), /密码.*刘桂香/);
    assert.match((await press(phone, keypad)).url, /^\/field\/listen\?card=2/);
  });

  test('忘了密码 can be read and thought better of', async () => {
    const forgot = await phone.open(way(await phone.open('/field/'), '/pin/forgot'));
    assert.match(words(forgot), /会丢.*草稿.*再想想/);
    assert.match(words(await phone.open('/field/')), /密码.*刘桂香/);
    assert.equal((await vaultOf(phone.db))?.state, 'sealed');
  });

  test('忘了密码 leads to signing in anew', async () => {
    const forgot = await phone.open(way(await phone.open('/field/'), '/pin/forgot'));
    const enrol = await phone.send(way(forgot, '/pin/forgot'), {});
    assert.equal(enrol.url, '/field/enrol');
    assert.match(words(enrol), /登记码/);
    assert.equal(await setting('locked'), null);
  });

  test('after the tenth wrong PIN 重新登记 leads to signing in anew', async () => {
    let now = NOW;
    phone.env = { ...phone.env, now: () => new Date(now) };
    let page = await phone.open('/field/');
    for (let n = 1; n <= 10; n += 1) {
      page = await press(phone, page, '111112');
      now += 61 * MINUTE;
    }
    assert.match(words(page), /户表从这部手机里拿走了/);
    assert.equal((await phone.open(way(page, '/field/enrol'))).url, '/field/enrol');
  });

  test('so it does after a round has destroyed the keys of a phone that was switched off', async () => {
    await destroy(phone.db);
    const page = await phone.open('/field/');
    assert.match(words(page), /户表从这部手机里拿走了/);
    assert.equal((await phone.open(way(page, '/field/enrol'))).url, '/field/enrol');
  });

  test('whoever signs in has the phone in their own hands', async () => {
    await activate(IDENTITY.device_id);
    assert.equal(await setting('locked'), undefined);
  });
});

test('a roster that is withheld while a resident holds the phone leaves the key, and then 立即同步', async () => {
  const phone = await known();
  await putOn(phone.db, PIN, NOW);
  await phone.open('/field/listen');
  phone.env = { ...phone.env, now: () => new Date(NOW + 22 * DAY) };
  const page = await phone.open('/field/');
  assert.match(words(page), /交还给我 按住 2 秒 .*户表先收起来了/);
  assert.doesNotMatch(page.text, /class="tabs"|action="\/field\/sync"/);
  const today = await phone.send(way(page, '/unlock'), {});
  assert.equal(today.url, '/field/');
  assert.match(words(today), /户表先收起来了.*立即同步/);
});

test('换密码 locks itself like any other page, at each of its steps', async () => {
  const phone = await known();
  await putOn(phone.db, PIN, NOW);
  const old = await phone.open('/field/pin/set');
  const first = await press(phone, old);
  const second = await press(phone, first, '615243');
  for (const page of [old, first, second]) assert.match(page.text, /data-autolock="5"/, words(page));
  assert.match(words(second), /再按一遍/);
});
