/** The lock falls, and is opened: the two deeds that a phone with a lock needs each day. */
import { lock, open, vaultOf } from '../pin.js';
import { seeOther } from './_redirect.js';
import { pinPage } from './_shut.js';

/** @typedef {import('./_types.js').Ask} Ask */

/** POST: one try. @param {Ask} ask */
export async function tryNow(ask) {
  if (!(await vaultOf(ask.db))) return seeOther(ask, '/field/pin');
  const tried = await open(ask.db, ask.form.get('pin') ?? '', ask.now.getTime());
  if (!tried.ok) return tried.gone ? seeOther(ask, '/field/') : pinPage(ask, tried);
  const to = ask.form.get('to') ?? '';
  return seeOther(ask, ask.settings.locked?.url ?? (/^\/field\/(?!pin)/.test(to) ? to : '/field/'));
}

/** POST: from now on this page opens nothing. @param {Ask} ask */
export function lockNow(ask) {
  lock(ask.db);
  return seeOther(ask, '/field/');
}
