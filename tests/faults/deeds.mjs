/** What workers do, at random, through the very functions that the screens call; each intent is written down first. */

/**
 * @typedef {{id: string, kind: string, body: any, at: string | null, username: string, phone: string, saved: boolean}} Intent
 * @typedef {import('./phone.mjs').Phone} Phone
 * @typedef {import('./realm.mjs').Realm} Realm
 */

const OUTCOMES = {
  met_covered: 6,
  met_declined: 2,
  met_later: 2,
  remote_covered: 1,
  nobody_home: 4,
  left_material: 1,
  minor_only: 1,
  unsafe_stop: 1,
  away_reported: 2,
  wrong_entry: 1,
};
const KINDS = {
  visit: 12,
  correction: 4,
  void: 2,
  foreign_correction: 0.5,
  withdrawal: 2,
  place_new: 1.5,
  place_edit: 1.5,
  place_report: 2,
  other: 1,
  bad: 0.7,
  stranger: 0.4,
  answer: 1.5,
  draft: 1,
  again: 1,
};
const CHANGED = ['landmark', 'nickname', 'contact_name'];

export class Deeds {
  /** @type {Map<string, Intent[]>} every fact that anybody meant to state, by event id */
  intents = new Map();
  /** @type {{place_id: string, word: string}[]} */
  drafts = [];
  #words = 0;

  constructor(/** @type {import('./world.mjs').World} */ world) {
    this.world = world;
    this.dice = world.dice.fork();
  }

  /** One deed on a phone that is on. */
  async any(/** @type {Phone} */ phone) {
    const page = phone.page;
    const db = page && phone.storeOf(page);
    if (!page || !db) return;
    const now = this.world.now + phone.skew;
    const came = await phone.did(page, async () => {
      const views = await db.read(['places'], (/** @type {any} */ tx) =>
        tx.objectStore('places').index('order').getAll(),
      );
      const listed = views.filter((/** @type {any} */ view) => view.listed === 1).slice(0, 60);
      const places = listed.map((/** @type {any} */ { id, data }) => ({ ...data, id }));
      return { places, campaign: await page.core.campaign(db, now) };
    });
    if (!came.done || !came.value.places.length) return;
    const known = { page, db, now, phone, newId: () => page.core.newId(now), ...came.value };
    const kind = this.dice.weighted(KINDS);
    await /** @type {any} */ (this)[kind](known);
  }

