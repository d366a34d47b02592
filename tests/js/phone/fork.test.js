import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { adopt } from '../../../static/phone/sync/fork.js';
import { enrolled, journal, reset, rowsOf, server, sync, visits } from './rounds.js';
import { body, emptyPhone, IDENTITY, NOW, newId } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

after(() => server.stop());
beforeEach(reset);

/** A transaction that counts what is asked of its stores. @param {any} tx @param {() => void} count */
function counted(tx, count) {
  const objectStore = (/** @type {string} */ name) =>
    new Proxy(tx.objectStore(name), {
      get(store, verb) {
        const deed = store[verb];
        if (typeof deed !== 'function') return deed;
        return (/** @type {any[]} */ ...given) => {
          count();
          return deed.apply(store, given);
        };
      },
    });
  return /** @type {any} */ ({ objectStore });
}

describe('a restored or cloned phone', () => {
  /** Another phone with the same memory. */
  async function cloned(/** @type {Store} */ db) {
    const copy = await emptyPhone();
    const stores = /** @type {const} */ (['meta', 'events', 'rows', 'places']);
    for (const name of stores) {
      const [keys, values] = await db.read([name], (tx) =>
        Promise.all([tx.objectStore(name).getAllKeys(), tx.objectStore(name).getAll()]),
      );
      await copy.write([name], async (tx) => {
        const store = /** @type {any} */ (tx.objectStore(name));
        await store.clear();
        for (const [i, value] of values.entries()) await (store.keyPath ? store.put(value) : store.put(value, keys[i]));
      });
    }
    return copy;
  }

  for (const [name, later] of /** @type {[string, number][]} */ ([
    ['its own line differs', 1],
    ['its highest number is lower', 2],
  ])) {
    test(`is noticed by the tip where ${name}, and goes on under a new enrolment with the same ids`, async () => {
      const { db, device } = await enrolled();
      await visits(db, 2);
      await sync(db);
      const copy = await cloned(db);
      const first = await visits(db, later);
      await sync(db);
      const second = await visits(copy, 1);
      const result = await sync(copy);
      assert.equal(result.outcome, 'ok');
      const identity = await copy.meta('identity');
      assert.notEqual(identity?.token, device.token);
      assert.deepEqual(await strip(copy), { held: 3, waiting: 0, attention: 0 });
      for (const id of [...first, ...second]) assert.ok(server.known.has(id));
      const lines = journal(identity?.token ?? '').map((each) => JSON.parse(each.line));
      assert.deepEqual(
        lines.map((each) => each.n),
        [1, 2, 3],
      );
      assert.deepEqual(server.devices.get(identity?.token ?? '')?.attention, []);
    });
  }

  test('is noticed by a broken chain', async () => {
    const { db, device } = await enrolled();
    await visits(db, 1);
    await sync(db);
    await visits(db, 1);
    const first = device.journal.get(1);
    assert.ok(first);
    first.hash = 'f'.repeat(64);
    await sync(db);
    assert.notEqual((await db.meta('identity'))?.token, device.token);
    assert.deepEqual(await strip(db), { held: 2, waiting: 0, attention: 0 });
  });

  test('renews for a differing body once, and then leaves it to the staff', async () => {
    const { db } = await enrolled();
    const id = newId();
    server.known.set(id, 'another fact');
    await saveVisit(db, { id, body: body('nobody_home'), now: NOW });
    assert.equal((await sync(db)).outcome, 'ok');
    const { token } = (await db.meta('identity')) ?? {};
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 1 });
    await sync(db);
    assert.equal((await db.meta('identity'))?.token, token);
  });

  test('that was switched off hands in what the other one never had, and then gives the roster back', async () => {
    const { db, device } = await enrolled();
    await visits(db, 1);
    await sync(db);
    const copy = await cloned(db);
    await visits(db, 103);
    await sync(db);
    const own = await visits(copy, 102);
    Object.assign(device, { revoked: 'sealed' });
    Object.assign(server, { covered: true, requests: [] });
    assert.equal((await sync(copy)).outcome, 'revoked');
    const sent = server.requests.flatMap(({ lines }) => lines.map((/** @type {string} */ line) => JSON.parse(line).id));
    assert.deepEqual(sent.toSorted(), own.toSorted(), 'each once');
    assert.deepEqual(await rowsOf(copy), []);
  });

  test('with hundreds of visits is given the time of an answer, and asks little for each', async () => {
    const db = await emptyPhone();
    await visits(db, 40);
    const write = db.write.bind(db);
    let [asked, limit] = [0, 0];
    db.write = (stores, work, options) => {
      limit = options?.limit ?? 0;
      return write(stores, (tx) => work(counted(tx, () => (asked += 1))), options);
    };
    await adopt(db, { ...IDENTITY, device_id: 'device-renewed' });
    assert.ok(limit >= 120_000);
    assert.ok(asked < 40 * 3, `${asked} questions for 40 visits at one door`);
    assert.deepEqual(await strip(db), { held: 0, waiting: 40, attention: 0 });
  });

  test('whose renewal gets no answer changes nothing and tries again', async () => {
    const { db, device } = await enrolled();
    await visits(db, 1);
    await sync(db);
    const copy = await cloned(db);
    await visits(db, 1);
    await sync(db);
    await visits(copy, 1);
    const deaf = (/** @type {any} */ url, /** @type {any} */ init) =>
      String(url).endsWith('/devices') ? Promise.reject(new TypeError('no network')) : fetch(url, init);
    assert.equal((await sync(copy, { fetch: deaf })).outcome, 'no_answer');
    assert.equal((await copy.meta('identity'))?.token, device.token);
    assert.deepEqual(await strip(copy), { held: 1, waiting: 1, attention: 0 });
    assert.equal((await sync(copy)).outcome, 'ok');
    assert.deepEqual(await strip(copy), { held: 2, waiting: 0, attention: 0 });
  });
});
