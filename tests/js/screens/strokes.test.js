import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rounded } from '../../../static/phone/page/strokes.js';

const line = (/** @type {number} */ n) => ({
  points: Array.from({ length: n }, (_, i) => ({ x: (i * 37) % 530, y: (i * 91) % 210, time: i, pressure: 0.5 })),
});

test('a drawing is whole numbers only, without times or pressure', () => {
  assert.deepEqual(
    rounded(
      [
        {
          points: [
            { x: 1.26, y: 2.74 },
            { x: 40.5, y: 9.1 },
          ],
        },
      ],
      2,
    ),
    [[3, 5, 81, 18]],
  );
});

test('points that lie together become one, and a dot stays a dot', () => {
  const dot = { points: [{ x: 10, y: 10 }] };
  const still = {
    points: [
      { x: 10, y: 10 },
      { x: 10.2, y: 10 },
      { x: 90, y: 10 },
    ],
  };
  assert.deepEqual(rounded([dot, still], 1), [
    [10, 10],
    [10, 10, 90, 10],
  ]);
});

test('however long somebody draws, it stays within 8 KB', () => {
  assert.ok(JSON.stringify(rounded([line(9000), line(4000)], 2)).length <= 8000);
});
