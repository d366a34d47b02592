/**
 * htmx's fetch, answered in this page: no network, no worker to wake, no body through a worker. A request that does not come back
 * within five seconds is put once more, with the same ids in it; then the page says plainly that it did not work.
 */
import { ASSETS } from '../here.js';
import { notSaved } from '../rooms/_trouble.js';
import { handle } from '../server.js';

const LIMIT_MS = 5_000;
/** These wait for the network, or for a key on purpose slow; a second try would be a second try. */
const SLOW = ['/field/sync', '/field/first', '/field/enrol', '/field/pin', '/field/pin/set', '/field/pin/off'];
const SLOW_LIMIT_MS = 120_000;
const MOST_REDIRECTS = 6;

/**
 * @typedef {{method?: string, headers?: Record<string, string>, body?: unknown}} Asked
 * @param {string} action an address under /field/
 * @param {Asked} [asked]
 * @returns {Promise<Response>} never rejects; `url` is the last address, after redirects, or the one that the answer names as its own
 */
export async function localFetch(action, asked = {}) {
  let url = new URL(action, location.href);
  let response = await patiently(url, asked);
  for (let hop = 0; response.status === 303 && hop < MOST_REDIRECTS; hop += 1) {
    url = new URL(response.headers.get('Location') ?? '/field/', url);
    response = await patiently(url, { headers: asked.headers });
  }
  url = new URL(response.headers.get('Content-Location') ?? url, url);
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
}

/**
 * @param {URL} url
 * @param {Asked} asked
 */
async function patiently(url, asked) {
  const slow = asked.method === 'POST' && SLOW.includes(url.pathname);
  const first = await once(url, asked, slow ? SLOW_LIMIT_MS : LIMIT_MS);
  const second = first || slow ? first : await once(url, asked, LIMIT_MS);
  return second ?? notSaved(requestOf(url, asked), ASSETS);
}

/**
 * @param {URL} url
 * @param {Asked} asked
 * @param {number} limit
 * @returns {Promise<Response | null>} null when it took too long
 */
function once(url, asked, limit) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limit, null);
  });
  const answer = handle(requestOf(url, asked)).finally(() => clearTimeout(timer));
  return /** @type {Promise<Response | null>} */ (Promise.race([answer, late]));
}

/**
 * @param {URL} url
 * @param {Asked} asked
 */
function requestOf(url, { method = 'GET', headers = {}, body }) {
  if (method === 'GET') return new Request(url, { headers });
  const form = { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' };
  return new Request(url, { method, headers: form, body: String(body ?? '') });
}
