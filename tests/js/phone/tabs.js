/**
 * Another tab of the same browser: a graph of modules of its own over the same storage. What a page holds in its memory, such as
 * the keys of a lock, the other one does not see.
 */

import { register } from 'node:module';

register('./tabs.hooks.js', import.meta.url);

/**
 * @param {string} name
 * @param {...string} modules of static/phone, without their ending
 * @returns {Promise<any>} all that they export
 */
export async function tab(name, ...modules) {
  const found = [];
  for (const each of ['vault/cipher', ...modules])
    found.push(await import(`../../../static/phone/${each}.js?tab=${name}`));
  return Object.assign({}, ...found);
}
