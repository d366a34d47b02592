/** Phones with a lock: what their tests share. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { putOn } from '../../../static/phone/padlock.js';
import { NOW, phone } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

export const PIN = '402957';

/** The server's public key, as enrolment brings it. */
export function sealKey() {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const bytes = [Buffer.from([4]), Buffer.from(String(jwk.x), 'base64url'), Buffer.from(String(jwk.y), 'base64url')];
  return { kid: 'k1', key: Buffer.concat(bytes).toString('base64url') };
}

/** A phone that knows the server's key. */
export async function known(/** @type {Promise<Store>} */ coming = phone()) {
  const db = await coming;
  await db.write(['meta'], (tx) => tx.objectStore('meta').put(sealKey(), 'seal_key'));
  return db;
}

/** A phone with a PIN, unlocked. */
export async function locked(/** @type {Promise<Store>} */ coming = phone()) {
  const db = await known(coming);
  assert.equal(await putOn(db, PIN, NOW), true);
  return db;
}
