import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { activeEnrolment, enrol, enrolments, openStore, registry, signOut } from '../../../static/phone/enrol.js';
import { placePage, strip } from '../../../static/phone/read.js';
import { keepBlob, newPlace, putOff, saveDraft, saveVisit } from '../../../static/phone/record.js';
import { syncAll } from '../../../static/phone/sync/keep.js';
import { BROKEN, enrolled, ids, journal, resetAll, rowsOf, server, sync, visits } from './rounds.js';
import { seal } from './server.js';
import { body, DAY, NOW, newId, OTHER_GRID, place, WANG } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

const way = () => ({ appVersion: 'test', base: server.base });

after(() => server.stop());
beforeEach(resetAll);

const NEW = place('place-new', 16, { contact_name: '孙大娘' });

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

describe('what was half typed about a door', () => {
  const updated_at = '2026-11-21T17:20:00+08:00';
  const draft = (/** @type {string} */ place_id, form = {}) => ({ id: newId(), place_id, form, updated_at });
  const left = (/** @type {Store} */ db) =>
    db.read(['drafts', 'put_off', 'blobs'], async (tx) => {
      const [drafts, put_off] = [tx.objectStore('drafts'), tx.objectStore('put_off')];
      return [await drafts.getAllKeys(), await put_off.getAllKeys(), await tx.objectStore('blobs').count()];
    });

  /** The worker finds a door that no roster has, and begins to write about it. */
  async function found(/** @type {Store} */ db) {
    const event = await newPlace(db, { body: { ...NEW.data, place_id: NEW.id }, now: NOW });
    await saveDraft(db, draft(NEW.id));
    await putOff(db, NEW.id, NOW);
    return event;
  }

  test('goes once its grid was given to another while the worker was signed out', async () => {
    const { db } = await signIn();
    await sync(db);
    const photos = await keepBlob(db, new Uint8Array([1, 2, 3]));
    await saveDraft(db, draft(WANG.id, { note: '王桂兰病了', photos }));
    await signOut();
    server.scope = [OTHER_GRID];
    const { db: again } = await signIn();
    await sync(again);
    assert.deepEqual(await left(again), [[], [], 0]);
  });

  test('waits for the worker where the door is still theirs, from the first answer to the last', async () => {
    const { db } = await signIn();
    await sync(db);
    await saveDraft(db, draft(WANG.id, { note: '改天再来' }));
    await signOut();
    server.pageSize = 1;
    const { db: again } = await signIn();
    await sync(again);
    assert.deepEqual(await left(again), [[WANG.id], [], 0]);
  });

  test('stays at a door that the worker has just found, though the server sets it aside', async () => {
    const { db } = await enrolled();
    await sync(db);
    const { id } = await found(db);
    server.quarantine.set(id, 'rejected');
    await sync(db);
    assert.deepEqual(await left(db), [[NEW.id], [NEW.id], 0]);
  });

  test('stays at a door that the worker found, and that a server restored from an old backup no longer has', async () => {
    const { db, device } = await enrolled();
    await found(db);
    server.put(NEW);
    await sync(db);
    device.journal.clear();
    server.known.clear();
    server.rows = server.rows.filter(({ id }) => id !== NEW.id);
    server.epoch = 'epoch-2';
    server.tricks.push((_bytes) => null, BROKEN);
    await sync(db);
    assert.equal((await placePage(db, NEW.id))?.place.status, 'pending');
    assert.deepEqual(await left(db), [[NEW.id], [NEW.id], 0]);
  });
});

describe('a photo that nothing names', () => {
  const photo = new Uint8Array([1, 2, 3]);
  const kept = (/** @type {Store} */ db) => db.read(['blobs'], (tx) => tx.objectStore('blobs').getAllKeys());

  async function days(/** @type {Store} */ db, /** @type {number} */ count) {
    for (let day = 0; day < count; day += 1) {
      server.time += DAY;
      await sync(db);
    }
  }

  test('because its door was erased under the open form, goes', async () => {
    const { db } = await enrolled();
    await sync(db);
    server.forget = [WANG.id];
    server.rows = server.rows.filter(({ id }) => id !== WANG.id);
    await sync(db);
    await keepBlob(db, photo);
    await days(db, 2);
    assert.deepEqual(await kept(db), []);
  });

  test('has a day until its form is kept, and stays then', async () => {
    const { db } = await enrolled();
    await sync(db);
    const hash = await keepBlob(db, photo);
    await days(db, 1);
    const id = newId();
    await saveDraft(db, { id, place_id: WANG.id, form: { photos: hash }, updated_at: '' });
    await days(db, 2);
    await saveVisit(db, { id, body: body('nobody_home', { photos: [hash] }), now: NOW });
    await days(db, 2);
    assert.deepEqual(await kept(db), [hash]);
  });

  test('goes at once from a phone that was switched off', async () => {
    const { db, device } = await enrolled();
    await sync(db);
    await keepBlob(db, photo);
    device.revoked = 'sealed';
    await sync(db);
    assert.deepEqual([await kept(db), await ids(db, 'place')], [[], []]);
  });
});
