/** What can still be said and saved when no database opens: the second copy alone is read. */

import { attempt, CACHE, copied, DEVICE, PATIENCE_MS } from './copy.js';
import { namesOf } from './names.js';

/** @typedef {{store: string, device_id: string, lines: string[]}} Apart */

/**
 * The copied lines with no database asked: for the day on which none opens. One group for each enrolment.
 * @returns {Promise<Apart[]>}
 */
export async function copiesApart() {
  if (!globalThis.caches) return [];
  await copied();
  return attempt(async () => {
    const cache = await caches.open(CACHE);
    /** @type {Map<string, Apart>} */
    const groups = new Map();
    for (const { store, device_id, line } of await Promise.all((await cache.keys()).map((each) => read(cache, each)))) {
      const group = groups.get(`${store}/${device_id}`) ?? { store, device_id, lines: [] };
      groups.set(`${store}/${device_id}`, group);
      if (line) group.lines.push(line);
    }
    return [...groups.values()];
  }, []);
}

async function read(/** @type {Cache} */ cache, /** @type {Request} */ request) {
  const copy = await cache.match(request);
  const store = new URL(request.url).pathname.split('/').at(-2) ?? '';
  return { store, device_id: copy?.headers.get(DEVICE) ?? '', line: await copy?.text() };
}

/**
 * Whether a store once lived here, told from outside IndexedDB, and how many unsent events have their copy.
 * @returns {Promise<{waiting: number} | null>} null where there is no trace of one
 */
export async function remains() {
  if (!namesOf().length) return null;
  if (!globalThis.caches) return { waiting: 0 };
  const count = async () => (await (await caches.open(CACHE)).keys()).length;
  return { waiting: await attempt(count, 0, PATIENCE_MS) };
}

/**
 * A group's file as staff import it: the same head as the export's, then the frozen lines.
 * @param {Apart} group
 */
export function rescueFile({ store, device_id, lines }) {
  const head = { protocol: 1, device_id, worker_id: store.replace(/^doorknock-/, ''), events: lines.length };
  return [JSON.stringify(head), ...lines].map((line) => `${line}\n`).join('');
}
