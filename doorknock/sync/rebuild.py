"""Building the rows again from the journal and the office's facts, and comparing.

Everything derived is set aside, the acts of a county are replayed in the order of their numbers through the very verbs
that made the rows, and the outcome is compared. Equal: nothing is written. Different: the replay stands, and phones
hear of each row that changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from typing import Any

from sqlalchemy import delete, select

from doorknock import changes
from doorknock.changes import Deed
from doorknock.commitments import deeds as withdrawing
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.db import db
from doorknock.places import aside, erased, moving, review, roster
from doorknock.places.aside import Aside
from doorknock.places.edits import FieldEdit
from doorknock.places.models import Place
from doorknock.places.standing import Decision, Item, Report
from doorknock.places.tally import Contribution, Counter
from doorknock.sync import paper
from doorknock.sync.bench import Bench, Event, Quarantine
from doorknock.sync.effect import read_body
from doorknock.sync.journal import APPLIED, JournalLine
from doorknock.sync.kinds import KINDS
from doorknock.visits import asks, deeds, wishes
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit

DERIVED: tuple[Any, ...] = (
    Place, Visit, Commitment, Withdrawal, Ask, Report, Decision, Aside, Item, FieldEdit, Contribution, Counter,
)  # fmt: skip
"""In the order in which they can be inserted."""
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
}
"""How each kind of office fact is written down again; a slip is the one that needs the bench."""
Key = tuple[str, ...]
Snapshot = dict[Any, dict[Key, dict[str, Any]]]


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
    for model in reversed(DERIVED):
        db.session.execute(delete(model).where(model.county == county))
    db.session.flush()
    db.session.expunge_all()
    changes.ledger().heads.clear()
    events = _replay(county)
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
    bench = Bench(county, judging=False)
    for act in _acts(county):
        if isinstance(act, Deed):
            bench.write()
            _do(bench, act)
        else:
            events += 1
            _take(bench, act)
    bench.write()
    everything = list(db.session.scalars(select(Place).where(Place.county == county)))
    if everything:
        review.after(everything)
    db.session.flush()
    return events


def _acts(county: str) -> Iterator[Deed | JournalLine]:
    applied = (JournalLine.county == county) & (JournalLine.state == APPLIED)
    lines = db.session.scalars(select(JournalLine).where(applied)).all()
    deeds = db.session.scalars(select(Deed).where(Deed.county == county)).all()
    ordered = sorted(lines, key=_order), sorted(deeds, key=_order)
    return merge(*ordered, key=_order)


def _order(act: Deed | JournalLine) -> tuple[int, str, str]:
    return (act.seq or 0, act.grid or "", act.id)


def _take(bench: Bench, line: JournalLine) -> None:
    body = read_body(line.kind, line.body)
    if isinstance(body, Quarantine):
        return
    refs = KINDS[line.kind].refs(body)
    refs.visits |= {line.event_id}
    bench.load(refs)
    try:
        KINDS[line.kind].take(bench, Event(line, body))
    except Quarantine:
        return  # it took effect once; that it cannot now shows as a difference


def _do(bench: Bench, deed: Deed) -> None:
    if deed.kind == paper.KIND:
        paper.replay(bench, deed)
    elif deed.kind in REPLAYED:
        REPLAYED[deed.kind](deed)


def _snapshot(county: str) -> Snapshot:
    db.session.flush()
    found: Snapshot = {}
    for model in DERIVED:
        table = model.__table__
        keys = [c.name for c in table.primary_key]
        query = select(table).where(table.c.county == county)
        rows = (dict(row) for row in db.session.execute(query).mappings())
        found[model] = {tuple(row[k] for k in keys): row for row in rows if _counts(model, row)}
    return found


def _counts(model: Any, row: dict[str, Any]) -> bool:
    """A report that no longer holds and a counter at zero say the same as none."""
    if model is Report:
        return bool(row["holds"])
    if model is Counter:
        return any(value for value in row.values() if isinstance(value, int))
    return not (model is Item and row["status"] == "closed")


def _different(before: Snapshot, after: Snapshot) -> dict[Any, set[Key]]:
    return {
        model: {k for k in before[model].keys() | after[model].keys() if before[model].get(k) != after[model].get(k)}
        for model in DERIVED
    }


def _tell(kind: str, keys: set[Key], before: dict[Key, dict[str, Any]], after: dict[Key, dict[str, Any]]) -> None:
    for key in keys:
        old, new = before.get(key), after.get(key)
        if old and (not new or old["grid"] != new["grid"]):
            changes.remove(old["grid"], kind, key[1])
        if new and not new.get("void"):
            changes.touch(new["grid"], kind, key[1])
