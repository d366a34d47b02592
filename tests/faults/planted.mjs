/** Every check must be able to fail: one quiet run, then one violation planted at a time, each seen by its own check. */

import { violations } from './checks.mjs';
import { Run } from './scenario.mjs';

/** @typedef {import('./scenario.mjs').Evidence} Evidence */
/** @typedef {import('./server.mjs').Server} Server */

const SEED = 9;
const NOBODY = '00000000-0000-7000-8000-000000000000';

/** The invariant that must be named, and the damage done to a copy of good evidence. @type {[string, string, (e: any) => void][]} */
const IN_THE_EVIDENCE = [
  ['I1', 'a saved event is nowhere', (e) => e.intents.push({ ...e.intents[0], id: NOBODY, saved: true })],
  ['I2', 'an event took effect twice', (e) => e.server.journal.push(applied(e))],
  ['I2', 'a figure is one too high', (e) => (e.server.coverage.children[0].children[0].visits += 1)],
  [
    'I3',
    'a body is not what was meant',
    (e) => (applied(e).line = applied(e).line.replace('"body":{', '"body":{"x":1,')),
  ],
  [
    'I3',
    'an event that nobody made',
    (e) => (e.intents = e.intents.filter((/** @type {any} */ { id }) => id !== applied(e).event_id)),
  ],
  [
    'I4',
    'a row on a phone differs',
    (e) => (seen(e).rows.find((/** @type {any} */ { kind }) => kind === 'place').data.adults = 99),
  ],
  [
    'I4',
    'a row is missing on a phone',
    (e) =>
      seen(e).rows.splice(
        seen(e).rows.findLastIndex((/** @type {any} */ { grid }) => grid),
        1,
      ),
  ],
  [
    'I4',
    'the feed lacks a row',
    (e) => delete Object.values(e.server.feed)[0][Object.keys(Object.values(e.server.feed)[0])[0]],
  ],
  ['I4', 'a view was not folded again', (e) => (Object.values(seen(e).shown)[0].state = 'met_covered!')],
  ['I5', 'something still waits', (e) => e.late.push('I5 甲机 still has 1 waiting')],
  ['I5', 'a photo still waits', (e) => keepPhoto(e)],
  ['I6', 'a row outside its grids', (e) => seen(e).rows.push({ kind: 'place', id: NOBODY, grid: '990102103299001' })],
  ['I6', 'a worker who signed out left rows behind', (e) => (seen(e).active = false)],
  ['I7', 'a phone that was switched off is on again', (e) => e.off.push(seen(e).identity.device_id)],
  ['I7', 'an erased household stands again', (e) => e.asked.push(Object.keys(e.server.places)[0])],
  ['I7', 'a word of it is in a file', (e) => e.said.push({ word: '暗号1号完', where: 'journal' })],
  ['I7', 'a word of it is on a phone', (e) => e.words.push(seen(e).text.slice(0, 40))],
  ['I8', 'the strip claims one more', (e) => (seen(e).strip.held += 1)],
  ['I8', 'a line left the journal after it was told', (e) => drop(e)],
  ['I9', 'verify finds something', (e) => e.server.verify.problems.push({ code: 'chain' })],
  ['I9', 'a rebuild comes out different', (e) => (e.server.rebuild.different = 1)],
  ['I10', 'a refusal is not shown', (e) => refuse(e)],
  ['I10', 'the server stumbled', (e) => (e.server.journal[0].code = 'server_fault')],
];

/** And what is done to the living database, to be found by the application itself. @type {[string, string, string][]} */
const IN_THE_DATABASE = [
  ['I9', 'bytes of a line', "UPDATE journal SET sha = 'f' WHERE state = 'applied'"],
  ['I9', 'the numbers told', "UPDATE device SET held = '[[1, 99]]'"],
  ['I9', 'a counter', 'UPDATE counter SET visits = visits + 1'],
  ['I2', 'a counter', 'UPDATE counter SET visits = visits + 1'],
  ['I4', 'a row without a word to the phones', "UPDATE place SET landmark = '改了'"],
];

/** A phone whose worker is signed in and not switched off: it is held to everything. */
function seen(/** @type {any} */ { phones }) {
  return phones.find(
    (/** @type {any} */ { active, revoked, rows, strip }) => active && !revoked && rows.length && strip.held,
  );
}

function keepPhoto(/** @type {any} */ e) {
  seen(e).blobs.push(NOBODY);
  e.server.blobs.push({ device_id: seen(e).identity.device_id, sha256: NOBODY, state: 'wanted' });
}

function applied(/** @type {any} */ { server }) {
  return server.journal.find((/** @type {any} */ { state }) => state === 'applied');
}

function drop(/** @type {any} */ e) {
  const { server } = e;
  const mine = seen(e).identity.device_id;
  const at = server.journal.findIndex((/** @type {any} */ { device_id }) => device_id === mine);
  server.journal.splice(at, 1);
}

function refuse(/** @type {any} */ e) {
  const { server } = e;
  const mine = server.devices.find((/** @type {any} */ { id }) => id === seen(e).identity.device_id);
  mine.attention.push({ n: 1, code: 'out_of_scope' });
}

/** @returns {Promise<number>} the exit code */
export async function planted(/** @type {Server} */ server) {
  const run = new Run(SEED, server);
  const good = await run.play(50);
  const blind = violations(good).map((broken) => `before anything was planted: ${broken}`);
  const copy = () => structuredClone(good);
  for (const [name, what, damage] of IN_THE_EVIDENCE) {
    const evidence = copy();
    damage(evidence);
    if (!sees(evidence, name)) blind.push(`${name} does not see: ${what}`);
  }
  for (const [name, what, sql] of IN_THE_DATABASE) {
    await run.ask('copy', { name: 'good' });
    await run.ask('plant', { sql });
    const evidence = { ...copy(), server: await run.ask('dump') };
    if (!sees(evidence, name)) blind.push(`${name} does not see damage in the database: ${what}`);
    await run.ask('restore', { name: 'good', renew: false });
  }
  const all = IN_THE_EVIDENCE.length + IN_THE_DATABASE.length;
  console.log(blind.length ? blind.join('\n') : `all ${all} planted violations were seen`);
  return blind.length ? 1 : 0;
}

function sees(/** @type {Evidence} */ evidence, /** @type {string} */ name) {
  return violations(evidence).some((broken) => broken.startsWith(`${name} `));
}
