import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sealer } from '../../../static/phone/vault/sealer.js';
import { WANG } from './village.js';

/** Keys that a phone may have drawn. */
function sealer() {
  const key = () => crypto.getRandomValues(new Uint8Array(32));
  const to = { kid: 'k1', key: 'phone', receipt: 'receipt' };
  return new Sealer({ rows: key(), tokens: key(), delivery: key(), to: /** @type {any} */ (to) });
}

/** A visit at 王桂兰's with a note of so many characters. @param {string} note */
const visit = (note) => ({ kind: 'visit', id: 'visit-1', seq: 1, grid: 'g', place_id: WANG.id, data: { note } });

test('a record whose bytes, or whose place, are not its own does not open', () => {
  const one = sealer();
  const stored = one.seal('rows', visit('门口有狗'));
  const altered = {
    ...stored,
    sealed: stored.sealed.map((/** @type {number} */ each, /** @type {number} */ i) => each ^ Number(i === 20)),
  };
  assert.throws(() => one.open('rows', altered).data);
  assert.throws(() => one.open('rows', { ...stored, id: 'visit-2' }).data);
  assert.throws(() => sealer().open('rows', stored).data);
});

test('texts of every length come back as they were', () => {
  const one = sealer();
  for (const length of [0, 1, 63, 64, 65, 5_400, 5_450, 5_462, 16_384, 40_000]) {
    for (const note of ['a'.repeat(length), '敲'.repeat(length), '𠮷'.repeat(length)]) {
      assert.equal(one.open('rows', one.seal('rows', visit(note))).data.note, note);
      assert.equal(one.unbox(one.box(note)), note);
    }
  }
});

test('no nonce comes twice, however many are drawn at once', () => {
  const one = sealer();
  const nonces = Array.from({ length: 1_000 }, () => one.seal('rows', visit('')).sealed.slice(0, 12).join());
  assert.equal(new Set(nonces).size, nonces.length);
});

test('a box made before the enrolment was renewed is made again after it', () => {
  const one = sealer();
  const before = one.box('a line');
  assert.equal(one.box('a line').box, before.box);
  one.seal('meta', { token: 'another' }, 'identity');
  assert.notEqual(one.box('a line').box, before.box);
});

test('an enrolment that was put, and did not stay, is in no box once the one that stands was read', () => {
  const one = sealer();
  const stands = one.seal('meta', { token: 'stands' }, 'identity');
  assert.deepEqual(one.open('meta', stands), { token: 'stands' });
  one.seal('meta', { token: 'did not stay' }, 'identity');
  const wrong = one.box('a line');
  one.open('meta', stands);
  assert.notEqual(one.box('a line').box, wrong.box);
});
