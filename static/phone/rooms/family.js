/** 给外出家人的话: a fixed text to paste in a chat; who we are and three warnings, nothing about anybody and no link. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { campaign, placePage, villageOf } from '../read.js';
import { copyBox } from './_copy.js';
import { back } from './_parts.js';
import { noPlace } from './_trouble.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

const WARNINGS = ['警察不会在电话里让您转钱。', '先垫钱再返钱的活，都是骗。', '说要退钱给您的，先别信。'];

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function familyPage(ask) {
  const found = await placePage(ask.db, ask.params.id ?? '');
  if (!found) return noPlace();
  const [village, round] = await Promise.all([villageOf(ask.db, found.place.group), campaign(ask.db, ask.now)]);
  const title = t('给外出家人的话');
  const text = message(village, round?.name ?? '');
  const body = html`<nav class="nav">${back(ask, `/field/places/${found.place.id}`, t('这户'))}</nav><h1 class="title">${title}</h1><p class="sub">${t(
    '复制好，粘贴到和他家里人的聊天里。里面没有人名、电话和网址。',
  )}</p><div class="lead">${copyBox(ask, { text, key: t('复制这段话'), shown: true })}</div>`;
  return { title, body };
}

/**
 * @param {{name: string, phone: string} | null} village
 * @param {string} round
 */
function message(village, round) {
  const warnings = WARNINGS.map((line, i) => `${i + 1}. ${t(line)}`);
  return [
    t('我们是{village}「{round}」的网格员，在村里挨家讲防诈骗。您在外面，也请记住三句：', {
      village: village?.name ?? t('村里'),
      round: round || t('敲门行动'),
    }),
    ...warnings,
    t('拿不准，先打 96110 或 110 问，别急着转钱。'),
    ...(village?.phone ? [t('村里电话：{phone}', { phone: village.phone })] : []),
    t('这条不用回，也不用点什么。'),
  ].join('\n');
}
