/** Whose phone this is now and which campaign is meant: said only where it could be mistaken. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { enrolments, openStore } from '../enrol.js';
import { campaigns, strip } from '../read.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

/** Those who may take this phone over without signing in again. */
export async function atHand() {
  return (await enrolments()).filter((each) => !each.left);
}

/**
 * Two ways out of a mix-up, under the title of 今天.
 * @param {Ask} ask
 */
export async function nowLine(ask) {
  const [known, running] = await Promise.all([atHand(), campaigns(ask.db, ask.now)]);
  const who =
    known.length > 1 &&
    html`<a href="/field/me">${t('{name}在用', { name: ask.enrolment.worker.name })}<b>${t('换人')}</b></a>`;
  const which = running.length > 1 && html`<a href="/field/campaigns">${running[0]?.name}<b>${t('换行动')}</b></a>`;
  return (who || which) && html`<div class="now">${who}${which}</div>`;
}

/** Those who signed out while something of theirs still waits here; it goes out whoever uses the phone. */
export async function leftBehind() {
  const left = (await enrolments()).filter((each) => each.left);
  const counted = await Promise.all(
    left.map(async (each) => ({ name: each.worker.name, n: (await strip(await openStore(each))).waiting })),
  );
  return counted
    .filter(({ n }) => n > 0)
    .map((each) => html`<p class="hint">${t('{name}还有 {n} 条没传，都留着，有网自己传。', each)}</p>`);
}

/**
 * The others on this phone, each one tap away.
 * @param {Ask} ask
 */
export async function othersAtHand(ask) {
  const others = (await atHand()).filter((each) => !each.active);
  return others.map(
    ({ device_id, worker }) =>
      html`<li><form method="post" action="/field/switch"><button name="device" value="${device_id}">${icon(ask, 'people')}<span>${t(
        '换成{name}',
        { name: worker.name },
      )}<small>${t('也登记在这部手机上')}</small></span>${icon(ask, 'right', 'go')}</button></form></li>`,
  );
}
