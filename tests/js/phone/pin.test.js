import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Store } from '../../../static/phone/db.js';
import { activate, activeEnrolment, canary, remember, signOut } from '../../../static/phone/enrol.js';
import { open, putOn, takeOff } from '../../../static/phone/padlock.js';
import { blob } from '../../../static/phone/photos.js';
import { isLocked, lock, standing, vaultOf, waitLeft } from '../../../static/phone/pin.js';
import { placePage, search, strip, today } from '../../../static/phone/read.js';
import { keepBlob, saveDraft, saveVisit } from '../../../static/phone/record.js';
import { startAfresh } from '../../../static/phone/vault/lock.js';
import { openDB } from '../../../static/vendor/idb@8.0.4/index.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { known, locked, PIN } from './locks.js';
import {
  arrive,
  body,
  DAY,
  emptyPhone,
  IDENTITY,
  listed,
  MINUTE,
  NOW,
  newId,
  phone,
  place,
  SHARED,
  WANG,
} from './village.js';

const NAMES = [
  '王桂兰',
  '李秀英',
  '赵大勇',
  '陈小满',
  '水塔下',
  '兰婶',
  '13900005678',
  'wangguilan',
  '桂兰',
  'token-of-liu',
];

/** @type {ReturnType<typeof giveStorage>['cache']} */
let cache;
beforeEach(() => ({ cache } = giveStorage()));
afterEach(takeAway);

/** Everything that lies in the database, as text, with bytes as the letters they would be. */
async function lying(/** @type {Store} */ db) {
  const raw = await openDB(db.name);
  let text = '';
  for (const name of raw.objectStoreNames) {
    for (const value of await raw.getAll(name)) text += written(value);
    for (const index of raw.transaction(name).store.indexNames) {
      text += JSON.stringify(await raw.getAllKeysFromIndex(name, index));
    }
  }
  raw.close();
  return text + [...cache.items.values()].join();
}

function written(/** @type {unknown} */ value) {
  return JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? Buffer.from(each).toString('utf8') : each));
}

/** The words of the village that can be read in the database; tokens hold names' endings, so each counts. */
async function readable(/** @type {Store} */ db) {
  const text = await lying(db);
  return NAMES.filter((name) => text.includes(name));
}

const save = (/** @type {Store} */ db) =>
  saveVisit(db, { id: newId(), body: body('met_covered', { note: '王桂兰 的孙子在家' }), now: NOW });
const draft = (/** @type {Store} */ db) =>
  saveDraft(db, { id: newId(), place_id: WANG.id, form: { note: '李秀英' }, updated_at: '2026-11-21T17:20:00+08:00' });

describe('what lies on the phone', () => {
  test('without a PIN the names can be read there', async () => {
    const db = await phone();
    assert.ok((await readable(db)).length >= 8);
  });

  test('with one, none can be read: rows, views, words, records, drafts, token and second copy', async () => {
    const db = await phone();
    await save(db);
    await draft(db);
    await known(Promise.resolve(db));
    await putOn(db, PIN, NOW);
    assert.deepEqual(await readable(db), []);
    await save(db);
    await draft(db);
    await arrive(db, [place('place-new', 20, { contact_name: '赵大勇' })]);
    assert.deepEqual(await readable(db), []);
    lock(db);
    assert.deepEqual(await readable(db), []);
  });

  test('the screens see all of it while it is open, and nothing once it is locked', async () => {
    const open = await phone();
    await save(open);
    const before = [
      await listed(open, { limit: 10 }),
      await today(open, new Date(NOW)),
      await placePage(open, WANG.id),
    ];
    await known(Promise.resolve(open));
    await putOn(open, PIN, NOW);
    const after = [await listed(open, { limit: 10 }), await today(open, new Date(NOW)), await placePage(open, WANG.id)];
    assert.deepEqual(after, before);
    lock(open);
    assert.ok(!JSON.stringify(await listed(open, { limit: 10 })).includes('王桂兰'));
  });

  test('search finds the same doors in the same order as without a PIN', async () => {
    const bare = await phone();
    const db = await locked();
    for (const word of [
      '王',
      '王桂兰',
      '桂兰',
      '兰',
      'wang',
      'wangguilan',
      'wangguiz',
      '1',
      '14',
      '014',
      '5678',
      '678',
      '水塔下',
      '三组 1',
      '没有',
    ])
      assert.deepEqual(await search(db, word, { limit: 10 }), await search(bare, word, { limit: 10 }), word);
  });

  test('an empty store is sealed from its first row on', async () => {
    const db = await locked(emptyPhone());
    await arrive(db, [...SHARED, WANG]);
    assert.deepEqual(await readable(db), []);
    assert.equal((await listed(db, { limit: 5 })).rows[0]?.place.contact_name, '王桂兰');
  });
});

