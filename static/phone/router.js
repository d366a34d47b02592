/**
 * Which screen answers which address. A route is a method, a path with `:names`, a screen, and sometimes the name of the
 * lock under which it may be opened while the phone is in a resident's hands.
 */

/**
 * @template T
 * @typedef {{method: string, parts: string[], screen: T, lock: string | null, open: boolean, bare: boolean, practice: T | null, bears: 'open' | 'withheld' | 'locked', asksPin: boolean, ahead: ((ask: any) => Promise<any>) | null}} Route
 */

/**
 * @template T
 * @template [P=T]
 * @param {string} method
 * @param {string} path such as `/field/places/:id`
 * @param {T} screen
 * @param {{lock?: string, open?: boolean, bare?: boolean, practice?: P, bears?: 'withheld' | 'locked', asksPin?: boolean, ahead?: (ask: any) => Promise<any>}} [rules] lock: reachable under this lock; open: reachable
 *   without an enrolment; bare: answers from the address alone, whatever has become of the databases; practice: what answers
 *   instead while the phone is practising; bears: answers though the roster is withheld, or though the store is locked; asksPin: where
 *   the office wants a PIN and there is none, that is asked first; ahead: what a deed reads before it writes, without its form
 * @returns {Route<T | P>}
 */
export function route(method, path, screen, rules = {}) {
  const {
    lock = null,
    open = false,
    bare = false,
    practice = null,
    bears = 'open',
    asksPin = false,
    ahead = null,
  } = rules;
  return { method, parts: path.split('/'), screen, lock, open, bare, practice, bears, asksPin, ahead };
}

/**
 * The route for a request and the values of its `:names`, or null when there is none. The first that fits wins.
 * @template T
 * @param {Route<T>[]} routes
 * @param {string} method
 * @param {string} pathname
 * @returns {{route: Route<T>, params: Record<string, string>} | null}
 */
export function find(routes, method, pathname) {
  const parts = pathname.split('/');
  for (const candidate of routes) {
    const params = candidate.method === method ? fit(candidate.parts, parts) : null;
    if (params) return { route: candidate, params };
  }
  return null;
}

/**
 * @param {string[]} pattern
 * @param {string[]} parts
 * @returns {Record<string, string> | null}
 */
function fit(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [i, name] of pattern.entries()) {
    const part = parts[i] ?? '';
    if (!name.startsWith(':')) {
      if (name !== part) return null;
    } else if (/^[\w-]+$/.test(part)) params[name.slice(1)] = part;
    else return null;
  }
  return params;
}
