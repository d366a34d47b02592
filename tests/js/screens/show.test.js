import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepBlob, saveVisit } from '../../../static/phone/record.js';
import { body, erase, NOW, newId, openPhone, WANG, way, words } from './village.js';

const SHOW = `/field/places/${WANG.id}/show`;

/** What the resident reads after a visit with these answers. @param {Record<string, any>} more */
async function shown(more, outcome = 'met_covered') {
  const liu = await openPhone();
  await saveVisit(liu.db, { id: newId(), body: body(outcome, more), now: NOW });
  return words(await liu.open(SHOW));
}

test('nothing of another household stands on the page, and no way leads away from it', async () => {
  const liu = await openPhone();
  const page = await liu.open(SHOW);
  assert.doesNotMatch(page.text, /class="strip"|class="tabs"|赵大勇|李秀英|陈小满/);
  assert.equal((await liu.open('/field/list')).url, SHOW);
  assert.doesNotMatch(page.text, /href="\/field/);
});

test('yes and no are told in equal words, and thanked for in the same', async () => {
  const yes = await shown({ adults_listened: 2, commitment: { method: 'screen', version: '1' } });
  const no = await shown({ adults_listened: 2, commitment: { method: 'declined', version: '1' } });
  assert.match(yes, /承诺书：签了。/);
  assert.match(no, /承诺书：这次不签。/);
  assert.equal(yes.replace('签了。', '').length, no.replace('这次不签。', '').length);
  for (const page of [yes, no]) assert.match(page, /谢谢您/);
  assert.match(await shown({}, 'met_declined'), /您家这次没有听，这样就行了。.*谢谢您/);
});

test('everything that was recorded is said in whole sentences', async () => {
  const page = await shown({
    adults_listened: 2,
    app: { installed_before: 1, declined: 1 },
    materials: [{ material: 'door_card', quantity: 1 }],
    do_not_return: true,
    note: '狗很凶',
  });
  for (const said of [
    '三组14号 王桂兰',
    '称呼：王桂兰',
    '尾号 5678',
    '2026年11月21日 傍晚',
    '来过，当面讲了防诈骗的事。',
    '听的大人：2 位。',
    '原来就有 1 人，不装 1 人。只记人数，不记是谁。',
    '您家说了不用再来，就不再来了。',
    '还写了：狗很凶',
  ])
    assert.ok(page.includes(said), said);
});

test('photos are shown to the household as they will be sent', async () => {
  const liu = await openPhone();
  const hash = await keepBlob(liu.db, new Uint8Array([0xff, 0xd8, 0xff]));
  await saveVisit(liu.db, { id: newId(), body: body('met_covered', { photos: [hash] }), now: NOW });
  const page = await liu.open(SHOW);
  assert.match(words(page), /拍了 1 张资料或门牌的照片，没有拍人。/);
  assert.match(page.text, new RegExp(`src="/field/photos/${hash}"`));
  assert.equal((await liu.open(`/field/photos/${hash}`)).status, 200);
  assert.equal((await liu.open(`/field/photos/${'0'.repeat(64)}`)).status, 404);
});

test('a household that is erased while it looks gives the phone back, and 今天 comes', async () => {
  const liu = await openPhone();
  await liu.open(SHOW);
  await erase(liu.db, [WANG.id]);
  const page = await liu.open('/field/list');
  assert.match(words(page), /交还给我 按住 2 秒 .*这部手机里没有这一户/);
  assert.doesNotMatch(page.text, /href="\/field/);
  assert.equal((await liu.send(way(page, '/unlock'), {})).url, '/field/');
});

test('a door that the phone does not hold locks nothing', async () => {
  const liu = await openPhone();
  assert.match(words(await liu.open('/field/places/place-nobody/show')), /这部手机里没有这一户.*回到户表/);
  assert.equal((await liu.open('/field/list')).url, '/field/list');
});
