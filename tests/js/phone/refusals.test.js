import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { blob } from '../../../static/phone/photos.js';
import { exportFile, strip } from '../../../static/phone/read.js';
import { keepBlob, saveDraft } from '../../../static/phone/record.js';
import { hmacHex } from '../../../static/phone/sync/hash.js';
import { BROKEN, enrolled, ids, reset, rowsOf, server, sync, visits } from './rounds.js';
import { seal } from './server.js';
import { emptyPhone } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

after(() => server.stop());
beforeEach(reset);

describe('what is no answer', () => {
  /** @type {Record<string, (db: Store) => import('./server.js').Trick>} */
  const portals = {
    'a page of HTML with status 200': () => () => ({
      bytes: Buffer.from('<html>请登录</html>'),
      headers: { 'Content-Type': 'text/html' },
    }),
    'a redirect to a login page': () => () => ({
      status: 302,
      bytes: Buffer.alloc(0),
      headers: { Location: '/login' },
    }),
    'an answer cut in the middle': () => (bytes) => ({ bytes, cut: bytes.length >> 1 }),
    'an answer cut before its tail, with a fitting length': () => (bytes) => ({
      bytes: bytes.subarray(0, bytes.lastIndexOf(10, -2) + 1),
    }),
    'an answer without its last newline': () => (bytes) => ({ bytes: bytes.subarray(0, -1) }),
    'an answer under another seal': () => (_, answer) => ({ bytes: seal(answer, 'another token') }),
    'an answer with one row changed': () => (bytes) => ({
      bytes: Buffer.from(bytes.toString().replace('王桂兰', '王桂芳')),
    }),
    'a sealed text that is no answer': (db) => (_bytes, _answer) => ({ bytes: sealedNonsense(db) }),
    'an error page of a proxy': () => () => ({ status: 502, bytes: Buffer.from('bad gateway') }),
    'a portal asking for a password': () => () => ({
      status: 401,
      bytes: Buffer.from('<html>'),
      headers: { 'Content-Type': 'text/html' },
    }),
    'a portal that forbids': () => () => ({
      status: 403,
      bytes: Buffer.from('no'),
      headers: { 'Content-Type': 'text/plain' },
    }),
    'a server that never answers': () => (_bytes, _answer) => ({ hang: true }),
    'a server that stumbles': () => () => ({
      status: 500,
      bytes: Buffer.from('{"code":"x"}'),
      headers: { 'Content-Type': 'application/problem+json' },
    }),
  };
  function sealedNonsense(/** @type {Store} */ _db) {
    const token = [...server.devices.keys()][0] ?? '';
    const text = '{"held": "all"}\n';
    return Buffer.from(`${text}{"more": false, "seal": "${hmacHex(token, Buffer.from(text))}"}\n`);
  }
  for (const [name, trick] of Object.entries(portals)) {
    test(`${name} changes nothing, and the next round heals`, async () => {
      const { db } = await enrolled();
      const [id] = await visits(db);
      server.tricks.push(trick(db));
      assert.equal((await sync(db, { idleMs: 1_000 })).outcome, 'no_answer');
      assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
      assert.deepEqual(await rowsOf(db), []);
      assert.equal((await sync(db)).outcome, 'ok');
      assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
      assert.deepEqual(await ids(db, 'visit'), [id]);
    });
  }

  test('no network at all is no answer', async () => {
    const { db } = await enrolled();
    await visits(db);
    assert.equal((await sync(db, { base: 'http://127.0.0.1:1' })).outcome, 'no_answer');
  });

  test('an answer that never ends in a network that does not hear of it being given up is none', async () => {
    const { db } = await enrolled();
    await visits(db);
    const deaf = async () => new Response(new ReadableStream({}));
    assert.equal((await sync(db, { fetch: deaf, idleMs: 50 })).outcome, 'no_answer');
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
  });
});

