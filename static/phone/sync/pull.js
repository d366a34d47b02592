/**
 * The rows of an answer, and the cursor last, inside the caller's transaction. What replaces rows that are already
 * here waits in `staged` until it is whole: a cut answer leaves the old village, never half of one or none.
 *
 * @typedef {import('../types.js').Answer} Answer
 * @typedef {import('../types.js').Cursor} Cursor
 * @typedef {import('../types.js').Staging} Staging
 * @typedef {import('../types.js').Writing} Writing
 * @typedef {import('../types.js').Tx} Tx
 */

import { dropGrids, gridsKept, keepShared, putRows } from './rows.js';

/** The cursor to ask with: that of a pull under way, else that of the stored rows. @returns {Promise<Cursor | null>} */
export async function askingCursor(/** @type {Tx} */ tx) {
  const staging = await tx.objectStore('meta').get('staging');
  return staging?.cursor ?? (await tx.objectStore('meta').get('cursor')) ?? null;
}

/**
 * @param {Writing} tx over meta, rows and staged
 * @param {Answer} answer
 * @param {Cursor | null} asked the cursor that the request carried
 * @returns {Promise<Set<string>>} ids of the places to fold again
 */
export async function takeRows(tx, answer, asked) {
  const { tail, rows } = answer;
  const kept = await gridsKept(tx);
  const fresh = freshGrids(answer, asked, kept);
  const staging = await stagingOf(tx, answer, fresh, kept);
  const sharedSeen = await noteShared(tx, answer, asked);
  /** @type {Set<string>} */
  let touched = new Set();
  if (staging && tail.cursor) {
    for (const row of rows) await tx.objectStore('staged').add(row);
    await tx.objectStore('meta').put({ ...staging, cursor: tail.cursor }, 'staging');
    if (!tail.more) touched = await unstage(tx, staging);
  } else {
    touched = union(await dropGrids(tx, fresh), await putRows(tx, rows));
  }
  if (!tail.more) {
    if (sharedSeen) await keepShared(tx, sharedSeen);
    // Asking the store writes first whatever rows wait (rows.js); a share written behind the folding is the point of
    // waiting, so the grids are told from the answer where nothing was staged.
    const grids = staging ? await gridsKept(tx) : union(new Set(kept), new Set(rows.flatMap(({ grid }) => grid ?? [])));
    touched = union(touched, await leaveScope(tx, grids, answer.head.scope));
  }
  if (tail.cursor && (!staging || !tail.more)) await tx.objectStore('meta').put(tail.cursor, 'cursor');
  return touched;
}

function union(/** @type {Set<string>} */ a, /** @type {Set<string>} */ b) {
  return new Set([...a, ...b]);
}

/** The grids that this answer sends from nothing: all of them under another epoch, else those it names. */
function freshGrids(/** @type {Answer} */ { head }, /** @type {Cursor | null} */ asked, /** @type {string[]} */ kept) {
  if (asked && asked.epoch === head.epoch) return head.fresh ?? [];
  return [...new Set([...kept, ...head.scope])];
}

/**
 * The staging to go on with or to begin; null where the rows may go straight in, because the answer is whole or
 * nothing stands where they go.
 * @returns {Promise<Staging | null>}
 */
async function stagingOf(
  /** @type {Writing} */ tx,
  /** @type {Answer} */ { head, tail },
  /** @type {string[]} */ fresh,
  /** @type {string[]} */ kept,
) {
  /** @type {Staging | undefined} */
  let staging = await tx.objectStore('meta').get('staging');
  if (staging && staging.epoch !== head.epoch) {
    await tx.objectStore('staged').clear();
    await tx.objectStore('meta').delete('staging');
    staging = undefined;
  }
  const replaces = fresh.some((grid) => kept.includes(grid));
  if (!staging && !(tail.more && replaces)) return null;
  if (staging) await dropStaged(tx, fresh);
  const grids = [...new Set([...(staging?.grids ?? []), ...fresh])];
  return { epoch: head.epoch, grids, cursor: staging?.cursor ?? { epoch: head.epoch, grids: {}, shared: 0 } };
}

/** A grid sent from nothing once more replaces what was staged of it. */
async function dropStaged(/** @type {Writing} */ tx, /** @type {string[]} */ grids) {
  let cursor = grids.length ? await tx.objectStore('staged').openCursor() : null;
  while (cursor) {
    if (cursor.value.grid && grids.includes(cursor.value.grid)) await cursor.delete();
    cursor = await cursor.continue();
  }
}

async function unstage(/** @type {Writing} */ tx, /** @type {Staging} */ staging) {
  const rows = await tx.objectStore('staged').getAll();
  const touched = union(await dropGrids(tx, staging.grids), await putRows(tx, rows));
  await tx.objectStore('staged').clear();
  await tx.objectStore('meta').delete('staging');
  return touched;
}

/**
 * Shared rows are sent whole when the scope differs from that of the last answer; then those not sent are gone.
 * @returns {Promise<Set<string> | null>} the keys seen, or null while they are not being sent whole
 */
async function noteShared(
  /** @type {Writing} */ tx,
  /** @type {Answer} */ { head, rows, tail },
  /** @type {Cursor | null} */ asked,
) {
  const before = asked?.epoch === head.epoch ? Object.keys(asked.grids).sort().join() : null;
  const begins = before !== [...head.scope].sort().join();
  const seen = begins ? [] : await tx.objectStore('meta').get('shared_seen');
  if (!seen) return null;
  const keys = new Set([...seen, ...rows.filter((row) => !row.grid).map(({ kind, id }) => `${kind}/${id}`)]);
  if (tail.more) await tx.objectStore('meta').put([...keys], 'shared_seen');
  else await tx.objectStore('meta').delete('shared_seen');
  return keys;
}

/** After a completed sync the phone holds no row outside its grids. */
function leaveScope(/** @type {Writing} */ tx, /** @type {Iterable<string>} */ grids, /** @type {string[]} */ scope) {
  const outside = [...grids].filter((grid) => !scope.includes(grid));
  return outside.length ? dropGrids(tx, outside) : Promise.resolve(new Set());
}
