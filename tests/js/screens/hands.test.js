import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { activeEnrolment, registry, remember, signOut } from '../../../static/phone/enrol.js';
import { placePage } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { arrive, body, CAMPAIGN, DAY, IDENTITY, NOW, newId, openPhone, Visitor, WANG, way, words } from './village.js';

const SPRING = '0193b000-0000-7000-8000-00000000c002';
const spring = {
  kind: 'campaign',
  id: SPRING,
  seq: 10,
  data: { key: 'spring', name: '春风敲门行动', starts: '2026-11-20', ends: '2026-12-31', commitment: null },
};
const CHUNMEI = {
  device_id: 'device-2',
  token: 'token-of-li',
  worker: { id: 'worker-li', name: '李春梅', username: 'li', grids: [] },
};
const HERE = `/field/places/${WANG.id}`;

beforeEach(() => registry().write(['enrolments'], (tx) => tx.objectStore('enrolments').clear()));

/** Sets what the server's last answer said of the time. */
function contact(/** @type {Visitor} */ liu, /** @type {string} */ server_time) {
  const said = { at: '2026-11-21T17:20:00.000+08:00', server_time, held: [], covered: [], attention: [] };
  return liu.db.write(['meta'], (tx) =>
    tx.objectStore('meta').put(/** @type {any} */ ({ ...said, scope: [] }), 'contact'),
  );
}

test('with one worker and one campaign 今天 names neither', async () => {
  const liu = await openPhone();
  const page = words(await liu.open('/field/'));
  assert.doesNotMatch(page, /换人|换行动/);
  assert.doesNotMatch(words(await liu.open(`${HERE}/visit?outcome=nobody_home`)), /行动：/);
});

test('of two running campaigns the current one is named on 今天, on the form and on 我的, and can be changed', async () => {
  const liu = await openPhone();
  await arrive(liu.db, [/** @type {any} */ (spring)]);
  assert.match(words(await liu.open('/field/')), /春风敲门行动 换行动/);
  assert.match(words(await liu.open(`${HERE}/visit?outcome=nobody_home`)), /行动：春风敲门行动/);
  assert.match(words(await liu.open('/field/me')), /换行动 现在是春风敲门行动/);
  const choice = await liu.open('/field/campaigns');
  assert.match(words(choice), /春风敲门行动 正在走 到12月31日.*换成冬季敲门行动/);
  await liu.send('/field/campaigns', { campaign: 'no such campaign' });
  assert.match(words(await liu.open('/field/')), /春风敲门行动 换行动/);
  await liu.send('/field/campaigns', { campaign: CAMPAIGN });
  assert.match(words(await liu.open('/field/')), /冬季敲门行动 换行动/);
});

test('a door closed in one campaign is open in the other, and each visit names its own', async () => {
  const liu = await openPhone();
  await saveVisit(liu.db, { id: newId(), body: body('met_covered'), now: NOW });
  await arrive(liu.db, [/** @type {any} */ (spring)]);
  assert.equal((await placePage(liu.db, WANG.id))?.state, 'not_visited');
  const form = await liu.open(`${HERE}/visit?outcome=nobody_home`);
  assert.ok(form.text.includes(`name="campaign" value="${SPRING}"`));
  await liu.send(way(form, '/visit?id='), { outcome: 'nobody_home', campaign: SPRING });
  assert.equal((await placePage(liu.db, WANG.id))?.state, 'nobody_home');
  await liu.send('/field/campaigns', { campaign: CAMPAIGN });
  assert.equal((await placePage(liu.db, WANG.id))?.state, 'met_covered');
  const file = (await liu.open('/field/unsent')).text;
  assert.deepEqual(
    file.split('\n').flatMap((line) => /"campaign_id":"([^"]+)"/.exec(line)?.[1] ?? []),
    [CAMPAIGN, SPRING],
  );
});

test('a draft and a correction stay in their campaign when the phone has gone over to another', async () => {
  const liu = await openPhone();
  const first = newId();
  await saveVisit(liu.db, { id: first, body: body('nobody_home'), now: NOW });
  await arrive(liu.db, [/** @type {any} */ (spring)]);
  const form = await liu.open(`/field/visits/${first}/fix`);
  assert.match(words(form), /行动：冬季敲门行动/);
  await liu.send(way(form, '/draft?id='), { outcome: 'nobody_home', supersedes: first, campaign: CAMPAIGN });
  const again = await liu.open(form.url);
  assert.match(words(again), /行动：冬季敲门行动/);
  await liu.send(way(again, '/visit?id='), { outcome: 'met_later', supersedes: first, campaign: CAMPAIGN });
  const lines = (await liu.open('/field/unsent')).text.trim().split('\n').slice(1);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).body.campaign_id),
    [CAMPAIGN, CAMPAIGN],
  );
});

test('of two workers at hand 今天 says whose phone it is; one who signed out is not at hand without signing in', async () => {
  const liu = await openPhone();
  await remember('phone-of-li', CHUNMEI);
  assert.match(words(await liu.open('/field/')), /刘桂香在用 换人/);
  assert.match(words(await liu.open('/field/me')), /换成李春梅/);
  await liu.send('/field/signout', {});
  const nobody = new Visitor({});
  assert.match(words(await nobody.open('/field/')), /登记码.*换成李春梅/);
  assert.doesNotMatch(words(await nobody.open('/field/enrol')), /换成刘桂香/);
  await nobody.send('/field/switch', { device: IDENTITY.device_id }, { follow: false });
  assert.equal(await activeEnrolment(), null);
  await nobody.send('/field/switch', { device: CHUNMEI.device_id }, { follow: false });
  assert.equal((await activeEnrolment())?.worker.name, '李春梅');
});

