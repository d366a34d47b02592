// The tail lies outside the seal: a phone of 禾丰村 believes its cursor only as far as the sealed rows bear it out.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tailFits } from '../../../static/phone/sync/answer.js';

const GRID = '990102103201001';
const OTHER = '990102103201002';
const asked = { epoch: 'e1', grids: { [GRID]: 10, [OTHER]: 4 }, shared: 7 };

/** An answer with these rows and this cursor. */
function answer(
  /** @type {any[]} */ rows,
  /** @type {any} */ grids,
  shared = 7,
  /** @type {any} */ head = { epoch: 'e1', scope: [GRID, OTHER] },
) {
  return /** @type {any} */ ({ head, rows, tail: { cursor: { epoch: 'e1', grids, shared }, more: false } });
}
const row = (/** @type {string} */ grid, /** @type {number} */ seq) => ({ kind: 'place', id: `p${seq}`, grid, seq });

describe('the cursor in a tail', () => {
  it('beyond the last row is not believed', () => {
    assert.equal(tailFits(answer([row(GRID, 12)], { [GRID]: 99, [OTHER]: 4 }), asked), false);
  });
  it('beyond where it stood, without a row, is not believed', () => {
    assert.equal(tailFits(answer([], { [GRID]: 11, [OTHER]: 4 }), asked), false);
  });
  it('of other grids than the scope is not believed', () => {
    assert.equal(tailFits(answer([], { [GRID]: 10 }), asked), false);
  });
  it('of another epoch than the head is not believed', () => {
    const head = { epoch: 'e2', scope: [GRID, OTHER] };
    assert.equal(tailFits(answer([], { [GRID]: 10, [OTHER]: 4 }, 7, head), asked), false);
  });
  it('with a shared number that no row bears out is not believed', () => {
    assert.equal(tailFits(answer([], { [GRID]: 10, [OTHER]: 4 }, 8), asked), false);
  });
  it('at the last row of each grid is believed', () => {
    assert.equal(tailFits(answer([row(GRID, 11), row(GRID, 12)], { [GRID]: 12, [OTHER]: 4 }), asked), true);
  });
  it('that went back, because a grid is sent afresh, is believed', () => {
    assert.equal(tailFits(answer([row(GRID, 3)], { [GRID]: 3, [OTHER]: 0 }), asked), true);
  });
});
