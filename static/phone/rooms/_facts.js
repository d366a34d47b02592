/** A visit told in a few lines, for the saved page, its record, and the resident who asks to see it. */
import { html } from '../../shared/html.js';
import { APP, AWAY, METHODS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { backWords, momentWords, nextWords } from './_when.js';

/** @typedef {import('./_types.js').Campaign} Campaign */
/** @typedef {import('./_types.js').Visit} Visit */

/**
 * Label and value for everything that was recorded, in the order of the form.
 * @param {Visit} visit
 * @param {Campaign | null} campaign
 * @param {Date} now
 * @returns {[string, string][]}
 */
export function factsOf(visit, campaign, now) {
  /** @type {[string, string | false | null | undefined][]} */
  const facts = [
    [t('听讲的大人'), visit.adults_listened ? t('{n} 位', { n: visit.adults_listened }) : null],
    ...materials(visit, campaign),
    [t('安装情况'), app(visit)],
    [t('承诺书'), visit.commitment && commitment(visit.commitment)],
    [t('不在家'), visit.away?.kind && t(AWAY[visit.away.kind] ?? '长期不在家')],
    [t('大概几月回来'), visit.away?.back_on && backWords(visit.away.back_on)],
    [t('下次'), visit.next_try?.slot && nextWords(visit.next_try, now)],
    [t('不用再来'), visit.do_not_return && t('住户说的')],
    [t('备注'), visit.note],
    [t('照片'), visit.photos?.length ? t('{n} 张', { n: visit.photos.length }) : null],
    [t('什么时候'), momentWords(visit.visited_at ?? visit.at, now)],
  ];
  return facts.flatMap(([label, value]) => (value ? [/** @type {[string, string]} */ ([label, value])] : []));
}

/**
 * @param {[string, string][]} facts
 * @param {[string, string]} [first] drawn bold, above
 */
export function factsList(facts, first) {
  return html`<dl class="facts">${first && html`<div class="first"><dt>${first[0]}</dt><dd>${first[1]}</dd></div>`}${facts.map(
    ([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/**
 * @param {Visit} visit
 * @param {Campaign | null} campaign
 * @returns {[string, string][]}
 */
function materials(visit, campaign) {
  return (visit.materials ?? []).map(({ material, quantity }) => {
    const known = campaign?.materials?.find(({ key }) => key === material);
    return [known?.name ?? material, `${quantity} ${known?.unit ?? t('份')}`];
  });
}

/** @param {Visit} visit */
function app({ app: counts }) {
  return Object.entries(APP)
    .filter(([key]) => counts?.[key])
    .map(([key, word]) => `${t(word)} ${counts?.[key]}`)
    .join('·');
}

/** @param {import('./_types.js').Commitment} given */
function commitment({ method, withdrawn_at, paper_no }) {
  if (withdrawn_at) return t('已撤回');
  if (method === 'screen') return t('签了');
  return [t(METHODS[method ?? ''] ?? '没提'), paper_no].filter(Boolean).join(' ');
}
