import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { placePage, strip, syncPage } from '../../../static/phone/read.js';
import { keepBlob, record, saveVisit } from '../../../static/phone/record.js';
import { sha256Hex } from '../../../static/phone/sync/hash.js';
import { enrolled, journal, reset, rowsOf, server, sync, visits } from './rounds.js';
import { seal } from './server.js';
import { body, DAY, NOW, newId, WANG } from './village.js';

after(() => server.stop());
beforeEach(reset);

describe('pushing', () => {
  test('events go verbatim, in order, with a fitting digest', async () => {
    const { db, device } = await enrolled();
    const made = await visits(db, 3);
    const result = await sync(db);
    assert.deepEqual({ ...result, pulled: 0 }, { outcome: 'ok', sent: 3, held: 3, pulled: 0, more: false });
    assert.deepEqual(
      journal(device.token).map((each) => each.id),
      made,
    );
    const lines = journal(device.token).map((each) => each.line);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).prev),
      ['0'.repeat(64), sha256Hex(lines[0] ?? ''), sha256Hex(lines[1] ?? '')],
    );
  });

  test('a single record travels with the checksum of gzip, and a round without any as plain text', async () => {
    const { db } = await enrolled();
    /** @type {any[]} */
    const heard = [];
    /** @type {typeof fetch} */
    const listening = (url, init) => {
      heard.push(new Headers(init?.headers).get('Content-Encoding'));
      return fetch(url, init);
    };
    await sync(db, { fetch: listening });
    await visits(db, 1);
    await sync(db, { fetch: listening });
    assert.deepEqual(heard, [null, 'gzip']);
  });

  test('an answer that was lost after the commit heals without sending twice what is held', async () => {
    const { db, device } = await enrolled();
    await visits(db, 2);
    server.tricks.push((bytes) => ({ bytes, cut: 10 }));
    assert.equal((await sync(db)).outcome, 'no_answer');
    assert.equal(device.journal.size, 2);
    await sync(db);
    assert.deepEqual(await strip(db), { held: 2, waiting: 0, attention: 0 });
    assert.deepEqual(device.attention, []);
  });

  test('at most 100 events go at once', async () => {
    const { db } = await enrolled();
    await visits(db, 230);
    await sync(db);
    assert.deepEqual(
      server.requests.map((each) => each.lines.length),
      [100, 100, 30],
    );
    assert.deepEqual(
      server.requests.map((each) => each.head.pending),
      [230, 130, 30],
    );
  });

  test('at most 256 KB go at once', async () => {
    const { db } = await enrolled();
    for (let i = 0; i < 5; i += 1)
      await saveVisit(db, { id: newId(), body: body('met_covered', { note: '长'.repeat(30_000) }), now: NOW });
    await sync(db);
    assert.deepEqual(
      server.requests.map((each) => each.lines.length),
      [2, 2, 1],
    );
  });

  test('a timeout halves the batch and an answer lets it grow again', async () => {
    const { db } = await enrolled();
    await visits(db, 100);
    server.tricks.push(
      () => ({ hang: true }),
      () => ({ hang: true }),
    );
    await sync(db, { idleMs: 500 });
    await sync(db, { idleMs: 500 });
    await sync(db);
    assert.deepEqual(
      server.requests.map((each) => each.lines.length),
      [100, 50, 25, 50, 25],
    );
    assert.deepEqual(
      server.requests.map((each) => each.head.limit),
      [6_000_000, 3_000_000, 1_500_000, 3_000_000, 6_000_000],
    );
  });

  test('a line that the server will not take does not keep the round going for ever, nor block the others', async () => {
    const { db, device } = await enrolled();
    await visits(db, 3);
    const dropSecond = (/** @type {Buffer} */ _bytes, /** @type {any} */ answer) => {
      device.journal.delete(2);
      answer.head.held = [
        [1, 1],
        [3, 3],
      ];
      return { bytes: seal(answer, device.token) };
    };
    server.tricks.push(dropSecond);
    assert.equal((await sync(db)).outcome, 'ok');
    assert.deepEqual(await strip(db), { held: 2, waiting: 1, attention: 0 });
    await sync(db);
    assert.deepEqual(await strip(db), { held: 3, waiting: 0, attention: 0 });
  });

  test('what the server set aside counts as held and needs the worker', async () => {
    const { db } = await enrolled();
    const id = newId();
    server.quarantine.set(id, 'out_of_scope');
    await sync(db);
    await saveVisit(db, { id, body: body('met_covered'), now: NOW });
    assert.equal((await placePage(db, WANG.id))?.state, 'met_covered');
    await sync(db);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 1 });
    const page = await placePage(db, WANG.id);
    assert.equal(page?.state, 'not_visited');
    assert.deepEqual(page?.history[0]?.attention, { code: 'out_of_scope', detail: null });
    assert.equal(page?.history[0]?.waiting, undefined);
    assert.equal((await syncPage(db)).attention[0]?.place?.contact_name, '王桂兰');
  });

  test('a server restored from an old backup gets everything again', async () => {
    const { db, device } = await enrolled();
    await visits(db, 4);
    await sync(db);
    for (const n of [3, 4]) device.journal.delete(n);
    server.known.clear();
    server.epoch = 'epoch-2';
    server.rows = server.rows.filter((row) => row.kind !== 'visit');
    await sync(db);
    assert.equal(device.journal.size, 4);
    assert.deepEqual(await strip(db), { held: 4, waiting: 0, attention: 0 });
  });

  test('after sign-out only what waits is pushed', async () => {
    const { db } = await enrolled();
    await visits(db, 2);
    assert.equal((await sync(db, { pushOnly: true })).sent, 2);
    assert.deepEqual(await rowsOf(db), []);
    assert.deepEqual(await strip(db), { held: 2, waiting: 0, attention: 0 });
  });
});

