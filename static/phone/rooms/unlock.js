/** The lock is opened. */
import { open } from '../padlock.js';
import { vaultOf } from '../pin.js';
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
