/** Groups by code, for the plates. */
import { regionNames } from '../read.js';

/**
 * Names of the groups this phone knows.
 * @param {import('./_types.js').Ask} ask
 * @returns {Promise<(code: string | null | undefined) => string>}
 */
export async function groupNames(ask) {
  const names = await regionNames(ask.db);
  return (code) => names.get(code ?? '') ?? '';
}
