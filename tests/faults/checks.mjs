/**
 * The invariants of sync.md §2, judged on a run's evidence alone. Each check answers with the sentences that are broken;
 * each begins with the invariant's name.
 *
 * @typedef {import('./scenario.mjs').Evidence} Evidence
 */

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { recount, shown, standingFor } from './recount.mjs';

const CHINESE = /\p{Script=Han}/u;
const KNOWN_CODES = new Set(
  'unknown_place unknown_visit unknown_commitment unknown_campaign unknown_ask unknown_kind bad_body not_asked not_yours place_exists out_of_scope body_differs clock_future revoked chain_broken rejected'.split(
    ' ',
  ),
);

/** A value as text with keys in order, absent and null alike. @returns {string} */
function plain(/** @type {any} */ value) {
  if (Array.isArray(value)) return `[${value.map(plain).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const keys = Object.keys(value).filter((key) => (value[key] ?? null) !== null);
  return `{${keys
    .sort()
    .map((key) => `${key}:${plain(value[key])}`)
    .join()}}`;
}

function hash(/** @type {any} */ value) {
  return createHash('sha256').update(plain(value)).digest('hex');
}

/** What was shown as saved is on the server, or can be exported, or its loss was said or was no fault of ours. */
function i1(/** @type {Evidence} */ { server, phones, intents, gone }) {
  const there = new Set([...server.journal, ...server.strays].map(({ event_id }) => event_id));
  for (const { file, mourned } of phones) {
    for (const line of file.trim().split('\n').slice(1)) there.add(JSON.parse(line).id);
    for (const id of mourned) there.add(id);
  }
  for (const id of [...gone, ...server.erased]) there.add(id);
  const erased = new Set(server.erased);
  // Its phone was told to forget it, wherever it was just then.
  const isOfErased = (/** @type {any} */ body) =>
    ['place_id', 'supersedes', 'commitment_id'].some((name) => erased.has(body[name]));
  const lost = intents.filter(({ id, body, saved }) => saved && !there.has(id) && !isOfErased(body));
  return lost.map(({ id, kind, phone }) => `I1 ${kind} ${id} was saved on ${phone} and is nowhere`);
}

/** One id takes effect once, and all figures are those of the distinct ids. */
function i2(/** @type {Evidence} */ evidence) {
  const ids = evidence.server.journal.filter(({ state }) => state === 'applied').map(({ event_id }) => event_id);
  const twice = ids.filter((/** @type {string} */ id, /** @type {number} */ i) => ids.indexOf(id) !== i);
  const [counted, said] = [recount(evidence), shown(evidence)];
  const apart = Object.keys({ ...counted, ...said }).flatMap((code) =>
    Object.keys(said[code] ?? counted[code] ?? {})
      .filter((key) => (counted[code]?.[key] ?? 0) !== (said[code]?.[key] ?? 0))
      .map((key) => `I2 ${code} ${key}: counted by hand ${counted[code]?.[key]}, shown ${said[code]?.[key]}`),
  );
  return [...twice.map((/** @type {string} */ id) => `I2 ${id} took effect twice`), ...apart];
}

/** What took effect under an id is what somebody meant under it. */
function i3(/** @type {Evidence} */ { server, intents }) {
  /** @type {Map<string, any[]>} */
  const meant = new Map();
  for (const intent of intents) meant.set(intent.id, [...(meant.get(intent.id) ?? []), intent]);
  const strange = server.journal.filter(({ line, kind, code, event_id }) => {
    if (kind === 'photo_lost') return false;
    if (code === 'erased') return !meant.has(event_id);
    const { id, at, body } = JSON.parse(line);
    const fits = (/** @type {any} */ each) =>
      each.kind === kind && isDeepStrictEqual(each.body, body) && (each.at ?? at) === at;
    return !(meant.get(id) ?? []).some(fits);
  });
  return [
    ...strange.map(({ event_id, kind }) => `I3 nobody meant ${kind} ${event_id} as the journal has it`),
    ...foreign(server, intents),
  ];
}

/** Corrections that took effect though the visit at the end of their line is another worker's. */
function foreign(/** @type {Evidence['server']} */ server, /** @type {Evidence['intents']} */ intents) {
  const known = standingFor({ server, intents });
  const one = (/** @type {string} */ id) => known.get(id);
  return server.journal.flatMap(({ event_id, kind, state, line }) => {
    let target = JSON.parse(line).body;
    if (kind !== 'correction' || state !== 'applied' || target.void) return [];
    while (one(target.supersedes)?.body.supersedes) target = one(target.supersedes)?.body;
    const [first, mine] = [one(target.supersedes), one(event_id)];
    const isOwn = !first || first.username === mine?.username;
    return isOwn ? [] : [`I3 ${event_id} corrected what another worker had recorded`];
  });
}

/** A phone's rows are the server's rows of its grids, and its views are what these rows come to. */
function i4(/** @type {Evidence} */ { server, phones }) {
  const found = Object.keys(server.rows).flatMap((grid) =>
    hash(server.rows[grid]) === hash(server.feed[grid])
      ? []
      : [`I4 a pull from nothing of ${grid} differs from its rows`],
  );
  for (const { name, username, revoked, active, rows, shown: views, refolded } of phones) {
    if (revoked || !active) continue;
    const all = Object.assign({}, ...server.scope[username].map((/** @type {string} */ grid) => server.rows[grid]));
    const wanted = Object.fromEntries(
      Object.entries(all).filter(([key, row]) => isFor(key, row, server.worker[username])),
    );
    const had = Object.fromEntries(
      rows.filter(({ grid }) => grid).map(({ kind, id, data }) => [`${kind}/${id}`, data]),
    );
    found.push(...apart(wanted, had).map((key) => `I4 ${name} has another ${key} than the server`));
    found.push(...apart(refolded, views).map((key) => `I4 ${name} shows a stale view of ${key}`));
  }
  return found;
}

/** A question goes to whom it was put to, and to nobody else. */
function isFor(/** @type {string} */ key, /** @type {any} */ row, /** @type {string} */ worker) {
  return !key.startsWith('ask/') || row.worker_id === worker;
}

/** Keys under which two records differ. */
function apart(/** @type {Record<string, any>} */ a, /** @type {Record<string, any>} */ b) {
  return Object.keys({ ...a, ...b }).filter((key) => hash(a[key]) !== hash(b[key]));
}

/** Neither a record nor a photo stays on a phone that has a line. */
function i5(/** @type {Evidence} */ { late, server, phones }) {
  const sent = new Set(server.blobs.filter(({ state }) => state === 'stored').map(({ sha256 }) => sha256));
  const named = new Set(server.blobs.map(({ sha256 }) => sha256));
  const photos = phones.flatMap(({ name, username, revoked, blobs }) => {
    const here = revoked ? [] : blobs.filter((sha) => named.has(sha) && !sent.has(sha));
    return here.map((sha) => `I5 ${name} of ${username} still has the photo ${sha}`);
  });
  return [...late, ...photos];
}

/** Enrolments that were switched off so long ago that no sealed word reaches their phones any more. */
function unheard(/** @type {Evidence['server']} */ server) {
  return new Set(server.devices.filter(({ heard }) => !heard).map(({ id }) => id));
}

function i6(/** @type {Evidence} */ { server, phones }) {
  const lost = unheard(server);
  const outside = phones.flatMap(({ name, username, identity, revoked, active, rows }) => {
    if (lost.has(identity?.device_id)) return [];
    const grids = new Set(rows.flatMap(({ grid }) => grid ?? []));
    const mine = revoked || !active ? [] : server.scope[username];
    const strange = [...grids].filter((grid) => !mine.includes(grid));
    return strange.map((grid) => `I6 ${name} holds rows of ${grid}`);
  });
  return [...outside, ...lies(phones, 'I6')];
}

/**
 * Held is what the server's own list says, and never more than its journal had. Of a phone that was switched off, a copy of which
 * may have sent some of it, it may be less.
 */
function i8(/** @type {Evidence} */ { server, phones }) {
  const lost = unheard(server);
  const found = phones.flatMap(({ name, identity, contact, strip, active, revoked }) => {
    const mine = server.journal.filter(({ device_id }) => device_id === identity?.device_id).map(({ n }) => n);
    const said = (contact?.held ?? []).reduce((/** @type {number} */ sum, [a, b] = [1, 0]) => sum + b - a + 1, 0);
    const mayLack = !active || revoked || lost.has(identity?.device_id);
    const isTrue = strip.held <= mine.length && (mayLack ? said <= mine.length : said === mine.length);
    return isTrue ? [] : [`I8 ${name} shows ${strip.held} held of ${said} told, the journal has ${mine.length}`];
  });
  return [...found, ...lies(phones, 'I8')];
}

function lies(/** @type {Evidence['phones']} */ phones, /** @type {string} */ name) {
  return phones.flatMap((phone) => phone.lies.filter((lie) => lie.startsWith(name)));
}

/** Hashes and chains, judged here as well as by `sync verify`; and a rebuild comes out equal. */
function i9(/** @type {Evidence} */ { server }) {
  const broken = server.journal.filter(
    ({ line, sha, code }) => code !== 'erased' && createHash('sha256').update(line).digest('hex') !== sha,
  );
  const { verify, rebuild } = server;
  return [
    ...broken.map(({ event_id }) => `I9 the bytes of ${event_id} are not those of its hash`),
    ...verify.problems.map((/** @type {any} */ problem) => `I9 verify: ${JSON.stringify(problem)}`),
    ...(verify.events === server.journal.length
      ? []
      : [`I9 verify counts ${verify.events} of ${server.journal.length}`]),
    ...(rebuild.different ? [`I9 rebuild: ${JSON.stringify(rebuild)}`] : []),
  ];
}

/** What was refused is shown on its phone, with a reason in plain words that makes sense. */
function i10(/** @type {Evidence} */ { server, phones }) {
  const found = phones.flatMap(({ name, identity, attention, revoked, active }) => {
    const wanted = server.devices.find(({ id }) => id === identity?.device_id)?.attention ?? [];
    const names = (/** @type {any[]} */ list) =>
      list
        .map(({ n, code }) => `${n} ${code}`)
        .sort()
        .join();
    const mute = attention.filter(({ code, detail }) => !CHINESE.test(detail ?? '') || !KNOWN_CODES.has(code));
    return [
      ...(names(wanted) === names(attention) || revoked || !active
        ? []
        : [`I10 ${name} shows ${names(attention)}, not ${names(wanted)}`]),
      ...mute.map(({ n, code, detail }) => `I10 ${name} says of ${n} only ${code} ${detail}`),
    ];
  });
  return [...found, ...needless(server), ...stumbled(server)];
}

/** Lines that still wait for what is there. */
function needless(/** @type {Evidence['server']} */ server) {
  // Only a visit is waited for: another fact that took its id leaves it where it is, kept for review.
  const taken = server.journal.filter(({ state, kind }) => state === 'applied' && /^(visit|correction)$/.test(kind));
  const applied = new Set(taken.map(({ event_id }) => event_id));
  const idle = server.journal.filter(({ state, code, waits_for }) => {
    if (state !== 'quarantine' || !waits_for) return false;
    return (
      (code === 'unknown_place' && server.places[waits_for]) || (code === 'unknown_visit' && applied.has(waits_for))
    );
  });
  return idle.map(({ event_id, code }) => `I10 ${event_id} still waits as ${code} for what has come`);
}

function stumbled(/** @type {Evidence['server']} */ { journal }) {
  const found = journal.filter(({ code }) => code === 'server_fault');
  return found.map(({ event_id, kind }) => `I10 the server stumbled over ${kind} ${event_id}`);
}

/** Erased stays erased: on the server and its shelf, on every phone, whatever came late or was put back. */
function i7(/** @type {Evidence} */ { server, phones, asked, words, said }) {
  const standing = asked.filter((id) => {
    const { status, contact_name, landmark, phone } = server.places[id] ?? {};
    return status !== 'erased' || contact_name || landmark || phone;
  });
  const kept = phones.flatMap(({ name, active, revoked, text, rows }) => {
    if (!active || revoked) return [];
    const plates = rows.filter(({ id, data }) => asked.includes(id) || asked.includes(data?.place_id));
    return [
      ...words.filter((word) => text.includes(word)).map((word) => `I7 ${name} still has ${word}`),
      ...plates.map(({ kind, id }) => `I7 ${name} still has ${kind} ${id} of an erased household`),
    ];
  });
  return [
    ...standing.map((id) => `I7 ${id} was erased and stands again`),
    ...said.map(({ word, where }) => `I7 ${word} of an erased household is in ${where}`),
    ...kept,
  ];
}

/** Switched off stays switched off, whatever was restored. */
function off(/** @type {Evidence} */ { server, off: ids }) {
  const on = server.devices.filter(({ id, revoked }) => ids.includes(id) && !revoked);
  return on.map(({ id }) => `I7 ${id} was switched off and is on again`);
}

function answers(/** @type {Evidence} */ { faults }) {
  return faults ? [`the server answered 500 ${faults} times`] : [];
}

/** Everything that is broken; nothing where all is well. @returns {string[]} */
export function violations(/** @type {Evidence} */ evidence) {
  return [i1, i2, i3, i4, i5, i6, i7, off, i8, i9, i10, answers].flatMap((check) => check(evidence));
}
