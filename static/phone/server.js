/**
 * The server in the phone: `handle(Request) → Response` answers every page under /field/ from IndexedDB. It knows neither
 * a document nor a worker, keeps nothing between requests, and uses the network only where a screen syncs.
 * Mounted in the page for htmx and in the worker for navigations.
 */
import { typed } from '../shared/typed.js';
import { atStart, openStore, setSetting } from './enrol.js';
import { ASSETS, BUILD } from './here.js';
import { isWanted, standing } from './pin.js';
import { openPractice, saysPractice, trainee } from './practice.js';
import { strip } from './read.js';
import { documentOf, fragmentOf, mainOf, POLICY } from './rooms/_frame.js';
import { seeOther } from './rooms/_redirect.js';
import { shutPage } from './rooms/_shut.js';
import { notFound, notSaved } from './rooms/_trouble.js';
import { find } from './router.js';
import { ROUTES, setPage } from './routes.js';

/** @typedef {import('./rooms/_types.js').Ask} Ask */
/** @typedef {import('./rooms/_types.js').Env} Env */
/** @typedef {import('./rooms/_types.js').Lock} Lock */
/** @typedef {import('./rooms/_types.js').Page} Page */
/** @typedef {import('./rooms/_types.js').Settings} Settings */
/** @typedef {import('./router.js').Route<import('./rooms/_types.js').Screen>} Route */

/** @typedef {Awaited<ReturnType<typeof standing>>['state']} Standing */

const LOCK_LIMIT_MS = 1_000;
/** How shut a store may be for a route to answer all the same. */
const BEARS = ['open', 'withheld', 'locked'];
/** @type {Awaited<ReturnType<typeof standing>>} */
const OPEN = { state: 'open', minutes: 0 };

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

/**
 * @param {Request} request
 * @param {Env} env
 */
async function answer(request, env) {
  const url = new URL(request.url);
  const form = typed(request.method === 'POST' ? await request.text() : '');
  const met = find(ROUTES, request.method, url.pathname);
  if (met?.route.bare) return bare(met.route, url);
  const known = await atStart();
  const settings = settingsOf(known.settings);
  if (settings.locked && ![settings.locked.name, 'any'].includes(met?.route.lock ?? ''))
    return seeOther({ url }, settings.locked.url);
  const now = env.now?.() ?? new Date();
  const whose = await ownerOf(env, now, known);
  if (!whose.enrolment && !met?.route.open) return seeOther({ url }, '/field/enrol');
  const stands = whose.db && !whose.practice ? await standing(whose.db, now.getTime()) : OPEN;
  const ask = /** @type {Ask} */ ({
    method: request.method,
    url,
    form,
    params: met?.params ?? {},
    now,
    ...whose,
    autolock: stands.minutes,
    settings,
    assets: env.assets ?? ASSETS,
    build: env.build ?? BUILD,
    fragment: request.headers.has('HX-Request'),
    range: request.headers.get('Range') ?? '',
    env,
  });
  const early = stands.state === 'open' ? asideOf(ask) : null;
  return drawn(ask, await said(ask, met?.route, stands.state), early);
}

/**
 * The route's own screen, or what stands in its place.
 * @param {Ask} ask
 * @param {Route | undefined} route
 * @param {Standing} state
 */
async function said(ask, route, state) {
  const borne = BEARS.indexOf(route?.bears ?? 'open');
  if (state !== 'open' && borne < BEARS.indexOf(state === 'withheld' ? 'withheld' : 'locked'))
    return shutPage(ask, state);
  if (!route) return notFound(ask);
  const isAsked = route.asksPin && ask.db && !ask.practice && !ask.autolock;
  if (isAsked && (await isWanted(ask.db, ask.now))) return setPage(ask);
  return screenOf(route, ask)(ask);
}

/**
 * Whose pages these are: whom the host brings along, else the practising worker, else who is signed in.
 * @param {Env} env
 * @param {Date} now
 * @param {Awaited<ReturnType<typeof atStart>>} known
 */
async function ownerOf(env, now, known) {
  if (!env.enrolment && saysPractice(known.settings))
    return { enrolment: trainee(), db: await openPractice(now), practice: true };
  const enrolment = env.enrolment ?? known.enrolment;
  return { enrolment, db: env.db ?? (enrolment && (await openStore(enrolment, now))), practice: false };
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
 * What the strip says, asked beside the screen: a GET records nothing. After a deed it is asked once that is done.
 * @param {Ask} ask
 */
function asideOf({ method, db }) {
  const asked = method === 'GET' && db ? strip(db) : null;
  asked?.catch(() => {}); // the screen's own trouble comes first
  return asked;
}

/**
 * @param {Ask} ask
 * @param {Page | Response} said
 * @param {ReturnType<typeof strip> | null} [early] what the strip says, where that was asked already
 * @returns {Promise<Response>}
 */
async function drawn(ask, said, early) {
  if (said instanceof Response) return said;
  if (said.lock && said.lock.url !== ask.settings.locked?.url) await setSetting('locked', said.lock);
  const known = ask.db && !said.lock && !said.shut ? await (early ?? strip(ask.db)) : null;
  const main = mainOf(ask, said, known);
  const text = ask.fragment ? fragmentOf(ask, said, main) : documentOf(ask, said, main);
  return new Response(text.toString(), { status: said.status ?? 200, headers: HEADERS });
}

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
};
