import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setSetting, signOut } from '../../../static/phone/enrol.js';
import { saveVisit } from '../../../static/phone/record.js';
import { giveStorage, takeAway } from '../phone/browserstorage.js';
import { body, NOW, newId, openPhone, place, Visitor, WANG, words } from './village.js';

test('a door that this phone does not hold gets a plain page with a way out', async () => {
  const liu = await openPhone();
  const page = await liu.open('/field/places/0193b000-0000-7000-8000-00000000ffff');
  assert.equal(page.status, 404);
  assert.match(words(page), /这部手机里没有这一户.*回到户表/);
  assert.match(page.text, /href="\/field\/list"/);
});

test('an address that does not exist leads back to 今天', async () => {
  const liu = await openPhone();
  const page = await liu.open('/field/nowhere');
  assert.equal(page.status, 404);
  assert.match(words(page), /没有这一页.*回到今天/);
});

test('a path with odd signs in it is nobody’s door', async () => {
  const liu = await openPhone();
  assert.equal((await liu.open('/field/places/%3Cb%3E')).status, 404);
});

test('without an enrolment every address leads to 登记', async () => {
  await openPhone();
  await signOut();
  const page = await new Visitor({}).open('/field/sync');
  assert.equal(page.url, '/field/enrol');
  assert.match(words(page), /登记码/);
  assert.doesNotMatch(page.text, /class="strip"/);
});

test('markup in a name stays text', async () => {
  const liu = await openPhone([
    place('place-bold', 1, { contact_name: '<b>粗</b>', landmark: '"><script>alert(1)</script>', py: [] }),
  ]);
  for (const path of ['/field/places/place-bold', '/field/list', '/field/places/place-bold/edit']) {
    const { text } = await liu.open(path);
    assert.match(text, /&lt;b&gt;粗&lt;\/b&gt;/);
    assert.doesNotMatch(text, /<b>粗|<script>alert/);
  }
});

test('typed words come back escaped too', async () => {
  const liu = await openPhone();
  const { text } = await liu.open(`/field/list?q=${encodeURIComponent('<img src=x onerror=1>"')}`);
  assert.doesNotMatch(text, /<img/);
  assert.match(text, /&lt;img/);
});

test('a save that fails keeps the form and says so above it', async () => {
  const liu = await openPhone();
  const broken = new Visitor({
    ...liu.env,
    db: /** @type {any} */ ({ read: () => Promise.reject(new Error('gone')) }),
  });
  const answer = await broken.send('/field/places/place-wang/visit?id=x', { outcome: 'nobody_home' }, { htmx: true });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('HX-Retarget'), '#notice');
  assert.equal(answer.headers.get('HX-Push-Url'), 'false');
  assert.match(words(answer), /这一条没存上。.*填的都还在这一页。.*再存一次/);
});

test('a page that cannot be drawn says what is safe and how to go on', async () => {
  const liu = await openPhone();
  const broken = new Visitor({
    ...liu.env,
    db: /** @type {any} */ ({ read: () => Promise.reject(new Error('gone')) }),
  });
  const page = await broken.open('/field/list');
  assert.equal(page.status, 503);
  assert.match(words(page), /这一页没打开.*记下的都还在.*再打开一次/);
});

test('a navigation gets a whole document under the policy, htmx gets main alone', async () => {
  const liu = await openPhone();
  const whole = await liu.open(`/field/places/${WANG.id}`);
  assert.match(whole.text, /^<!doctype html>/);
  assert.match(whole.headers.get('Content-Security-Policy') ?? '', /default-src 'self'/);
  const part = await liu.open(`/field/places/${WANG.id}`, { htmx: true });
  assert.match(part.text, /^<title>[^<]*<\/title><main id="page"/);
  assert.ok(whole.text.includes(part.text.slice(part.text.indexOf('<main'))));
});

test('no page carries inline script, inline style or hx-on', async () => {
  const liu = await openPhone();
  const paths = ['/field/', '/field/list', '/field/sync', '/field/me', '/field/new', `/field/places/${WANG.id}`];
  for (const path of paths) {
    const { text } = await liu.open(path);
    assert.doesNotMatch(text, /<script>|<style|\sstyle="|hx-on|\son\w+="/);
  }
});

test('a page that cannot be drawn offers what waits as a file, read from the second copy', async () => {
  giveStorage();
  const liu = await openPhone();
  const { id } = await saveVisit(liu.db, { id: newId(), body: body('nobody_home'), now: NOW });
  const broken = new Visitor({
    ...liu.env,
    db: /** @type {any} */ ({ read: () => Promise.reject(new DOMException('Internal error', 'UnknownError')) }),
  });
  const page = await broken.open('/field/list');
  assert.match(words(page), /这一页没打开.*别清浏览器的数据.*没传的 1 条存成文件/);
  const file = await broken.open('/field/rescue?n=0');
  assert.match(
    file.headers.get('Content-Disposition') ?? '',
    /^attachment; filename="doorknock-rescue-[\w-]+\.ndjson"$/,
  );
  assert.equal(JSON.parse(file.text.split('\n')[1] ?? '').id, id);
  assert.equal((await broken.open('/field/rescue?n=7')).status, 404);
  await setSetting('locked', { name: 'sign', url: '/field/list', back: '/field/' });
  assert.equal((await liu.open('/field/rescue?n=0', { follow: false })).status, 303);
  await setSetting('locked', null);
  takeAway();
});
