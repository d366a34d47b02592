"""What an erased household leaves behind in the rows: visits as bare counts, how its door came to be, no more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from doorknock import changes, clock
from doorknock.changes import Deed
from doorknock.commitments.models import Commitment, Withdrawal, in_places
from doorknock.db import db, new_id
from doorknock.fields import canonical_uuid
from doorknock.places.aside import Aside
from doorknock.places.edits import FieldEdit
from doorknock.places.models import Place
from doorknock.places.standing import Decision, Item, Report
from doorknock.privacy.traces import Traces
from doorknock.sync import paper, redacting
from doorknock.sync.journal import JournalLine
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit

ABOUT_PLACES: tuple[Any, ...] = (Report, Decision, Aside, Item, FieldEdit, Ask)
"""What hangs on a door and goes with it."""
VISITS = (paper.KIND, "staff_void", "staff_move")


def bare_visits(found: Traces) -> None:
    """A visit keeps its day, what came of it, and counts."""
    for visit in found.visits:
        visit.empty()
        changes.remove(visit.grid, "visit", visit.id)


def hide_others(found: Traces) -> None:
    """What was written here at the wrong door is another household's and stays, but no phone lists it at this door."""
    own = found.visit_ids
    for kind, model in (("visit", Visit), ("commitment", Commitment)):
        for row in in_places(model, found.county, found.place_ids):
            if row.id not in own:
                changes.remove(row.grid, kind, row.id)


def drop(found: Traces) -> None:
    """Promises, questions, reports, decisions and corrections go; phones hear of what they hold."""
    promises, questions = [(c.grid, c.id) for c in found.commitments], [(a.grid, a.id) for a in found.asks]
    for kind, rows in (("commitment", promises), ("ask", questions)):
        for grid, ident in rows:
            changes.remove(grid, kind, ident)
    _delete(Withdrawal, Withdrawal.id, found.county, [w.id for w in found.withdrawals])
    _delete(Commitment, Commitment.id, found.county, [c.id for c in found.commitments])
    for model in ABOUT_PLACES:
        _delete(model, model.place_id, found.county, found.place_ids)


def _delete(model: Any, column: Any, county: str, ids: list[str]) -> None:
    for start in range(0, len(ids), 500):
        db.session.execute(delete(model).where(model.county == county, column.in_(ids[start : start + 500])))


def drop_deeds(found: Traces) -> None:
    """Of the office's facts stays what a rebuild needs: how the door came to be, and its visits, without words."""
    made = {p.id: _first_row(found, p) for p in found.places}
    for place in found.places:
        if made[place.id] is None:
            db.session.add(_as_if_imported(found, place))
    for deed in found.deeds:
        if deed is made.get(deed.body.get("place_id", "")):
            fields = {name: value for name, value in deed.body["fields"].items() if name == "group"}
            deed.body = {k: deed.body[k] for k in ("place_id", "village", "grid")} | {"fields": fields}
        elif deed.kind in VISITS:
            redacting.redact_deed(deed)
        else:
            db.session.delete(deed)


def _first_row(found: Traces, place: Place) -> Deed | None:
    """The roster row that made the door; None for one that a phone added."""
    rows = [d for d in found.deeds if d.kind == "roster" and d.body["place_id"] == place.id]
    return min(rows, key=lambda d: d.seq, default=None) if place.source == "import" else None


def _as_if_imported(found: Traces, place: Place) -> Deed:
    """Of a door that a phone added: it came to be at the same place in the order of all acts, and that is all."""
    line = next((j for j in found.lines if _made(j, place)), None)
    grid, seq, at = (line.grid or place.grid, line.seq or 0, line.at) if line else (place.grid, 0, clock.now())
    body = {"place_id": place.id, "village": place.village_code, "grid": place.grid}
    group = {"group": place.group_code}
    return Deed(
        county=place.county, id=new_id(), grid=grid, seq=seq, kind="roster", at=at, by=None,
        body=body | {"fields": group},
    )  # fmt: skip


def _made(line: JournalLine, place: Place) -> bool:
    return line.kind == "place_new" and line.seq is not None and canonical_uuid(line.body.get("place_id")) == place.id