describe('unlocking', () => {
  test('the right PIN opens, another browser start included', async () => {
    const db = await locked();
    lock(db);
    assert.equal(await isLocked(db), true);
    assert.deepEqual(await open(db, PIN, NOW), { ok: true });
    assert.equal((await listed(db, { limit: 5 })).rows.length, 4);
  });

  test('a wrong one opens nothing and is counted before it is judged', async () => {
    const db = await locked();
    lock(db);
    const judging = open(db, '111111', NOW);
    assert.deepEqual(await judging, { ok: false, gone: false, left: 9, wait: 0 });
    assert.equal(await isLocked(db), true);
    assert.equal((await vaultOf(db))?.wrong, 1);
    assert.deepEqual(await open(db, PIN, NOW), { ok: true });
    assert.equal((await vaultOf(db))?.wrong, 0);
  });

  test('from the fifth on each costs time, which another start, an emptied localStorage and a clock put back do not shorten', async () => {
    const db = await locked();
    lock(db);
    for (let n = 1; n <= 5; n += 1) await open(db, '111111', NOW);
    takeAway();
    giveStorage();
    const again = new Store(db.name);
    const early = await open(again, PIN, NOW + 1000);
    assert.deepEqual(early, { ok: false, gone: false, left: 5, wait: 29_000 });
    assert.deepEqual(await open(again, PIN, NOW - DAY), { ok: false, gone: false, left: 5, wait: 30_000 });
    assert.deepEqual(await open(again, PIN, NOW - DAY + 29_000), { ok: false, gone: false, left: 5, wait: 1_000 });
    assert.deepEqual(await open(again, PIN, NOW - DAY + 30_000), { ok: true });
  });

  test('tries at the same time are counted one by one', async () => {
    const db = await locked();
    lock(db);
    const tried = await Promise.all(Array.from({ length: 8 }, () => open(db, '111111', NOW)));
    assert.equal((await vaultOf(db))?.wrong, 5);
    assert.ok(tried.some((each) => !each.ok && !each.gone && each.wait > 0));
  });

  test('the tenth destroys the keys: no PIN opens it, roster and drafts are gone, what was recorded lies in its boxes', async () => {
    const db = await locked();
    await save(db);
    await draft(db);
    const photo = await keepBlob(db, new Uint8Array([1, 2, 3]));
    lock(db);
    let now = NOW;
    for (let n = 1; n <= 10; n += 1) {
      const tried = await open(db, '111111', now);
      assert.equal(tried.ok, false);
      now += 61 * MINUTE;
    }
    assert.deepEqual(await open(db, PIN, now), { ok: false, gone: true });
    assert.equal((await vaultOf(db))?.wrapped, undefined);
    assert.equal((await standing(db, now)).state, 'gone');
    assert.deepEqual((await listed(db, { limit: 5 })).rows, []);
    assert.equal(await blob(db, photo), null);
    assert.deepEqual((await strip(db)).waiting, 1);
    await startAfresh(db);
    assert.equal((await strip(db)).waiting, 1, 'the box counts as waiting under the new enrolment');
    assert.equal(await vaultOf(db), null);
  });
});

