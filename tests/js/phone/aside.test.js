import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ALL } from '../../../static/phone/db.js';
import { canary, enrol, loss, openStore, registry } from '../../../static/phone/enrol.js';
import { giveUp, putOn } from '../../../static/phone/padlock.js';
import { lock } from '../../../static/phone/pin.js';
import { strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { copied, tidyCopies } from '../../../static/phone/sync/copy.js';
import { forgetOwn } from '../../../static/phone/sync/own.js';
import { deliver } from '../../../static/phone/vault/deliver.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { Opener } from './opener.js';
import { body, NOW, newId, WANG, WORKER } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

const PIN = '402957';

/** @type {ReturnType<typeof giveStorage>['cache']} */
let cache;
/** @type {ReturnType<typeof giveStorage>['local']} */
let local;
/** @type {Opener} */
let server;
let phones = 0;
let times = 0;
beforeEach(async () => {
  ({ cache, local } = giveStorage());
  server = new Opener();
  server.tokens = /^token-/;
  phones += 1;
  await forgetList();
});
afterEach(takeAway);

function forgetList() {
  return registry().write(['enrolments', 'settings'], async (tx) => {
    await tx.objectStore('enrolments').clear();
    await tx.objectStore('settings').clear();
  });
}

/** 刘桂香 signs in on her phone, once more or for the first time. */
async function signIn() {
  times += 1;
  const said = {
    device_id: `device-${times}`,
    token: `token-${times}`,
    worker: { ...WORKER, id: `liu-${phones}` },
    seal_key: server.key,
  };
  const fetch = async () => Response.json(said, { status: 201 });
  const answer = await enrol({ code: '12345678' }, { appVersion: 'test', base: 'http://hefeng.test', fetch });
  assert.ok(answer.ok);
  return openStore(answer.enrolment, new Date(NOW));
}

/** Her phone with a PIN. */
async function sealed() {
  const db = await signIn();
  assert.equal(await putOn(db, PIN, NOW), true);
  return db;
}

/** Saved, and the page that says so may be drawn. */
async function save(/** @type {Store} */ db) {
  const { id } = await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
  await copied();
  return id;
}

/** 忘了密码, and a new sign-in. */
async function forgetPin(/** @type {Store} */ db) {
  await giveUp(db);
  await signIn();
}

/** The browser throws every database away, and leaves the copies. */
async function evict(/** @type {Store} */ db) {
  for (const name of /** @type {const} */ (['meta', 'events', 'rows', 'places'])) {
    await db.writeStored([name], (tx) => tx.objectStore(name).clear());
  }
  await forgetList();
}

/** Without a key. */
const handIn = (/** @type {Store} */ db) =>
  deliver({
    db,
    fetch: /** @type {any} */ (server.fetch),
    now: () => NOW,
    appVersion: 'test',
    base: 'http://hefeng.test',
  });

/** From now on the server has all of it in a backup, and it is old enough to go. */
function longAgo() {
  server.covered = [[1, 99]];
  server.time = '2026-12-08T18:00:00+08:00';
}

/** What the server says of an enrolment that it holds nothing of. @type {import('../../../static/phone/types.js').Contact} */
const EMPTY = {
  ...{ at: '2026-11-21T18:00:00+08:00', server_time: '2026-11-21T18:00:00+08:00', epoch: 'life 1' },
  ...{ held: [], covered: [], attention: [], blobs_wanted: [], scope: [] },
};
const NOTHING = { ok: true, lost: [], recovered: [] };
const names = (/** @type {Store} */ db) => JSON.parse(local.getItem(`doorknock-canary-${db.name}`) ?? '[]');
const shelves = (/** @type {() => Promise<any>} */ open) => Object.assign(globalThis, { caches: { open } });

describe('a box laid aside after the PIN was forgotten', () => {
  test('keeps its second copy, and comes back from it when the browser throws the store away', async () => {
    const db = await sealed();
    const id = await save(db);
    await forgetPin(db);
    assert.equal(cache.items.size, 1);
    await evict(db);
    const again = await signIn();
    assert.deepEqual((await loss(again, NOW))?.recovered, [id]);
    assert.equal((await handIn(again)).sent, 1);
    assert.ok(server.has(id));
  });

  test('keeps it through a round, and gets another where it had none', async () => {
    const db = await sealed();
    await save(db);
    await forgetPin(db);
    await tidyCopies(db);
    assert.equal(cache.items.size, 1);
    const [[url, text] = ['', '']] = cache.items;
    cache.items.clear();
    await tidyCopies(db);
    assert.deepEqual(Object.keys(JSON.parse(cache.items.get(url) ?? '')), ['kid', 'epk', 'box']);
    assert.deepEqual(JSON.parse(cache.items.get(url) ?? ''), JSON.parse(text));
  });

  test('that was handed in leaves no copy and no name, and nothing is said of it at the next start', async () => {
    const db = await sealed();
    await save(db);
    lock(db);
    await signIn(); // while it is locked: taken up once it is opened, or begun anew
    assert.equal(await giveUp(db), true);
    assert.equal((await handIn(db)).sent, 1);
    assert.deepEqual([...cache.items, ...names(db)], []);
    assert.equal(await loss(db, NOW), null);
    assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 });
  });

  test('so it is where it was let go, and the phone was killed before the copy could go', async () => {
    const db = await sealed();
    await save(db);
    await forgetPin(db);
    longAgo();
    shelves(() => Promise.reject(new Error('killed')));
    await handIn(db);
    assert.deepEqual(await db.meta('boxes'), []);
    shelves(async () => cache);
    assert.equal(cache.items.size, 1);
    assert.equal(await loss(db, NOW), null);
    await tidyCopies(db);
    assert.deepEqual([...cache.items, ...names(db)], []);
    await tidyCopies(db);
    assert.deepEqual(await db.meta('let_go'), [], 'its id is not remembered for ever');
    assert.deepEqual(await canary(db), NOTHING);
  });

  test('so it is where the worker let it go, who can’t see the names', async () => {
    const db = await sealed();
    const id = await save(db);
    await forgetPin(db);
    longAgo();
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: undefined });
    await handIn(db);
    await tidyCopies(db);
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: local });
    assert.deepEqual([[...cache.items], names(db)], [[], [id]]);
    assert.deepEqual(await canary(db), NOTHING);
    await tidyCopies(db);
    await tidyCopies(db);
    assert.deepEqual([await canary(db), await db.meta('let_go')], [NOTHING, []]);
  });

  test('gets its copy again when the server begins another life, for it may lack what it had', async () => {
    const db = await sealed();
    await save(db);
    await forgetPin(db);
    await handIn(db);
    assert.equal(cache.items.size, 0);
    server.restored();
    await db.write(['meta'], async (tx) => {
      const contact = { ...EMPTY, epoch: server.epoch };
      await tx.objectStore('meta').put(contact, 'contact');
    });
    await tidyCopies(db);
    assert.equal(cache.items.size, 1);
    assert.deepEqual(await canary(db), NOTHING);
  });

  test('of a household that was erased goes with its copy, for good', async () => {
    const db = await sealed();
    const id = await save(db);
    await forgetPin(db);
    await db.write(ALL, (tx) => forgetOwn(tx, [id], EMPTY));
    assert.equal(await loss(db, NOW), null);
    await tidyCopies(db);
    assert.deepEqual([...cache.items, ...names(db)], []);
  });

  test('that came back from its copy is no trouble to what is erased later', async () => {
    const db = await sealed();
    await save(db);
    await evict(db);
    const again = await signIn();
    await loss(again, NOW);
    await handIn(again);
    await again.write(ALL, (tx) => forgetOwn(tx, [WANG.id], EMPTY));
    assert.equal(await loss(again, NOW).then((said) => said?.lost.length), 0);
  });
});

describe('a locked phone', () => {
  test('lets the copies of what it has handed in go, and keeps those of what waits', async () => {
    const db = await sealed();
    await save(db);
    lock(db);
    await tidyCopies(db);
    assert.equal(cache.items.size, 1);
    await handIn(db);
    assert.deepEqual([...cache.items, ...names(db)], []);
  });

  test('that falls into its lock while copies are made good writes none in plain text', async () => {
    const db = await sealed();
    await save(db);
    cache.items.clear();
    let opened = 0;
    shelves(async () => {
      opened += 1;
      if (opened === 2) lock(db);
      return cache;
    });
    await tidyCopies(db);
    assert.equal(cache.items.size, 1);
    assert.deepEqual(Object.keys(JSON.parse([...cache.items.values()][0] ?? '')), ['kid', 'epk', 'box']);
  });
});
