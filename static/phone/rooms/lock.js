/** The lock falls. */
import { lock } from '../pin.js';
import { seeOther } from './_redirect.js';

/** POST: from now on this page opens nothing. @param {import('./_types.js').Ask} ask */
export function lockNow(ask) {
  lock(ask.db);
  return seeOther(ask, '/field/');
}
