import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { open, putOn, takeOff } from '../../../static/phone/padlock.js';
import { destroy, lock, standing, vaultOf } from '../../../static/phone/pin.js';
import { exportFile, strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { forgetOwn } from '../../../static/phone/sync/own.js';
import { deliver } from '../../../static/phone/vault/deliver.js';
import { startAfresh } from '../../../static/phone/vault/lock.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { Opener } from './opener.js';
import { body, DAY, IDENTITY, LI, listed, NOW, newId, phone, WANG } from './village.js';

const PIN = '402957';

/** @type {Opener} */
let server;
beforeEach(() => {
  giveStorage();
  server = new Opener();
});
afterEach(takeAway);

async function locked() {
  const db = await phone();
  await db.write(['meta'], (tx) => tx.objectStore('meta').put(server.key, 'seal_key'));
  await putOn(db, PIN, NOW);
  return db;
}

const save = (/** @type {Awaited<ReturnType<typeof phone>>} */ db) =>
  saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
const hand = (/** @type {Awaited<ReturnType<typeof phone>>} */ db, now = NOW) =>
  deliver({
    db,
    fetch: /** @type {any} */ (server.fetch),
    now: () => now,
    appVersion: 'test',
    base: 'http://hefeng.test',
  });

describe('a locked phone', () => {
  test('hands in what waits, once, and believes the receipt', async () => {
    const db = await locked();
    const { id } = await save(db);
    lock(db);
    assert.deepEqual(await hand(db), { sent: 1, held: 1, pulled: 0, more: false, outcome: 'ok' });
    assert.equal(server.lines.get(1).id, id);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
    assert.equal((await hand(db)).sent, 0, 'from now on it only knocks');
    assert.deepEqual(await open(db, PIN, NOW), { ok: true });
    assert.equal((await listed(db, { limit: 9 })).rows.length, 4);
  });

  test('believes nobody else', async () => {
    const db = await locked();
    await save(db);
    lock(db);
    /** @type {((answer: any) => any)[]} */
    const tricks = [
      () => ({ receipts: [] }),
      () => ({ ok: true }),
      ({ receipts: [{ said }] }) => ({ receipts: [{ said, seal: '0'.repeat(64) }] }),
      ({ receipts: [{ said, seal }] }) => ({ receipts: [{ said: said.replace('[[1,1]]', '[[1,9]]'), seal }] }),
    ];
    for (const trick of tricks) {
      server.trick = trick;
      assert.equal((await hand(db)).outcome, 'no_answer');
      assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
    }
  });

  test('that was switched off delivers first, and then destroys its keys', async () => {
    const db = await locked();
    for (let n = 0; n < 60; n += 1) await save(db);
    lock(db);
    server.revoked = true;
    assert.equal((await hand(db)).outcome, 'revoked');
    assert.equal(server.lines.size, 50);
    assert.deepEqual((await listed(db, { limit: 9 })).rows, [], 'the roster goes at the first word');
    assert.equal((await vaultOf(db))?.state, 'sealed');
    await hand(db);
    assert.equal(server.lines.size, 60);
    assert.equal((await standing(db, NOW)).state, 'gone');
    assert.equal((await vaultOf(db))?.wrapped, undefined);
  });

  test('gives its file out in boxes that the server opens', async () => {
    const db = await locked();
    await save(db);
    lock(db);
    const { text } = await exportFile(db, new Date(NOW), IDENTITY);
    const [head = '', box = ''] = text.split('\n');
    assert.deepEqual(JSON.parse(head), { protocol: 1, device_id: 'device-1', worker_id: 'worker-liu', events: 1 });
    assert.deepEqual(Object.keys(JSON.parse(box)), ['kid', 'epk', 'box']);
    assert.ok(!text.includes(IDENTITY.token));
  });
});

describe('after the keys were destroyed and somebody has signed in again', () => {
  test('the boxes still go out, and once', async () => {
    const db = await locked();
    const { id } = await save(db);
    await destroy(db);
    await startAfresh(db);
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
    assert.equal((await hand(db)).sent, 1);
    assert.ok(server.has(id));
    assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 });
    await hand(db);
    assert.equal(server.asked, 1, 'nothing is asked twice a day');
  });

  for (const before of [true, false]) {
    test(`they go out again to a server put back from before it had them, held ${before ? 'before' : 'after'} that`, async () => {
      const db = await locked();
      const [{ id }, { id: second }] = [await save(db), await save(db)];
      lock(db);
      if (before) await hand(db);
      await destroy(db);
      await startAfresh(db);
      if (!before) await hand(db);
      server.restored();
      assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 }, 'nothing has been heard yet');
      server.time = '2026-11-22T18:00:00+08:00';
      await hand(db, NOW + DAY);
      await hand(db, NOW + DAY);
      assert.deepEqual([server.has(id), server.has(second)], [true, true]);
      assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 });
    });
  }

  test('they stay as long as records do: a fortnight in a backup, or two months', async () => {
    const db = await locked();
    await save(db);
    await save(db);
    await destroy(db);
    await startAfresh(db);
    server.covered = [[1, 1]];
    const left = async (/** @type {number} */ days) => {
      server.time = new Date(NOW + days * DAY).toISOString();
      await hand(db, NOW + days * DAY);
      return (await db.meta('boxes'))?.length;
    };
    assert.deepEqual([await left(0), await left(13)], [2, 2]);
    assert.deepEqual([await left(15), await left(59)], [1, 1]);
    assert.equal(await left(61), 0);
  });

  test('what was erased leaves them', async () => {
    const db = await locked();
    await save(db);
    await destroy(db);
    await startAfresh(db);
    const forget = (/** @type {string[]} */ ids) =>
      db.write(['meta', 'events', 'drafts', 'put_off', 'blobs'], (tx) =>
        forgetOwn(tx, ids, /** @type {any} */ ({ held: [], covered: [] })),
      );
    await forget([WANG.id]);
    assert.equal((await db.meta('boxes'))?.length, 1, 'what the server does not have it has to judge');
    await hand(db);
    await forget([LI.id]);
    assert.equal((await db.meta('boxes'))?.length, 1);
    await forget([WANG.id]);
    assert.deepEqual(await db.meta('boxes'), []);
  });
});

