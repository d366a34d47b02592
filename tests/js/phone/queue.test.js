import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { placePage, strip } from '../../../static/phone/read.js';
import { correct, saveVisit, voidVisit } from '../../../static/phone/record.js';
import { contains, countUpTo, gaps } from '../../../static/phone/sync/ranges.js';
import { enrolled, ids, journal, reset, server, sync } from './rounds.js';
import { body, NOW, newId, WANG } from './village.js';

after(() => server.stop());
beforeEach(reset);

/** A small repeatable die. */
function die(/** @type {number} */ seed) {
  let state = seed;
  return (/** @type {number} */ sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

/** @type {import('./server.js').Trick[]} */
const FAULTS = [
  () => ({ hang: true }),
  (bytes) => ({ bytes, cut: bytes.length >> 1 }),
  (_bytes, _answer) => ({ status: 503, bytes: Buffer.from('') }),
  () => ({ bytes: Buffer.from('<html>') }),
];

/** @typedef {(sides: number) => number} Roll */
/** @typedef {Awaited<ReturnType<typeof enrolled>>} Phone */

/** The worker saves, corrects or takes back; answers the event's id. */
async function work(/** @type {Phone} */ { db }, /** @type {Roll} */ roll, /** @type {string[]} */ made) {
  const supersedes = made[roll(made.length * 2)];
  const now = NOW + made.length;
  if (!supersedes) return (await saveVisit(db, { id: newId(), body: body('nobody_home'), now })).id;
  if (roll(2)) return (await correct(db, { supersedes, body: body('met_later'), now })).id;
  return (await voidVisit(db, { supersedes, now })).id;
}

/** A round over a network that often fails, with a server that sometimes forgets a line. */
async function roundWithFaults(/** @type {Phone} */ { db, device }, /** @type {Roll} */ roll) {
  const fault = FAULTS[roll(FAULTS.length * 2)];
  if (fault) server.tricks.push(fault);
  if (roll(8) === 0) device.journal.delete(1 + roll(device.journal.size + 1));
  await sync(db, { idleMs: 60 });
  server.tricks.length = 0;
}

for (let seed = 1; seed <= 12; seed += 1) {
  test(`whatever the network does, every saved event arrives once (seed ${seed})`, async () => {
    const roll = die(seed);
    const phone = await enrolled();
    const { db } = phone;
    /** @type {string[]} */
    const made = [];
    for (let step = 0; step < 25; step += 1) {
      if (roll(3)) made.push(await work(phone, roll, made));
      else await roundWithFaults(phone, roll);
      const { held, waiting } = await strip(db);
      assert.equal(held + waiting, made.length, 'no number is ever lost or doubled');
    }
    assert.equal((await sync(db)).outcome, 'ok');
    assert.deepEqual(await strip(db), { held: made.length, waiting: 0, attention: 0 });
    const { token = '' } = (await db.meta('identity')) ?? {};
    const journaled = journal(token).map((each) => each.id);
    assert.deepEqual(journaled.sort(), [...made].sort());
    const rows = server.rows.filter((row) => row.kind === 'visit').map((row) => row.id);
    assert.deepEqual(await ids(db, 'visit'), rows.sort());
    assert.ok((await placePage(db, WANG.id))?.history.every((entry) => !entry.waiting));
  });
}

test('held and missing numbers make up the whole', () => {
  const roll = die(7);
  for (let i = 0; i < 200; i += 1) {
    const most = 1 + roll(30);
    /** @type {[number, number][]} */
    const ranges = [];
    for (let n = 1 + roll(3); n <= 40; n += 2 + roll(6)) {
      const last = n + roll(5);
      ranges.push([n, last]);
      n = last;
    }
    const missing = gaps(ranges, most);
    for (let n = 1; n <= most; n += 1) assert.notEqual(contains(ranges, n), contains(missing, n));
    assert.equal(countUpTo(ranges, most) + countUpTo(missing, most), most);
  }
});
