/**
 * The server in the phone: `handle(Request) → Response` answers every page under /field/ from IndexedDB. It knows neither
 * a document nor a worker, believes nothing it remembers of the last request, and uses the network only where a screen syncs.
 * Mounted in the page for htmx and in the worker for navigations.
 */
import { typed } from '../shared/typed.js';
import { atStart, setSetting } from './enrol.js';
import { groundOf, isOpen, isSame } from './ground.js';
import { ASSETS, BUILD } from './here.js';
import { standing } from './pin.js';
import { strip } from './read.js';
import { documentOf, fragmentOf, mainOf, POLICY, untold } from './rooms/_frame.js';
import { held } from './rooms/_locked.js';
import { seeOther } from './rooms/_redirect.js';
import { shutPage } from './rooms/_shut.js';
import { notFound, notSaved } from './rooms/_trouble.js';
import { find } from './router.js';
import { ROUTES, setPage } from './routes.js';
import { copied } from './sync/copy.js';

/** @typedef {import('./ground.js').Ground} Ground */
/** @typedef {import('./rooms/_types.js').Ask} Ask */
/** @typedef {import('./rooms/_types.js').Env} Env */
/** @typedef {import('./rooms/_types.js').Lock} Lock */
/** @typedef {import('./rooms/_types.js').Page} Page */
/** @typedef {import('./rooms/_types.js').Settings} Settings */
/** @typedef {import('./router.js').Route<import('./rooms/_types.js').Screen>} Route */

const LOCK_LIMIT_MS = 1_000;
/** How shut a store may be for a route to answer all the same. */
const BEARS = ['open', 'withheld', 'locked'];

/** What the last answer stood on. @type {Ground | null} */
let last = null;

/**
 * The answer to any request under /field/. Never rejects: what goes wrong becomes a page that says what is safe.
 * @param {Request} request
 * @param {Env} [env]
 * @returns {Promise<Response>}
 */
export async function handle(request, env = {}) {
  try {
    return await answer(request, env);
  } catch (trouble) {
    globalThis.reportError?.(trouble);
    return notSaved(request, env.assets ?? ASSETS);
  }
}

/**
 * The answer when `handle` took too long: says so, with a way out.
 * @param {Request} request
 */
export function gaveUp(request) {
  return notSaved(request, ASSETS);
}

/** @typedef {{request: Request, url: URL, form: URLSearchParams, met: ReturnType<typeof find<import('./rooms/_types.js').Screen>>, now: Date, env: Env}} Asked */

/**
 * @param {Request} request
 * @param {Env} env
 */
async function answer(request, env) {
  const url = new URL(request.url);
  const met = find(ROUTES, request.method, url.pathname);
  if (met?.route.bare) return bare(met.route, url);
  const asked = { request, url, form: typed(''), met, now: env.now?.() ?? new Date(), env };
  const early = inAdvance(asked);
  const [known, body] = await Promise.all([atStart(), request.method === 'POST' ? request.text() : '']);
  asked.form = typed(body);
  const { locked } = settingsOf(known.settings);
  if (locked && ![locked.name, 'any'].includes(met?.route.lock ?? '')) return seeOther({ url }, locked.url);
  const ground = await groundOf(env, asked.now, known, early);
  last = ground;
  if (!ground.enrolment && !met?.route.open) return seeOther({ url }, '/field/enrol');
  const holds = early && isSame(ground, early);
  const ask = askOn(ground, asked, holds ? early.ahead : null);
  return drawn(ask, await ((holds && early.guess) || said(ask, met?.route, ground)), ground);
}

/**
 * A screen that htmx reads is drawn on what the last answer stood on, while that is looked up again, and what a deed reads first
 * is read; either counts only if all of it still stands.
 * @param {Asked} asked
 */