test('who signed out while something waits is told of on the page of 登记, until it has gone', async () => {
  const liu = await openPhone();
  await liu.send('/field/signout', {});
  assert.doesNotMatch(words(await new Visitor({}).open('/field/enrol')), /没传，都留着/);
  await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW });
  assert.match(words(await new Visitor({}).open('/field/enrol')), /刘桂香还有 1 条没传，都留着，有网自己传。/);
});

test('a record of a door that has left the phone is still shown', async () => {
  const liu = await openPhone();
  const id = newId();
  await saveVisit(liu.db, { id, body: body('met_covered', { adults_listened: 2 }), now: NOW });
  await liu.db.write(['places', 'rows'], async (tx) => {
    await tx.objectStore('places').clear();
    await tx.objectStore('rows').clear();
  });
  assert.match(words(await liu.open(`/field/visits/${id}`)), /这一户不在您的网格里了，记录算数。.*讲了.*2 位/);
});

test('after 退出 the roster has left the phone, and what waits and what is half written has not', async () => {
  const liu = await openPhone();
  await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW });
  await liu.send(way(await liu.open(`${HERE}/visit?outcome=met_later`), '/draft?id='), { outcome: 'met_later' });
  await signOut();
  const kept = await Promise.all(
    /** @type {const} */ (['rows', 'places', 'events', 'drafts']).map((name) =>
      liu.db.read([name], (tx) => tx.objectStore(name).count()),
    ),
  );
  assert.deepEqual(kept, [0, 0, 1, 1]);
});

test('a clock that is off is said in words on 今天 and 同步, with what to do before it is put right', async () => {
  const liu = await openPhone();
  await contact(liu, '2026-11-21T17:25:00.000+08:00');
  assert.doesNotMatch(words(await liu.open('/field/')), /手机的时间/);
  await contact(liu, '2027-11-21T17:20:00.000+08:00');
  for (const path of ['/field/', '/field/sync', '/field/checkup'])
    assert.match(words(await liu.open(path)), /手机的时间慢了 1 年。.*记的照样存、照样传。请到手机的「设置」/, path);
  await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW });
  assert.match(words(await liu.open('/field/')), /先点「立即同步」把没传的传完，再到手机的「设置」/);
  await contact(liu, '2026-11-21T14:20:00.000+08:00');
  assert.match(words(await liu.open('/field/sync')), /手机的时间快了 3 小时。/);
});

test('where no campaign runs by a wrong clock, the one of the server’s day is meant', async () => {
  const liu = await openPhone();
  const yearAgo = () => new Date(NOW - 365 * DAY);
  await liu.db.write(['meta'], (tx) =>
    tx.objectStore('meta').put(
      /** @type {any} */ ({
        at: '2025-11-21T17:20:00.000+08:00',
        server_time: '2026-11-21T17:20:00.000+08:00',
        held: [],
      }),
      'contact',
    ),
  );
  const slow = new Visitor({ ...liu.env, now: yearAgo });
  await slow.send('/field/campaigns', { campaign: CAMPAIGN });
  const form = await slow.open(`${HERE}/visit?outcome=nobody_home`);
  assert.ok(form.text.includes(`name="campaign" value="${CAMPAIGN}"`));
});

test('after two days the file is offered; once stored it is quiet for a day', async () => {
  const liu = await openPhone();
  const at = (/** @type {number} */ hours) => new Visitor({ ...liu.env, now: () => new Date(NOW + hours * 3600_000) });
  await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW });
  await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW + 3600_000 });
  assert.doesNotMatch(words(await at(47).open('/field/')), /两天没传/);
  assert.match(words(await at(48).open('/field/')), /有 1 条两天没传了。/);
  assert.match(words(await at(49).open('/field/sync')), /有 2 条两天没传了。.*存成文件/);
  await at(49).open('/field/unsent');
  assert.doesNotMatch(words(await at(72).open('/field/')), /两天没传/);
  assert.match(words(await at(74).open('/field/')), /有 2 条两天没传了。/);
});

test('of all that could be said unasked 今天 says the two most pressing, and the rest when these are done', async () => {
  const liu = await openPhone();
  await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW });
  const at = '2026-11-21T09:00:00+08:00';
  const question = { place_id: WANG.id, worker_id: IDENTITY.worker.id, question: '这一户是听谁说的？', at, due: null };
  await arrive(liu.db, [
    /** @type {any} */ ({ kind: 'ask', id: 'ask-1', grid: '990102103201001', seq: 90, data: question }),
  ]);
  await contact(liu, '2026-11-21T19:20:00.000+08:00');
  const later = new Visitor({ ...liu.env, now: () => new Date(NOW + 48 * 3600_000) });
  const page = words(await later.open('/field/'));
  assert.match(page, /两天没传了.*手机的时间慢了/);
  assert.doesNotMatch(page, /请我说明/);
  await later.open('/field/unsent');
  assert.match(words(await later.open('/field/')), /手机的时间慢了.*请我说明/);
});
