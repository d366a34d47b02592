import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { exportFile, placePage, strip, syncPage, visit } from '../../../static/phone/read.js';
import {
  correct,
  editPlace,
  newPlace,
  record,
  reportPlace,
  saveDraft,
  saveVisit,
  voidVisit,
  withdraw,
} from '../../../static/phone/record.js';
import { sha256Hex } from '../../../static/phone/sync/hash.js';
import { thaw } from '../../../static/phone/sync/line.js';
import { instant } from '../../../static/shared/dates.js';
import { arrive, body, CHEN, DAY, GRID, GROUP, NOW, newId, phone, visitRow, WANG, ZHAO } from './village.js';

/** @typedef {import('../../../static/phone/db.js').Store} Store */

const eventsOf = (/** @type {Store} */ db) => db.read(['events'], (tx) => tx.objectStore('events').getAll());
const stateOf = async (/** @type {Store} */ db, /** @type {string} */ id) => (await placePage(db, id))?.state;
const draft = (/** @type {string} */ id) => ({
  id,
  place_id: WANG.id,
  form: { outcome: 'met_covered' },
  updated_at: '2026-11-21T17:00:00+08:00',
});

describe('a visit', () => {
  test('that failed half way is not there at all, whichever write failed, and its draft still is', async () => {
    for (let failing = 1; ; failing += 1) {
      const db = await phone();
      const id = newId();
      await saveDraft(db, draft(id));
      const undo = failAt(failing);
      const failure = await saveVisit(db, { id, body: body('met_covered'), now: NOW }).catch((error) => error);
      undo();
      if (!(failure instanceof Error)) {
        assert.ok(failing > 3, 'event, counter and view are three writes at least');
        break;
      }
      assert.deepEqual(await eventsOf(db), []);
      assert.deepEqual(await strip(db), { held: 0, waiting: 0, attention: 0 });
      assert.equal(await stateOf(db, WANG.id), 'not_visited');
      assert.equal((await placePage(db, WANG.id))?.draft?.id, id);
      const again = await saveVisit(db, { id, body: body('met_covered'), now: NOW });
      assert.equal(again.n, 1);
    }
  });

  test('saved again under the same id answers the first and changes nothing', async () => {
    const db = await phone();
    const id = newId();
    const first = await saveVisit(db, { id, body: body('nobody_home'), now: NOW });
    const again = await saveVisit(db, { id, body: body('met_covered'), now: NOW + DAY });
    assert.deepEqual(again, first);
    assert.equal((await eventsOf(db)).length, 1);
    assert.equal(await stateOf(db, WANG.id), 'nobody_home');
  });

  test('takes its draft with it, and a late draft does not come back', async () => {
    const db = await phone();
    const id = newId();
    await saveDraft(db, draft(id));
    await saveVisit(db, { id, body: body('met_covered'), now: NOW });
    await saveDraft(db, draft(id));
    assert.equal((await placePage(db, WANG.id))?.draft, null);
  });

  test('leaves the draft of another form alone', async () => {
    const db = await phone();
    await saveDraft(db, draft('another'));
    await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
    assert.equal((await placePage(db, WANG.id))?.draft?.id, 'another');
  });

  test('is one line of bytes, chained to the line before it', async () => {
    const db = await phone();
    await saveVisit(db, { id: newId(), body: body('nobody_home', { note: '门口有狗 \u{1f415} \ud800' }), now: NOW });
    await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
    const [first, second] = await eventsOf(db);
    assert.ok(first?.line && second?.line);
    assert.ok(!first.line.includes('\n'));
    assert.equal(thaw(first.line).prev, '0'.repeat(64));
    assert.equal(thaw(second.line).prev, sha256Hex(first.line));
    assert.equal(second.hash, sha256Hex(new TextEncoder().encode(second.line)));
    assert.equal(thaw(first.line).at, '2026-11-21T17:20:00.000+08:00');
  });

  test('saved from two tabs at once gets numbers without a gap', async () => {
    const db = await phone();
    await Promise.all(
      Array.from({ length: 20 }, () => saveVisit(db, { id: newId(), body: body('nobody_home'), now: NOW })),
    );
    const events = await eventsOf(db);
    assert.deepEqual(
      events.map((event) => event.n),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    for (const [i, event] of events.entries()) {
      assert.equal(thaw(event.line ?? '').prev, i ? events[i - 1]?.hash : '0'.repeat(64));
    }
  });
});

describe('a correction', () => {
  test('moves the visit to the other door at once', async () => {
    const db = await phone();
    const { id } = await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
    await correct(db, { supersedes: id, body: body('met_covered', { place_id: ZHAO.id }), now: NOW });
    assert.equal(await stateOf(db, WANG.id), 'not_visited');
    assert.equal(await stateOf(db, ZHAO.id), 'met_covered');
    assert.notEqual((await placePage(db, WANG.id))?.history[0]?.superseded_by, null);
  });

  test('of a moved visit, back or further on, is true at every door it touched', async () => {
    const db = await phone();
    const first = await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
    const second = await correct(db, {
      supersedes: first.id,
      body: body('met_covered', { place_id: ZHAO.id }),
      now: NOW,
    });
    await correct(db, { supersedes: second.id, body: body('met_later', { place_id: CHEN.id }), now: NOW });
    assert.equal(await stateOf(db, WANG.id), 'not_visited');
    assert.equal(await stateOf(db, ZHAO.id), 'not_visited');
    assert.equal(await stateOf(db, CHEN.id), 'met_later');
    await voidVisit(db, { supersedes: first.id, reason: '误点', now: NOW });
    assert.equal(await stateOf(db, CHEN.id), 'not_visited');
  });

  test('made after the clock went back still wins', async () => {
    const db = await phone();
    const first = await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
    const fixed = await correct(db, { supersedes: first.id, body: body('nobody_home'), now: NOW - DAY });
    assert.ok(instant(fixed.at) > instant(first.at));
    assert.equal(await stateOf(db, WANG.id), 'nobody_home');
  });

  test('of a visit that came from the server supersedes its row', async () => {
    const db = await phone();
    await arrive(db, [visitRow('earlier', { outcome: 'met_covered' })]);
    assert.equal(await stateOf(db, WANG.id), 'met_covered');
    await voidVisit(db, { supersedes: 'earlier', reason: '误点', now: NOW });
    assert.equal(await stateOf(db, WANG.id), 'not_visited');
  });
});

describe('other deeds', () => {
  test('a withdrawal shows at once, and counts as offered no less', async () => {
    const db = await phone();
    const given = body('met_covered', { commitment: { method: 'screen', version: '1' } });
    const { id } = await saveVisit(db, { id: newId(), body: given, now: NOW });
    assert.equal((await placePage(db, WANG.id))?.commitment?.withdrawn_at, null);
    await withdraw(db, { commitment_id: id, now: NOW + 1 });
    assert.ok((await placePage(db, WANG.id))?.commitment?.withdrawn_at);
  });

  test('a withdrawal by place reaches the commitment that the server told of', async () => {
    const db = await phone();
    const commitment = {
      kind: 'commitment',
      id: 'earlier',
      grid: GRID,
      seq: 101,
      data: { place_id: WANG.id, method: 'paper', at: '2026-11-20T09:00:00+08:00' },
    };
    await arrive(db, [visitRow('earlier', {}), commitment]);
    assert.equal((await placePage(db, WANG.id))?.commitment?.method, 'paper');
    assert.equal((await visit(db, 'earlier'))?.commitment.method, 'paper');
    await withdraw(db, { place_id: WANG.id, now: NOW });
    assert.ok((await placePage(db, WANG.id))?.commitment?.withdrawn_at);
  });

  test('a new place is there at once, pending, and can be visited', async () => {
    const db = await phone();
    const made = await newPlace(db, { body: { grid: GRID, group: GROUP.third, contact_name: '新来的' }, now: NOW });
    const id = made.body.place_id;
    assert.equal((await placePage(db, id))?.place.status, 'pending');
    await saveVisit(db, { id: newId(), body: body('met_covered', { place_id: id }), now: NOW });
    assert.equal(await stateOf(db, id), 'met_covered');
  });

  test('an edit shows at once and leaves the other fields', async () => {
    const db = await phone();
    await editPlace(db, { body: { place_id: WANG.id, landmark: '井边', address: { lane: '东巷' } }, now: NOW });
    const place = (await placePage(db, WANG.id))?.place;
    assert.deepEqual(
      [place?.landmark, place?.contact_name, place?.address],
      ['井边', '王桂兰', { door: '14号', lane: '东巷' }],
    );
  });

  test('a report shows as a note and leaves the state', async () => {
    const db = await phone();
    await reportPlace(db, { body: { place_id: WANG.id, report: 'away' }, now: NOW });
    const page = await placePage(db, WANG.id);
    assert.equal(page?.history[0]?.entry, 'report');
    assert.equal(page?.state, 'not_visited');
  });
});

test('the page 同步 and the file name what exists only here, without the token', async () => {
  const db = await phone();
  await saveVisit(db, { id: newId(), body: body('met_covered'), now: NOW });
  await record(db, { kind: 'posting', body: { kind: 'board', spot: '村口' }, now: NOW });
  const page = await syncPage(db);
  assert.deepEqual([page.total, page.held, page.last_contact], [2, 0, null]);
  assert.deepEqual(
    page.waiting.map((each) => [each.n, each.kind, each.place?.contact_name]),
    [
      [1, 'visit', '王桂兰'],
      [2, 'posting', undefined],
    ],
  );
  assert.equal(page.oldest, '2026-11-21T17:20:00.000+08:00');
  const { name, text } = await exportFile(db, NOW);
  assert.equal(name, 'doorknock-liuguixiang-2026-11-21.ndjson');
  const [head, ...lines] = text.trimEnd().split('\n');
  assert.deepEqual(JSON.parse(head ?? ''), { protocol: 1, device_id: 'device-1', worker_id: 'worker-liu', events: 2 });
  assert.deepEqual(
    lines,
    (await eventsOf(db)).map((event) => event.line),
  );
  assert.ok(!text.includes('token'));
});

/** Makes the n-th write from now on fail, as a full disk or a kill would; answers what undoes it. */
function failAt(/** @type {number} */ failing) {
  const { add, put, delete: remove } = IDBObjectStore.prototype;
  let count = 0;
  const counted = (/** @type {Function} */ original) =>
    /** @this {any} */
    function (/** @type {any[]} */ ...args) {
      count += 1;
      if (count === failing) throw new DOMException('full', 'QuotaExceededError');
      return original.apply(this, args);
    };
  Object.assign(IDBObjectStore.prototype, { add: counted(add), put: counted(put), delete: counted(remove) });
  const undo = () => Object.assign(IDBObjectStore.prototype, { add, put, delete: remove });
  afterEach(undo);
  return undo;
}
