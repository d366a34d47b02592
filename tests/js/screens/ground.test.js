import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { Database } from '../../../static/phone/database.js';
import {
  activate,
  activeEnrolment,
  openStore,
  registry,
  remember,
  setSetting,
  signOut,
} from '../../../static/phone/enrol.js';
import { putOn } from '../../../static/phone/padlock.js';
import { lock } from '../../../static/phone/pin.js';
import { strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { body, NOW, newId, openPhone, Visitor, WANG, way, words } from './village.js';

const TAP = { htmx: true };
const LIST = '/field/list';
const SPRING = {
  device_id: 'device-2',
  token: 'token-of-li',
  worker: { id: 'worker-li', name: '李春梅', username: 'li', grids: [] },
};

beforeEach(() => registry().write(['enrolments'], (tx) => tx.objectStore('enrolments').clear()));

/** 刘桂香's phone as it is in her hands: nothing is brought along, everything is found in the databases. */
async function inHand() {
  const { db } = await openPhone();
  return { db, liu: new Visitor({}) };
}

/** Tapped once, so that there is something to go by. @param {Visitor} liu */
async function tapped(liu) {
  const page = await liu.open(LIST, TAP);
  assert.match(words(page), /户表/);
  return page;
}

/** What happens to the databases meanwhile: each reading's name when it begins and when it is over. @param {() => Promise<unknown>} deed */
async function readingsOf(deed) {
  const { read } = Database.prototype;
  /** @type {string[]} */
  const seen = [];
  Database.prototype.read = async function (/** @type {any} */ ...asked) {
    const name = this.name === 'doorknock' ? 'list of enrolments' : 'store';
    seen.push(`${name} asked`);
    const found = await read.apply(this, /** @type {any} */ (asked));
    seen.push(`${name} read`);
    return /** @type {any} */ (found);
  };
  await deed();
  Database.prototype.read = read;
  return seen;
}

describe('what has changed since the last tap shows at the next', () => {
  test('a setting', async () => {
    const { liu } = await inHand();
    assert.match((await tapped(liu)).text, /data-light="room"/);
    await setSetting('sunlight', true);
    assert.match((await liu.open(LIST, TAP)).text, /data-light="sun"/);
  });

  test('signing out in another tab', async () => {
    const { liu } = await inHand();
    await tapped(liu);
    await signOut();
    assert.equal((await liu.open(LIST, TAP)).url, '/field/enrol');
  });

  test('signing out in another tab, while a resident holds the phone in this one', async () => {
    const { liu } = await inHand();
    assert.match(words(await liu.open('/field/listen', TAP)), /交还给我/);
    await signOut();
    assert.equal((await liu.open(LIST, TAP)).url, '/field/enrol');
  });

  test('another worker', async () => {
    const { liu } = await inHand();
    await tapped(liu);
    await remember('phone-of-li', SPRING);
    await activate(SPRING.device_id);
    const page = await liu.open('/field/me', TAP);
    assert.match(words(page), /李春梅/);
    assert.match(words(page), /换成刘桂香/);
  });

  test('another worker, at a form that the one before has opened', async () => {
    const { db, liu } = await inHand();
    const form = await liu.open(`/field/places/${WANG.id}/visit?outcome=nobody_home`, TAP);
    await remember('phone-of-li', SPRING);
    await activate(SPRING.device_id);
    const page = await liu.send(way(form, '/visit?id='), { outcome: 'nobody_home' }, TAP);
    assert.doesNotMatch(words(page), /已存好/);
    assert.equal((await strip(db)).waiting, 0);
    const li = await openStore(/** @type {any} */ (await activeEnrolment()));
    assert.equal((await strip(li)).waiting, 0, 'nothing is written at a door that this worker does not hold');
  });

  test('a page that a resident holds', async () => {
    const { liu } = await inHand();
    await tapped(liu);
    await setSetting('locked', { name: 'listen', url: '/field/listen', back: '/field/' });
    assert.equal((await liu.open(LIST, TAP)).url, '/field/listen');
    await setSetting('locked', null);
  });

  test('the lock', async () => {
    const { db, liu } = await inHand();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const key = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    await db.write(['meta'], (tx) =>
      tx.objectStore('meta').put({ kid: 'k', key: key.toString('base64url') }, 'seal_key'),
    );
    await putOn(db, '402957', Date.now());
    await tapped(liu);
    lock(db);
    const page = await liu.open(LIST, TAP);
    assert.doesNotMatch(words(page), /户表|王桂兰/);
    assert.match(words(page), /密码/);
  });

  test('the day', async () => {
    const home = { status: 'away', away: { kind: '外出务工', back_on: '2026-11-22' } };
    const { db } = await openPhone([{ ...WANG, data: { ...WANG.data, ...home } }]);
    let now = new Date(NOW);
    const liu = new Visitor({ now: () => now });
    const todo = async () => /还要去 \d+ 户/.exec(words(await liu.open(LIST, TAP)))?.[0];
    assert.equal(await todo(), '还要去 0 户');
    now = new Date('2026-11-22T08:00:00+08:00');
    assert.equal(await todo(), '还要去 1 户');
    assert.equal((await db.meta('view_day')) ?? '', '2026-11-22');
  });

  test('what waits', async () => {
    const { db, liu } = await inHand();
    assert.match(words(await tapped(liu)), /手机里还有 0/);
    await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
    assert.match(words(await liu.open(LIST, TAP)), /手机里还有 1/);
    assert.equal((await strip(db)).waiting, 1);
  });
});

test('a save reads its door while it is looked up whose it is, and nothing once it has written', async () => {
  const { liu } = await inHand();
  const form = await liu.open(`/field/places/${WANG.id}/visit?outcome=nobody_home`, TAP);
  const seen = await readingsOf(() => liu.send(way(form, '/visit?id='), { outcome: 'nobody_home' }, TAP));
  assert.deepEqual(seen.slice(0, 3).sort(), ['list of enrolments asked', 'store asked', 'store asked']);
  assert.equal(seen.filter((each) => each === 'store asked').length, 2, seen.join(', '));
});

test('a tap reads the screen while it is looked up whose it is, and once where nothing has changed', async () => {
  const { liu } = await inHand();
  const first = await readingsOf(() => tapped(liu));
  const second = await readingsOf(() => liu.open(LIST, TAP));
  assert.ok(second.lastIndexOf('store asked') < second.indexOf('list of enrolments read'), second.join(', '));
  const asked = (/** @type {string[]} */ seen) => seen.filter((each) => each === 'store asked').length;
  assert.ok(asked(second) <= asked(first), second.join(', '));
});
