/**
 * Coverage counted again by hand: from what workers meant, what the journal took, and what the office decided. It shares
 * nothing with the application but the sentences of the contract.
 *
 * @typedef {import('./scenario.mjs').Evidence} Evidence
 * @typedef {{id: string, root: string, at: number, place: string, void: boolean, body: any, promised: number}} Fact
 * @typedef {Record<string, number>} Figures
 */

const MET = ['met_covered', 'met_declined', 'met_later'];
const COVERED = ['met_covered', 'remote_covered'];
const CLOSED = [...COVERED, 'met_declined'];
const APP = ['installed_before', 'installed_now', 'wants_later', 'declined', 'no_smartphone'];
const PLAIN = ['N', 'away', 'pending', 'D', 'attempted', 'met', 'covered', 'declined', 'closed', 'signed', 'offered'];
const KEYS = [...PLAIN, 'visits', 'app.asked', ...APP.map((name) => `app.${name}`), 'app.places_installed'];

/** Microseconds since 1970. */
function micros(/** @type {string} */ text) {
  const [, whole = '', fraction = '', zone = ''] = /^(.{19})(?:\.(\d+))?(.*)$/.exec(text) ?? [];
  return Date.parse(whole + zone) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** The events that took effect, as they were meant. */
function applied(/** @type {Evidence} */ { server, intents }) {
  const meant = new Map(intents.map((intent) => [`${intent.id} ${JSON.stringify(intent.body)}`, intent]));
  // What an erased household's line may keep is less than what was meant.
  const byId = new Map(intents.map((intent) => [intent.id, intent]));
  return server.journal
    .filter((/** @type {any} */ { state }) => state === 'applied')
    .flatMap((/** @type {any} */ { line, code }) => {
      const { id, at, body } = JSON.parse(line);
      const intent = meant.get(`${id} ${JSON.stringify(body)}`);
      if (code === 'erased') return byId.has(id) ? [{ ...byId.get(id), at, body }] : [];
      return intent ? [{ ...intent, at }] : [];
    });
}

/**
 * By id, what stands under it: the fact that took effect, else one that was kept back, else what was meant. Two phones may
 * have given one id to two facts.
 * @param {Pick<Evidence, 'server' | 'intents'>} evidence
 * @returns {Map<string, Evidence['intents'][number]>}
 */
export function standingFor({ server, intents }) {
  const found = new Map([...intents].reverse().map((intent) => [intent.id, intent]));
  const inOrder = [...server.journal].sort((a, b) => Number(a.state === 'applied') - Number(b.state === 'applied'));
  for (const { event_id, kind, code, line } of inOrder) {
    const body = code === 'erased' ? null : JSON.stringify(JSON.parse(line).body);
    const same = intents.find(
      (each) => each.id === event_id && each.kind === kind && JSON.stringify(each.body) === body,
    );
    if (same) found.set(event_id, same);
  }
  return found;
}

/** What a verdict makes of a place. @type {Record<string, (body: any) => {status?: string, into?: any}>} */
const AFTER = {
  'new accept': () => ({ status: 'active' }),
  'back accept': () => ({ status: 'active' }),
  'wake accept': () => ({ status: 'active' }),
  'new reject': () => ({ status: 'wrong' }),
  'wrong accept': () => ({ status: 'wrong' }),
  'away accept': () => ({ status: 'away' }),
  'duplicate accept': ({ into }) => ({ into }),
};

/** Status of each place, and where it went if it was merged. */
function standing(/** @type {Evidence} */ { server }) {
  const undone = new Set(
    server.deeds.flatMap((/** @type {any} */ { kind, body }) => (kind === 'undo' ? body.decision : [])),
  );
  const decisions = server.deeds.filter((/** @type {any} */ { kind, id }) => kind === 'decide' && !undone.has(id));
  /** @type {Record<string, {status: string, into: string | null}>} */
  const found = {};
  for (const [id, { source, status }] of Object.entries(server.places)) {
    const place = { status: source === 'field' ? 'pending' : 'active', into: null };
    for (const { body } of decisions.filter((each) => each.body.place_id === id)) {
      Object.assign(place, AFTER[`${body.kind} ${body.verdict}`]?.(body));
    }
    if (status === 'erased') place.status = status;
    found[id] = place;
  }
  return found;
}

/** @returns {Fact[]} visits, corrections and voids, the office's own among them */
function facts(/** @type {Evidence} */ evidence, /** @type {any[]} */ events) {
  const one = standingFor(evidence);
  const rootOf = (/** @type {string} */ id) => {
    let root = id;
    while (one.get(root)?.body.supersedes) root = one.get(root)?.body.supersedes;
    return root;
  };
  // Taking back one's own mistaken correction of somebody else's visit leaves that visit alone.
  const isOwn = (/** @type {any} */ { id, username }) => (one.get(rootOf(id))?.username ?? username) === username;
  const own = events.filter((event) => event.kind === 'visit' || (event.kind === 'correction' && isOwn(event)));
  /** @type {Fact[]} */
  const found = own.map(({ id, at, body }) => {
    const [root, time] = [rootOf(id), micros(at)];
    return { id, root, at: time, place: body.place_id ?? '', void: body.void === true, body, promised: time };
  });
  for (const { id, kind, body } of evidence.server.deeds.filter((/** @type {any} */ each) =>
    /^staff/.test(each.kind),
  )) {
    const old = found.find((fact) => fact.id === body.supersedes);
    if (!old) continue;
    const copied = body.carried?.[0] ? old.body : { ...old.body, commitment: undefined };
    const moved = { place: body.place_id, void: kind === 'staff_void', body: copied, promised: old.promised };
    found.push({ id, root: old.root, at: micros(body.at), ...moved });
  }
  return found;
}

const later = (/** @type {Fact} */ a, /** @type {Fact} */ b) => a.at > b.at || (a.at === b.at && a.id > b.id);

function effective(/** @type {Fact[]} */ all) {
  return all.filter((fact) => !fact.void && !all.some((other) => other.root === fact.root && later(other, fact)));
}

/**
 * The figures of every group, grid and of the village, by code; grids as `grid CODE`.
 * @param {Evidence} evidence
 * @returns {Record<string, Figures>}
 */
export function recount(evidence) {
  const events = applied(evidence);
  const places = standing(evidence);
  const end = (/** @type {string} */ id) => {
    let place = id;
    while (places[place]?.into) place = /** @type {string} */ (places[place]?.into);
    return place;
  };
  const visits = effective(facts(evidence, events)).map((fact) => ({ ...fact, place: end(fact.place) }));
  const withdrawals = events.filter((/** @type {any} */ { kind }) => kind === 'commitment_withdrawal');
  const back = new Set(
    evidence.server.deeds.flatMap((/** @type {any} */ { kind, body }) =>
      kind === 'withdraw' ? body.commitment_id : [],
    ),
  );
  const isWithdrawn = (/** @type {Fact} */ { id, place, promised }) =>
    back.has(id) ||
    withdrawals.some((/** @type {any} */ { body, at }) =>
      body.commitment_id ? body.commitment_id === id : end(body.place_id) === place && promised <= micros(at),
    );
  /** @type {Record<string, Figures>} */
  const sums = {};
  for (const [id, { status, into }] of Object.entries(places)) {
    if (into) continue;
    const figures = ofPlace(
      status,
      visits.filter(({ place }) => place === id),
      isWithdrawn,
    );
    const { grid, group_code } = evidence.server.places[id];
    for (const code of ['village', `grid ${grid}`, ...(group_code ? [group_code] : [])]) add(sums, code, figures);
  }
  return sums;
}

function add(/** @type {Record<string, Figures>} */ sums, /** @type {string} */ code, /** @type {Figures} */ figures) {
  const sum = sums[code] ?? Object.fromEntries(KEYS.map((key) => [key, 0]));
  for (const key of KEYS) sum[key] = (sum[key] ?? 0) + (figures[key] ?? 0);
  sums[code] = sum;
}

/** @returns {Figures} */
function ofPlace(
  /** @type {string} */ status,
  /** @type {Fact[]} */ visits,
  /** @type {(fact: Fact) => boolean} */ isWithdrawn,
) {
  const base = { N: status === 'active' || status === 'away', away: status === 'away', pending: status === 'pending' };
  const always = { ...numbers({ ...base, D: status === 'active' }), visits: visits.length };
  if (status !== 'active') return always;
  const any = (/** @type {string[]} */ names) => visits.some(({ body }) => names.includes(body.outcome));
  const promises = visits.filter(({ body }) => body.commitment);
  const by = (/** @type {string[]} */ methods) =>
    promises.filter(({ body }) => methods.includes(body.commitment.method));
  return {
    ...always,
    ...numbers({
      attempted: visits.length > 0,
      met: any(MET),
      covered: any(COVERED),
      declined: any(['met_declined']),
      closed: any(CLOSED),
      signed: by(['screen', 'paper']).some((fact) => !isWithdrawn(fact)),
      offered: by(['screen', 'paper', 'oral', 'declined']).length > 0,
    }),
    ...ofApp(visits),
  };
}

function ofApp(/** @type {Fact[]} */ visits) {
  const counted = visits.filter(({ body }) => APP.some((name) => body.app?.[name] > 0));
  const last = counted.reduce((a, b) => (later(b, a) ? b : a), /** @type {any} */ (counted[0]));
  const app = last?.body.app;
  if (!app) return {};
  const asked = app.installed_before + app.installed_now + app.wants_later + app.declined;
  const each = Object.fromEntries(APP.map((name) => [`app.${name}`, app[name]]));
  return {
    ...each,
    'app.asked': asked,
    ...numbers({ 'app.places_installed': app.installed_before + app.installed_now > 0 }),
  };
}

function numbers(/** @type {Record<string, boolean>} */ said) {
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, Number(value)]));
}

/** The application's own figures under the same codes and keys. @returns {Record<string, Figures>} */
export function shown(/** @type {Evidence} */ { server }) {
  const flat = (/** @type {any} */ node) =>
    Object.fromEntries(KEYS.map((key) => [key, key.startsWith('app.') ? node.app[key.slice(4)] : node[key]]));
  const village = server.coverage.children[0].children[0];
  return {
    village: flat(village),
    ...Object.fromEntries(village.grids.map((/** @type {any} */ grid) => [`grid ${grid.code}`, flat(grid)])),
    ...Object.fromEntries(village.children.map((/** @type {any} */ group) => [group.code, flat(group)])),
  };
}
