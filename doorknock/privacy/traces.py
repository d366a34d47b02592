"""Where one household stands in the house: its rows, the lines that told of it, the office's facts, its photos.

A family of visits belongs to the household where its standing member stands: what was written at the wrong door and
moved away is the other's, what was moved here is this one's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, cast, func, or_, select

from doorknock.changes import Deed
from doorknock.commitments.models import Commitment, Withdrawal, in_places
from doorknock.db import db
from doorknock.places.edits import FieldEdit
from doorknock.places.models import Place, families
from doorknock.places.standing import Report
from doorknock.sync import blobs, redacting
from doorknock.sync.journal import APPLIED, DUPLICATE, JournalLine, Stray
from doorknock.sync.wire import read_line
from doorknock.visits import asks
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit
from doorknock.visits.models import families as visits_of

DEEDS_OF_PLACE = ("roster", "move", "withdraw", "ask", "door_close", "door_reopen", "aside", "resume", "decide")
Row = JournalLine | Stray


@dataclass
class Traces:
    """Everything that is kept of one household."""

    county: str
    places: list[Place]
    visits: list[Visit] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    edits: list[FieldEdit] = field(default_factory=list)
    lines: list[JournalLine] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    photos: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    """Events of other households whose id a line about this one bears or names as well: they stay."""

    @property
    def place_ids(self) -> list[str]:
        """The doors: the one that stands and those that were merged into it."""
        return sorted(p.id for p in self.places)

    @property
    def visit_ids(self) -> set[str]:
        """Its visits, corrections and voids, and what they correct, though it never took effect itself."""
        return {ident for v in self.visits for ident in (v.id, v.root_id, v.supersedes) if ident}

    @property
    def event_ids(self) -> set[str]:
        """The events by which it came to be known, and the questions that were asked about it."""
        told: list[Row] = [*self.lines, *self.strays]
        return self.visit_ids | {row.event_id for row in told} - self.others | {a.id for a in self.asks}

    @property
    def valid(self) -> int:
        """How many of its visits count."""
        return sum(v.superseded_by is None and not v.void for v in self.visits)


def of(place: Place, *, deep: bool = True) -> Traces:
    """The traces of the household of this door. The caller holds the locks of its grids where it will change them.

    ``deep`` searches the whole journal and the office's facts; without it the rows alone are told, for a page.
    """
    kin = families(place.county, [place.id])[place.survivor_id]
    found = Traces(place.county, kin)
    found.visits = _own_visits(place.county, found.place_ids)
    found.commitments = [c for c in _commitments(place.county, found) if c.id in found.visit_ids]
    found.asks = asks.of_places(place.county, found.place_ids)
    found.edits = in_places(FieldEdit, place.county, found.place_ids)
    found.withdrawals = _withdrawals(found)
    found.photos |= {sha for v in found.visits for sha in v.facts.get("photos") or []}
    if deep:
        _read_lines(found)
        found.deeds = _deeds(found)
    return found


def _own_visits(county: str, ids: Iterable[str]) -> list[Visit]:
    here, by_root = set(ids), dict[str, list[Visit]]()
    for visit in visits_of(county, here):
        by_root.setdefault(visit.root_id, []).append(visit)
    mine = [f for f in by_root.values() if max(f, key=lambda v: (v.at, v.id)).place_id in here]
    return [visit for family in mine for visit in family]


def _commitments(county: str, found: Traces) -> list[Commitment]:
    ids = sorted(found.visit_ids)
    parts = [ids[n : n + 500] for n in range(0, len(ids), 500)]
    mine = (select(Commitment).where(Commitment.county == county, Commitment.id.in_(part)) for part in parts)
    return [row for query in mine for row in db.session.scalars(query)]


def _withdrawals(found: Traces) -> list[Withdrawal]:
    rows: list[Withdrawal] = in_places(Withdrawal, found.county, found.place_ids)
    named = (Withdrawal.county == found.county) & Withdrawal.commitment_id.in_(sorted(found.visit_ids))
    return list({w.id: w for w in [*rows, *db.session.scalars(select(Withdrawal).where(named))]}.values())


def _read_lines(found: Traces) -> None:
    """The lines whose rows these are, and every other that names this household, whatever became of it.

    A visit that never took effect has no row, and may be voided or corrected by others: its id is searched for in turn.
    What names such an id tells of the household; what merely bears it may be another fact, and a neighbour's.
    """
    ids = _own_events(found)
    mine = JournalLine.county == found.county
    known: dict[str, Row] = {row.id: row for row in _by_events(mine, ids)}
    seen: dict[str, Row] = {}
    targets, fresh = set[str](), {*found.place_ids, *found.visit_ids, *(a.id for a in found.asks)}
    while fresh:
        targets |= fresh
        named = [*_having(JournalLine, mine, fresh), *_having(Stray, Stray.county == found.county, fresh)]
        seen |= {row.id: row for row in named}
        found.others |= _others_visits(found, {row.event_id for row in named} - ids)
        telling = [row for row in named if _tells(row, targets - ({row.event_id} - ids))]
        known |= {row.id: row for row in telling if not _took_effect(row, found.others)}
        fresh = {row.event_id for row in known.values() if _kind(row) in redacting.VISITS} - targets - found.others
    passed = {row.event_id for row in seen.values() if row.id not in known}
    found.others |= passed & {row.event_id for row in known.values()} - ids
    found.lines = [row for row in known.values() if isinstance(row, JournalLine)]
    found.strays = [row for row in known.values() if isinstance(row, Stray)]
    for row in known.values():
        line = read_line(row.line)
        found.photos |= _shas(line.body.get("photos")) if line else set()
    _read_losses(found)


def _read_losses(found: Traces) -> None:
    """The lines that say that a photo is lost which only this household's visits name."""
    photos = blobs.alone(found.county, found.photos, found.visit_ids)
    lost = redacting.losses(found.county, photos)
    found.others |= {row.event_id for row in lost} - redacting.sole(found.county, lost)
    found.lines += [row for row in lost if row not in found.lines]
    strays = db.session.scalars(select(Stray).where(Stray.county == found.county)) if photos else ()
    found.strays += [row for row in strays if redacting.lost_photo(read_line(row.line)) in photos]


