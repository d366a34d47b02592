import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { open, putOn } from '../../../static/phone/padlock.js';
import { lock } from '../../../static/phone/pin.js';
import { placePage, search } from '../../../static/phone/read.js';
import { editPlace, saveVisit } from '../../../static/phone/record.js';
import { keyed, tokens } from '../../../static/phone/search.js';
import { cipher, offerCipher } from '../../../static/phone/vault/sealers.js';
import { body, CHEN, LI, NOW, newId, phone, place, WANG, ZHAO } from './village.js';

const PIN = '402957';

const WANGS = [
  place('wang-2', 8, { contact_name: '王桂', py: ['wanggui', 'wg'], phone: '13900015678' }),
  place('wang-3', 9, { contact_name: '王', nickname: '水', py: ['wang', 'w'], address: { door: '141' } }),
  place('wei', 10, { contact_name: '韦桂兰', py: ['weiguilan', 'wgl'], landmark: '水塔下坡' }),
];
const DOORS = [WANG, LI, ZHAO, CHEN, ...WANGS];

/** Two phones with the same doors, the second with a PIN. */
async function both() {
  const [bare, sealed] = [await phone(DOORS), await phone(DOORS)];
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  await sealed.write(['meta'], (tx) =>
    tx.objectStore('meta').put({ kid: 'k', key: key.toString('base64url') }, 'seal_key'),
  );
  assert.equal(await putOn(sealed, PIN, NOW), true);
  return [bare, sealed];
}

/** All that may be typed to find one of the doors, and some more that finds none or needs two words. */
function typed() {
  const words = DOORS.flatMap(({ data }) => tokens(data)).filter((word) => !word.startsWith('#'));
  const begun = words.flatMap((word) => [...word].map((_, i) => [...word].slice(0, i + 1).join('')));
  const phones = DOORS.map(({ data }) => String(/** @type {any} */ (data).phone ?? ''));
  const ends = phones.flatMap((phone) => [3, 4, 7, 11].map((n) => phone.slice(-n)).filter(Boolean));
  return [...new Set([...begun, ...ends, '王桂花', '王桂兰 14', '水塔 王', 'wangx', '999', '0056789', '三组14'])];
}

test('a sealed phone finds the same doors in the same order as an open one, whatever is typed', async () => {
  const [bare, sealed] = await both();
  const names = async (/** @type {typeof bare} */ db, /** @type {string} */ text) =>
    (await search(/** @type {any} */ (db), text, { limit: 9 })).rows.map(({ place }) => place.contact_name);
  let found = 0;
  for (const text of typed()) {
    const [open, shut] = [await names(bare, text), await names(sealed, text)];
    assert.deepEqual(shut, open, text);
    found += open.length;
  }
  assert.ok(found > 100, `${found} rows in all`);
  assert.deepEqual(await names(/** @type {any} */ (sealed), '王桂'), ['王桂', '王桂兰']);
});

test('a door stands in the sealed index under no more entries than it has words', () => {
  const words = tokens(WANG.data);
  const entries = keyed(words, (word) => word);
  assert.ok(entries.length <= words.length, `${entries.length} for ${words.length}: ${entries.join(' ')}`);
});

test('a visit makes no mark anew; another name does, and the door is found by it', async () => {
  const [, sealed] = await both();
  if (!sealed) throw new Error('no sealed phone');
  const kept = cipher();
  let made = 0;
  offerCipher({
    ...kept,
    mark: (...asked) => {
      made += 1;
      return kept.mark(...asked);
    },
  });
  lock(sealed);
  assert.equal((await open(sealed, PIN, NOW)).ok, true);
  await placePage(sealed, WANG.id);
  await saveVisit(sealed, { id: newId(), body: body('nobody_home'), now: NOW });
  assert.equal(made, 0);
  await editPlace(sealed, { body: { place_id: WANG.id, contact_name: '欧阳桂' }, now: NOW });
  assert.ok(made > 0);
  const { rows } = await search(sealed, '欧阳桂', { limit: 9 });
  offerCipher(kept);
  assert.deepEqual(
    rows.map(({ place }) => place.id),
    [WANG.id],
  );
});
