/**
 * Whether this browser can be trusted with a day's work. Asked on the first page before anything is stored, and later by
 * 手机查一查. What can be tried is tried; names are read only for the chat apps, whose browsers pass every trial and are
 * emptied with the chat.
 */

import { Database } from './database.js';
import { onHomeScreen } from './home.js';

/** Less than this is given to private windows and to phones that are full. */
const LEAST_QUOTA = 120e6;
const LEAST_FREE = 50e6;
const LIMIT_MS = 3_000;

/** The more particular name stands first. @type {[RegExp, string][]} */
const APPS = [
  [/wxwork\//i, '企业微信'],
  [/MicroMessenger/i, '微信'],
  [/DingTalk/i, '钉钉'],
  [/AlipayClient/i, '支付宝'],
  [/Weibo/i, '微博'],
  [/\bQQ\/\d/, 'QQ'],
  [/Lark\/|Feishu/i, '飞书'],
  [/aweme|BytedanceWebview|NewsArticle|ToutiaoMicroApp/i, '抖音或头条'],
  [/Kwai|ksNebula/i, '快手'],
  [/xhsdiscover/i, '小红书'],
  [/baiduboxapp/i, '百度'],
];

/**
 * The app whose built-in browser this is, by name; '' for one without a name, null for a browser.
 * @param {string} userAgent
 * @param {{standalone?: boolean}} [how] standalone: opened from the home screen, where iOS leaves its browser's name out
 * @returns {string | null}
 */
export function appAround(userAgent, { standalone = false } = {}) {
  const named = APPS.find(([mark]) => mark.test(userAgent));
  if (named) return named[1];
  const isView = /; wv\)/.test(userAgent) && !/Browser\/\d/.test(userAgent); // some phones' own browser is a view too
  if (isView) return '';
  const isBareView = /iPhone|iPad|iPod/.test(userAgent) && !/Safari\//.test(userAgent);
  return isBareView && !standalone ? '' : null;
}

/** Writes something down and reads it again, in a database that is thrown away. @returns {Promise<boolean>} */
export async function keepsData() {
  const trial = new Database('doorknock-trial', 1, (db) => db.createObjectStore('trial'));
  try {
    await trial.write(['trial'], (tx) => tx.objectStore('trial').put('敲门', 'word'));
    return (await trial.read(['trial'], (tx) => tx.objectStore('trial').get('word'))) === '敲门';
  } catch {
    return false;
  } finally {
    trial.close();
    await inTime(gone('doorknock-trial'));
  }
}

/** Resolves when a database has been thrown away, or cannot be. @param {string} name @returns {Promise<unknown>} */
async function gone(name) {
  const asked = globalThis.indexedDB.deleteDatabase(name);
  return new Promise((resolve) => {
    asked.onsuccess = resolve;
    asked.onerror = resolve;
  });
}

/**
 * What the browser gives and promises; null where it does not say.
 * @returns {Promise<{quota: number | null, free: number | null, persisted: boolean | null}>}
 */
export async function roomHere() {
  const manager = globalThis.navigator?.storage;
  const said = await inTime(manager?.estimate?.());
  const quota = said?.quota ?? null;
  return {
    quota,
    free: quota === null ? null : quota - (said?.usage ?? 0),
    persisted: (await inTime(manager?.persisted?.())) ?? null,
  };
}

/** Whether so little room is given that this is a private window or a full phone. */
export function isCramped(/** @type {{quota: number | null, free: number | null}} */ { quota, free }) {
  return (quota !== null && quota < LEAST_QUOTA) || (free !== null && free < LEAST_FREE);
}

/**
 * The answer, or null where it fails or does not come.
 * @template T
 * @param {Promise<T> | undefined} asked
 * @returns {Promise<T | null>}
 */
function inTime(asked) {
  const late = new Promise((resolve) => setTimeout(resolve, LIMIT_MS, null));
  return /** @type {Promise<T | null>} */ (Promise.race([asked ?? null, late])).catch(() => null);
}

/** Whether pages open without signal: their worker is there. In the worker itself they do. @returns {Promise<boolean>} */
async function opensOffline() {
  if ('registration' in globalThis) return true;
  const found = await inTime(globalThis.navigator?.serviceWorker?.getRegistration('/field/'));
  return Boolean(found?.active);
}

/** Whether there is a place for the second copy of what waits. @returns {Promise<boolean>} */
async function keepsCopies() {
  return Boolean(globalThis.caches && (await inTime(globalThis.caches.keys())));
}

/** All that can be tried here and now. */
export async function checkup() {
  const home = onHomeScreen();
  const [keeps, copies, offline, room] = await Promise.all([keepsData(), keepsCopies(), opensOffline(), roomHere()]);
  const userAgent = globalThis.navigator?.userAgent ?? '';
  return { app: appAround(userAgent, { standalone: home === true }), home, keeps, copies, offline, ...room };
}
