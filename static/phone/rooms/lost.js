/** After the browser emptied its store: what is gone, what came back, and what that means; said until it has been read. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { emptied, loss, readLoss } from '../enrol.js';
import { groups, placePage, visit } from '../read.js';
import { groupNames } from './_groups.js';
import { banner, called, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { plain } from './_trouble.js';
import { momentWords } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Visit} Visit */

const SHOWN = 50;

/** @param {import('../../shared/html.js').Html | ''} piece */
function piece(piece) {
  return new Response(String(piece), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}

/**
 * Above any page, until it has been read; empty when nothing is missing. What the second copy still knew is back already.
 * @param {Ask} ask
 */
export async function lostPart(ask) {
  if (!ask.enrolment) return piece(emptiedWords(await emptied()));
  const said = await loss(ask.db, ask.now);
  if (!said) return piece('');
  const back = said.recovered.length ? t('有 {n} 条没传的已经找回来了。', { n: said.recovered.length }) : '';
  const gone = said.lost.length ? t('有 {n} 条没传的找不回来。', { n: said.lost.length }) : '';
  const none = back || gone ? '' : t('没传的一条没少。');
  const acts = html`<a class="button plain" href="/field/lost">${t('看一看')}</a>${readForm('button plain')}`;
  return piece(banner(t('浏览器把这里的资料清掉过。'), `${back}${gone}${none}`, acts, said.lost.length > 0));
}

/** Where even the list of workers is gone, before somebody has signed in again. @param {{waiting: number} | null} left */
function emptiedWords(left) {
  if (!left) return '';
  const todo = left.waiting
    ? t('有 {n} 条没传的还有一份。登记好就找回来，户表也会再下回来。', { n: left.waiting })
    : t('登记好，户表会再下回来。');
  return banner(t('浏览器把这里的资料清掉过。'), todo);
}

/** @param {string} classes */
function readForm(classes) {
  return html`<form method="post" action="/field/parts/lost"><button class="${classes}">${t('知道了')}</button></form>`;
}

/**
 * The same at length.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function lostPage(ask) {
  const said = await loss(ask.db, ask.now);
  if (!said) return plain({ title: t('没有少东西'), say: t('记下的都在。'), href: '/field/', words: t('回到今天') });
  const places = (await groups(ask.db)).reduce((sum, group) => sum + group.places, 0);
  const roster = places ? t('{n} 户，已下回来', { n: places }) : t('还没下回来，有网自己下');
  const body = html`<h1 class="title">${t('浏览器把这里的资料清掉过')}</h1><p class="sub">${t(
    '{when} 发现的。服务器已收的一条没少。',
    { when: momentWords(said.at, ask.now) },
  )}</p><dl class="facts soft spaced"><div><dt>${t('没传的')}</dt><dd>${
    said.recovered.length ? t('找回 {n} 条，会接着传', { n: said.recovered.length }) : t('没有要找回的')
  }</dd></div><div><dt>${t('找不回来')}</dt><dd>${t('{n} 条', { n: said.lost.length })}</dd></div><div><dt>${t('户表')}</dt><dd>${roster}</dd></div></dl>
${said.lost.length > 0 && html`<p class="hint">${t('请看今天和昨天去过哪几家，把少的补记一下，时间选「上午」「下午」「昨天」。')}</p>`}
${said.recovered.length > 0 && (await recovered(ask, said.recovered))}<p class="hint">${t(
    '多半是清理手机时连浏览器的数据一起清了。以后清理时，别清浏览器的数据。',
  )}</p><div class="lead">${readForm('button main')}</div>`;
  return { title: t('资料清掉过'), body };
}

/**
 * @param {Ask} ask
 * @param {string[]} ids
 */
async function recovered(ask, ids) {
  const names = await groupNames(ask);
  const rows = await Promise.all(
    ids.slice(0, SHOWN).map(async (id) => {
      const found = /** @type {Visit | null} */ (await visit(ask.db, id));
      const door = found && (await placePage(ask.db, found.place_id));
      const name = door ? called(door.place, names(door.place.group)) : t('一条走访');
      return found
        ? html`<li><a href="/field/visits/${id}">${icon(ask, 'check')}<span>${name}<small>${momentWords(found.at, ask.now)}</small></span>${icon(ask, 'right', 'go')}</a></li>`
        : '';
    }),
  );
  return html`<ul class="links spaced">${rows}</ul>`;
}

/** @param {Ask} ask */
export async function lossRead(ask) {
  await readLoss(ask.db);
  return seeOther(ask, '/field/sync');
}
