// Recordings of a commitment's text: fetched once after facts, checked by their hash, let go when no campaign names them.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { blob } from '../../../static/phone/photos.js';
import { sha256Hex } from '../../../static/phone/sync/hash.js';
import { enrolled, reset, server, sync } from './rounds.js';
import { DAY, NOW, SHARED } from './village.js';

const VOICE = new TextEncoder().encode('OggS 自愿签');
const HASH = sha256Hex(VOICE);

/** The campaign as the office has it: its text with this recording. */
function record(/** @type {string | null} */ audio) {
  const campaign = /** @type {any} */ (SHARED.find(({ kind }) => kind === 'campaign'));
  server.rows = server.rows.filter(({ kind }) => kind !== 'campaign');
  const commitment = { ...campaign.data.commitment, audio };
  server.put({ ...campaign, data: { ...campaign.data, commitment } });
}

beforeEach(reset);
after(() => server.stop());

test('a recording whose bytes are not what its hash says is not kept', async () => {
  record(HASH);
  server.sounds.set(HASH, new TextEncoder().encode('OggS 别的'));
  const { db } = await enrolled();
  assert.equal((await sync(db)).outcome, 'ok');
  assert.equal(await blob(db, HASH), null);
});

test('it is fetched once, and not again at the next round', async () => {
  record(HASH);
  server.sounds.set(HASH, VOICE);
  const { db } = await enrolled();
  await sync(db);
  await sync(db);
  assert.deepEqual(server.heard, [HASH]);
  assert.deepEqual(await blob(db, HASH), VOICE);
});

test('what could not be fetched is left in peace for ten minutes, then asked for again', async () => {
  record(HASH);
  const { db } = await enrolled();
  await sync(db);
  await sync(db);
  assert.deepEqual(server.heard, [HASH]);
  server.sounds.set(HASH, VOICE);
  await sync(db, { now: () => NOW + DAY / 24 });
  assert.deepEqual(server.heard, [HASH, HASH]);
  assert.deepEqual(await blob(db, HASH), VOICE);
});

test('one that is taken away leaves the phone', async () => {
  record(HASH);
  server.sounds.set(HASH, VOICE);
  const { db } = await enrolled();
  await sync(db);
  record(null);
  await sync(db);
  assert.equal(await blob(db, HASH), null);
  assert.deepEqual(await db.meta('sounds'), []);
});

test('a phone whose worker has signed out fetches nothing', async () => {
  record(HASH);
  server.sounds.set(HASH, VOICE);
  const { db } = await enrolled();
  await sync(db);
  record('ab'.repeat(32));
  await sync(db, { pushOnly: true });
  assert.deepEqual(server.heard, [HASH]);
});
