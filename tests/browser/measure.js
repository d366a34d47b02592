/**
 * What a screen owes its reader, measured as it is drawn: `measureScreen({contrast, target})` → a line for each fault.
 * Put into every page before its own scripts; reads, never writes.
 */
(() => {
  const CONTROLS = 'a[href], button, summary, label.cell, input:not([type=hidden], .pick), textarea, select';

  function rgba(text) {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  }

  function over([r, g, b, a], [r2, g2, b2]) {
    return [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
  }

  function ground(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, above) => over(above, below), [255, 255, 255, 1]);
  }

  function light(colour) {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const x = part / 255;
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(element) {
    const back = ground(element);
    const [a, b] = [light(over(rgba(getComputedStyle(element).color), back)), light(back)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  }

  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const words = (element) => element.textContent.trim().replace(/\s+/g, ' ').slice(0, 20);

  /** Text nodes that are drawn, each with its element and its lines. */
  function texts() {
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { currentNode: node } = walker;
      const element = node.parentElement;
      if (!node.data.trim() || element.closest('svg, .sr, option') || !seen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ node, element, lines: [...range.getClientRects()].filter((line) => line.width > 1) });
    }
    return found;
  }

  /** Bars lie over what scrolls beneath them; everything else must keep out of each other's way. */
  const layer = (element) => element.closest('.bar, .tabs, .strip, .float, .section, .formhead, .lockhead');

  const isTurned = () => document.querySelector('main.pad') !== null;

  function overlaps(all) {
    const turned = isTurned();
    const lines = all.flatMap(({ node, element, lines: boxes }) =>
      boxes.map((box) => ({ node, box, on: layer(element) })),
    );
    const found = new Set();
    for (const [i, one] of lines.entries()) {
      for (const two of lines.slice(i + 1)) {
        if (one.node === two.node || one.on !== two.on) continue;
        const wide = Math.min(one.box.right, two.box.right) - Math.max(one.box.left, two.box.left);
        const high = Math.min(one.box.bottom, two.box.bottom) - Math.max(one.box.top, two.box.top);
        const [along, across, side] = turned ? [high, wide, 'width'] : [wide, high, 'height'];
        if (along > 2 && across > Math.min(one.box[side], two.box[side]) * 0.4)
          found.add(`「${one.node.data.trim()}」 lies over 「${two.node.data.trim()}」`);
      }
    }
    return [...found];
  }

  function clipped(all) {
    const found = [];
    for (const { element, lines } of all) {
      if (lines.some((line) => line.right > innerWidth + 1 || line.left < -1))
        found.push(`「${words(element)}」 runs off the screen`);
      for (let each = element; each && each.tagName !== 'MAIN'; each = each.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(each);
        const box = each.getBoundingClientRect();
        const hides = (how) => how === 'hidden' || how === 'clip';
        if (hides(overflowX) && lines.some((line) => line.right > box.right + 1))
          found.push(`「${words(element)}」 is cut at the right`);
        if (hides(overflowY) && lines.some((line) => line.bottom > box.bottom + 4))
          found.push(`「${words(element)}」 is cut below`);
      }
    }
    return found;
  }

  function small(target) {
    const found = [];
    const turned = isTurned();
    for (const control of document.querySelectorAll(CONTROLS)) {
      if (!seen(control) || control.closest('.lane form')) continue;
      const { width, height, left, right } = control.getBoundingClientRect();
      const [across, down] = turned ? [height, width] : [width, height];
      if (down < target - 0.5 || across < 47.5)
        found.push(`「${words(control) || control.name}」 is ${Math.round(across)} × ${Math.round(down)}`);
      if (right > innerWidth + 1 || left < -1) found.push(`「${words(control)}」 is beyond the edge`);
    }
    return found;
  }

  window.measureScreen = ({ contrast: least, target }) => {
    const all = texts();
    const pale = all
      .filter(({ element }) => contrast(element) < least)
      .map(({ element }) => `「${words(element)}」 has contrast ${contrast(element).toFixed(1)}`);
    return [...new Set([...pale, ...small(target), ...clipped(all), ...overlaps(all)])];
  };
})();