describe('keeping bodies', () => {
  /** @param {number} days @param {boolean} covered */
  async function bodiesAfter(days, covered) {
    server.time = NOW;
    const { db } = await enrolled();
    await visits(db, 1);
    await sync(db);
    await db.write(['meta'], (tx) => tx.objectStore('meta').delete('retired_on'));
    server.time = NOW + days * DAY;
    server.covered = covered;
    await sync(db);
    const [event] = await db.read(['events'], (tx) => tx.objectStore('events').getAll());
    assert.equal(event?.n, 1);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
    return event?.line !== null;
  }
  test('a body stays until it is covered and 14 days old', async () => {
    assert.equal(await bodiesAfter(13, true), true);
    assert.equal(await bodiesAfter(15, false), true);
    assert.equal(await bodiesAfter(15, true), false);
  });
  test('a body goes after 60 days at the latest', async () => {
    assert.equal(await bodiesAfter(59, false), true);
    assert.equal(await bodiesAfter(61, false), false);
  });
  test('what went in its time is not waited for when the server is put back from before it held that', async () => {
    server.time = NOW;
    const { db, device } = await enrolled();
    await visits(db, 2);
    await sync(db);
    await db.write(['meta'], (tx) => tx.objectStore('meta').delete('retired_on'));
    server.time = NOW + 61 * DAY;
    await sync(db);
    device.journal.delete(1);
    server.epoch = 'epoch-2';
    await sync(db);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
    assert.equal((await syncPage(db)).total, 1);
  });
  test('what is not held stays, however old', async () => {
    const { db, device } = await enrolled();
    await visits(db, 1);
    const keepNothing = (/** @type {any} */ _bytes, /** @type {any} */ answer) => {
      device.journal.clear();
      Object.assign(answer.head, { held: [], tip: null, server_time: new Date(NOW + 400 * DAY).toISOString() });
      return { bytes: seal(answer, device.token) };
    };
    server.tricks.push(keepNothing);
    await sync(db);
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
  });
});

test('photos travel after facts, and one that is gone is said once', async () => {
  const { db, device } = await enrolled();
  const hash = await keepBlob(db, new Uint8Array([1, 2, 3]));
  await record(db, { kind: 'posting', body: { kind: 'board', photos: [hash, 'b'.repeat(64)] }, now: NOW });
  server.wanted = [hash, 'b'.repeat(64)];
  await sync(db);
  assert.deepEqual([...server.blobs], [hash]);
  await sync(db);
  await sync(db);
  const kinds = journal(device.token).map((each) => JSON.parse(each.line).kind);
  assert.deepEqual(kinds, ['posting', 'photo_lost']);
});
