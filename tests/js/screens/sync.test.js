import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeEnrolment, openStore, setSetting, signOut } from '../../../static/phone/enrol.js';
import { placePage, strip } from '../../../static/phone/read.js';
import { ATTENTION } from '../../../static/shared/terms.js';
import { FakeServer } from '../phone/server.js';
import { IDENTITY, openPhone, SHARED, Visitor, WANG, way, words } from './village.js';

const HERE = `/field/places/${WANG.id}`;

/** One visit at 王桂兰's, saved. */
async function saveOne(/** @type {Visitor} */ liu) {
  const action = way(await liu.open(`${HERE}/visit?outcome=nobody_home`), '/visit?id=');
  return liu.send(action, { outcome: 'nobody_home' });
}

/** A phone whose network is a server in this process. */
async function withServer() {
  const server = await new FakeServer().start();
  const liu = await openPhone();
  server.device(/** @type {any} */ (IDENTITY.token));
  const rest = (/** @type {any} */ url, /** @type {any} */ init) =>
    fetch(`${server.base}${new URL(url).pathname}`, init);
  liu.env.fetch = /** @type {typeof fetch} */ (rest);
  return { server, liu };
}

test('without signal 立即同步 says so and loses nothing', async () => {
  const liu = await openPhone();
  liu.env.fetch = () => Promise.reject(new TypeError('offline'));
  await saveOne(liu);
  const page = await liu.send('/field/sync', {});
  assert.match(words(page), /这次没连上服务器。 记的都在手机里，有网时会自己再传。/);
  assert.match(words(page), /服务器已收到 1 条中的 0 条 还有 1 条存在这部手机里，没有丢。/);
  assert.match(words(page), /等网络 1 条.*王桂兰 没人 17:20 存好，会自己传/);
  assert.equal((await strip(liu.db)).waiting, 1);
});

test('after a good sync the page and the strip say the same as the server’s own list', async () => {
  const { server, liu } = await withServer();
  await saveOne(liu);
  const page = await liu.send('/field/sync', {});
  server.stop();
  assert.match(words(page), /服务器已收 1 · 手机里还有 0/);
  assert.match(words(page), /服务器已收到 1 条中的 1 条 都到了。/);
});

test('what the server set aside stands under 要您看一下, with the reason in plain words and a way on', async () => {
  const { server, liu } = await withServer();
  for (const row of [...SHARED, WANG]) server.put(row);
  const { url } = await saveOne(liu);
  server.quarantine.set(url.split('/').at(-1) ?? '', 'out_of_scope');
  const page = await liu.send('/field/sync', {});
  server.stop();
  assert.match(words(page), /要您看一下 1 条.*三组14号 王桂兰 当时不在您的网格里。/);
  const why = await liu.open(way(page, '/field/attention/'));
  assert.match(words(why), /请村里看一下，由村里决定收不收。/);
  assert.match(words(why), /没有丢，也不挡后面的/);
  assert.match(why.text, /\/field\/visits\//);
});

test('an attention that has gone meanwhile says that it is well', async () => {
  const liu = await openPhone();
  assert.match(words(await liu.open('/field/attention/9')), /这条已经好了/);
});

test('every code that the server may give has its plain words', () => {
  const codes = `unknown_place unknown_visit unknown_commitment unknown_campaign unknown_kind out_of_scope clock_future
    bad_body chain_broken body_differs not_yours place_exists revoked rejected`;
  for (const code of codes.split(/\s+/))
    assert.match(`${ATTENTION[code]?.what}${ATTENTION[code]?.todo}`, /。.*。/, code);
});

test('把没传的存成文件 gives the frozen lines and no token', async () => {
  const liu = await openPhone();
  await saveOne(liu);
  const file = await liu.open('/field/unsent');
  assert.match(file.headers.get('Content-Disposition') ?? '', /^attachment; filename="[\w.-]+\.ndjson"$/);
  assert.match(file.text, /"outcome":"nobody_home"/);
  assert.doesNotMatch(file.text, new RegExp(IDENTITY.token));
});

test('a code of the wrong length never leaves the phone', async () => {
  await openPhone();
  await signOut();
  const nobody = new Visitor({ fetch: () => assert.fail('asked the network') });
  const page = await nobody.send('/field/enrol', { code: '1234' });
  assert.equal(page.status, 422);
  assert.match(words(page), /登记码是 8 位数字，还差几位。/);
  assert.match(words(await nobody.send('/field/enrol', { username: 'liuguixiang', password: '' })), /请填密码。/);
});

test('a refused code and a missing network each get their own words', async () => {
  const { server, liu } = await withServer();
  await signOut();
  const nobody = new Visitor({ fetch: liu.env.fetch });
  assert.match(words(await nobody.send('/field/enrol', { code: '87654321' })), /登记码不对，或已经用过、过了时间。/);
  server.stop();
  const offline = new Visitor({ fetch: () => Promise.reject(new TypeError('offline')) });
  assert.match(words(await offline.send('/field/enrol', { code: '12345678' })), /登记要有网/);
});

test('登记 → 下户表 → 选片: the village is on the phone, and works without signal from then on', async () => {
  const { server, liu } = await withServer();
  await signOut();
  await setSetting('locked', null);
  for (const row of [...SHARED, WANG]) server.put(row);
  const nobody = new Visitor({ fetch: liu.env.fetch });
  const first = await nobody.send('/field/enrol', { code: '1234 5678' });
  assert.equal(first.url, '/field/first');
  assert.match(words(first), /刘桂香，登记好了 现在把户表下到这部手机/);
  assert.match(first.text, /hx-trigger="load/);
  const lanes = await nobody.send('/field/first', {});
  server.stop();
  assert.equal(lanes.url, '/field/lanes');
  assert.match(words(lanes), /三组 还要去 1 户/);
  const enrolment = await activeEnrolment();
  assert.ok(enrolment);
  assert.ok(await placePage(await openStore(enrolment), WANG.id));
});

test('退出 says what still waits and keeps it', async () => {
  const liu = await openPhone();
  await saveOne(liu);
  assert.match(words(await liu.open('/field/signout')), /还有 1 条没传。退出后会留在手机里/);
  await liu.send('/field/signout', {});
  assert.equal(await activeEnrolment(), null);
  assert.equal((await strip(liu.db)).waiting, 1);
});
