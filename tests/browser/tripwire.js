/**
 * Put into every page before its own scripts: whatever data manages to run sets `__ran`, and that is said on the console.
 * `foreign()` → what stands in the document that none of our templates writes; of styles the policy itself complains.
 */
(() => {
  Object.defineProperty(window, '__ran', { set: () => console.error('tripwire: data has run') });

  const TAGS = `iframe, object, embed, base, image, video, audio, marquee, math, plaintext, xmp, listing, frameset,
    dialog:not([data-keys]),
    isindex, keygen, portal, slot, style, template:not([data-copy-table]), meta[http-equiv], img:not([src^="blob:"]), script:not([src^="/static/"]),
    link:not([href^="/static/"]), form[action]:not([action^="/"]), [srcdoc], [hx-disable], [hx-vals], hx-partial`;
  const LEADS = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data-draft', 'data-keep', 'hx-get', 'hx-post'];
  const OUTSIDE = /^[\s\p{Cc}]*(java\s*script|vbscript|data|https?|\/\/|\\)/iu;

  const isOdd = ({ name, value }) => /^(on|hx-on|_$)/.test(name) || (LEADS.includes(name) && OUTSIDE.test(value));

  window.foreign = (root = document) => {
    const odd = [...root.querySelectorAll('*')].filter((each) => [...each.attributes].some(isOdd));
    const shown = root.querySelectorAll(TAGS);
    const pages = root.querySelectorAll('main, #page').length > 1 ? ['more than one main'] : [];
    const inside = [...root.querySelectorAll('template')].flatMap((each) => foreign(each.content));
    return [...pages, ...[...odd, ...shown].map((each) => each.outerHTML.slice(0, 160)), ...inside];
  };
})();
