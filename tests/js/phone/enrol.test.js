import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import {
  activate,
  activeEnrolment,
  enrol,
  enrolments,
  openStore,
  setSetting,
  setting,
  signOut,
} from '../../../static/phone/enrol.js';
import { placePage, strip } from '../../../static/phone/read.js';
import { keepBlob, saveVisit } from '../../../static/phone/record.js';
import { keepInSync, pause, syncAll } from '../../../static/phone/sync/keep.js';
import { resetAll, server } from './rounds.js';
import { body, NOW, newId, WANG } from './village.js';

const way = () => ({ appVersion: 'test', base: server.base });
const signIn = () => enrol({ code: '12345678' }, { ...way(), fetch });

after(() => server.stop());
beforeEach(resetAll);

describe('signing in', () => {
  test('with a wrong code leaves the phone as it was', async () => {
    const answer = await enrol({ code: '00000000' }, { ...way(), fetch });
    assert.deepEqual(answer, { ok: false, code: 'login_failed', title: 'login_failed' });
    assert.equal(await activeEnrolment(), null);
  });

  test('without a network says so', async () => {
    const answer = await enrol({ code: '12345678' }, { ...way(), base: 'http://127.0.0.1:1', fetch });
    assert.equal(!answer.ok && answer.code, 'no_answer');
  });

  test('at a portal that answers everything with HTML says so', async () => {
    const portal = async () => new Response('<html>', { status: 200 });
    const answer = await enrol({ code: '12345678' }, { ...way(), fetch: portal });
    assert.equal(!answer.ok && answer.code, 'no_answer');
  });

  test('makes the worker the active one, who pulls and pushes', async () => {
    const answer = await signIn();
    assert.ok(answer.ok);
    assert.equal((await activeEnrolment())?.worker.name, '刘桂香');
    const db = await openStore(answer.enrolment, NOW);
    await saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW });
    const [result] = await syncAll(way());
    assert.deepEqual([result?.outcome, result?.sent], ['ok', 1]);
    assert.equal((await placePage(db, WANG.id))?.place.contact_name, '王桂兰');
  });

  test('again finds what waited, and sends it under the new enrolment with the same id', async () => {
    const first = await signIn();
    assert.ok(first.ok);
    const id = newId();
    await saveVisit(await openStore(first.enrolment, NOW), { id, body: body('nobody_home'), now: NOW });
    await signOut();
    server.devices.clear();
    const second = await signIn();
    assert.ok(second.ok);
    assert.equal((await enrolments()).length, 1);
    assert.deepEqual(await strip(await openStore(second.enrolment, NOW)), { held: 0, waiting: 1, attention: 0 });
    await syncAll(way());
    assert.ok(server.known.has(id));
  });
});

