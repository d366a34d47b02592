import assert from 'node:assert/strict';
import { test } from 'node:test';
import 'fake-indexeddb/auto';
import { appAround, isCramped, keepsData } from '../../../static/phone/checkup.js';

const ANDROID = 'Mozilla/5.0 (Linux; Android 13; V2199A) AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

test('the browsers inside chat apps are known by name', () => {
  const inside = {
    微信: `${ANDROID} Version/4.0 Chrome/126 Mobile Safari/537.36 XWEB/1260 MicroMessenger/8.0.49`,
    企业微信: `${ANDROID} Chrome/126 Mobile Safari/537.36 wxwork/4.1.22 MicroMessenger/7.0.1`,
    钉钉: `${IPHONE} Mobile/15E148 AliApp(DingTalk/7.5.0) com.laiwang.DingTalk`,
    QQ: `${ANDROID} Version/4.0 MQQBrowser/6.2 TBS/046 Mobile Safari/537.36 V1_AND_SQ_9.0 QQ/9.0.60`,
    支付宝: `${IPHONE} Mobile/15E148 AlipayClient/10.5.88`,
    微博: `${ANDROID} Chrome/126 Mobile Safari/537.36 Weibo (V2199A__weibo__14.3.2)`,
  };
  for (const [name, agent] of Object.entries(inside)) assert.equal(appAround(agent), name);
});

test('a nameless web view is no browser either, on either kind of phone', () => {
  assert.equal(appAround(`${ANDROID.replace('V2199A', 'V2199A; wv')} Version/4.0 Chrome/126 Mobile Safari/537.36`), '');
  assert.equal(appAround(`${IPHONE} Mobile/15E148`), '');
});

test('browsers of the phone pass, also those with a like name, and what was opened from the home screen', () => {
  const browsers = [
    `${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36`,
    `${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0`,
    `${ANDROID} Version/4.0 Chrome/109 MQQBrowser/15.1 Mobile Safari/537.36`,
    `${ANDROID} Chrome/114 Mobile Safari/537.36 HuaweiBrowser/14.0`,
    `${ANDROID.replace('V2199A', 'V2199A; wv')} Version/4.0 Chrome/87 Mobile Safari/537.36 VivoBrowser/10.3.10.0`,
    `${IPHONE} Version/17.4 Mobile/15E148 Safari/604.1`,
    `${IPHONE} CriOS/126 Mobile/15E148 Safari/604.1`,
  ];
  for (const agent of browsers) assert.equal(appAround(agent), null, agent);
  assert.equal(appAround(`${IPHONE} Mobile/15E148`, { standalone: true }), null);
});

test('little room is a private window or a full phone; a browser that says nothing is believed', () => {
  assert.ok(isCramped({ quota: 30e6, free: 30e6 }));
  assert.ok(isCramped({ quota: 5e9, free: 10e6 }));
  assert.ok(!isCramped({ quota: 5e9, free: 4e9 }));
  assert.ok(!isCramped({ quota: null, free: null }));
});

test('keeping is tried and leaves nothing behind', async () => {
  assert.equal(await keepsData(), true);
  assert.deepEqual(await indexedDB.databases(), []);
});

test('a database that throws or never opens keeps nothing', async () => {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = () => {
    throw new DOMException('no', 'InvalidStateError');
  };
  assert.equal(await keepsData(), false);
  IDBFactory.prototype.open = open;
});
