/** A screen whose code is not in this host: the worker hands it on to the page, and nobody is left without a way. */
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elsewhere } from '../../../static/phone/rooms/_trouble.js';

/** @param {object} changed @returns {any} */
const ask = (changed) => ({
  method: 'GET',
  url: new URL('http://phone/field/me?done=1'),
  assets: '/static/x',
  fragment: false,
  settings: { locked: null },
  ...changed,
});

test('a navigation gets a page that asks for the same address again, from the page itself', async () => {
  const page = /** @type {any} */ (await elsewhere(ask({})));
  assert.match(String(page.body), /data-elsewhere hx-get="\/field\/me\?done=1" hx-trigger="load"/);
});

test('a page that could not get the code says so, and where there is a way', async () => {
  const page = /** @type {any} */ (await elsewhere(ask({ fragment: true })));
  assert.equal(page.status, 503);
  assert.match(String(page.body), /还没下到手机里[\s\S]*href="\/field\/me\?done=1"/);
});

test('a form that the worker was given goes on to the page with everything in it', async () => {
  const form = new URLSearchParams([
    ['name', '王桂兰'],
    ['landmark', '"门口有<树>'],
  ]);
  const page = /** @type {any} */ (await elsewhere(ask({ method: 'POST', form })));
  const body = String(page.body);
  assert.match(body, /<form data-elsewhere method="post"[^>]* hx-post="\/field\/me\?done=1" hx-trigger="load">/);
  assert.match(body, /name="name" value="王桂兰"[\s\S]*name="landmark" value="&quot;门口有&lt;树&gt;"/);
});

test('a form is never said to be saved by a page that could not get the code, and stays as it is', async () => {
  const answer = /** @type {Response} */ (await elsewhere(ask({ method: 'POST', fragment: true })));
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('HX-Retarget'), '#notice');
  assert.match(await answer.text(), /没存上/);
});

test('on its way to the page the phone stays in the resident’s hands', async () => {
  const locked = { name: 'listen', url: '/field/listen', back: '/field/' };
  for (const method of ['GET', 'POST']) {
    const page = /** @type {any} */ (
      await elsewhere(ask({ method, form: new URLSearchParams(), settings: { locked } }))
    );
    assert.deepEqual(page.lock, locked);
  }
});
