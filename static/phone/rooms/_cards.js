/**
 * The first five of the fraud catalogue: one line, one help, one drawing. Drawings are 328×262, 3 px ink lines on c1, no real
 * faces and no badge or uniform of a real force; the amber stroke says "no".
 */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';

/** @typedef {import('../../shared/html.js').Html} Html */

/**
 * @param {Html} inside
 * @returns {Html}
 */
function drawing(inside) {
  return html`<svg class="picture" viewBox="0 0 328 262" aria-hidden="true"><rect class="d-ground" width="328" height="262"/>${inside}</svg>`;
}

/** A telephone held upright, 112 wide. @param {Html} inside */
function telephone(inside) {
  return html`<g class="d-line"><rect class="d-card" x="34" y="34" width="112" height="206" rx="12"/><path d="M76 50h28"/></g>${inside}`;
}

/** @type {() => Html} */
const no = () => html`<path class="d-no" d="M176 138L312 50"/>`;

/**
 * A speech bubble with two short lines of writing.
 * @param {string} first
 * @param {string} second
 */
function bubble(first, second) {
  return html`<path class="d-line d-card" d="M166 52h146a6 6 0 0 1 6 6v70a6 6 0 0 1-6 6H200l-18 20 2-20h-18a6 6 0 0 1-6-6V58a6 6 0 0 1 6-6z"/><text
    class="d-words" x="239" y="88">${first}</text><text class="d-words" x="239" y="118">${second}</text>`;
}

/** A bank card, plain. */
const bankCard = () =>
  html`<g class="d-line"><rect class="d-mid" x="192" y="174" width="108" height="62" rx="7"/><path class="d-thick" d="M192 194h108"/><path d="M206 218h28"/></g>`;

/** Head and shoulders without a face. @param {number} y */
const somebody = (y) =>
  html`<g class="d-line"><circle class="d-card" cx="90" cy="${y}" r="26"/><path class="d-deep" d="M46 ${y + 70}a44 40 0 0 1 88 0z"/></g>`;

/** A coin. @param {number} x @param {number} y */
const coin = (x, y) =>
  html`<g class="d-line"><circle class="d-card" cx="${x}" cy="${y}" r="20"/><path d="M${x - 8} ${y - 10}l8 9 8-9M${x - 8} ${y + 1}h16M${x - 8} ${y + 7}h16M${x} ${y - 1}v13"/></g>`;

/** @type {{key: string, line: string[], help: string, picture: () => Html}[]} */
export const CARDS = [
  {
    key: '冒充公检法',
    line: ['警察不会在电话里', '让您转钱'],
    help: '说您犯事、要查账，都是假的。挂掉，打 110 问。',
    picture: () =>
      drawing(html`${telephone(somebody(120))}${bubble(t('“把钱转到'), t('安全账户”'))}${no()}${bankCard()}`),
  },
  {
    key: '刷单返利',
    line: ['先垫钱再返钱的活', '都是骗'],
    help: '头几笔给您甜头，后面就不还了。一分都别垫。',
    picture: () =>
      drawing(
        html`${telephone(html`<g class="d-line"><path class="d-mid" d="M58 92h64v26H58zM58 130h64v26H58zM58 168h64v26H58z"/><path d="M66 105l6 6 10-12M66 143l6 6 10-12"/></g>`)}${bubble(t('“点一点'), t('就返钱”'))}${no()}${coin(206, 200)}${coin(250, 212)}${coin(292, 196)}`,
      ),
  },
  {
    key: '冒充客服退款',
    line: ['说要退钱给您的', '先别信'],
    help: '退款走原来的路，不用下软件，不用开屏幕给人看。',
    picture: () =>
      drawing(
        html`${telephone(html`<g class="d-line"><path class="d-mid" d="M62 108h56v48H62z"/><path d="M62 124h56M90 108v16"/><path d="M70 190h40"/></g>`)}${bubble(t('“下个软件'), t('给您退款”'))}${no()}${bankCard()}`,
      ),
  },
  {
    key: '虚假投资理财',
    line: ['稳赚不赔的', '都是假的'],
    help: '群里带您赚钱的老师和网友，都是一伙的。',
    picture: () =>
      drawing(
        html`${telephone(html`<g class="d-line"><path d="M56 200V96M56 200h72"/><path class="d-thick" d="M62 186l16-24 14 12 28-58"/></g>`)}${bubble(t('“跟着老师'), t('包赚”'))}${no()}${coin(216, 204)}${coin(272, 204)}`,
      ),
  },
  {
    key: '养老保健骗局',
    line: ['送鸡蛋送体检', '最后要您掏钱'],
    help: '药不是礼品。要交钱，先问儿女和村里。',
    picture: () =>
      drawing(
        html`${telephone(html`<g class="d-line"><path class="d-mid" d="M66 120h48v70a6 6 0 0 1-6 6H72a6 6 0 0 1-6-6z"/><path class="d-card" d="M72 102h36v18H72z"/><path d="M90 140v30M75 155h30"/></g>`)}${bubble(t('“吃这个'), t('百病消”'))}${no()}<g class="d-line"><ellipse class="d-card" cx="214" cy="206" rx="17" ry="22"/><ellipse class="d-card" cx="254" cy="206" rx="17" ry="22"/><ellipse class="d-mid" cx="294" cy="206" rx="17" ry="22"/></g>`,
      ),
  },
];
