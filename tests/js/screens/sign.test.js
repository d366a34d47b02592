import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placePage } from '../../../static/phone/read.js';
import { dropDraft } from '../../../static/phone/record.js';
import { erase, KNOWN, openPhone, WANG, way, words } from './village.js';

const HERE = `/field/places/${WANG.id}`;
const STROKES = JSON.stringify([[100, 120, 220, 118, 300, 140]]);

/** Up to the pad, in the resident's hands. */
async function atPad() {
  const liu = await openPhone();
  const action = way(await liu.open(`${HERE}/visit?outcome=met_covered`), '/visit?id=');
  const fields = {
    outcome: 'met_covered',
    adults: '1',
    commitment: 'screen',
    relation: 'head',
    opened: '2026-11-21T17:18:00+08:00',
  };
  const pad = await liu.send(action, fields);
  return { liu, pad, action, fields };
}

test('签好了 without a stroke is not taken', async () => {
  const { liu, pad } = await atPad();
  const page = await liu.send(pad.url, { strokes: '[]', choice: 'signed' });
  assert.equal(page.status, 422);
  assert.match(words(page), /还没写。写名字，画个圈也行/);
});

test('strokes that are no strokes, or too many, are not kept', async () => {
  const { liu, pad } = await atPad();
  for (const strokes of ['[[1.5,2]]', '{"a":1}', 'nonsense', JSON.stringify([Array(4000).fill(999)])]) {
    await liu.send(pad.url, { strokes });
    assert.deepEqual((await placePage(liu.db, WANG.id))?.draft?.strokes, []);
  }
});

test('the pad names nobody but the signer’s relation, has no strip, and puts the voluntary line first', async () => {
  const { pad } = await atPad();
  assert.match(pad.url, /\/sign\?id=/);
  assert.doesNotMatch(pad.text, /class="strip"|赵大勇|李秀英|class="tabs"/);
  assert.match(words(pad), /自愿签，不签也不影响任何事；签了随时能撤。 自愿。/);
  assert.match(words(pad), /签的人：户主本人/);
  const [no, yes] = ['declined', 'signed'].map(
    (value) => new RegExp(`<button class="([^"]*)" name="choice"\\s+value="${value}"`).exec(pad.text)?.[1],
  );
  assert.equal(no, 'button');
  assert.equal(no, yes);
});

test('while the phone is in a resident’s hands every other address leads back to the pad', async () => {
  const { liu, pad } = await atPad();
  for (const path of ['/field/', '/field/list', '/field/places/place-zhao', '/field/sync', `${HERE}/visit`]) {
    assert.equal((await liu.open(path)).url, pad.url);
  }
  const page = await liu.send('/field/places/place-zhao/visit?id=x', { outcome: 'nobody_home' });
  assert.equal(page.url, pad.url);
});

test('signed or not, the resident reads the same thanks', async () => {
  const first = await atPad();
  const signed = await first.liu.send(first.pad.url, { strokes: STROKES, choice: 'signed' });
  const second = await atPad();
  const declined = await second.liu.send(second.pad.url, { strokes: '[]', choice: 'declined' });
  assert.equal(words(signed), words(declined));
  assert.match(words(signed), /好了，谢谢您/);
});

test('交还给我 leads back to the form, and saving carries the strokes', async () => {
  const { liu, pad, action, fields } = await atPad();
  await liu.send(pad.url, { strokes: STROKES, choice: 'signed' });
  const form = await liu.send('/field/unlock', {});
  assert.match(form.url, /\/visit\?id=/);
  assert.match(words(form), /已经签了/);
  assert.doesNotMatch(words(form), /下一步：签/);
  const saved = await liu.send(action, { ...fields, signed: '1' });
  assert.match(words(saved), /承诺书 签了/);
  const given = (await placePage(liu.db, WANG.id))?.history[0]?.commitment;
  assert.deepEqual(given?.strokes, JSON.parse(STROKES));
  assert.equal((await liu.open('/field/')).url, '/field/');
});

test('handed back in the middle, the drawing waits in the draft', async () => {
  const { liu, pad } = await atPad();
  assert.equal((await liu.send(pad.url, { strokes: STROKES })).status, 204);
  await liu.send('/field/unlock', {});
  assert.match(words(await liu.open('/field/')), /停在签名/);
  const again = await liu.open(pad.url);
  assert.match(again.text, /data-strokes="\[\[100,120,220,118,300,140\]\]"/);
});

test('讲给他听 and 给您看看 lock the phone and show one household at most', async () => {
  const liu = await openPhone();
  const card = await liu.open(`/field/listen?card=1&from=${WANG.id}`);
  assert.match(words(card), /警察不会在电话里 让您转钱/);
  assert.equal((await liu.open('/field/list')).url, card.url);
  assert.match((await liu.open('/field/listen?card=2')).url, /card=2/);
  assert.equal((await liu.send('/field/unlock', {})).url, '/field/');
  const shown = await liu.open(`${HERE}/show`);
  const number = String(KNOWN.phone);
  assert.match(words(shown), new RegExp(`记了您家什么.*王桂兰.*尾号 ${number.slice(-4)}`));
  assert.doesNotMatch(shown.text, new RegExp(`${number}|赵大勇`));
  assert.equal((await liu.send('/field/unlock', {})).url, HERE);
});

test('a household that is erased while it signs gives the phone back, and 今天 comes', async () => {
  const { liu, pad } = await atPad();
  await erase(liu.db, [WANG.id]);
  const after = await liu.send(pad.url, { strokes: STROKES, choice: 'signed' }, { htmx: true });
  assert.match(words(after), /交还给我 按住 2 秒 .*这部手机里没有这一户 .*记下的都还在/);
  for (const path of ['/field/', '/field/list', HERE, pad.url, pad.url.replace('/sign', '/visit')]) {
    const page = await liu.open(path);
    assert.match(words(page), /交还给我 按住 2 秒 .*这部手机里没有这一户/, path);
    assert.doesNotMatch(page.text, /href="\/field|class="strip"|class="tabs"/, path);
  }
  assert.equal((await liu.send(way(after, '/unlock'), {})).url, '/field/');
  assert.equal((await liu.open('/field/list')).url, '/field/list');
});

test('a pad whose draft has gone gives the phone back; with no resident before it, it leads to the door', async () => {
  const { liu, pad } = await atPad();
  await dropDraft(liu.db, WANG.id);
  const page = await liu.open('/field/');
  assert.match(words(page), /交还给我 按住 2 秒 .*没有这一页/);
  assert.equal((await liu.send(way(page, '/unlock'), {})).url, '/field/');
  assert.equal((await liu.open(pad.url)).url, HERE);
});
