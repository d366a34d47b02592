/** Runs in the page of `bench_phone_pin.py`: two phones with the same doors, one sealed, asked the same things turn about. */

import '../static/phone/vault/cipher.js';
import { Store } from '../static/phone/db.js';
import { remember } from '../static/phone/enrol.js';
import { lock, putOn, open as unlock } from '../static/phone/pin.js';
import { saveVisit } from '../static/phone/record.js';
import { handle } from '../static/phone/server.js';
import { adopt } from '../static/phone/sync/fork.js';
import { turnDay } from '../static/phone/sync/freshen.js';
import { putRows } from '../static/phone/sync/rows.js';
import { refold } from '../static/phone/sync/view.js';
import { base64 } from '../static/phone/vault/sealer.js';
import { dayOf } from '../static/shared/dates.js';
import { newId } from '../static/shared/ids.js';

const DOORS = 2000;
const GRID = '990102103201001';
const GROUPS = Array.from({ length: 8 }, (_, i) => `99010210320100${i + 1}`);
const NOW = new Date('2026-11-21T17:20:00+08:00');
const FAMILY = '王李张刘陈杨黄赵吴周徐孙马何';
const GIVEN = '桂兰秀英建国长山福顺新民小红大山凤莲永利天宝';

const pick = (/** @type {string} */ from, /** @type {number} */ n) => from[n % from.length] ?? '';

/** @param {number} n @returns {import('../static/phone/types.js').Row} */
function door(n) {
  const name = pick(FAMILY, n) + pick(GIVEN, n * 7) + pick(GIVEN, n * 3 + 1);
  const data = {
    ...{ kind: 'household', grid: GRID, group: GROUPS[n % GROUPS.length], row_order: n, status: 'active', adults: 2 },
    ...{ local_no: String(n), contact_name: name, phone: `139${String(10_000_000 + n * 37)}`, landmark: '水塔下' },
    ...{ py: ['wangguilan', 'wgl', 'guilan', 'gl'], address: { door: `${n}号` } },
  };
  return { kind: 'place', id: `door-${n}`, grid: GRID, seq: n, data };
}

/** @param {number} n @returns {import('../static/phone/types.js').Row} */
function visit(n) {
  const at = new Date(NOW.getTime() - (n % 20) * 86_400_000 - 3_600_000).toISOString();
  const place_id = `door-${n % DOORS}`;
  const outcome = n % 3 ? 'nobody_home' : 'met_covered';
  const data = { place_id, campaign_id: 'round', worker_id: 'liu', outcome, at, visited_at: at, adults_listened: 2 };
  return { kind: 'visit', id: `visit-${n}`, grid: GRID, seq: DOORS + n, data };
}

const SHARED = [
  ...GROUPS.map((id, i) => ({
    kind: 'region',
    id,
    seq: 1,
    data: { name: `${i + 1}组`, level: 'group', parent: '990102103201' },
  })),
  {
    kind: 'campaign',
    id: 'round',
    seq: 1,
    data: { name: '敲门', starts: '2026-01-01', ends: '2027-12-31', commitment: null },
  },
];

/** @param {string} name @param {boolean} sealed */
async function phone(name, sealed) {
  const db = new Store(name);
  const worker = { id: 'liu', name: '刘桂香', username: 'liu', grids: [GRID] };
  const identity = { device_id: name, token: 'token', worker };
  await adopt(db, identity);
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const key = base64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  await db.write(['meta'], async (tx) => {
    await tx.objectStore('meta').put({ kid: 'k', key }, 'seal_key');
    await tx.objectStore('meta').put(GROUPS.slice(0, 1), 'ticked');
  });
  if (sealed) await putOn(db, '402957', Date.now());
  await remember(name, identity);
  return {
    db,
    env: { db, enrolment: { ...identity, store: name, active: true }, now: () => NOW, assets: '/static', build: 'b' },
  };
}

