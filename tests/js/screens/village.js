/** 禾丰村 seen through its screens: a phone with the village on it, and a visitor who taps what is on the page. */

import { generateKeyPairSync } from 'node:crypto';
import { ALL } from '../../../static/phone/db.js';
import { activate, remember, setSetting } from '../../../static/phone/enrol.js';
import { handle } from '../../../static/phone/server.js';
import { forgetOwn } from '../../../static/phone/sync/own.js';
import { forgetRows } from '../../../static/phone/sync/rows.js';
import { refold } from '../../../static/phone/sync/view.js';
import { IDENTITY, phone, WANG } from '../phone/village.js';

export * from '../phone/village.js';

const HOST = 'http://hefeng.test';
const REDIRECTS_AT_MOST = 20;
/** What the roster says of 王桂兰's door. @type {Record<string, any>} */
export const KNOWN = WANG.data;

/** @typedef {{status: number, url: string, text: string, headers: Headers}} Seen */

/**
 * A phone of 刘桂香 that holds the village, and what she sees on it.
 * @param {import('../../../static/phone/types.js').Row[]} [rows]
 */
export async function openPhone(rows) {
  const db = await phone(/** @type {any} */ (rows));
  await remember(db.name, IDENTITY);
  await activate(IDENTITY.device_id);
  for (const name of ['sunlight', 'scale', 'locked']) await setSetting(name, null);
  const enrolment = { ...IDENTITY, store: db.name, active: true };
  return new Visitor({ db, enrolment });
}

/**
 * The key to which this server's boxes are sealed is known, so that a PIN can be put on.
 * @param {import('../../../static/phone/db.js').Store} db
 */
export function knowKey(db) {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return db.write(['meta'], (tx) =>
    tx.objectStore('meta').put({ kid: 'k', key: key.toString('base64url') }, 'seal_key'),
  );
}

/**
 * A round brings word that these households are erased.
 * @param {import('../../../static/phone/db.js').Store} db
 * @param {string[]} ids
 */
export function erase(db, ids) {
  return db.write(ALL, async (tx) => {
    await forgetOwn(tx, ids, /** @type {any} */ ({ held: [], covered: [] }));
    await refold(tx, await forgetRows(tx, ids));
  });
}

/** Goes from page to page as a browser does: follows 303, but not for ever, and posts forms urlencoded. */
export class Visitor {
  /** @param {import('../../../static/phone/rooms/_types.js').Env} env */
  constructor(env) {
    this.env = { now: () => new Date('2026-11-21T17:20:00+08:00'), assets: '/static/test', build: 'test', ...env };
  }

  get db() {
    return /** @type {import('../../../static/phone/db.js').Store} */ (this.env.db);
  }

  /**
   * @param {string} path
   * @param {{htmx?: boolean, follow?: boolean}} [how]
   * @returns {Promise<Seen>}
   */
  open(path, how = {}) {
    return this.#ask(path, { method: 'GET' }, how);
  }

  /**
   * @param {string} path
   * @param {Record<string, string> | URLSearchParams} form
   * @param {{htmx?: boolean, follow?: boolean}} [how]
   * @returns {Promise<Seen>}
   */
  send(path, form, how = {}) {
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(form).toString() }, how);
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   * @param {{htmx?: boolean, follow?: boolean}} how
   * @returns {Promise<Seen>}
   */
  async #ask(path, init, { htmx = false, follow = true }, left = REDIRECTS_AT_MOST) {
    if (left < 0) throw new Error('too many redirects');
    const url = new URL(path, HOST);
    const headers = { ...(htmx ? { 'HX-Request': 'true' } : {}), 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await handle(new Request(url, { ...init, headers }), this.env);
    const to = response.headers.get('Location');
    if (follow && response.status === 303 && to) return this.#ask(to, { method: 'GET' }, { htmx }, left - 1);
    return {
      status: response.status,
      url: response.headers.get('Content-Location') ?? url.pathname + url.search,
      text: await response.text(),
      headers: response.headers,
    };
  }
}

/** The words on a page, without its markup. */
export function words(/** @type {Seen} */ { text }) {
  return text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

/** The address of the first link or form on a page that leads to a path with these words in it. */
export function way(/** @type {Seen} */ { text }, /** @type {string} */ part) {
  const found = [...text.matchAll(/(?:href|action|data-draft)="([^"]*)"/g)].map(([, to = '']) =>
    to.replaceAll('&amp;', '&'),
  );
  const to = found.find((each) => each.includes(part));
  if (!to) throw new Error(`no way to ${part}`);
  return to;
}
