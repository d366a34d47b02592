import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { activeEnrolment, enrol, enrolments, openStore, registry, signOut } from '../../../static/phone/enrol.js';
import { placePage, strip } from '../../../static/phone/read.js';
import { syncAll } from '../../../static/phone/sync/keep.js';
import { journal, reset, rowsOf, server, sync, visits } from './rounds.js';
import { seal } from './server.js';
import { NOW, WANG } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

const way = () => ({ appVersion: 'test', base: server.base });

after(() => server.stop());
beforeEach(async () => {
  reset();
  for (const each of await enrolments()) indexedDB.deleteDatabase(each.store);
  await registry().write(['enrolments', 'settings'], async (tx) => {
    await tx.objectStore('enrolments').clear();
    await tx.objectStore('settings').clear();
  });
});

/** 刘桂香 signs in. */
async function signIn() {
  const answer = await enrol({ code: '12345678' }, { ...way(), fetch });
  assert.ok(answer.ok);
  return { db: await openStore(answer.enrolment, NOW), enrolment: answer.enrolment };
}

/**
 * A network on which something happens while the first answer is on its way.
 * @param {() => Promise<unknown>} happens
 * @returns {typeof fetch}
 */
function during(happens) {
  let isFirst = true;
  return async (url, init) => {
    const answer = await fetch(url, init);
    const bytes = await answer.arrayBuffer();
    if (isFirst) await happens();
    isFirst = false;
    return new Response(bytes, answer);
  };
}

/** What the phone keeps of households that it did not write itself. */
async function household(/** @type {Store} */ db) {
  const rows = (await rowsOf(db)).filter((row) => row.grid);
  const staged = await db.read(['staged'], (tx) => tx.objectStore('staged').getAll());
  return [...rows, ...staged].map(({ id }) => id);
}

describe('signing out while a round is under way', () => {
  test('leaves no roster behind, in the first pull or later', async () => {
    const { db } = await signIn();
    assert.equal((await sync(db, { fetch: during(signOut) })).pulled, 0);
    assert.deepEqual(await household(db), []);
    await syncAll(way());
    assert.deepEqual(await household(db), []);
  });

  test('leaves none behind where the round goes on, because more waits than goes at once', async () => {
    const { db, enrolment } = await signIn();
    await sync(db);
    await visits(db, 101);
    server.pageSize = 2;
    await sync(db, { fetch: during(signOut) });
    assert.deepEqual(await household(db), []);
    assert.equal(journal(enrolment.token).length, 101);
    const limits = server.requests.map(({ head }) => head.limit);
    assert.deepEqual(limits, [6_000_000, 6_000_000, 1], 'and no answer is asked for that nobody takes');
  });

  test('leaves none behind where the copy of a phone renews its enrolment in that round', async () => {
    const { db, enrolment } = await signIn();
    await sync(db);
    await visits(db, 1);
    server.tricks.push((_bytes, answer) => {
      answer.head.tip = { n: 9, hash: 'f'.repeat(64) };
      return { bytes: seal(answer, enrolment.token) };
    });
    await sync(db, { fetch: during(signOut) });
    assert.deepEqual(await household(db), []);
    assert.equal((await strip(db)).waiting, 0);
  });

  test('keeps nothing from the worker who signs in again', async () => {
    const { db } = await signIn();
    await sync(db, { fetch: during(signOut) });
    const { db: again } = await signIn();
    assert.equal(again, db);
    await syncAll(way());
    assert.equal((await placePage(again, WANG.id))?.place.contact_name, '王桂兰');
  });
});

describe('signing out', () => {
  test('that the power cut off is gone on with at the next start', async (t) => {
    const { db } = await signIn();
    await sync(db);
    const cut = t.mock.method(registry(), 'write', () => Promise.reject(new DOMException('cut', 'AbortError')));
    await assert.rejects(signOut(), /cut/);
    cut.mock.restore();
    assert.ok(await activeEnrolment());
    await syncAll(way());
    assert.equal(await activeEnrolment(), null);
    assert.deepEqual(
      (await enrolments()).map(({ left }) => left),
      [true],
    );
    assert.deepEqual(await household(db), []);
  });
});
