import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { acceptLoss, canary, loss } from '../../../static/phone/enrol.js';
import { strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { copied } from '../../../static/phone/sync/copy.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { enrolled, reset, server, sync, visits } from './rounds.js';
import { body, NOW, newId } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

/** @type {ReturnType<typeof giveStorage>['cache']} */
let cache;
/** @type {ReturnType<typeof giveStorage>['local']} */
let local;
beforeEach(() => {
  reset();
  ({ cache, local } = giveStorage());
});
afterEach(takeAway);
after(() => server.stop());

/** Everything in the database vanishes, as if the browser had thrown it away. */
async function vanish(/** @type {Store} */ db) {
  const identity = await db.meta('identity');
  for (const name of /** @type {const} */ (['meta', 'events', 'rows', 'places'])) {
    await db.write([name], (tx) => tx.objectStore(name).clear());
  }
  await db.write(['meta'], (tx) => tx.objectStore('meta').put(identity, 'identity'));
}
/** Another way to the copies; answers the one before. */
function shelves(/** @type {typeof caches.open} */ open) {
  const before = caches.open;
  Object.assign(globalThis, { caches: { open } });
  return before;
}
const saved = (/** @type {Store} */ db) => saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });

/** Saved, and the page that says so may be drawn. */
async function save(/** @type {Store} */ db) {
  const event = await saved(db);
  await copied();
  return event;
}

describe('when the database vanishes', () => {
  test('what waited is written down again under the same ids, and arrives once', async () => {
    const { db, device } = await enrolled();
    const made = [await save(db), await save(db)].map((event) => event.id);
    assert.deepEqual(await canary(db), { ok: true, lost: [], recovered: [] });
    await vanish(db);
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: made });
    assert.deepEqual(await strip(db), { held: 0, waiting: 2, attention: 0 });
    assert.equal((await sync(db)).outcome, 'ok');
    assert.deepEqual(
      [...device.journal.values()].map((each) => each.id),
      made,
    );
    assert.deepEqual(await canary(db), { ok: true, lost: [], recovered: [] });
  });

  test('a round that comes before anybody has asked takes no copy away', async () => {
    const { db } = await enrolled();
    const { id } = await save(db);
    await vanish(db);
    assert.equal((await sync(db)).outcome, 'ok');
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: [id] });
    assert.equal((await sync(db)).outcome, 'ok');
    assert.deepEqual([...cache.items.keys()], []);
  });

  test('together with the second copy, the loss is said until it has been read', async () => {
    const { db } = await enrolled();
    const { id } = await save(db);
    await vanish(db);
    cache.items.clear();
    assert.deepEqual(await canary(db), { ok: false, lost: [id], recovered: [] });
    assert.deepEqual((await canary(db)).lost, [id]);
    acceptLoss(db, [id]);
    assert.equal((await canary(db)).ok, true);
  });

  test('copies that are slow to read come back all the same', async () => {
    const { db } = await enrolled();
    const made = await visits(db, 20);
    await copied();
    await vanish(db);
    const match = cache.match.bind(cache);
    cache.match = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return match(request);
    };
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: made });
  });

  test('copies that nobody can look at now are not called lost, and no round takes one away', async () => {
    const { db } = await enrolled();
    const { id } = await save(db);
    await vanish(db);
    const open = shelves(() => Promise.reject(new DOMException('the disk is busy', 'UnknownError')));
    assert.deepEqual(await canary(db), { ok: true, lost: [], recovered: [] });
    await sync(db);
    shelves(open);
    await sync(db);
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: [id] });
  });

  test('where the browser allows no copies there are none: what waited is said to be lost', async () => {
    const { db } = await enrolled();
    shelves(() => Promise.reject(new DOMException('a private window', 'SecurityError')));
    const { id } = await save(db);
    await vanish(db);
    assert.deepEqual(await canary(db), { ok: false, lost: [id], recovered: [] });
  });

  test('of a copy that can’t be read now nothing is said, and the others come back', async () => {
    const { db } = await enrolled();
    const [first = '', second = ''] = await visits(db, 2);
    await copied();
    await vanish(db);
    const match = cache.match.bind(cache);
    cache.match = (request) => (request.url.endsWith(first) ? Promise.reject(new TypeError('no')) : match(request));
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: [second] });
    cache.match = match;
    assert.deepEqual(await canary(db), { ok: false, lost: [], recovered: [first] });
  });

  test('many come back fifty at a time, by their numbers; killed in between, the next start goes on', async () => {
    const { db, device } = await enrolled();
    const made = await visits(db, 120);
    await copied();
    await vanish(db);
    const write = db.write.bind(db);
    let left = 1;
    db.write = (...asked) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('killed')) : write(...asked);
    };
    await assert.rejects(loss(db, NOW), /killed/);
    db.write = write;
    assert.equal((await strip(db)).waiting, 50);
    const said = await loss(db, NOW);
    assert.deepEqual(said?.lost, []);
    assert.deepEqual(said?.recovered, made, 'what came back before the kill is said, too');
    await sync(db);
    assert.deepEqual(
      [...device.journal.values()].map((each) => each.id),
      made,
    );
  });

  test('after an event had already arrived, sending it again has no effect', async () => {
    const { db, device } = await enrolled();
    await save(db);
    const copied = new Map(cache.items);
    await sync(db);
    await vanish(db);
    cache.items = copied;
    await canary(db);
    await sync(db);
    assert.equal(server.known.size, 1);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
    assert.deepEqual(device.attention, []);
  });
});

describe('the second copy', () => {
  test('holds the frozen line from the moment of the save, and never the token', async () => {
    const { db, device } = await enrolled();
    const { id } = await save(db);
    const [[url, line] = ['', '']] = cache.items;
    assert.ok(url.endsWith(`/field/unsent/${db.name}/${id}`));
    assert.equal(JSON.parse(line).id, id);
    await sync(db);
    assert.deepEqual([...cache.items, ...JSON.parse(local.getItem(`doorknock-canary-${db.name}`) ?? '')], []);
    assert.ok(!line.includes(device.token));
  });

  test('that refuses or hangs does not hold up a save', async () => {
    const { db } = await enrolled();
    const late = new Promise((resolve) => setTimeout(resolve, 900, 'held up'));
    Object.assign(globalThis, { caches: { open: () => new Promise(() => {}) } });
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get: () => {
        throw new DOMException('no', 'SecurityError');
      },
    });
    assert.equal(await Promise.race([saved(db).then(({ n }) => n), late]), 1);
  });

  test('that hangs is waited for no longer than ten seconds, and nothing is said of it', async (t) => {
    const { db } = await enrolled();
    await save(db);
    await vanish(db);
    Object.assign(globalThis, { caches: { open: () => new Promise(() => {}) } });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const asked = canary(db);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    t.mock.timers.tick(10_000);
    assert.deepEqual(await asked, { ok: true, lost: [], recovered: [] });
  });

  test('that was missed is made good by the next round', async () => {
    const { db } = await enrolled();
    const { id } = await save(db);
    cache.items.clear();
    server.tricks.push((_bytes, answer) => {
      answer.head.held = [];
      return null;
    });
    const { tidyCopies } = await import('../../../static/phone/sync/copy.js');
    await tidyCopies(db);
    assert.ok([...cache.items.keys()][0]?.endsWith(id));
  });
});