describe('refusals', () => {
  test('an unknown token drops nothing', async () => {
    const { db, device } = await enrolled();
    await sync(db);
    await visits(db, 2);
    server.devices.delete(device.token);
    assert.equal((await sync(db)).outcome, 'unauthorised');
    assert.equal((await strip(db)).waiting, 2);
    assert.deepEqual(await ids(db, 'place'), ['place-li', 'place-wang']);
    assert.equal((await exportFile(db)).text.split('\n').length, 4);
  });

  test('a busy server says when to come again', async () => {
    const { db } = await enrolled();
    server.tricks.push(() => ({ status: 503, bytes: Buffer.from(''), headers: { 'Retry-After': '17' } }));
    const busy = await sync(db);
    assert.equal(busy.outcome, 'busy');
    assert.equal(busy.retryAfter, 17);
    server.tricks.push(() => ({
      status: 429,
      bytes: Buffer.from(''),
      headers: { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() },
    }));
    assert.ok(Math.abs(((await sync(db)).retryAfter ?? 0) - 60) < 3);
  });

  test('a revoked phone delivers, then gives back what it pulled; what is unsent stays and can be exported', async () => {
    const { db, device } = await enrolled();
    await sync(db);
    await visits(db, 2);
    const photos = await keepBlob(db, new Uint8Array([1, 2, 3]));
    await saveDraft(db, {
      id: 'half',
      place_id: 'place-wang',
      form: { photos },
      updated_at: '2026-11-21T17:20:00+08:00',
    });
    device.revoked = 'sealed';
    server.tricks.push(BROKEN);
    assert.equal((await sync(db)).outcome, 'no_answer');
    assert.notDeepEqual(await rowsOf(db), [], 'only a sealed word wipes');
    assert.equal((await sync(db)).outcome, 'revoked');
    assert.deepEqual(await strip(db), { held: 2, waiting: 0, attention: 0 });
    assert.deepEqual(await rowsOf(db), []);
    assert.equal(await blob(db, photos), null, 'the photo of a half-filled form goes with it');
    const [late] = await visits(db);
    const file = await exportFile(db);
    assert.ok(late && file.text.includes(late));
    assert.ok(!file.text.includes(device.token));
  });

  test('a revoked phone hands in all its batches in one round, and only then gives the roster back', async () => {
    const { db, device } = await enrolled();
    await sync(db);
    await visits(db, 103);
    device.revoked = 'sealed';
    assert.deepEqual(await sync(db), { outcome: 'revoked', sent: 103, held: 103, pulled: 0, more: false });
    assert.deepEqual(await rowsOf(db), []);
  });

  test('nor does one keep the roster of which a part had arrived before, in an answer that was lost', async () => {
    const { db, device } = await enrolled();
    await sync(db);
    await visits(db);
    server.tricks.push((bytes) => ({ bytes, cut: 10 }));
    assert.equal((await sync(db)).outcome, 'no_answer');
    await visits(db);
    await db.write(['meta'], (tx) => tx.objectStore('meta').put({ events: 1, limit: 1_000_000 }, 'pace'));
    device.revoked = 'sealed';
    assert.equal((await sync(db)).outcome, 'revoked');
    assert.deepEqual(await strip(db), { held: 2, waiting: 0, attention: 0 });
    assert.deepEqual(await rowsOf(db), []);
  });

  test('a phone revoked long ago keeps everything', async () => {
    const { db, device } = await enrolled();
    await sync(db);
    await visits(db);
    device.revoked = 'long_ago';
    assert.equal((await sync(db)).outcome, 'revoked');
    assert.equal((await strip(db)).waiting, 1);
    assert.notDeepEqual(await rowsOf(db), []);
  });

  test('a store that was never enrolled asks nobody', async () => {
    const db = await emptyPhone();
    await db.write(['meta'], (tx) => tx.objectStore('meta').delete('identity'));
    assert.equal((await sync(db)).problem?.code, 'not_enrolled');
  });
});