  /** Meant, then done; what was done is marked with the instant that the phone gave it. */
  async #record(/** @type {any} */ known, /** @type {string} */ kind, /** @type {any} */ body, id = known.newId()) {
    const { page, db, phone, now } = known;
    /** @type {Intent} */
    const intent = { id, kind, body, at: null, username: phone.username, phone: phone.name, saved: false };
    this.intents.set(id, [...(this.intents.get(id) ?? []), intent]);
    const came = await phone.did(page, () => page.core.record(db, { id, kind, body, now }));
    if (came.done) {
      intent.saved = true;
      intent.at = came.value.at;
      const meant = JSON.stringify(came.value.body) === JSON.stringify(body);
      if (!meant)
        this.intents.set(
          id,
          (this.intents.get(id) ?? []).filter((each) => each !== intent),
        );
    }
    const how = came.done ? '存好' : '断电';
    this.world.say(`${phone.name} ${how} ${kind} ${id.slice(-6)} ${body.outcome ?? body.report ?? ''}`);
    return came;
  }

  /** A word that nobody else says, so that it is known wherever it turns up. */
  word() {
    this.#words += 1;
    return `暗号${this.#words}号完`;
  }

  #visitBody(/** @type {any} */ { places, campaign, now }) {
    const { dice } = this;
    const outcome = dice.weighted(OUTCOMES);
    const counts = () => Object.fromEntries(APP.map((name) => [name, dice.chance(0.4) ? dice.whole(0, 3) : 0]));
    const early = new Date(now - dice.whole(0, 20) * 3600_000).toISOString();
    const methods = /** @type {const} */ (['screen', 'paper', 'oral', 'declined', 'not_asked']);
    return {
      place_id: dice.pick(/** @type {any[]} */ (places)).id,
      ...(campaign && dice.chance(0.8) ? { campaign_id: campaign.id } : {}),
      outcome,
      ...(dice.chance(0.7) ? { visited_at: early } : {}),
      ...(dice.chance(0.4) ? { app: counts() } : {}),
      ...(dice.chance(0.3) ? { commitment: { version: '1', method: dice.pick(methods) } } : {}),
      ...(outcome === 'away_reported' ? { away: { kind: 'working' } } : {}),
      ...(dice.chance(0.05) ? { do_not_return: true } : {}),
      note: this.word(),
    };
  }

  async visit(/** @type {any} */ known) {
    const body = this.#visitBody(known);
    const photos = this.dice.chance(0.12) ? await this.#photo(known) : [];
    return this.#record(known, 'visit', { ...body, ...(photos.length ? { photos } : {}) });
  }

  /** The hash of a photo that was kept; none where the power went before. */
  async #photo(/** @type {any} */ { page, db, phone }) {
    const bytes = new Uint8Array(64).map(() => this.dice.whole(0, 255));
    const came = await phone.did(page, () => page.core.keepBlob(db, bytes));
    return came.done ? [came.value] : [];
  }

  /** A visit or correction of this worker, or of the others; null where there is none. */
  #earlier(/** @type {any} */ { phone }, mine = true) {
    const all = [...this.intents.values()].flat();
    const fit = all.filter(({ kind, username }) => KINDS_OF_VISIT.has(kind) && (username === phone.username) === mine);
    return fit.length ? this.dice.pick(fit) : null;
  }

  async correction(/** @type {any} */ known) {
    const target = this.#earlier(known);
    if (!target) return;
    const body = this.#visitBody(known);
    const place = this.dice.chance(0.7) && target.body.place_id;
    const supersedes = target.id;
    await this.#record(known, 'correction', { supersedes, ...body, ...(place ? { place_id: place } : {}) });
  }

  async void(/** @type {any} */ known) {
    const target = this.#earlier(known);
    if (target) await this.#record(known, 'correction', { supersedes: target.id, void: true, reason: this.word() });
  }

  async foreign_correction(/** @type {any} */ known) {
    const target = this.#earlier(known, false);
    if (!target) return;
    await this.#record(known, 'correction', { supersedes: target.id, ...this.#visitBody(known) });
  }

  async withdrawal(/** @type {any} */ known) {
    const given = [...this.intents.values()].flat().filter(({ body }) => body.commitment);
    const one = given.length && this.dice.chance(0.5) ? { commitment_id: this.dice.pick(given).id } : null;
    const place = { place_id: this.dice.pick(/** @type {any[]} */ (known.places)).id };
    await this.#record(known, 'commitment_withdrawal', one ?? place);
  }

  async place_new(/** @type {any} */ known) {
    const near = this.dice.pick(/** @type {any[]} */ (known.places));
    const place_id = known.newId();
    const body = { place_id, grid: near.grid, group: near.group, kind: 'household', contact_name: this.word() };
    const came = await this.#record(known, 'place_new', body);
    if (came.done && this.dice.chance(0.7)) await this.visit({ ...known, places: [{ id: place_id }] });
  }

  place_edit(/** @type {any} */ known) {
    const { id } = this.dice.pick(/** @type {any[]} */ (known.places));
    const { group } = this.dice.pick(/** @type {any[]} */ (known.places));
    const field = this.dice.pick(CHANGED);
    const elsewhere = group && this.dice.chance(0.3) ? { group } : {};
    return this.#record(known, 'place_edit', { place_id: id, [field]: this.word(), ...elsewhere });
  }

  place_report(/** @type {any} */ known) {
    const { id } = this.dice.pick(/** @type {any[]} */ (known.places));
    const other = this.dice.pick(/** @type {any[]} */ (known.places)).id;
    const report = this.dice.pick(['away', 'wrong', 'duplicate']);
    const twin = report === 'duplicate' && other !== id ? { duplicate_of: other } : {};
    return this.#record(known, 'place_report', { place_id: id, report, ...twin });
  }

  other(/** @type {any} */ known) {
    const { grid } = this.dice.pick(/** @type {any[]} */ (known.places));
    const bodies = /** @type {[string, any][]} */ ([
      ['posting', { kind: 'poster', grid, count: 2 }],
      ['activity', { kind: 'meeting', grid, people: 12 }],
      ['explanation', { item_id: 'item-1', text: '路断了。' }],
    ]);
    const [kind, body] = this.dice.pick(bodies);
    const told = [...this.intents.values()].flat().filter((each) => each.kind === kind && TOLD.has(kind));
    const mine = told.filter(({ username }) => username === known.phone.username);
    if (!mine.length || this.dice.chance(0.5)) return this.#record(known, kind, body);
    const supersedes = this.dice.pick(mine).id;
    if (this.dice.chance(0.5)) return this.#record(known, kind, { ...body, supersedes });
    return this.#record(known, 'correction', { supersedes, void: true, reason: '没办成' });
  }

  /** To a question that the office put to this worker. */
  async answer(/** @type {any} */ known) {
    const { page, db, phone } = known;
    const came = await phone.did(page, () =>
      db.read(['rows'], (/** @type {any} */ tx) => tx.objectStore('rows').index('kind').getAllKeys('ask')),
    );
    if (!came.done || !came.value.length) return;
    const [, item_id] = this.dice.pick(/** @type {any[]} */ (came.value));
    await this.#record(known, 'explanation', { item_id, text: this.word() });
  }

  /** What the server must hold without effect. */
  bad(/** @type {any} */ known) {
    const place_id = this.dice.pick(/** @type {any[]} */ (known.places)).id;
    const [kind, body] = this.dice.pick(
      /** @type {[string, any][]} */ ([
        ['visit', { place_id }],
        ['visit', { place_id, outcome: 'met_covered', adults_listened: '很多' }],
        ['dance', { place_id, steps: 3 }],
        ['visit', { place_id, outcome: 'nobody_home', campaign_id: known.newId() }],
      ]),
    );
    return this.#record(known, kind, body);
  }

  /** A place that this server has never heard of. */
  stranger(/** @type {any} */ known) {
    return this.visit({ ...known, places: [{ id: known.newId() }] });
  }

  async draft(/** @type {any} */ { page, db, phone, places, newId, now }) {
    const place_id = this.dice.pick(/** @type {any[]} */ (places)).id;
    const word = this.word();
    this.drafts.push({ place_id, word });
    const draft = { id: newId(), place_id, form: { note: word }, updated_at: new Date(now).toISOString() };
    await phone.did(page, () => page.core.saveDraft(db, draft));
  }

  /** The same id once more: the same fact where the phone was cut off, else another one. */
  async again(/** @type {any} */ known) {
    const mine = [...this.intents.values()].flat().filter(({ username }) => username === known.phone.username);
    const cutOff = mine.filter(({ saved, phone }) => !saved && phone === known.phone.name);
    if (cutOff.length) {
      const { kind, body, id } = this.dice.pick(cutOff);
      await this.#record(known, kind, body, id);
    } else if (mine.length && this.dice.chance(0.3)) {
      await this.#record(known, 'visit', this.#visitBody(known), this.dice.pick(mine).id);
    }
  }
}

const APP = ['installed_before', 'installed_now', 'wants_later', 'declined', 'no_smartphone'];
const KINDS_OF_VISIT = new Set(['visit', 'correction']);
const TOLD = new Set(['posting', 'activity']);
