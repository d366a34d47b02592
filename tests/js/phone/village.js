/** 禾丰村 of 青禾镇 as a phone knows it: two groups, a few doors, one worker. Importing it gives Node an IndexedDB. */

import 'fake-indexeddb/auto';
import { Store } from '../../../static/phone/db.js';
import { LISTS, page } from '../../../static/phone/lists.js';
import { adopt } from '../../../static/phone/sync/fork.js';
import { turnDay } from '../../../static/phone/sync/freshen.js';
import { putRows } from '../../../static/phone/sync/rows.js';
import { refold } from '../../../static/phone/sync/view.js';
import { dayOf } from '../../../static/shared/dates.js';
import { newId } from '../../../static/shared/ids.js';

export const GRID = '990102103201001';
export const OTHER_GRID = '990102103201002';
export const GROUP = { second: '990102103201002', third: '990102103201003' };
export const CAMPAIGN = '0193b000-0000-7000-8000-00000000c001';
export const WORKER = { id: 'worker-liu', name: '刘桂香', username: 'liuguixiang', grids: [GRID] };
export const IDENTITY = { device_id: 'device-1', token: 'token-of-liu', worker: WORKER };
export const NOW = Date.parse('2026-11-21T17:20:00+08:00');
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** A moment of 2026-11-21, or of another day, from hours and minutes. */
export function at(/** @type {string} */ clock, day = '2026-11-21') {
  return Date.parse(`${day}T${clock}:00+08:00`);
}

/**
 * A place row of the wire.
 * @param {string} id
 * @param {number} row_order
 * @param {Record<string, any>} [data]
 */
export function place(id, row_order, { grid = GRID, ...data } = {}) {
  const known = { kind: 'household', grid, group: GROUP.third, row_order, status: 'active', address: {} };
  return { kind: 'place', id, grid, seq: row_order, data: { ...known, ...data } };
}

export const WANG = place('place-wang', 14, {
  contact_name: '王桂兰',
  nickname: '兰婶',
  phone: '13900005678',
  local_no: '014',
  landmark: '水塔下',
  address: { door: '14号' },
  adults: 2,
  py: ['wangguilan', 'wgl', 'guilan', 'gl'],
});
export const LI = place('place-li', 12, {
  contact_name: '李秀英',
  kind: 'shop',
  address: { door: '12' },
  py: ['lixiuying', 'lxy'],
});
export const ZHAO = place('place-zhao', 15, {
  contact_name: '赵大勇',
  address: { door: '15' },
  py: ['zhaodayong', 'zdy'],
});
export const CHEN = place('place-chen', 3, { contact_name: '陈小满', group: GROUP.second, address: { door: '3' } });

export const SHARED = [
  region('990102103201', '禾丰村', 'village'),
  region(GROUP.second, '二组', 'group'),
  region(GROUP.third, '三组', 'group'),
  {
    kind: 'campaign',
    id: CAMPAIGN,
    seq: 9,
    data: {
      key: 'winter',
      name: '冬季敲门行动',
      starts: '2026-11-01',
      ends: '2026-12-31',
      commitment: { version: '1', text: '自愿。' },
    },
  },
];

function region(/** @type {string} */ id, /** @type {string} */ name, /** @type {string} */ level) {
  return { kind: 'region', id, seq: 1, data: { name, level, parent: '990102103201', grid: GRID } };
}

let phones = 0;

/** An enrolled phone with nothing on it. */
export async function emptyPhone() {
  phones += 1;
  const db = new Store(`phone-${phones}`);
  await adopt(db, IDENTITY);
  return db;
}

/** A phone that has pulled the village. */
export async function phone(rows = [WANG, LI, ZHAO, CHEN], now = NOW) {
  const db = await emptyPhone();
  await arrive(db, [...SHARED, ...rows], now);
  return db;
}

/**
 * Rows as a pull stores them.
 * @param {Store} db
 * @param {import('../../../static/phone/types.js').Row[]} rows
 */
export function arrive(db, rows, now = NOW) {
  return db.write(['meta', 'rows', 'events', 'places'], async (tx) => {
    const touched = await putRows(tx, rows);
    await refold(tx, [...touched, ...(await turnDay(tx, dayOf(now)))]);
  });
}

/** A visit row of the wire. */
export function visitRow(/** @type {string} */ id, /** @type {Record<string, any>} */ data) {
  const known = { place_id: WANG.id, campaign_id: CAMPAIGN, worker_id: WORKER.id, outcome: 'met_covered' };
  const when = '2026-11-20T09:00:00+08:00';
  return { kind: 'visit', id, grid: GRID, seq: 100, data: { ...known, at: when, visited_at: when, ...data } };
}

/** A visit's body. */
export function body(/** @type {string} */ outcome, /** @type {Record<string, any>} */ more = {}) {
  return { place_id: WANG.id, campaign_id: CAMPAIGN, outcome, visited_at: '2026-11-21T17:20:00+08:00', ...more };
}

export { newId };

/**
 * Rows of the roster as lists show them, of one group or of all.
 * @param {import('../../../static/phone/db.js').Store} db
 * @param {{group?: string | null, limit: number, after?: string | null}} asked after: id of the last place shown
 */
export function listed(db, { group = null, limit, after = null }) {
  return db.read(LISTS, (tx) => page(tx, { group, limit, after }));
}
