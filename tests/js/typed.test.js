import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { typed } from '../../static/shared/typed.js';

const sent = (/** @type {string} */ note) => typed(new URLSearchParams({ note }).toString()).get('note');

test('what cannot be seen is left out, and everything else stays', () => {
  assert.equal(sent('王\u0000桂\u202e兰\u200b\ufeff'), '王桂兰');
  assert.equal(sent('门口有狗\r\n下午再来\t'), '门口有狗\n下午再来\t');
  assert.equal(sent('👨‍👩‍👧 <b> =1+1 é'), '👨‍👩‍👧 <b> =1+1 é');
});

test('no string of the hostile ones keeps a sign that no text can have', () => {
  const kinds = JSON.parse(readFileSync(new URL('../cases/hostile.json', import.meta.url), 'utf8'));
  for (const text of Object.values(kinds)
    .flat()
    .filter((each) => typeof each === 'string'))
    assert.doesNotMatch(sent(text) ?? '', /[\u202a-\u202e]|\p{Cs}|[^\P{Cc}\n\t]/u);
});

test('a field that stands twice is kept twice', () => {
  assert.deepEqual(typed('lane=1&lane=2').getAll('lane'), ['1', '2']);
});
