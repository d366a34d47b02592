/** What must be found nowhere once a household was erased, told from what was meant and where it stands in the end. */

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
  const rootOf = rootsOf(intents);
  const moved = new Set(
    server.deeds.flatMap((/** @type {any} */ { kind, body }) => (/^staff/.test(kind) ? rootOf(body.supersedes) : [])),
  );
  /** @type {Map<string, import('./deeds.mjs').Intent[]>} */
  const families = new Map();
  for (const intent of intents.filter(({ kind }) => kind === 'visit' || kind === 'correction')) {
    const root = rootOf(intent.id);
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

/** From each event to the visit at the end of its line of corrections. */
function rootsOf(/** @type {import('./deeds.mjs').Intent[]} */ intents) {
  const supersedes = new Map(intents.map(({ id, body }) => [id, body.supersedes]));
  return (/** @type {string} */ id) => {
    let root = id;
    while (supersedes.get(root)) root = supersedes.get(root);
    return root;
  };
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