describe('signing out', () => {
  test('leaves nobody active, and what waits still goes out', async () => {
    const answer = await signIn();
    assert.ok(answer.ok);
    const db = await openStore(answer.enrolment, NOW);
    await saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW });
    await signOut();
    assert.equal(await activeEnrolment(), null);
    assert.equal((await syncAll(way())).length, 1);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
    assert.equal((await syncAll(way())).length, 0);
    await activate(answer.enrolment.device_id);
    assert.equal((await activeEnrolment())?.worker.id, 'worker-liu');
  });

  test('leaves nothing behind that a server restored from an old backup no longer has', async () => {
    const liu = await signIn();
    assert.ok(liu.ok);
    const db = await openStore(liu.enrolment, NOW);
    await saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW });
    await syncAll(way());
    await signOut();
    server.worker = { id: 'worker-zhao', name: '赵建', username: 'zhaojian' };
    assert.ok((await signIn()).ok);
    assert.equal((await syncAll(way())).length, 1, 'nobody asks twice what has just been heard');
    const journal = server.devices.get(liu.enrolment.token)?.journal;
    journal?.clear();
    server.known.clear();
    server.epoch = 'epoch-2';
    await syncAll(way());
    assert.equal(journal?.size, 1);
    assert.equal((await syncAll(way())).length, 1);
  });

  test('asks once a day all the same, so that words of records are let go', async (t) => {
    const answer = await signIn();
    assert.ok(answer.ok);
    await syncAll(way());
    await signOut();
    assert.equal((await syncAll(way())).length, 0);
    const later = Date.now() + 25 * 3600_000;
    t.mock.method(Date, 'now', () => later);
    assert.equal((await syncAll(way())).length, 1);
    assert.equal((await syncAll(way())).length, 0);
  });

  test('keeps no photo back whose record has arrived', async () => {
    const answer = await signIn();
    assert.ok(answer.ok);
    const db = await openStore(answer.enrolment, NOW);
    const hash = await keepBlob(db, new Uint8Array([1, 2, 3]));
    await saveVisit(db, { id: newId(), body: body('nobody_home', { photos: [hash] }), now: NOW });
    server.wanted = [hash];
    /** @type {typeof fetch} */
    const onlyFacts = (url, init) => (init?.method === 'PUT' ? Promise.reject(new TypeError('cut')) : fetch(url, init));
    await syncAll({ ...way(), fetch: onlyFacts });
    await signOut();
    assert.deepEqual([(await strip(db)).waiting, server.blobs.size], [0, 0]);
    await syncAll(way());
    assert.deepEqual([...server.blobs], [hash]);
  });
});

test('a setting belongs to the phone', async () => {
  assert.equal(await setting('sunlight'), undefined);
  await setSetting('sunlight', true);
  await signOut();
  assert.equal(await setting('sunlight'), true);
});

test('what is saved goes out by itself, without a tap', async () => {
  const answer = await signIn();
  assert.ok(answer.ok);
  const db = await openStore(answer.enrolment, NOW);
  /** @type {() => void} */
  let arrived = () => {};
  const held = new Promise((resolve) => {
    arrived = () => resolve(true);
  });
  const keeper = keepInSync({ ...way(), onRound: (_, result) => result.sent === 1 && arrived() });
  await saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW });
  assert.equal(await held, true);
  keeper.stop();
  assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
});

describe('the pause between rounds', () => {
  test('is at most 30 s while one looks on, and about 5 min otherwise', () => {
    for (const random of [0, 0.5, 1]) {
      assert.ok(pause({ failures: 0, active: true, random }) <= 30_000);
      assert.ok(pause({ failures: 9, active: true, random }) <= 30_000);
      assert.ok(pause({ failures: 0, active: false, random }) >= 150_000);
    }
  });
  test('grows with each failure and never gives up', () => {
    const pauses = [1, 2, 3, 4, 50].map((failures) => pause({ failures, active: true, random: 1 }));
    assert.deepEqual(pauses, [2_000, 4_000, 8_000, 16_000, 30_000]);
  });
  test('is never shorter than the server asked for', () => {
    assert.ok(pause({ failures: 1, active: true, retryAfter: 120, random: 0 }) >= 120_000);
  });
  test('is never made longer than six minutes by whoever stands between', () => {
    assert.ok(pause({ failures: 1, active: true, retryAfter: 365 * 24 * 3600, random: 1 }) <= 360_000);
  });
  test('that a busy server asked for is kept, unless the clock of the phone is put back meanwhile', async (t) => {
    assert.ok((await signIn()).ok);
    let now = NOW;
    t.mock.method(Date, 'now', () => now);
    /** @type {(() => void)[]} */
    const heard = [];
    let asked = 0;
    const busy = async () => {
      asked += 1;
      return new Response('', { status: 503, headers: { 'Retry-After': '120' } });
    };
    const round = () => new Promise((resolve) => heard.push(() => resolve(true)));
    const first = round();
    const keeper = keepInSync({ ...way(), fetch: busy, onRound: () => heard.shift()?.() });
    await first;
    await new Promise((resolve) => setTimeout(resolve, 20));
    keeper.nudge();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(asked, 1);
    now -= 9 * 60_000;
    const second = round();
    keeper.nudge();
    await second;
    assert.equal(asked, 2);
    keeper.stop();
  });
});
