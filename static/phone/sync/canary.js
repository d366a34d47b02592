/**
 * What the phone knew it had, held against what its database has: what is missing is written down again from its copy,
 * or is lost.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Box} Box
 * @typedef {import('../types.js').Tx} Tx
 * @typedef {import('../types.js').Writing} Writing
 * @typedef {import('./line.js').Event} Event
 * @typedef {{id: string} & ({event: Event} | {box: Box})} Copy
 * @typedef {(tx: Writing, ids: string[]) => unknown} Note
 */

import { layAside } from '../vault/boxes.js';
import { sealerOf } from '../vault/sealers.js';
import { attempt, CACHE, lyingCopies, PATIENCE_MS, RECEIPT, shownByServer, unknownOf } from './copy.js';
import { appendAll } from './journal.js';
import { thaw } from './line.js';
import { namedIds, nameIds } from './names.js';
import { FOLDING_MS, refold } from './view.js';

/** Copies read at the same time, and events written down again in one transaction. */
const AT_ONCE = 50;

/**
 * Compares what the phone knew it had with what its database has, and writes lost events down again from their copy
 * under the same ids. Where copies can't be looked at, or one can't be read, nothing is said of it: it is asked again.
 * @param {Store} db
 * @param {Note} [note] written down together with what came back
 * @returns {Promise<{ok: boolean, lost: string[], recovered: string[]}>} lost: known but gone for good from this phone
 */
export async function canary(db, note = () => {}) {
  const lying = await lyingCopies(db);
  if (!lying) return { ok: true, lost: [], recovered: [] };
  const known = [...new Set([...namedIds(db), ...lying.keys()])];
  const { gone, held } = await db.read(['meta', 'events', 'rows'], async (tx) => {
    const gone = await unknownOf(asTx(tx), known);
    return { gone, held: await shownByServer(asTx(tx), gone) };
  });
  const copies = await readCopies(
    db,
    [...lying].filter(([id]) => gone.includes(id)),
  );
  const recovered = [];
  for (const part of parts(copies)) recovered.push(...(await writeDown(db, part, note)));
  // What names say may be older than what was delivered: what the server shows as a visit it has.
  const lost = gone.filter((id) => !lying.has(id) && !held.includes(id));
  return { ok: lost.length === 0 && recovered.length === 0, lost, recovered };
}

/**
 * One part, whole: killed after it, the next start goes on with the rest. Another tab may have been quicker.
 * @param {Store} db
 * @param {Copy[]} part
 * @param {Note} note
 * @returns {Promise<string[]>} ids of what came back
 */
function writeDown(db, part, note) {
  const all = part.map(({ id }) => id);
  return db.write(
    ['meta', 'events', 'rows', 'places'],
    async (tx) => {
      const ids = await unknownOf(asTx(tx), all);
      const gone = part.filter(({ id }) => ids.includes(id));
      // Copies in boxes that these keys do not open can still be handed in as they are.
      await layAside(
        tx,
        gone.flatMap((copy) => ('box' in copy ? [{ ...copy.box, id: copy.id, n: 0, at: '', touches: [] }] : [])),
      );
      const events = gone.flatMap((copy) => ('event' in copy ? [again(copy.event)] : []));
      await appendAll(tx, events);
      await refold(tx, new Set(events.flatMap(({ touches }) => touches)));
      if (ids.length) await note(tx, ids);
      return ids;
    },
    { limit: FOLDING_MS },
  );
}

/** @returns {import('./journal.js').Fresh} */
function again(/** @type {Event} */ { id, kind, at, body }) {
  const root = body.supersedes ? { root: body.supersedes } : {};
  return { id, kind, at, body, touches: [body.place_id].filter(Boolean), carried: 1, ...root };
}

/**
 * Some copies, as far as they can be read now, in the order of their numbers; what lies in a box that nothing here opens
 * comes first.
 * @param {Store} db
 * @param {[string, Request][]} requests by event id
 * @returns {Promise<Copy[]>}
 */
async function readCopies(db, requests) {
  /** @type {Copy[]} */
  const found = [];
  for (const part of parts(requests)) {
    const read = part.map(([id, request]) => attempt(() => readCopy(db, id, request), null, PATIENCE_MS));
    found.push(...(await Promise.all(read)).filter((copy) => copy !== null));
  }
  return found.sort((a, b) => numberOf(a) - numberOf(b));
}

function numberOf(/** @type {Copy} */ copy) {
  return 'event' in copy ? copy.event.n : 0;
}

/** @param {Store} db @param {string} id @param {Request} request @returns {Promise<Copy | null>} */
async function readCopy(db, id, request) {
  const copy = await (await caches.open(CACHE)).match(request);
  if (!copy) return null;
  const [text, receipt] = [await copy.text(), copy.headers.get(RECEIPT)];
  if (receipt === null) return { id, event: thaw(text) };
  /** @type {Box} */
  const box = { ...JSON.parse(text), receipt };
  const line = sealerOf(db.name)?.unbox(box);
  return line ? { id, event: thaw(line) } : { id, box };
}

/** @template T @param {T[]} all @returns {T[][]} */
function parts(all) {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => all.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
}

/**
 * After the loss of these has been said and read: they are no longer asked after. No copy goes: one that lies here after
 * all was not lost.
 * @param {Store} db
 * @param {string[]} ids
 */
export function acceptLoss(db, ids) {
  nameIds(
    db,
    namedIds(db).filter((id) => !ids.includes(id)),
  );
}

function asTx(/** @type {unknown} */ tx) {
  return /** @type {Tx} */ (tx);
}
