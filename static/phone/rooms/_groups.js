/** Groups by code, for the plates. */
import { groups } from '../read.js';

/**
 * Names of the groups this phone knows.
 * @param {import('./_types.js').Ask} ask
 * @returns {Promise<(code: string | null | undefined) => string>}
 */
export async function groupNames(ask) {
  const names = new Map((await groups(ask.db)).map((group) => [group.code, group.name]));
  return (code) => names.get(code ?? '') ?? '';
}