/** As an answer of the server is taken in. @param {Store} db */
async function pull(db) {
  const rows = [
    ...SHARED,
    ...Array.from({ length: DOORS }, (_, n) => door(n)),
    ...Array.from({ length: 3 * DOORS }, (_, n) => visit(n)),
  ];
  const began = performance.now();
  await db.write(
    ['meta', 'rows', 'events', 'places'],
    async (tx) => {
      const touched = await putRows(tx, rows);
      await refold(tx, [...touched, ...(await turnDay(tx, dayOf(NOW)))]);
    },
    { limit: 600_000 },
  );
  return performance.now() - began;
}

/** @typedef {{db: Store, env: import('../static/phone/rooms/_types.js').Env}} Phone */
/** @type {Record<string, Phone>} */
let phones = {};

async function fill() {
  phones = { open: await phone('bench-open', false), sealed: await phone('bench-sealed', true) };
  const [bare, shut] = [/** @type {Phone} */ (phones.open), /** @type {Phone} */ (phones.sealed)];
  const [open, sealed] = [await pull(bare.db), await pull(shut.db)];
  lock(shut.db);
  const began = performance.now();
  await unlock(shut.db, '402957', Date.now());
  return { open, sealed, ratio: sealed / open, unlock: performance.now() - began };
}

const ASKED = {
  'list of 2,000, one page': '/field/list',
  'search keystroke': '/field/list?q=%E7%8E%8B%E6%A1%82',
  'search one digit': '/field/list?q=1',
  'place page': '/field/places/door-77',
  '今天, a lane of 250': '/field/',
};

/** @param {string} path @param {Phone} phone */
async function ask(path, phone) {
  const began = performance.now();
  const answer = await handle(
    new Request(new URL(path, location.href), { headers: { 'HX-Request': 'true' } }),
    phone.env,
  );
  const text = await answer.text();
  const took = performance.now() - began;
  if (answer.status !== 200 || !text.includes('<main')) throw new Error(`${path}: ${answer.status}`);
  return took;
}

/** @param {Phone} phone @param {number} turn */
async function save({ db }, turn) {
  const body = {
    place_id: `door-${100 + turn}`,
    campaign_id: 'round',
    outcome: 'met_covered',
    visited_at: NOW.toISOString(),
  };
  const began = performance.now();
  await saveVisit(db, { id: newId(), body, now: NOW });
  return performance.now() - began;
}

const median = (/** @type {number[]} */ all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

/** One deed, on both phones turn about; the first two turns are not counted. @param {(phone: Phone, turn: number) => Promise<number>} deed @param {number} turns */
async function compare(deed, turns) {
  /** @type {number[][]} */
  const [open, sealed] = [[], []];
  for (let turn = 0; turn < turns + 2; turn += 1) {
    const both = /** @type {[Phone | undefined, number[] | undefined][]} */ ([
      [phones.open, open],
      [phones.sealed, sealed],
    ]);
    for (const [phone, taken] of turn % 2 ? both : both.reverse()) {
      const took = await deed(/** @type {Phone} */ (phone), turn);
      if (turn >= 2) taken?.push(took);
    }
  }
  const figures = { open: median(open ?? []), sealed: median(sealed ?? []) };
  return { ...figures, ratio: figures.sealed / figures.open };
}

/** @param {number} turns */
async function measure(turns) {
  /** @type {Record<string, Awaited<ReturnType<typeof compare>>>} */
  const found = {};
  for (const [name, path] of Object.entries(ASKED)) found[name] = await compare((phone) => ask(path, phone), turns);
  return { ...found, 'save, strict': await compare(save, turns) };
}

/** The list as the very first page after unlocking, when nothing has been opened yet. @param {number} turns */
async function measureFirst(turns) {
  const { db, env } = /** @type {Phone} */ (phones.sealed);
  const path = ASKED['list of 2,000, one page'];
  const [cold, open] = /** @type {[number[], number[]]} */ ([[], []]);
  for (let turn = 0; turn < turns; turn += 1) {
    lock(db);
    await unlock(db, '402957', Date.now());
    cold.push(await ask(path, { db, env }));
    open.push(await ask(path, /** @type {Phone} */ (phones.open)));
  }
  return { open: median(open), sealed: median(cold), ratio: median(cold) / median(open) };
}

Object.assign(globalThis, { fill, measure, measureFirst });
