/**
 * What a screen owes its reader, measured as it is drawn: `measureScreen({contrast, target})` → a line for each fault.
 * Put into every page before its own scripts; reads, and writes nothing but that rows off the screen are drawn as those on it.
 */
(() => {
  const drawn = new CSSStyleSheet();
  drawn.replaceSync('* { content-visibility: visible !important; }');
  document.adoptedStyleSheets.push(drawn);

  const CONTROLS = 'a[href], button, summary, label.cell, input:not([type=hidden], .pick), textarea, select';
  const LEAST_WIDTH = 48;

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

  const isTurned = () => document.querySelector('main.pad') && matchMedia('(orientation: portrait)').matches;

  /** How far two boxes share the glass, along the lines and across them. */
  function shared(one, two, turned) {
    const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
    const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
    return turned ? { along: high, across: wide } : { along: wide, across: high };
  }

  const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowY);

  /** Whether a box that scrolls has moved this line out of sight: what lies there is not on the glass. */
  function scrolledAway(element, line) {
    for (let each = element; each && each.tagName !== 'MAIN'; each = each.parentElement) {
      if (!scrolls(each)) continue;
      const box = each.getBoundingClientRect();
      if (line.bottom <= box.top || line.top >= box.bottom || line.right <= box.left || line.left >= box.right)
        return true;
    }
    return false;
  }

  function overlaps(all) {
    const side = isTurned() ? 'width' : 'height';
    const lines = all.flatMap(({ node, element, lines: boxes }) =>
      boxes.filter((box) => !scrolledAway(element, box)).map((box) => ({ node, box, on: layer(element) })),
    );
    const pairs = lines.flatMap((one, i) => lines.slice(i + 1).map((two) => [one, two]));
    return pairs
      .filter(([one, two]) => one.node !== two.node && one.on === two.on)
      .filter(([one, two]) => {
        const { along, across } = shared(one.box, two.box, side === 'width');
        return along > 2 && across > Math.min(one.box[side], two.box[side]) * 0.4;
      })
      .map(([one, two]) => `「${one.node.data.trim()}」 lies over 「${two.node.data.trim()}」`);
  }

  const hides = (how) => how === 'hidden' || how === 'clip';
  const isOutside = ({ left, right }) => right > innerWidth + 1 || left < -1;

  function isCutBy(box, lines) {
    const { overflowX, overflowY } = getComputedStyle(box);
    const { right, bottom } = box.getBoundingClientRect();
    return lines.some(
      (line) => (hides(overflowX) && line.right > right + 1) || (hides(overflowY) && line.bottom > bottom + 4),
    );
  }

  function clipped(all) {
    const off = all.filter(({ lines }) => lines.some(isOutside));
    const cut = all.filter(({ element, lines }) => {
      for (let each = element; each && each.tagName !== 'MAIN'; each = each.parentElement) {
        if (isCutBy(each, lines)) return true;
      }
      return false;
    });
    return [
      ...off.map(({ element }) => `「${words(element)}」 runs off the screen`),
      ...cut.map(({ element }) => `「${words(element)}」 is cut off`),
    ];
  }

  /** What comes out from behind a row by swiping is measured with the row. */
  function controls() {
    return [...document.querySelectorAll(CONTROLS)].filter((each) => seen(each) && !each.closest('.lane form'));
  }

  function small(target) {
    const sized = controls().map((control) => {
      const box = control.getBoundingClientRect();
      const [across, down] = isTurned() ? [box.height, box.width] : [box.width, box.height];
      return { name: words(control) || control.name, box, across, down };
    });
    return [
      ...sized
        .filter(({ across, down }) => down < target - 0.5 || across < LEAST_WIDTH - 0.5)
        .map(({ name, across, down }) => `「${name}」 is ${Math.round(across)} × ${Math.round(down)}`),
      ...sized.filter(({ box }) => isOutside(box)).map(({ name }) => `「${name}」 is beyond the edge`),
    ];
  }

  window.measureScreen = ({ contrast: least, target }) => {
    const all = texts();
    const pale = all
      .filter(({ element }) => contrast(element) < least)
      .map(({ element }) => `「${words(element)}」 has contrast ${contrast(element).toFixed(1)}`);
    return [...new Set([...pale, ...small(target), ...clipped(all), ...overlaps(all)])];
  };
})();
