import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { giveUp, open, putOn, takeOff } from '../../../static/phone/padlock.js';
import { standing, vaultOf } from '../../../static/phone/pin.js';
import { placePage, strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { Opener } from './opener.js';
import { enrolled, journal, reset, server, sync } from './rounds.js';
import { tab } from './tabs.js';
import { body, NOW, newId, WANG } from './village.js';

const PIN = '402957';
let tabs = 0;

beforeEach(reset);
after(() => server.stop());

/** A phone with a PIN, open in two tabs; `other` is the store as the second one has it. */
async function twoTabs() {
  const { db, device } = await enrolled();
  await sync(db);
  await db.write(['meta'], (tx) => tx.objectStore('meta').put(new Opener().key, 'seal_key'));
  await putOn(db, PIN, NOW);
  tabs += 1;
  const second = await tab(`t${tabs}`, 'db', 'pin', 'padlock', 'record', 'read', 'sync/round');
  const other = new second.Store(db.name);
  assert.deepEqual(await second.open(other, PIN, NOW), { ok: true });
  return { db, device, second, other };
}

const visit = () => ({ id: newId(), body: body('met_covered'), now: NOW });

describe('where one tab takes the lock off, the other', () => {
  test('seals nothing more that nobody could open: what it refuses is saved at the second try, and arrives', async () => {
    const { db, device, second, other } = await twoTabs();
    assert.deepEqual(await takeOff(db, PIN, NOW), { ok: true });
    const asked = visit();
    await assert.rejects(second.saveVisit(other, asked), /another one/);
    await second.saveVisit(other, asked);
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
    assert.equal((await sync(db)).outcome, 'ok');
    assert.equal(journal(device.token).length, 1);
  });

  test('says at the next page that there is no lock', async () => {
    const { db, second, other } = await twoTabs();
    await takeOff(db, PIN, NOW);
    assert.equal((await second.standing(other, NOW)).state, 'open');
    assert.equal(other.mark, null, 'and looks for words as they are');
    await second.saveVisit(other, visit());
    assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
  });

  test('leaves its doors readable', async () => {
    const { db, second, other } = await twoTabs();
    await takeOff(db, PIN, NOW);
    server.put({ ...WANG, data: { ...WANG.data, landmark: '桥头' } });
    const way = { db: other, fetch, now: () => NOW, appVersion: 'test', base: server.base };
    await second.round(way).catch(() => {});
    await second.round(way);
    assert.equal((await placePage(db, WANG.id))?.place.landmark, '桥头');
  });

  test('does not seal again what was opened, when it is unlocking just then', async () => {
    const { db, second, other } = await twoTabs();
    await saveVisit(db, visit());
    const walk = other.writeStored;
    let isOff = false;
    other.writeStored = async (/** @type {string[]} */ stores, /** @type {any[]} */ ...rest) => {
      if (stores[0] === 'events' && !isOff) {
        isOff = true;
        await takeOff(db, PIN, NOW);
      }
      return walk.call(other, stores, ...rest);
    };
    second.lock(other);
    await assert.rejects(second.open(other, PIN, NOW), /another one/);
    assert.equal(await vaultOf(db), null);
    assert.equal((await db.read(['events'], (tx) => tx.objectStore('events').getAll()))[0]?.id.length, 36);
    assert.equal((await sync(db)).sent, 1);
  });
});

test('where one tab gives the keys up, the other saves nothing under them', async () => {
  const { db, second, other } = await twoTabs();
  await giveUp(db);
  await assert.rejects(second.saveVisit(other, visit()), /another one/);
  assert.equal((await second.standing(other, NOW)).state, 'gone');
});

test('where one tab puts another lock on, the other has to be opened with it', async () => {
  const { db, second, other } = await twoTabs();
  await takeOff(db, PIN, NOW);
  await putOn(db, '731904', NOW);
  assert.equal((await second.standing(other, NOW)).state, 'locked');
  await assert.rejects(second.saveVisit(other, visit()), /locked/);
  assert.deepEqual(await second.open(other, '731904', NOW), { ok: true });
  await second.saveVisit(other, visit());
  assert.deepEqual(await strip(db), { held: 0, waiting: 1, attention: 0 });
});

test('of two tabs that put a lock on at once, one does', async () => {
  const { db, second, other } = await twoTabs();
  await takeOff(db, PIN, NOW);
  assert.equal((await second.standing(other, NOW)).state, 'open');
  const done = await Promise.all([putOn(db, PIN, NOW), second.putOn(other, '731904', NOW)]);
  assert.deepEqual(done.toSorted(), [false, true]);
  const [first] = done;
  assert.deepEqual(await open(db, first ? PIN : '731904', NOW), { ok: true });
  assert.equal((await standing(db, NOW)).state, 'open');
});
