import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compareInstants,
  dayOf,
  daysBetween,
  hourOf,
  instant,
  isWeekend,
  stamp,
  visitedAt,
} from '../../static/shared/dates.js';
import { isId, newId } from '../../static/shared/ids.js';

const NOON = Date.parse('2026-11-21T12:30:15.250+08:00');

describe('a day', () => {
  test('is a Shanghai day, whatever the zone of the text', () => {
    assert.equal(dayOf('2026-11-20T16:00:00Z'), '2026-11-21');
    assert.equal(dayOf('2026-11-20T15:59:59Z'), '2026-11-20');
    assert.equal(dayOf('2026-11-21T00:30:00+09:00'), '2026-11-20');
    assert.equal(dayOf(NOON), '2026-11-21');
    assert.equal(dayOf('someday'), '');
  });
  test('has an hour and a place in the week', () => {
    assert.equal(hourOf('2026-11-21T01:05:00Z'), 9);
    assert.equal(isWeekend('2026-11-21'), true);
    assert.equal(isWeekend('2026-11-23'), false);
    assert.equal(daysBetween('2026-11-28', '2026-12-01'), 3);
  });
});

describe('an instant', () => {
  test('is written in Shanghai time with milliseconds', () => {
    assert.equal(stamp(NOON), '2026-11-21T12:30:15.250+08:00');
    assert.equal(instant(stamp(NOON)), NOON);
  });
  test('is compared as an instant down to the microsecond', () => {
    assert.equal(compareInstants('2026-11-21T01:00:00Z', '2026-11-21T09:00:00+08:00'), 0);
    assert.ok(compareInstants('2026-11-21T09:00:00.000001+08:00', '2026-11-21T09:00:00.000002+08:00') < 0);
    assert.ok(Number.isNaN(instant('2026-11-21')));
  });
});

describe('when the visit was', () => {
  test('刚刚 is now', () => assert.equal(visitedAt('now', NOON), stamp(NOON)));
  test('上午 is ten in the morning', () => assert.equal(visitedAt('morning', NOON), '2026-11-21T10:00:00.000+08:00'));
  test('下午 is three, and never later than now', () => {
    assert.equal(visitedAt('afternoon', NOON), stamp(NOON));
    assert.equal(visitedAt('afternoon', NOON + 4 * 3600_000), '2026-11-21T15:00:00.000+08:00');
  });
  test('昨天 is noon of the day before', () =>
    assert.equal(visitedAt('yesterday', NOON), '2026-11-20T12:00:00.000+08:00'));
  test('goes back seven days at most', () => assert.equal(dayOf(visitedAt(30, NOON)), '2026-11-14'));
  test('belongs to the Shanghai day just after midnight', () => {
    assert.equal(visitedAt('yesterday', Date.parse('2026-11-20T16:10:00Z')), '2026-11-20T12:00:00.000+08:00');
  });
});

describe('an id', () => {
  test('is a UUID of version 7', () =>
    assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
  test('sorts by the order of making, within a millisecond and when the clock goes back', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => newId(i < 9_000 ? NOON : NOON - 5_000));
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
  });
  test('is told from other texts', () => {
    assert.equal(isId(newId()), true);
    for (const other of ['', 'place-1', null, 7]) assert.equal(isId(other), false);
  });
});
