import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { enrol, openStore, signOut } from '../../../static/phone/enrol.js';
import { strip } from '../../../static/phone/read.js';
import { saveVisit } from '../../../static/phone/record.js';
import { syncAll } from '../../../static/phone/sync/keep.js';
import { reset, server } from './rounds.js';
import { body, NOW, newId } from './village.js';

const way = () => ({ appVersion: 'test', base: server.base });

after(() => server.stop());

/** @param {{id: string, name: string, username: string}} worker */
async function signIn(worker) {
  server.worker = worker;
  const answer = await enrol({ code: '12345678' }, { ...way(), fetch });
  assert.ok(answer.ok);
  return openStore(answer.enrolment, NOW);
}

test('a store that cannot be written keeps back no record of who shares the phone, and counts as no answer', async (t) => {
  reset();
  const liu = await signIn({ id: 'worker-liu', name: '刘桂香', username: 'liuguixiang' });
  await saveVisit(liu, { id: newId(), body: body('nobody_home'), now: NOW });
  await signOut();
  const li = await signIn({ id: 'worker-li', name: '李春梅', username: 'lichunmei' });
  const full = new DOMException('full', 'QuotaExceededError');
  const write = li.write.bind(li);
  t.mock.method(li, 'write', (/** @type {any[]} */ stores, /** @type {any[]} */ ...rest) =>
    stores.includes('rows') ? Promise.reject(full) : /** @type {any} */ (write)(stores, ...rest),
  );
  /** @type {string[]} */
  const rounds = [];
  const results = await syncAll({ ...way(), onRound: ({ worker }) => rounds.push(worker.name) });
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['no_answer', 'ok'],
  );
  assert.deepEqual(rounds, ['刘桂香']);
  assert.deepEqual(await strip(liu), { held: 1, waiting: 0, attention: 0 });
});
