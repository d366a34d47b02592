/** What must be found nowhere once a household was erased, told from what was meant and where it stands in the end. */

import { standingFor } from './recount.mjs';

/**
 * Words, and the hashes of photos, of erased households. A family of visits of which a member ever named another door is
 * left out: whose it is depends on the order in which its members came, which the trial of erasures judges. So is one of which a
 * member was lost unsaved with a phone's power: nobody can know what a correction of that would be about.
 * @param {{server: any, intents: import('./deeds.mjs').Intent[], drafts: {place_id: string, word: string}[],
 *   questions: {ask: string, place: string, word: string}[]}} all
 * @returns {string[]}
 */
export function mustBeGone({ server, intents, drafts, questions }) {
  const plates = new Set(Object.keys(server.places).filter((id) => server.places[id].status === 'erased'));
  const { rootOf, rootOfId } = rootsOf({ server, intents });
  const moved = new Set(
    server.deeds.flatMap((/** @type {any} */ { kind, body }) => (/^staff/.test(kind) ? rootOfId(body.supersedes) : [])),
  );
  /** @type {Map<string, import('./deeds.mjs').Intent[]>} */
  const families = new Map();
  for (const intent of intents.filter(({ kind }) => kind === 'visit' || kind === 'correction')) {
    const root = rootOf(intent);
    families.set(root, [...(families.get(root) ?? []), intent]);
  }
  const came = new Set(server.journal.map((/** @type {{event_id: string}} */ { event_id }) => event_id));
  const ours = [...families].filter(
    ([root, all]) =>
      !moved.has(root) && all.every(isOf(plates)) && all.some(isVisit) && all.every(({ id }) => came.has(id)),
  );
  const edits = intents.filter(({ kind, body }) => /^place_(new|edit)$/.test(kind) && plates.has(body.place_id));
  const bodies = [...ours.flatMap(([, all]) => all), ...edits].map(({ body }) => body);
  const put = new Map(questions.filter(({ place }) => plates.has(place)).map(({ ask, word }) => [ask, word]));
  const answers = intents.flatMap(({ kind, body }) =>
    kind === 'explanation' && put.has(body.item_id) ? body.text : [],
  );
  const halves = drafts.filter(({ place_id }) => plates.has(place_id)).map(({ word }) => word);
  return [...halves, ...put.values(), ...answers, ...bodies.flatMap(wordsOf)];
}

/**
 * From each event to the visit at the end of its line of corrections. Two phones may have given one id to two facts: the line
 * goes by the one that stands, and a visit that does not is a family of its own.
 */
function rootsOf(/** @type {{server: any, intents: import('./deeds.mjs').Intent[]}} */ evidence) {
  const standing = standingFor(/** @type {any} */ (evidence));
  /** @type {(id: string) => string} */
  const rootOfId = (id) => {
    const next = standing.get(id)?.body.supersedes;
    return next ? rootOfId(next) : id;
  };
  const rootOf = (/** @type {import('./deeds.mjs').Intent} */ intent) => {
    const { id, body } = intent;
    if (body.supersedes) return rootOfId(body.supersedes);
    return standing.get(id) === intent ? id : `${id}, another fact`;
  };
  return { rootOf, rootOfId };
}

function isOf(/** @type {Set<string>} */ plates) {
  return (/** @type {{body: any}} */ { body }) => (body.void ? true : plates.has(body.place_id));
}

function isVisit(/** @type {{kind: string}} */ { kind }) {
  return kind === 'visit';
}

/** @returns {string[]} */
function wordsOf(/** @type {any} */ { note, reason, contact_name, landmark, nickname, photos }) {
  return [note, reason, contact_name, landmark, nickname, ...(photos ?? [])].filter(Boolean);
}
