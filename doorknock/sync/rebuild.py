"""Building the rows again from the journal and the office's facts, and comparing.

Everything derived is set aside, the acts of a county are replayed in the order of their numbers through the very verbs
that made the rows, and the outcome is compared. Equal: nothing is written. Different: the replay stands, and phones
hear of each row that changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import JSON, delete, select, type_coerce
from sqlalchemy.types import NullType

from doorknock import changes
from doorknock.changes import Deed
from doorknock.commitments import deeds as withdrawing
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.db import Base, db, table_of
from doorknock.places import aside, erased, moving, review, roster
from doorknock.places.aside import Aside
from doorknock.places.counters import Contribution, Counter
from doorknock.places.edits import FieldEdit
from doorknock.places.models import Place, by_ids
from doorknock.places.standing import Decision, Item, Report, refresh
from doorknock.sync import journal, paper, witnesses
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.effect import read_body
from doorknock.sync.journal import APPLIED, JournalLine
from doorknock.sync.kinds import KINDS
from doorknock.tasks import telling
from doorknock.tasks.models import Activity, Posting
from doorknock.visits import asks, deeds, wishes
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit

DERIVED: tuple[Any, ...] = (
    Place, Visit, Commitment, Withdrawal, Ask, Report, Decision, Aside, Item, FieldEdit, Contribution, Counter,
    Activity, Posting,
)  # fmt: skip
"""In the order in which they can be inserted."""
WITNESSED = {Visit: ("taken_at",), Activity: ("taken_at",), Posting: ("taken_at",), Counter: ("edition",)}
"""What no journal tells: it is kept as it stood and not compared."""
FED = {Place: "place", Visit: "visit", Commitment: "commitment", Ask: "ask"}
REPLAYED: dict[str, Callable[[Deed], object]] = {
    "roster": roster.replay,
    "ask": asks.replay,
    moving.KIND: moving.replay,
    erased.KIND: erased.replay,
    withdrawing.KIND: withdrawing.replay,
    **dict.fromkeys(("decide", "undo"), review.replay),
    **dict.fromkeys(aside.KINDS, aside.replay),
    **dict.fromkeys(deeds.KINDS, deeds.replay),
    **dict.fromkeys(wishes.KINDS, wishes.replay),
    **dict.fromkeys(telling.KINDS, telling.replay),
}
"""How each kind of office fact is written down again; a slip is the one that needs the bench."""
AT_ONCE = 500
"""Events between two deeds that are read, loaded and written together."""
Key = tuple[str, ...]


class Mark(NamedTuple):
    """What is remembered of a row: enough to see that it differs, and where its phones are told of it."""

    digest: bytes
    grid: str | None
    void: bool


Snapshot = dict[Any, dict[Key, Mark]]


def rebuild(progress: Callable[[str], None]) -> dict[str, int]:
    """{"events", "rows", "different"}; ends in a rolled back transaction where nothing was different."""
    counties = sorted(set(db.session.scalars(select(JournalLine.county).union(select(Deed.county)))))
    total = {"events": 0, "rows": 0, "different": 0}
    for county in counties:
        progress(f"{county} …")
        for name, value in _county(county).items():
            total[name] += value
    if not total["different"]:
        db.session.rollback()
        changes.forget()
    return total


def _county(county: str) -> dict[str, int]:
    grids = db.session.scalars(select(changes.GridHead.grid).where(changes.GridHead.county == county))
    changes.lock(list(grids))
    before = _snapshot(county)
    witnesses.call(county)
    for model in reversed(DERIVED):
        db.session.execute(delete(model).where(model.county == county))
    db.session.flush()
    db.session.expunge_all()
    changes.ledger().heads.clear()
    events = _replay(county)
    witnesses.heard(county)
    changes.ledger().touched.clear()
    after = _snapshot(county)
    different = _different(before, after)
    for model, keys in different.items():
        if model in FED:
            _tell(FED[model], keys, before[model], after[model])
    return {
        "events": events,
        "rows": sum(len(rows) for rows in before.values()),
        "different": sum(len(keys) for keys in different.values()),
    }


def _replay(county: str) -> int:
    events = 0
    for deed, idents in _acts(county):
        if deed is not None:
            _do(deed)
        events += len(idents)
        for start in range(0, len(idents), AT_ONCE):
            _take(county, idents[start : start + AT_ONCE])
    for places in _everywhere(county):
        refresh(places)
    for places in _everywhere(county):
        review.after(places)
    db.session.flush()
    return events


def _everywhere(county: str) -> Iterator[list[Place]]:
    """All places of a county, some at a time."""
    idents = db.session.scalars(select(Place.id).where(Place.county == county).order_by(Place.id)).all()
    for start in range(0, len(idents), AT_ONCE):
        yield list(by_ids(county, idents[start : start + AT_ONCE]).values())


def _acts(county: str) -> Iterator[tuple[Deed | None, list[str]]]:
    """Each deed, in order, with the ids of the events between it and the next; no deed stands before the first ones."""
    applied = (JournalLine.county == county) & (JournalLine.state == APPLIED)
    names = (JournalLine.seq, JournalLine.grid, JournalLine.id)
    lines = [(*row, None) for row in db.session.execute(select(*names).where(applied))]
    deeds = [(d.seq, d.grid, d.id, d) for d in db.session.scalars(select(Deed).where(Deed.county == county))]
    last: Deed | None = None
    waiting: list[str] = []
    for _seq, _grid, ident, deed in sorted([*lines, *deeds], key=lambda act: (act[0] or 0, act[1] or "", act[2])):
        if deed is None:
            waiting.append(ident)
            continue
        if last is not None or waiting:
            yield last, waiting
        last, waiting = deed, []
    yield last, waiting


def _take(county: str, idents: list[str]) -> None:
    """Let these events take effect again, in this order."""
    lines = journal.copies_by_id(county, idents)
    bench, refs, events = Bench(county, judging=False), Refs(), []
    for line in (lines[ident] for ident in idents):
        body = read_body(line.kind, line.body)
        if isinstance(body, dict):
            refs.add(KINDS[line.kind].refs(body))
            refs.own(line.kind, line.event_id)
            events.append(Event(line, body))
    bench.load(refs)
    for event in events:
        with suppress(Quarantine):  # it took effect once; that it cannot now shows as a difference
            KINDS[event.line.kind].take(bench, event)
    bench.write()


def _do(deed: Deed) -> None:
    if deed.kind == paper.KIND:
        bench = Bench(deed.county, judging=False)
        paper.replay(bench, deed)
        bench.write()
    elif deed.kind in REPLAYED:
        REPLAYED[deed.kind](deed)


def _snapshot(county: str) -> Snapshot:
    db.session.flush()
    return {model: dict(_marks(model, county)) for model in DERIVED}


def _marks(model: type[Base], county: str) -> Iterator[tuple[Key, Mark]]:
    """Key and mark of each row, hashed as the driver gives it: what a value means is the same on both sides."""
    columns = table_of(model).columns
    at = {column.name: place for place, column in enumerate(columns)}
    keys = itemgetter(*(at[column.name] for column in table_of(model).primary_key))
    texts = [at[column.name] for column in columns if isinstance(column.type, JSON)]
    unasked = [at[name] for name in WITNESSED.get(model, ())]
    grid, void = at.get("grid"), at.get("void")
    as_kept = [type_coerce(column, NullType()).label(column.name) for column in columns]
    query = select(*as_kept).where(columns["county"] == county).execution_options(yield_per=AT_ONCE)
    for row in db.session.execute(query):
        if not _counts(model, row, at):
            continue
        values = list(row)
        for place in texts:
            values[place] = _in_order(values[place])
        for place in unasked:
            values[place] = None
        digest = hashlib.blake2b(repr(values).encode(), digest_size=16).digest()
        yield keys(values), Mark(digest, values[grid] if grid else None, bool(void and values[void]))


def _in_order(value: Any) -> Any:
    """SQLite keeps a JSON text as it was written; the order of names in it says nothing."""
    return _text(json.loads(value)) if isinstance(value, str) and "{" in value and value != "{}" else value


_text = json.JSONEncoder(sort_keys=True).encode


def _counts(model: Any, row: Sequence[Any], at: dict[str, int]) -> bool:
    """A report that no longer holds and a counter at zero say the same as none."""
    if model is Report:
        return bool(row[at["holds"]])
    if model is Counter:
        return any(value for value in row if isinstance(value, int))
    return not (model is Item and row[at["status"]] == "closed")


def _different(before: Snapshot, after: Snapshot) -> dict[Any, set[Key]]:
    return {
        model: {k for k in before[model].keys() | after[model].keys() if before[model].get(k) != after[model].get(k)}
        for model in DERIVED
    }


def _tell(kind: str, keys: set[Key], before: dict[Key, Mark], after: dict[Key, Mark]) -> None:
    for key in keys:
        old, new = before.get(key), after.get(key)
        if old and old.grid and (not new or old.grid != new.grid):
            changes.remove(old.grid, kind, key[1])
        if new and new.grid and not new.void:
            changes.touch(new.grid, kind, key[1])
