import '../../../static/phone/vault/cipher.js';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { standing, vaultOf } from '../../../static/phone/pin.js';
import { giveStorage, takeAway } from './browserstorage.js';
import { locked } from './locks.js';
import { DAY, listed, MINUTE, NOW, phone } from './village.js';

beforeEach(giveStorage);
afterEach(takeAway);

describe('the lease', () => {
  test('21 days after the last contact the roster is withheld, not wiped; a clock put back gives nothing', async () => {
    const db = await locked();
    assert.equal((await standing(db, NOW + 20 * DAY)).state, 'open');
    assert.equal((await standing(db, NOW + 21 * DAY + MINUTE)).state, 'withheld');
    assert.equal((await standing(db, NOW + DAY)).state, 'withheld');
    assert.equal((await listed(db, { limit: 5 })).rows.length, 4);
  });

  test('a clock put back by a year withholds it at once, and gives it back when it is right again', async () => {
    const db = await locked();
    assert.equal((await standing(db, NOW + 5 * DAY)).state, 'open');
    assert.equal((await standing(db, NOW - 360 * DAY)).state, 'withheld');
    assert.equal((await standing(db, NOW + 5 * DAY)).state, 'open');
  });

  test('so it is for a page that was only just opened', async () => {
    const db = await locked();
    await standing(db, NOW + 5 * DAY);
    const anew = '../../../static/phone/vault/lease.js?opened-anew';
    /** @type {typeof import('../../../static/phone/vault/lease.js')} */
    const { isOver } = await import(anew);
    const vault = await vaultOf(db);
    assert.ok(vault);
    assert.equal(await isOver(db, vault, NOW - 360 * DAY), true);
    assert.equal(await isOver(db, vault, NOW + 5 * DAY), false);
  });

  test('while a clock is put back again and again, the minutes that a page is looked at are counted', async (t) => {
    const db = await locked();
    let running = 1_000;
    t.mock.method(performance, 'now', () => running);
    const almost = NOW + 21 * DAY - 60 * MINUTE;
    assert.equal((await standing(db, almost)).state, 'open');
    for (let n = 0; n < 80; n += 1) {
      running += 40_000;
      assert.equal((await standing(db, almost - 60 * MINUTE)).state, 'open');
    }
    assert.equal((await vaultOf(db))?.highest, almost + 53 * MINUTE + 20_000);
    running += 10 * MINUTE;
    assert.equal((await standing(db, almost - 60 * MINUTE)).state, 'withheld');
  });
});