def _own_events(found: Traces) -> set[str]:
    """The events that made its rows."""
    reports: list[Report] = in_places(Report, found.county, found.place_ids)
    ids = found.visit_ids | {e.id for e in found.edits} | {w.id for w in found.withdrawals}
    return ids | {r.id for r in reports if not r.by_visit}


def _by_events(mine: ColumnElement[bool], ids: set[str]) -> list[JournalLine]:
    ordered = sorted(ids)
    parts = [JournalLine.event_id.in_(ordered[n : n + 500]) for n in range(0, len(ordered), 500)]
    return [row for part in parts for row in db.session.scalars(select(JournalLine).where(mine, part))]


def _having(model: Any, mine: ColumnElement[bool], targets: set[str]) -> list[Any]:
    """The rows whose bytes hold one of these ids, in small letters or capitals: a search through the whole journal."""
    texts = sorted(targets | {t.upper() for t in targets})
    inside = _inside_postgres if db.session.get_bind().dialect.name == "postgresql" else _inside_sqlite
    found: dict[str, Any] = {}
    for start in range(0, len(texts), 40):
        hits = or_(*(inside(model.line, text) for text in texts[start : start + 40]))
        found |= {row.id: row for row in db.session.scalars(select(model).where(mine, hits))}
    return list(found.values())


def _inside_sqlite(column: Any, text: str) -> ColumnElement[bool]:
    return func.instr(column, cast(text.encode(), LargeBinary)) > 0


def _inside_postgres(column: Any, text: str) -> ColumnElement[bool]:
    return func.position(cast(text.encode(), LargeBinary).op("in")(column)) > 0


def _others_visits(found: Traces, events: set[str]) -> set[str]:
    """Those of the events that took effect as another household's visits: they only mention this one's door."""
    ordered = sorted(events)
    there: set[str] = set()
    for start in range(0, len(ordered), 500):
        part = Visit.id.in_(ordered[start : start + 500])
        there |= set(db.session.scalars(select(Visit.id).where(Visit.county == found.county, part)))
    return there - found.visit_ids


def lines_of(county: str, events: set[str], doors: set[str]) -> list[Row]:
    """In an older copy of the database: the lines that are these events, or name these doors, and still have words."""
    mine, second = JournalLine.county == county, Stray.county == county
    rows: list[Row] = [*_by_events(mine, events)]
    rows += db.session.scalars(select(Stray).where(second, Stray.event_id.in_(sorted(events))))
    if doors:
        named = [*_having(JournalLine, mine, doors), *_having(Stray, second, doors)]
        rows += [row for row in named if _tells(row, doors)]
    return [row for row in {row.id: row for row in rows}.values() if getattr(row, "code", None) != "erased"]


def _took_effect(row: Row, visits: set[str]) -> bool:
    """Whether this very line is one of these visits, and not another fact that came under its id."""
    return row.event_id in visits and isinstance(row, JournalLine) and row.state in (APPLIED, DUPLICATE)


def _kind(row: Row) -> str:
    line = read_line(row.line)
    return line.kind if line else ""


def _tells(row: Row, targets: set[str]) -> bool:
    line = read_line(row.line)
    return line is not None and redacting.concerns(line, targets)


def _shas(told: object) -> set[str]:
    return {sha for sha in told if isinstance(sha, str)} if isinstance(told, list) else set()


def _deeds(found: Traces) -> list[Deed]:
    """The office's facts: about the door, and those that are its visits, or took a promise of it back elsewhere."""
    door = Deed.body["place_id"].as_string().in_(found.place_ids)
    about = (Deed.county == found.county) & Deed.kind.in_(DEEDS_OF_PLACE) & door
    made = (Deed.county == found.county) & Deed.id.in_(sorted(found.visit_ids | {w.id for w in found.withdrawals}))
    known = list(db.session.scalars(select(Deed).where(about)))
    undone = Deed.body["decision"].as_string().in_([d.id for d in known if d.kind == "decide"])
    undos = select(Deed).where(Deed.county == found.county, Deed.kind == "undo", undone)
    rest = [*db.session.scalars(select(Deed).where(made)), *db.session.scalars(undos)]
    return list({deed.id: deed for deed in [*known, *rest]}.values())