function inAdvance(asked) {
  const { request, met, env, now } = asked;
  if (!isOpen(last) || (env.db ?? last.db) !== last.db) return null;
  const stands = standing(last.db, now.getTime());
  const ask = askOn(last, asked);
  const guess = isReading(request) ? said(ask, met?.route, last) : null;
  const ahead = met?.route.ahead?.(ask) ?? null;
  for (const each of [stands, guess, ahead]) each?.catch(() => {}); // their trouble is met when they are waited for
  return { ...last, guess, ahead, standing: stands };
}

/** @param {Request} request */
function isReading(request) {
  return request.method === 'GET' && request.headers.has('HX-Request');
}

/** @param {Ground} ground @param {Asked} asked @param {Ask['ahead']} [ahead] */
function askOn({ settings, enrolment, db, practice, stands }, { request, url, form, met, now, env }, ahead = null) {
  return /** @type {Ask} */ ({
    method: request.method,
    url,
    form,
    ahead,
    params: met?.params ?? {},
    now,
    enrolment,
    db,
    practice,
    autolock: stands.minutes,
    settings: settingsOf(settings),
    assets: env.assets ?? ASSETS,
    build: env.build ?? BUILD,
    fragment: request.headers.has('HX-Request'),
    range: request.headers.get('Range') ?? '',
    env,
  });
}

/**
 * The route's own screen, or what stands in its place.
 * @param {Ask} ask
 * @param {Route | undefined} route
 * @param {Ground} ground
 */
async function said(ask, route, { stands: { state, wanted } }) {
  const borne = BEARS.indexOf(route?.bears ?? 'open');
  if (state !== 'open' && borne < BEARS.indexOf(state === 'withheld' ? 'withheld' : 'locked'))
    return shutPage(ask, state);
  if (!route) return notFound(ask);
  if (route.asksPin && wanted) return setPage(ask);
  return screenOf(route, ask)(ask);
}

/**
 * @param {Route} route
 * @param {Ask} ask
 */
function screenOf({ screen, practice }, ask) {
  return (ask.practice && practice) || screen;
}

/**
 * A screen that asks no database. While one answers a lock is kept here too; one that does not is not waited for.
 * @param {Route} route
 * @param {URL} url
 */
async function bare({ screen }, url) {
  const late = new Promise((resolve) => setTimeout(resolve, LOCK_LIMIT_MS, null));
  const read = atStart().then(({ settings }) => settingsOf(settings));
  const settings = /** @type {Settings | null} */ (await Promise.race([read.catch(() => null), late]));
  if (settings?.locked) return seeOther({ url }, settings.locked.url);
  return drawn(/** @type {Ask} */ ({ url }), await screen(/** @type {Ask} */ ({ url })));
}

/** @returns {Settings} */
function settingsOf(/** @type {Record<string, any>} */ { sunlight, scale, locked }) {
  return {
    sunlight: sunlight === true,
    scale: String(scale ?? '18'),
    locked: /** @type {Lock | null} */ (locked ?? null),
  };
}

/**
 * @param {Ask} ask
 * @param {Page | Response} answered
 * @param {Ground} [ground]
 * @returns {Promise<Response>}
 */
async function drawn(ask, answered, ground) {
  if (answered instanceof Response) return answered;
  const said = held(ask, answered);
  if (said.lock !== undefined && !isKept(said.lock, ask.settings)) await setSetting('locked', said.lock);
  // A deed may have changed what the strip says; what is only read has not.
  const early = said.strip ?? (ask.method === 'GET' ? ground?.stands.strip : null);
  const known = ask.db && !said.lock && !said.shut ? (early ?? (await strip(ask.db))) : null;
  const main = mainOf(ask, said, known);
  await copied();
  const text = ask.fragment ? fragmentOf(ask, said, main) : documentOf(ask, said, main);
  const headers = said.here ? { ...HEADERS, 'Content-Location': untold(ask, said.here) } : HEADERS;
  return new Response(text.toString(), { status: said.status ?? 200, headers });
}

/** @param {Lock | null} lock @param {Settings} settings */
function isKept(lock, { locked }) {
  return lock?.url === locked?.url && lock?.back === locked?.back;
}

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
};
