import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ALL } from '../../../static/phone/db.js';
import { placePage, strip } from '../../../static/phone/read.js';
import { keepBlob, putOff, saveDraft, saveVisit } from '../../../static/phone/record.js';
import { BROKEN, enrolled, ids, reset, server, sync, visits } from './rounds.js';
import { body, GRID, LI, NOW, newId, OTHER_GRID, place, SHARED, WANG } from './village.js';

after(() => server.stop());
beforeEach(reset);

describe('pulling', () => {
  test('rows come in pieces until there is no more, and the cursor is theirs', async () => {
    const { db } = await enrolled();
    server.pageSize = 2;
    const result = await sync(db);
    assert.equal(result.pulled, SHARED.length + 2);
    assert.equal(result.more, false);
    assert.equal((await db.meta('cursor'))?.grids[GRID], server.seq);
    assert.equal((await sync(db)).pulled, 0);
  });

  test('a removal under another grid takes nothing away', async () => {
    const { db } = await enrolled();
    server.scope = [GRID, OTHER_GRID];
    await sync(db);
    server.put({ ...WANG, grid: OTHER_GRID });
    server.put({ kind: 'place', id: WANG.id, grid: GRID, removed: true });
    await sync(db);
    assert.deepEqual(await ids(db, 'place'), ['place-li', 'place-wang']);
    server.put({ kind: 'place', id: WANG.id, grid: OTHER_GRID, removed: true });
    await sync(db);
    assert.deepEqual(await ids(db, 'place'), ['place-li']);
    assert.equal(await placePage(db, WANG.id), null);
  });

  test('rows outside the scope leave after a completed sync; own unsent events do not', async () => {
    const { db, device } = await enrolled();
    server.scope = [GRID, OTHER_GRID];
    server.put(place('place-far', 1, { grid: OTHER_GRID }));
    await sync(db);
    await saveVisit(db, { id: newId(), body: body('nobody_home', { place_id: 'place-far' }), now: NOW });
    server.scope = [GRID];
    server.tricks.push(BROKEN);
    await sync(db);
    assert.equal((await ids(db, 'place')).length, 3);
    await sync(db);
    assert.deepEqual(await ids(db, 'place'), ['place-li', 'place-wang']);
    assert.equal(device.journal.size, 1);
  });

  test('what was half typed about a door leaves with its grid, photos and all; that of another door stays', async () => {
    const { db } = await enrolled();
    server.scope = [GRID, OTHER_GRID];
    server.put(place('place-far', 1, { grid: OTHER_GRID }));
    await sync(db);
    const photos = await keepBlob(db, new Uint8Array([1, 2, 3]));
    const updated_at = '2026-11-21T17:20:00+08:00';
    await saveDraft(db, { id: newId(), place_id: 'place-far', form: { note: '李秀英', photos }, updated_at });
    await saveDraft(db, { id: newId(), place_id: WANG.id, form: { note: '改天' }, updated_at });
    await putOff(db, 'place-far', NOW);
    server.scope = [GRID];
    await sync(db);
    const left = await db.read(ALL, async (tx) => ({
      drafts: await tx.objectStore('drafts').getAllKeys(),
      others: [await tx.objectStore('put_off').count(), await tx.objectStore('blobs').count()],
    }));
    assert.deepEqual(left, { drafts: [WANG.id], others: [0, 0] });
  });

  test('an answer that another tab has outrun is let go, and the round does not say that it was complete', async () => {
    const { db } = await enrolled();
    server.scope = [GRID, OTHER_GRID];
    server.put(place('place-far', 1, { grid: OTHER_GRID }));
    /** @type {typeof fetch} */
    const outrun = async (url, init) => {
      server.scope = [GRID];
      const answer = await fetch(url, init);
      const bytes = await answer.arrayBuffer();
      server.scope = [GRID, OTHER_GRID];
      assert.equal((await sync(db)).more, false);
      server.scope = [GRID];
      return new Response(bytes, answer);
    };
    assert.equal((await sync(db, { fetch: outrun })).more, true);
    assert.ok((await ids(db, 'place')).includes('place-far'));
    assert.equal((await sync(db)).more, false);
    assert.deepEqual(await ids(db, 'place'), ['place-li', 'place-wang']);
  });

  test('shared rows sent whole replace the old ones', async () => {
    const { db } = await enrolled();
    await sync(db);
    server.rows = server.rows.filter((row) => row.id !== '990102103201002');
    server.scope = [GRID, OTHER_GRID];
    server.pageSize = 1;
    await sync(db);
    assert.deepEqual(await ids(db, 'region'), ['990102103201', '990102103201003']);
  });

  for (const [name, renew] of /** @type {[string, () => void][]} */ ([
    [
      'another epoch',
      () => {
        server.epoch = 'epoch-2';
      },
    ],
    [
      'a grid sent from nothing',
      () => {
        server.fresh = [GRID];
      },
    ],
  ])) {
    test(`${name} replaces the village only once it is whole`, async () => {
      const { db } = await enrolled();
      await sync(db);
      server.rows = server.rows.filter((row) => row.id !== LI.id);
      renew();
      server.pageSize = 1;
      server.put(place('place-new', 16));
      const pass = (/** @type {Buffer} */ _bytes) => null;
      server.tricks.push(pass, pass, BROKEN);
      if (name === 'a grid sent from nothing') server.tricks.splice(0, 1);
      assert.equal((await sync(db)).outcome, 'no_answer');
      assert.deepEqual(await ids(db, 'place'), ['place-li', 'place-wang']);
      assert.equal((await sync(db)).outcome, 'ok');
      assert.deepEqual(await ids(db, 'place'), ['place-new', 'place-wang']);
      assert.equal(await placePage(db, LI.id), null);
    });
  }

  test('the server’s row of an own visit takes its place', async () => {
    const { db } = await enrolled();
    await sync(db);
    const [id] = await visits(db);
    assert.equal((await placePage(db, WANG.id))?.history[0]?.waiting, true);
    await sync(db);
    const page = await placePage(db, WANG.id);
    assert.equal(page?.history.length, 1);
    assert.equal(page?.history[0]?.id, id);
    assert.equal(page?.history[0]?.waiting, undefined);
    server.put({
      ...server.rows.find((row) => row.id === id),
      data: { ...body('nobody_home'), at: '2026-11-21T17:20:00+08:00', superseded_by: 'office' },
    });
    await sync(db);
    assert.equal((await placePage(db, WANG.id))?.state, 'not_visited');
  });

  test('what was erased leaves rows, bodies and drafts', async () => {
    const { db } = await enrolled();
    const [id] = await visits(db);
    await sync(db);
    server.forget = [String(id)];
    server.rows = server.rows.filter((row) => row.id !== id);
    await sync(db);
    assert.deepEqual(await ids(db, 'visit'), []);
    const [event] = await db.read(['events'], (tx) => tx.objectStore('events').getAll());
    assert.equal(event?.line, null);
    assert.deepEqual(await strip(db), { held: 1, waiting: 0, attention: 0 });
  });

  test('an erased household leaves with what was half written of it, and an older server does not call it back', async () => {
    const { db } = await enrolled();
    await visits(db);
    await sync(db);
    const photo = await keepBlob(db, new Uint8Array([1, 2, 3]));
    const half = { id: newId(), place_id: WANG.id, form: { note: '怕狗', photos: photo }, updated_at: '' };
    await saveDraft(db, half);
    await putOff(db, WANG.id, NOW);
    server.forget = [WANG.id];
    server.put({ kind: 'place', id: WANG.id, grid: GRID, removed: true });
    server.rows = server.rows.filter((row) => row.data?.place_id !== WANG.id);
    await sync(db);
    const left = await db.read(ALL, async (tx) =>
      Promise.all(ALL.map(async (name) => JSON.stringify(await tx.objectStore(name).getAll()))),
    );
    for (const word of ['王桂兰', '13900005678', '怕狗', photo]) {
      assert.ok(!left.some((each) => each.includes(word)), word);
    }
    assert.equal(await placePage(db, WANG.id), null);
    for (const device of server.devices.values()) device.journal.clear();
    server.known.clear();
    await sync(db);
    assert.equal((await strip(db)).waiting, 0);
  });
});
