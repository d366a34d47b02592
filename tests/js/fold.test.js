import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fold } from '../../static/shared/fold.js';

/** @type {{name: string, input: Parameters<typeof fold>[0], expected: ReturnType<typeof fold>}[]} */
const cases = JSON.parse(readFileSync(new URL('../cases/fold.json', import.meta.url), 'utf8'));

/** @template T @param {T[]} list */
function turnings(list) {
  return list.map((_, i) => [...list.slice(i), ...list.slice(0, i)]).concat([[...list].reverse()]);
}

for (const { name, input, expected } of cases) {
  test(`${name}, in whatever order it arrives`, () => {
    assert.deepEqual(fold(input), expected);
    for (const visits of turnings(input.visits)) assert.deepEqual(fold({ ...input, visits }), expected);
  });
}
