import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHmac, hkdfSync } from 'node:crypto';
import { joined } from '../../../static/phone/sync/ranges.js';
import { IDENTITY } from './village.js';

const ABOUT = 'doorknock box 1';

/** The server's half, written from the API's description: opens boxes, holds their lines, seals receipts. */
export class Opener {
  pair = createECDH('prime256v1');
  /** @type {Map<number, any>} */
  lines = new Map();
  /** Under a number that another one has: the office looks at them. @type {any[]} */
  review = [];
  revoked = false;
  /** Its present life, and the ranges of it that are in a verified backup. */
  epoch = 'life 1';
  /** @type {[number, number][]} */
  covered = [];
  time = '2026-11-21T18:00:00+08:00';
  /** @type {((answer: any) => any) | null} */
  trick = null;

  /** Of which enrolments it opens boxes. */
  tokens = new RegExp(`^${IDENTITY.token}$`);
  asked = 0;

  constructor() {
    this.public = this.pair.generateKeys();
  }

  get key() {
    return { kid: 'k1', key: this.public.toString('base64url') };
  }

  fetch = async (/** @type {any} */ url, /** @type {any} */ init) => {
    assert.match(String(url), /\/api\/v1\/sealed$/);
    assert.equal(new Headers(init.headers).get('Authorization'), null);
    const [head = '', ...boxes] = new TextDecoder().decode(init.body).trim().split('\n');
    const { pending } = JSON.parse(head);
    const inside = boxes.map((box) => this.#opened(JSON.parse(box)));
    const taken = inside.flatMap(({ token, line }) => {
      assert.match(token, this.tokens);
      return line ? [JSON.parse(line)] : [];
    });
    this.asked += 1;
    for (const line of taken) {
      if ((this.lines.get(line.n) ?? line).id === line.id) this.lines.set(line.n, line);
      else this.review.push(line);
    }
    const held = joined([], [...this.lines.keys()]);
    const said = JSON.stringify({
      ...{
        device_id: IDENTITY.device_id,
        server_time: this.time,
        epoch: this.epoch,
        held,
        covered: this.covered,
        ids: taken.map(({ id }) => id),
      },
      ...(this.revoked ? { revoked: true } : {}),
      ...(this.revoked && pending <= taken.length ? { wipe: true } : {}),
    });
    const seal = createHmac('sha256', inside[0]?.receipt ?? '')
      .update(said)
      .digest('hex');
    const answer = { receipts: [{ said, seal }] };
    return new Response(JSON.stringify(this.trick ? this.trick(answer) : answer), {
      headers: { 'Content-Type': 'application/json' },
    });
  };

  /** An older copy of the database was put back. @param {number} kept numbers up to this are in it */
  restored(kept = 0) {
    for (const n of this.lines.keys()) if (n > kept) this.lines.delete(n);
    this.epoch = `life ${Number(this.epoch.slice(5)) + 1}`;
  }

  has(/** @type {string} */ id) {
    return [...this.lines.values(), ...this.review].some((line) => line.id === id);
  }

  #opened(/** @type {{kid: string, epk: string, box: string, receipt?: string}} */ { kid, epk, box, receipt }) {
    assert.equal(kid, 'k1');
    assert.equal(receipt, undefined, 'what seals the receipt does not travel beside the box');
    const theirs = Buffer.from(epk, 'base64url');
    const salt = Buffer.concat([theirs, this.public]);
    const key = Buffer.from(hkdfSync('sha256', this.pair.computeSecret(theirs), salt, ABOUT, 32));
    const packed = Buffer.from(box, 'base64url');
    const opening = createDecipheriv('chacha20-poly1305', key, packed.subarray(0, 12), { authTagLength: 16 });
    opening.setAAD(Buffer.from(ABOUT), { plaintextLength: packed.length - 28 });
    opening.setAuthTag(packed.subarray(-16));
    return JSON.parse(Buffer.concat([opening.update(packed.subarray(12, -16)), opening.final()]).toString());
  }
}
