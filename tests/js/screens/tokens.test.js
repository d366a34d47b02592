import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const style = (/** @type {string} */ name) =>
  readFileSync(new URL(`../../../static/style/${name}.css`, import.meta.url), 'utf8');

/** @returns {Record<string, string>} */
function tokens(/** @type {string} */ css) {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

function luminance(/** @type {string} */ colour) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const part = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(/** @type {string} */ a, /** @type {string} */ b) {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const base = tokens(style('base'));
const dark = { ...base, ...tokens(/\[data-light="room"\] \{\s*--([^}]*)\}/.exec(style('field'))?.[0] ?? '') };
const sun = { ...base, ...tokens(/\[data-light="sun"\] \{([^}]*)\}/.exec(style('field'))?.[1] ?? '') };

const PAIRS = `ink card, ink ground, ink c1, ink c2, ink c3, ink amber-tint, ink danger-tint, ink-2 card, ink-2 ground, ink-2 c1,
  ink-2 amber-tint, pine card, pine ground, pine c1, amber card, amber ground, amber amber-tint, danger card, danger danger-tint,
  on-pine pine`;

test('every pair of words and ground is at least 7 to 1, by day and by night', () => {
  for (const [light, colours] of Object.entries({ base, dark })) {
    for (const pair of PAIRS.split(/,\s+/)) {
      const [words = '', ground = ''] = pair.split(' ');
      assert.ok(contrast(colours[words] ?? '', colours[ground] ?? '') >= 7, `${light}: ${pair}`);
    }
  }
  assert.notEqual(dark.ground, base.ground);
});

test('the edge of a control is at least 3 to 1', () => {
  for (const { edge = '', card = '', ground = '' } of [base, dark])
    for (const under of [card, ground]) assert.ok(contrast(edge, under) >= 3, under);
});

test('in the sun there is only black and white', () => {
  const inSun = Object.entries(sun).filter(([name]) => name !== 'on-pine' && name !== 'c4');
  for (const [name, colour] of inSun) assert.ok(['#000000', '#ffffff'].includes(colour), name);
});

test('colours outside the tokens are written nowhere', () => {
  const field = readdirSync(new URL('../../../static/style/', import.meta.url)).filter((name) => /^field/.test(name));
  assert.ok(field.length > 5);
  for (const name of field) {
    const css = style(name.replace('.css', '')).replace(/\[data-light="(sun|room)"\]\)? \{[^}]*\}/g, '');
    assert.doesNotMatch(css, /#[0-9a-f]{3,8}\b|rgba?\(|box-shadow: 0 [1-9]|gradient/, name);
  }
});
