/**
 * 练习: a lane that does not exist, in a store of its own. It is no enrolment, so no round ever opens it; what is recorded in it
 * is in no count, has no second copy, and leaves only with 重新来过.
 *
 * @typedef {import('./types.js').Enrolment} Enrolment
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('../shared/dates.js').Moment} Moment
 */

import { dayOf } from '../shared/dates.js';
import { t } from '../shared/words.js';
import { ALL, Store } from './db.js';
import { setSetting, setting } from './enrol.js';
import { freshen, turnDay } from './sync/freshen.js';
import { sha256Hex } from './sync/hash.js';
import { putRows } from './sync/rows.js';
import { refold } from './sync/view.js';

const SETTING = 'practice';
const STORE = 'doorknock-practice';
const VILLAGE = '000000000000';
const GRID = '000000000000001';
const LANE = '000000000000001';
const WORKER = 'practice';
const CAMPAIGN = 'practice-campaign';
const DAY_MS = 24 * 3600_000;

/** @type {Store | null} */
let open = null;

/** Who practises: like an enrolment, but with a token that opens nothing. @returns {Enrolment} */
export function trainee() {
  const worker = { id: WORKER, name: t('练习'), username: WORKER, grids: [GRID] };
  return { device_id: WORKER, token: '', worker, store: STORE, active: true };
}

/** Whether this phone is practising now. @returns {Promise<boolean>} */
export async function isPractising() {
  return saysPractice({ [SETTING]: await setting(SETTING) });
}

/** The same where the settings have been read already. */
export function saysPractice(/** @type {Record<string, any>} */ settings) {
  return settings[SETTING] === true;
}

/**
 * From now on every page is of the practice lane, as it was left.
 * @returns {Promise<unknown>}
 */
export function startPractice() {
  return setSetting(SETTING, true);
}

/** The pages are the worker's own again, or those before signing in; a practice signature keeps no page locked. */
export async function endPractice() {
  if (!(await isPractising())) return;
  await setSetting(SETTING, false);
  await setSetting('locked', null);
}

/**
 * The practice store, brought up to the day; made where there is none yet.
 * @param {Moment} now
 */
export async function openPractice(now) {
  open ??= new Store(STORE, { stays: true });
  if (!(await open.meta('identity'))) await fill(open, now);
  await freshen(open, now);
  return open;
}

/**
 * 重新来过: the lane as on the first day.
 * @param {Moment} now
 */
export async function resetPractice(now) {
  await fill(await openPractice(now), now);
}

/** @param {Store} db @param {Moment} now */
function fill(db, now) {
  return db.write(ALL, async (tx) => {
    for (const name of ALL) await tx.objectStore(name).clear();
    const { device_id, token, worker } = trainee();
    await tx.objectStore('meta').put({ device_id, token, worker }, 'identity');
    await tx.objectStore('meta').put([LANE], 'ticked');
    const touched = await putRows(tx, [...village(), ...doors(), ...earlier(now)]);
    await refold(tx, [...touched, ...(await turnDay(tx, dayOf(now)))]);
  });
}

/** @param {string} id @param {string} level @param {string} name @returns {Row} */
function region(id, level, name) {
  return { kind: 'region', id, seq: 1, data: { name, level, parent: VILLAGE, grid: GRID } };
}

/** @returns {Row[]} */
function village() {
  const text = t('这是练习用的承诺书，签了不算数。真的那份由镇里定，会跟户表一起下到手机里。');
  const commitment = { version: '1', text, text_hash: sha256Hex(text) };
  const named = { key: 'practice', name: t('练习行动'), starts: '2000-01-01', ends: '2999-12-31' };
  const materials = [
    { key: 'card', name: t('门卡'), unit: t('张') },
    { key: 'leaflet', name: t('折页'), unit: t('份') },
  ];
  return [
    region(VILLAGE, 'village', t('练习村')),
    region(LANE, 'group', t('练习巷')),
    { kind: 'grid', id: GRID, seq: 1, data: { name: t('练习网格'), village: VILLAGE } },
    { kind: 'campaign', id: CAMPAIGN, seq: 1, data: { ...named, commitment, materials } },
  ];
}

/**
 * Eight doors, one for each thing that a door may be. The telephone's number begins with 00 and a country that there is not, so
 * that 拨打 can be tried and reaches nobody.
 * @returns {Row[]}
 */
function doors() {
  const away = { kind: '外出务工', back_on: null };
  return [
    door(1, { contact_name: t('张三'), nickname: t('磨坊老张'), adults: 3, py: ['zhangsan', 'zs'] }),
    door(2, { contact_name: t('李四'), adults: 1, needs: ['大字'], landmark: t('井边'), py: ['lisi', 'ls'] }),
    door(3, { contact_name: t('王五'), kind: 'shop', landmark: t('村口小卖部'), py: ['wangwu', 'ww'] }),
    door(4, { contact_name: t('赵六'), kind: 'rental', adults: 4, landmark: t('后排二楼'), py: ['zhaoliu', 'zl'] }),
    door(5, { contact_name: t('孙七'), phone: '00000005678', adults: 2, py: ['sunqi', 'sq'] }),
    door(6, { contact_name: t('周八'), adults: 2, landmark: t('水塔下'), py: ['zhouba', 'zb'] }),
    door(7, { contact_name: t('吴九'), adults: 2, landmark: t('井后'), py: ['wujiu', 'wj'] }),
    door(8, { contact_name: t('郑十'), adults: 2, status: 'away', away, py: ['zhengshi', 'zs'] }),
  ];
}

/** @param {number} n @param {Record<string, unknown>} data @returns {Row} */
function door(n, data) {
  const known = { kind: 'household', grid: GRID, group: LANE, row_order: n, local_no: String(n), status: 'active' };
  return { kind: 'place', id: idOf(n), grid: GRID, seq: n, data: { ...known, address: { door: `${n}号` }, ...data } };
}

/** @param {number} n */
function idOf(n) {
  return `practice-${n}`;
}

/** What was done before today: one promised this evening, one not met on two mornings. @param {Moment} now @returns {Row[]} */
function earlier(now) {
  const evening = { slot: 'evening', date: null };
  return [
    visit(6, 'met_later', momentOf(now, 1, '15:20'), { next_try: evening }),
    visit(7, 'nobody_home', momentOf(now, 3, '09:10')),
    visit(7, 'nobody_home', momentOf(now, 1, '09:40')),
    visit(8, 'away_reported', momentOf(now, 9, '10:30'), { away: { kind: '外出务工' } }),
  ];
}

/** @param {number} n @param {string} outcome @param {string} at @param {Record<string, unknown>} [more] @returns {Row} */
function visit(n, outcome, at, more = {}) {
  const known = { place_id: idOf(n), campaign_id: CAMPAIGN, worker_id: WORKER, mode: 'planned', outcome };
  const id = `${idOf(n)}-${at.slice(0, 10)}`;
  return { kind: 'visit', id, grid: GRID, seq: 20, data: { ...known, at, visited_at: at, ...more } };
}

/** @param {Moment} now @param {number} days how many days before @param {string} clock */
function momentOf(now, days, clock) {
  return `${dayOf(Number(now) - days * DAY_MS)}T${clock}:00+08:00`;
}
