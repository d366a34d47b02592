/** What a save under a PIN opens: each record costs time, and time at a door is the worker's. */
import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePage, savedVisit } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { cipher, offerCipher } from '../../../static/phone/vault/sealers.js';
import { locked } from './locks.js';
import { body, NOW, newId, phone, place, WANG } from './village.js';

const AWAY = Array.from({ length: 8 }, (_, i) => place(`away-${i}`, 20 + i, { status: 'away' }));
const FAR = place('far', 60, { contact_name: '钱远' });

/** The records that a deed opens, by what they say they are. @param {() => Promise<unknown>} deed */
async function openedBy(deed) {
  const kept = cipher();
  /** @type {string[]} */
  const names = [];
  offerCipher({
    ...kept,
    open: (key, nonce, about, bytes) => {
      names.push(new TextDecoder().decode(about));
      return kept.open(key, nonce, about, bytes);
    },
  });
  await deed();
  offerCipher(kept);
  return names;
}

/** A phone that was just given its PIN (one that is unlocked opens all doors by itself, in idle time) and shows 王桂兰's door. */
async function atTheDoor() {
  const db = await locked(phone([WANG, ...AWAY, FAR]));
  const page = await openedBy(() => placePage(db, WANG.id));
  assert.ok(page.includes(`places//${WANG.id}`), 'what is opened is seen');
  return db;
}

test('a save opens nothing that it has just sealed, and its page no more', async () => {
  const db = await atTheDoor();
  const id = newId();
  const names = await openedBy(async () => {
    await saveVisit(db, { id, body: body('met_covered'), now: NOW });
    assert.equal((await savedVisit(db, id, NOW))?.door.id, WANG.id);
  });
  assert.deepEqual(
    names.filter((name) => name.startsWith('events/')),
    [],
  );
});

test('on the way to the next door no closed one is opened', async () => {
  const db = await atTheDoor();
  const id = newId();
  await saveVisit(db, { id, body: body('met_covered'), now: NOW });
  const names = await openedBy(async () => {
    assert.equal((await savedVisit(db, id, NOW))?.next?.place.contact_name, '钱远');
  });
  assert.ok(names.includes(`places//${FAR.id}`));
  assert.deepEqual(
    names.filter((name) => name.includes('away-')),
    [],
  );
});
