import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHmac, hkdfSync } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { destroy, lock, open, putOn, standing, vaultOf } from '../../../static/phone/pin.js';
import { exportFile, strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { deliver } from '../../../static/phone/vault/deliver.js';
import { startAfresh } from '../../../static/phone/vault/lock.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { body, IDENTITY, listed, NOW, newId, phone } from './village.js';

const PIN = '402957';
const ABOUT = 'doorknock box 1';

/** The server's half, written from the API's description: opens boxes, holds their lines, seals receipts. */
class Opener {
  pair = createECDH('prime256v1');
  /** @type {Map<number, any>} */
  lines = new Map();
  revoked = false;
  /** @type {((answer: any) => any) | null} */
  trick = null;

  constructor() {
    this.public = this.pair.generateKeys();
  }

  get key() {
    return { kid: 'k1', key: this.public.toString('base64url') };
  }

  fetch = async (/** @type {any} */ url, /** @type {any} */ init) => {
    assert.match(String(url), /\/api\/v1\/sealed$/);
    assert.equal(new Headers(init.headers).get('Authorization'), null);
    const [head = '', ...boxes] = new TextDecoder().decode(init.body).trim().split('\n');
    const { pending } = JSON.parse(head);
    const inside = boxes.map((box) => this.#opened(JSON.parse(box)));
    const taken = inside.flatMap(({ token, line }) => {
      assert.equal(token, IDENTITY.token);
      return line ? [JSON.parse(line)] : [];
    });
    for (const line of taken) this.lines.set(line.n, line);
    const held = [...this.lines.keys()].sort((a, b) => a - b).map((n) => [n, n]);
    const joined = held.length ? [[1, held.length]] : [];
    const said = JSON.stringify({
      ...{
        device_id: IDENTITY.device_id,
        server_time: '2026-11-21T18:00:00+08:00',
        held: joined,
        ids: taken.map(({ id }) => id),
      },
      ...(this.revoked ? { revoked: true } : {}),
      ...(this.revoked && pending <= taken.length ? { wipe: true } : {}),
    });
    const seal = createHmac('sha256', inside[0]?.receipt ?? '')
      .update(said)
      .digest('hex');
    const answer = { receipts: [{ said, seal }] };
    return new Response(JSON.stringify(this.trick ? this.trick(answer) : answer), {
      headers: { 'Content-Type': 'application/json' },
    });
  };

  #opened(/** @type {{kid: string, epk: string, box: string, receipt?: string}} */ { kid, epk, box, receipt }) {
    assert.equal(kid, 'k1');
    assert.equal(receipt, undefined, 'what seals the receipt does not travel beside the box');
    const theirs = Buffer.from(epk, 'base64url');
    const salt = Buffer.concat([theirs, this.public]);
    const key = Buffer.from(hkdfSync('sha256', this.pair.computeSecret(theirs), salt, ABOUT, 32));
    const packed = Buffer.from(box, 'base64url');
    const opening = createDecipheriv('chacha20-poly1305', key, packed.subarray(0, 12), { authTagLength: 16 });
    opening.setAAD(Buffer.from(ABOUT), { plaintextLength: packed.length - 28 });
    opening.setAuthTag(packed.subarray(-16));
    return JSON.parse(Buffer.concat([opening.update(packed.subarray(12, -16)), opening.final()]).toString());
  }
}

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
const hand = (/** @type {Awaited<ReturnType<typeof phone>>} */ db) =>
  deliver({
    db,
    fetch: /** @type {any} */ (server.fetch),
    now: () => NOW,
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

test('after the keys were destroyed and somebody has signed in again, the boxes still go out', async () => {
  const db = await locked();
  await save(db);
  await destroy(db);
  await startAfresh(db);
  assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
  assert.equal((await hand(db)).sent, 1);
  assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 });
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