describe('a lock that was cut off on its way', () => {
  /** What is written to these stores from here on is not, as after the browser was killed. @param {string[]} stores */
  function killed(/** @type {Awaited<ReturnType<typeof phone>>} */ db, stores) {
    const step = /** @type {any} */ (db.writeStored);
    db.writeStored = (names, ...rest) =>
      names.some((name) => stores.includes(name)) ? Promise.reject(new Error('killed')) : step.call(db, names, ...rest);
    return () => {
      db.writeStored = step;
      lock(db);
    };
  }

  for (const stores of [['drafts'], ['rows']]) {
    test(`taken off as far as ${stores}: what waits goes out while it is locked, and outlives the keys`, async () => {
      const db = await locked();
      const { id } = await save(db);
      const again = killed(db, stores);
      await assert.rejects(takeOff(db, PIN, NOW), /killed/);
      again();
      assert.equal((await hand(db)).sent, 1);
      assert.ok(server.has(id));
      const second = await unlockedSave(db);
      await destroy(db);
      await startAfresh(db);
      await hand(db);
      assert.ok(server.has(second));
    });
  }

  async function unlockedSave(/** @type {Awaited<ReturnType<typeof phone>>} */ db) {
    assert.deepEqual(await open(db, PIN, NOW), { ok: true });
    const { id } = await save(db);
    return id;
  }

  test('put on as far as the first step: what waits goes out while it is locked', async () => {
    const db = await phone();
    await db.write(['meta'], (tx) => tx.objectStore('meta').put(server.key, 'seal_key'));
    const { id } = await save(db);
    const again = killed(db, ['drafts', 'rows', 'places', 'staged']);
    await assert.rejects(putOn(db, PIN, NOW), /killed/);
    again();
    assert.equal((await hand(db)).sent, 1);
    assert.ok(server.has(id));
  });

  test('put on not at all: the phone stays as open as it was', async () => {
    const db = await phone();
    await db.write(['meta'], (tx) => tx.objectStore('meta').put(server.key, 'seal_key'));
    const again = killed(db, ['events']);
    assert.equal(await putOn(db, PIN, NOW), false);
    again();
    assert.equal((await standing(db, NOW)).state, 'open');
    await save(db);
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
  });
});

describe('a copy of a phone', () => {
  /** A copy from before the phone recorded anything; the server has three of the phone's. */
  async function copyLocked() {
    const db = await locked();
    lock(db);
    for (const n of [1, 2, 3]) server.lines.set(n, { n, id: `of-the-other-${n}` });
    await hand(db);
    return db;
  }

  test('does not take the numbers of the other for its own while it is locked', async () => {
    const db = await copyLocked();
    await open(db, PIN, NOW);
    const { id } = await save(db);
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
    lock(db);
    await hand(db);
    assert.ok(server.has(id), 'the office gets it to look at');
  });

  test('loses nothing with its keys', async () => {
    const db = await copyLocked();
    await open(db, PIN, NOW);
    const { id } = await save(db);
    await destroy(db);
    await startAfresh(db);
    await hand(db);
    assert.ok(server.has(id));
  });
});

test('a lock that falls in the middle of a write leaves nothing of it, and nothing plain behind it', async () => {
  const db = await locked();
  const writing = db.write(['rows'], async (tx) => {
    const rows = await tx.objectStore('rows').getAll();
    lock(db);
    for (const row of rows) await tx.objectStore('rows').put({ ...row, seq: 99 });
  });
  await assert.rejects(writing, /locked/);
  await assert.rejects(save(db), /locked/);
  assert.deepEqual(await open(db, PIN, NOW), { ok: true });
  assert.equal((await listed(db, { limit: 9 })).rows[0]?.place.contact_name, '陈小满');
});
