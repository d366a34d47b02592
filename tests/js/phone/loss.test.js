import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { Store } from '../../../static/phone/db.js';
import {
  activate,
  canary,
  copiesApart,
  loss,
  openStore,
  readLoss,
  remember,
  rescueFile,
} from '../../../static/phone/enrol.js';
import { strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { copied } from '../../../static/phone/sync/copy.js';
import { adopt } from '../../../static/phone/sync/fork.js';
import { namedIds, nameIds } from '../../../static/phone/sync/names.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { ids, reset, server, sync } from './rounds.js';
import { body, IDENTITY, NOW, newId } from './village.js';

let count = 0;
/** @type {ReturnType<typeof giveStorage>['cache']} */
let cache;
beforeEach(() => {
  reset();
  ({ cache } = giveStorage());
});
afterEach(takeAway);
after(() => server.stop());

/** 刘桂香's phone as the list of enrolments knows it. */
async function enrolment() {
  count += 1;
  const device = server.device();
  const device_id = `device-${server.devices.size}`;
  const store = `doorknock-liu-${count}`;
  const identity = { ...IDENTITY, device_id, token: device.token };
  const db = new Store(store);
  await adopt(db, identity);
  await remember(store, identity);
  await activate(device_id);
  return { db, device, enrolment: { ...identity, store, active: true } };
}
const save = (/** @type {Store} */ db) => saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW });

/** The browser throws the worker's store away and leaves the list of them. */
async function thrownAway(/** @type {Store} */ db) {
  for (const name of /** @type {const} */ (['meta', 'events', 'rows', 'places'])) {
    await db.write([name], (tx) => tx.objectStore(name).clear());
  }
}

describe('a store that the browser threw away while it kept the list', () => {
  test('is founded again by itself: the roster is pulled, what waited arrives once, and the server is told', async () => {
    const { db, enrolment: liu } = await enrolment();
    await sync(db);
    const held = await save(db);
    await sync(db);
    const waited = await save(db);
    await thrownAway(db);
    const again = await openStore(liu, NOW);
    assert.deepEqual(await loss(again, NOW), {
      at: '2026-11-21T17:20:00.000+08:00',
      lost: [],
      recovered: [waited.id],
      isRead: false,
    });
    assert.equal((await sync(again)).outcome, 'ok');
    assert.deepEqual((await ids(again, 'place')).length, 2);
    assert.deepEqual([...server.known.keys()].sort(), [held.id, waited.id].sort());
    assert.equal((await strip(again)).waiting, 0);
    assert.equal(server.requests.at(-1)?.head.storage.lost, '2026-11-21T17:20:00.000+08:00');
  });

  test('says it until it has been read, also what came back meanwhile', async () => {
    const { db, enrolment: liu } = await enrolment();
    const first = await save(db);
    await thrownAway(db);
    const again = await openStore(liu, NOW);
    await loss(again, NOW);
    assert.deepEqual((await loss(again, NOW + 60_000))?.recovered, [first.id]);
    await readLoss(again);
    assert.equal(await loss(again, NOW), null);
  });
});

test('what is read as lost is forgotten, and a copy of it that turns up after all still comes back', async () => {
  const { db, enrolment: liu } = await enrolment();
  const [first, second] = [await save(db), await save(db)];
  await copied();
  await thrownAway(db);
  const hidden = new Map(cache.items);
  for (const url of hidden.keys()) if (url.endsWith(first.id)) cache.items.delete(url);
  const again = await openStore(liu, NOW);
  const said = await loss(again, NOW);
  assert.deepEqual([said?.lost, said?.recovered], [[first.id], [second.id]]);
  cache.items = hidden;
  await readLoss(again);
  assert.deepEqual((await loss(again, NOW))?.recovered, [first.id]);
  assert.equal((await strip(again)).waiting, 2);
});

describe('names that are older than what was delivered', () => {
  /** The store is gone, and localStorage still names what had arrived by then. */
  async function oldNames() {
    const { db, enrolment: liu } = await enrolment();
    const held = await save(db);
    await sync(db);
    await thrownAway(db);
    nameIds(db, [held.id]);
    return { again: await openStore(liu, NOW), held };
  }

  test('what the server shows was not lost: the roster is back, and nothing is missed any more', async () => {
    const { again, held } = await oldNames();
    assert.deepEqual((await loss(again, NOW))?.lost, [held.id]);
    assert.equal((await sync(again)).outcome, 'ok');
    assert.deepEqual((await canary(again)).lost, []);
    const said = await loss(again, NOW);
    assert.deepEqual([said?.lost, said?.isRead], [[], false]);
    await readLoss(again);
    assert.equal(await loss(again, NOW), null);
  });

  test('it is no longer asked after', async () => {
    const { again, held } = await oldNames();
    nameIds(again, [held.id, 'of-another-kind']);
    await sync(again);
    assert.deepEqual(namedIds(again), ['of-another-kind']);
  });
});

test('where nothing was lost nothing is said, and the server hears of no loss', async () => {
  const { db, enrolment: liu } = await enrolment();
  await save(db);
  await sync(await openStore(liu, NOW));
  assert.equal(await loss(db, NOW), null);
  assert.equal('lost' in (server.requests.at(-1)?.head.storage ?? {}), false);
});

test('the second copy alone makes a file with its enrolment and the frozen lines, without the token', async () => {
  const { db, device, enrolment: liu } = await enrolment();
  const [one, two] = [await save(db), await save(db)];
  const [group] = (await copiesApart()).filter(({ store }) => store === liu.store);
  assert.ok(group);
  const [head = '', ...lines] = rescueFile(group).trimEnd().split('\n');
  assert.deepEqual(JSON.parse(head), {
    protocol: 1,
    device_id: liu.device_id,
    worker_id: liu.store.replace('doorknock-', ''),
    events: 2,
  });
  assert.deepEqual(lines.map((line) => JSON.parse(line).id).sort(), [one.id, two.id].sort());
  assert.ok(!rescueFile(group).includes(device.token));
});
