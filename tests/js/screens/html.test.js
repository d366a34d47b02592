import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { find, route } from '../../../static/phone/router.js';
import { html } from '../../../static/shared/html.js';
import { t, useCatalogue } from '../../../static/shared/words.js';

afterEach(() => useCatalogue({}));

test('every value is escaped, in text and in attributes', () => {
  const evil = `<a href="x" onclick='y'>&`;
  assert.equal(html`<p title="${evil}">${evil}</p>`.toString().includes('<a'), false);
  assert.equal(html`${evil}`.toString(), '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;');
});

test('a string that looks like markup is still a string; only html makes markup', () => {
  const text = /** @type {any} */ ({ text: '<b>' });
  assert.equal(html`${text}`.toString(), '[object Object]');
  assert.equal(html`${[html`<b>`, '<b>']}`.toString(), '<b>&lt;b&gt;');
});

test('nothing is drawn for null, undefined and booleans, and 0 is a number', () => {
  assert.equal(html`${null}${undefined}${false}${true}${0}`.toString(), '0');
});

test('words without a catalogue are the source, and an unknown slot stays visible', () => {
  assert.equal(t('还有 {n} 条', { n: 2 }), '还有 2 条');
  assert.equal(t('还有 {n} 条', {}), '还有 {n} 条');
  useCatalogue({ '还有 {n} 条': '{n} left' });
  assert.equal(t('还有 {n} 条', { n: 2 }), '2 left');
});

test('a route fits its method and its number of parts, and a name takes no odd signs', () => {
  const routes = [route('GET', '/field/places/:id', 'door'), route('POST', '/field/places/:id', 'save')];
  assert.equal(find(routes, 'GET', '/field/places/a/b'), null);
  assert.equal(find(routes, 'PUT', '/field/places/a'), null);
  assert.equal(find(routes, 'GET', '/field/places/..%2f'), null);
  assert.deepEqual(find(routes, 'POST', '/field/places/a-1')?.params, { id: 'a-1' });
});