describe('turning the lock on and off', () => {
  test('is not disturbed by whoever asks meanwhile whether there is one', async () => {
    const db = await known();
    let isOver = false;
    const asking = (async () => {
      while (!isOver) await isLocked(db);
    })();
    assert.equal(await putOn(db, PIN, NOW), true);
    isOver = true;
    await asking;
    assert.equal(await isLocked(db), false);
    assert.equal((await vaultOf(db))?.state, 'sealed');
  });

  test('killed half-way, nothing is lost and the next unlocking goes on', async () => {
    const rows = Array.from({ length: 450 }, (_, i) =>
      place(`place-${i}`, i, { contact_name: `王桂兰${i}`, address: { door: `${i}` } }),
    );
    const db = await known(phone(rows));
    await save(db);
    const before = await listed(db, { limit: 1000 });
    let steps = 0;
    const step = db.writeStored.bind(db);
    db.writeStored = (stores, work, options) => {
      steps += 1;
      if (steps > 3) throw new Error('killed');
      return step(stores, work, options);
    };
    await assert.rejects(putOn(db, PIN, NOW), /killed/);
    db.writeStored = step;
    assert.deepEqual(await listed(db, { limit: 1000 }), before, 'half sealed, all of it is read');
    lock(db);
    assert.equal((await vaultOf(db))?.whole, false);
    assert.deepEqual(await open(db, PIN, NOW), { ok: true });
    assert.deepEqual(await readable(db), []);
    assert.deepEqual(await listed(db, { limit: 1000 }), before);
    assert.equal((await search(db, '王桂兰', { limit: 500 })).rows.length, 450);
  });

  test('taken off, everything is as it was; killed half-way it is still locked and whole', async () => {
    const db = await phone();
    await save(db);
    const before = [
      await listed(db, { limit: 10 }),
      await search(db, '王桂', { limit: 5 }),
      (await readable(db)).sort(),
    ];
    await known(Promise.resolve(db));
    await putOn(db, PIN, NOW);
    assert.equal((await takeOff(db, '111111', NOW)).ok, false);
    const step = db.writeStored.bind(db);
    let steps = 0;
    db.writeStored = (stores, work, options) => {
      steps += 1;
      if (steps > 2) throw new Error('killed');
      return step(stores, work, options);
    };
    await assert.rejects(takeOff(db, PIN, NOW), /killed/);
    db.writeStored = step;
    lock(db);
    assert.deepEqual(await open(db, PIN, NOW), { ok: true });
    assert.deepEqual(await readable(db), []);
    assert.deepEqual(await takeOff(db, PIN, NOW), { ok: true });
    assert.equal(await vaultOf(db), null);
    assert.deepEqual(
      [await listed(db, { limit: 10 }), await search(db, '王桂', { limit: 5 }), (await readable(db)).sort()],
      before,
    );
  });

  test('without the server’s key there is no PIN', async () => {
    assert.equal(await putOn(await phone(), PIN, NOW), false);
  });
});

describe('the second copy', () => {
  test('lies in a box, and a lost record comes back from it', async () => {
    const db = await locked();
    const { id } = await save(db);
    assert.deepEqual(await readable(db), []);
    await db.write(['events'], (tx) => tx.objectStore('events').clear());
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: [id] });
    assert.ok(JSON.stringify(await placePage(db, WANG.id)).includes('王桂兰 的孙子在家'));
  });
});

describe('signing out', () => {
  for (const state of ['open', 'locked']) {
    test(`of a sealed store that is ${state} takes the roster away and leaves what waits`, async () => {
      const db = await known();
      await remember(db.name, { ...IDENTITY, device_id: state });
      await activate(state);
      await saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW });
      assert.equal(await putOn(db, PIN, NOW), true);
      if (state === 'locked') lock(db);
      await signOut();
      assert.equal(await activeEnrolment(), null);
      const raw = await openDB(db.name);
      const left = await Promise.all(['rows', 'places', 'events'].map((name) => raw.count(name)));
      raw.close();
      assert.deepEqual(left, [0, 0, 1]);
    });
  }
});

test('the wait is none before the fifth', () => {
  const vault = /** @type {any} */ ({ wrong: 4, tried_at: NOW });
  assert.equal(waitLeft(vault, NOW), 0);
  assert.equal(waitLeft({ ...vault, wrong: 9 }, NOW), 60 * MINUTE);
});
