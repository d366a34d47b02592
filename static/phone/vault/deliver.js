/**
 * Handing in without a key: a locked phone, one whose keys were destroyed, and boxes of a former enrolment. What the server
 * has is said by its receipt, which only it can seal; a locked phone that was switched off loses its roster all the same.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Box} Box
 * @typedef {import('../sync/round.js').Result} Result
 * @typedef {import('../sync/ranges.js').Ranges} Ranges
 * @typedef {{device_id: string, server_time: string, epoch: string, held: Ranges, covered: Ranges, ids: string[], revoked?: true, wipe?: true}} Receipt
 */

import { dayOf, stamp } from '../../shared/dates.js';
import { tidyCopies } from '../sync/copy.js';
import { hmacHex } from '../sync/hash.js';
import { giveBack, settle } from '../sync/own.js';
import { common, contains, countUpTo, joined } from '../sync/ranges.js';
import { askSealed } from '../sync/wire.js';
import { afterReceipt, isWaiting, toAsk } from './aside.js';
import { keepBoxes } from './boxes.js';
import { renewLease } from './lease.js';
import { destroy } from './lock.js';

const AT_ONCE = 50;
const IDLE_MS = 30_000;
const encoder = new TextEncoder();

/**
 * @param {{db: Store, fetch?: typeof globalThis.fetch, now?: () => Date | number, appVersion: string, base?: string, idleMs?: number}} way
 * @returns {Promise<Result>} never rejects for what a network can do
 */
export async function deliver({
  db,
  fetch = globalThis.fetch,
  now = Date.now,
  appVersion,
  base = '',
  idleMs = IDLE_MS,
}) {
  const result = { sent: 0, held: 0, pulled: 0, more: false };
  const { boxes, pending } = await boxesOf(db, dayOf(now()));
  if (!boxes.length) return { ...result, outcome: 'ok' };
  const head = { protocol: 1, app_version: appVersion, sent_at: stamp(now()), pending };
  const lines = boxes.map(({ kid, epk, box }) => JSON.stringify({ kid, epk, box }));
  const reply = await askSealed({ fetch, base, idleMs, lines: [JSON.stringify(head), ...lines] });
  if (reply.outcome !== 'answer') return { ...result, ...reply };
  const receipts = opened(reply.receipts, new Set(boxes.map(({ receipt }) => receipt)));
  for (const { receipt, said } of receipts) await take(db, said, receipt, Number(now()));
  if (receipts.length) await tidyCopies(db);
  const ids = new Set(receipts.flatMap(({ said }) => said.ids));
  const sent = boxes.filter(({ id }) => id && ids.has(id)).length;
  const held = countUpTo(receipts[0]?.said.held ?? [], Number.MAX_SAFE_INTEGER);
  const revoked = receipts.some(({ said }) => said.revoked);
  const outcome = receipts.length ? (revoked ? 'revoked' : 'ok') : 'no_answer';
  return { ...result, sent, held, more: outcome === 'ok' && sent > 0 && pending > sent, outcome };
}

/**
 * What to hand in: boxes of this enrolment and laid aside that the server does not have, or what only asks.
 * @param {Store} db
 * @param {string} day
 * @returns {Promise<{boxes: (Box & {id?: string})[], pending: number}>}
 */
function boxesOf(db, day) {
  return db.writeStored(['meta', 'events'], async (tx) => {
    const meta = tx.objectStore('meta');
    const [vault, contact] = await Promise.all([meta.get('vault'), meta.get('contact')]);
    /** @type {import('../types.js').BoxAside[]} */
    const aside = (await meta.get('boxes')) ?? [];
    const own = vault ? await tx.objectStore('events').getAll() : [];
    const waiting = own.flatMap(({ n, id, box }) => (box && !contains(contact?.held ?? [], n) ? [{ ...box, id }] : []));
    const boxes = [...waiting, ...aside.filter((each) => isWaiting(each, contact?.epoch))];
    const knock = vault?.knock ? [{ ...vault.to, box: vault.knock }] : [];
    return { boxes: boxes.length ? boxes.slice(0, AT_ONCE) : [...knock, ...toAsk(aside, day)], pending: boxes.length };
  });
}

/**
 * The receipts that the server sealed for one of these boxes.
 * @param {{said: string, seal: string}[]} receipts
 * @param {Set<string>} keys
 * @returns {{receipt: string, said: Receipt}[]}
 */
function opened(receipts, keys) {
  return receipts.flatMap(({ said, seal }) => {
    const receipt = [...keys].find((key) => hmacHex(key, encoder.encode(said)) === seal);
    return receipt === undefined ? [] : [{ receipt, said: { epoch: '', covered: [], ...JSON.parse(said) } }]; // older servers
  });
}

/**
 * @param {Store} db
 * @param {Receipt} said
 * @param {string} receipt
 * @param {number} now
 */
async function take(db, said, receipt, now) {
  const wipes = await db.writeStored(
    ['meta', 'events', 'rows', 'places', 'staged', 'put_off', 'drafts'],
    async (tx) => {
      const meta = tx.objectStore('meta');
      const aside = await meta.get('boxes');
      if (aside) await keepBoxes(tx, afterReceipt(aside, said, receipt));
      if ((await meta.get('vault'))?.to.receipt !== receipt) return false;
      await renewLease(tx, db.name, now);
      const before = await meta.get('contact');
      const { server_time, epoch, covered } = said;
      const held = await believed(tx, said, before?.held ?? []);
      const none = { attention: [], blobs_wanted: [], scope: [] };
      const contact = { ...none, ...before, at: stamp(now), server_time, epoch, covered, held };
      await meta.put(contact, 'contact');
      await settle(tx, contact, false);
      if (said.revoked) await meta.put(true, 'revoked');
      if (said.revoked) await giveBack(tx);
      return Boolean(said.wipe);
    },
  );
  if (wipes) await destroy(db);
}

/**
 * Of the numbers that the server holds, those that this phone handed in itself, now or before: a copy of a phone that went on
 * without it shares their numbers, and only an open store can tell by their hashes.
 * @param {import('../types.js').Writing} tx over events
 * @param {Receipt} said
 * @param {Ranges} before
 */
async function believed(tx, { held, ids }, before) {
  const index = tx.objectStore('events').index('id');
  const handed = await Promise.all(ids.map((id) => index.getKey(id)));
  return common(
    held,
    joined(
      before,
      handed.filter((n) => n !== undefined),
    ),
  );
}
