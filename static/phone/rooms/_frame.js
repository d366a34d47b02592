/** The page round every screen: truth strip, notices, tabs, and the whole document for a navigation. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { CORE } from '../here.js';
import { icon } from './_parts.js';
import { practiceStrip } from './_practice.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('../../shared/html.js').Html} Html */
/** @typedef {{held: number, waiting: number, attention: number}} Strip */

/** Pages made on the phone need nothing but what the phone was given, and may load nothing else. */
export const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TABS = /** @type {const} */ ([
  ['today', '/field/', 'today', '今天'],
  ['list', '/field/list', 'roster', '户表'],
  ['sync', '/field/sync', 'sync', '同步'],
  ['me', '/field/me', 'me', '我的'],
]);

/**
 * The strip that is always true: what the server says it holds, what is only here.
 * @param {Ask} ask
 * @param {Strip} strip
 */
export function truth(ask, { held, waiting, attention }) {
  return html`<a class="strip" id="strip" href="/field/sync">${icon(ask, 'server', 'mark')}<span>${t('服务器已收')} <b>${held}</b></span><span
    class="dot" aria-hidden="true">·</span>${icon(ask, 'phone', 'mark')}<span>${t('手机里还有')} <b>${waiting}</b></span>${
      attention > 0 ? html`<span class="need">${t('看 {n}', { n: attention })}</span>` : icon(ask, 'right', 'go')
    }</a>`;
}

/**
 * What stands first: the truth, or that this is only practice.
 * @param {Ask} ask
 * @param {Strip | null} strip
 */
export function top(ask, strip) {
  return ask.practice ? practiceStrip() : strip && truth(ask, strip);
}

/**
 * The page's `<main>`, which htmx replaces whole.
 * @param {Ask} ask
 * @param {Page} page
 * @param {Strip | null} strip none on a locked page, and before there is an enrolment
 */
export function mainOf(ask, page, strip) {
  const { sunlight, scale } = ask.settings;
  const here = untold(ask, page.here ?? ask.url.pathname + ask.url.search);
  const classes = ['page', page.layout, page.tab && 'has-tabs'].filter(Boolean).join(' ');
  return html`<main id="page" class="${classes}" data-light="${sunlight ? 'sun' : 'room'}" data-scale="${scale}" data-here="${here}" data-locked="${page.lock?.url ?? ''}"${ask.autolock > 0 && html` data-autolock="${ask.autolock}"`}${page.shut && html` data-shut`} hx-history-elt>${top(ask, strip)}<div id="notice" aria-live="polite"></div>${page.body}${page.tab && tabs(ask, page.tab)}</main>`;
}

/** Fields of an address that may hold somebody's name: browsers write addresses down where no lock reaches. */
const TELLING = ['q', 'contact_name', 'door'];

/**
 * An address as it may be written down.
 * @param {Ask} ask
 * @param {string} address
 */
export function untold(ask, address) {
  const url = new URL(address, ask.url);
  if (!(ask.autolock > 0) || !TELLING.some((name) => url.searchParams.has(name))) return address;
  for (const name of TELLING) url.searchParams.delete(name);
  return url.pathname + url.search;
}

/**
 * @param {Ask} ask
 * @param {string} current
 */
function tabs(ask, current) {
  return html`<nav class="tabs">${TABS.map(
    ([name, href, picture, word]) =>
      html`<a href="${href}"${name === current && html` aria-current="page"`}>${icon(ask, picture)}${t(word)}</a>`,
  )}</nav>`;
}

/** Under a lock it names nobody: browsers write titles down, too. @param {Ask} ask @param {Page} page */
function titleOf(ask, page) {
  return ask.autolock > 0 ? html`<title>${t('敲门行动')}</title>` : html`<title>${page.title}·${t('敲门行动')}</title>`;
}

/**
 * What htmx gets: title and main.
 * @param {Ask} ask
 * @param {Page} page
 * @param {Html} main
 */
export function fragmentOf(ask, page, main) {
  return html`${titleOf(ask, page)}${main}`;
}

/** How a tap's answer takes the page's place. Scrolling is left to the page: htmx would have it laid out before it is done. */
export const TAPPED = 'outerHTML show:none';

/**
 * The whole document round a main. htmx comes after `start.js`, whose listeners must be there first.
 * @param {Ask} ask
 * @param {Page} page
 * @param {Html} main
 */
export function documentOf(ask, page, main) {
  const { assets } = ask;
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
${titleOf(ask, page)}
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="theme-color" content="#0d5446">
<meta name="referrer" content="no-referrer">
<meta name="htmx-config" content='{"extensions":"none","includeIndicatorCSS":false,"defaultTimeout":120000,"defaultSettleDelay":0}'>
<link rel="manifest" href="${assets}/manifest.webmanifest">
<link rel="icon" href="${assets}/icons/app.svg">
<link rel="stylesheet" href="${assets}/built/phone.css">
<link rel="modulepreload" href="${CORE}">
<script type="module" src="${assets}/built/start.js"></script>
<script defer src="${assets}/vendor/htmx.org@4.0.1/htmx.min.js"></script>
</head>
<body hx-boost:inherited="true" hx-target:inherited="#page" hx-swap:inherited="${TAPPED}">${main}</body>
</html>
`;
}
