/**
 * What somebody typed or pasted, without what cannot be seen: control signs, halves of a sign, and the signs that turn a line
 * round. The server would set a record with some of them aside, and others make a page read differently than it is.
 */
const UNSEEN = /[^\P{Cc}\n\t]|\p{Cs}|[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu;

/**
 * A form as it was sent, its texts fit to be kept.
 * @param {string} sent urlencoded
 */
export function typed(sent) {
  return new URLSearchParams([...new URLSearchParams(sent)].map(([name, text]) => [name, text.replace(UNSEEN, '')]));
}
