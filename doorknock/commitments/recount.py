"""How commitments count: those of valid visits that were not taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from doorknock import changes
from doorknock.campaigns import phases
from doorknock.commitments import fold
from doorknock.commitments.models import Commitment, Withdrawal, commitments_by_ids, in_places, seen
from doorknock.db import db
from doorknock.places.models import Place
from doorknock.places.tally import Counts, Family, counted_by
from doorknock.visits.deeds import goes_along
from doorknock.visits.models import Visit


@counted_by
def count(county: str, kin: dict[str, Family]) -> Counts:
    """Settles what was taken back among the commitments of these places, and what the standing ones add."""
    places = {p.id: p for family in kin.values() for p in family}
    rows = seen(county, places)
    if not rows:
        return {}
    valid = {c.id: _promise(c, places) for c in rows if c.visit_superseded_by is None}
    withdrawn = fold.withdrawn(valid.values(), _withdrawals(county, places))
    _settle(county, rows, places, withdrawn)
    by_key: dict[tuple[str, str], list[fold.Promise]] = defaultdict(list)
    again = phases.anew(county)
    for row in rows:
        if row.id in valid:
            for counted in phases.counting(again, row.campaign_id, row.day):
                by_key[(counted, valid[row.id].place)].append(valid[row.id])
    db.session.flush()
    return {key: fold.measures(promises, withdrawn) for key, promises in by_key.items()}


def _promise(row: Any, places: dict[str, Place]) -> fold.Promise:
    return fold.Promise(id=row.id, place=places[row.place_id].survivor_id, at=row.at, method=row.method)


def _withdrawals(county: str, places: dict[str, Place]) -> list[fold.Withdrawal]:
    rows: list[Withdrawal] = in_places(Withdrawal, county, places)
    return [
        fold.Withdrawal(at=w.at, commitment_id=w.commitment_id)
        if w.commitment_id
        else fold.Withdrawal(at=w.at, place=places[w.place_id].survivor_id)
        for w in rows
    ]


def _settle(county: str, rows: Sequence[Any], places: dict[str, Place], withdrawn: dict[str, datetime | None]) -> None:
    """Write down what became of each; only what changed is loaded."""
    wanted: dict[str, tuple[str | None, datetime | None, str]] = {}
    for row in rows:
        grid = places[places[row.place_id].survivor_id].grid
        stands = (row.visit_superseded_by, withdrawn.get(row.id), grid)
        if (row.superseded_by, row.withdrawn_at, row.grid) != stands:
            wanted[row.id] = stands
    for row in commitments_by_ids(county, wanted).values() if wanted else ():
        stands = wanted[row.id]
        if row.grid != stands[2]:
            changes.remove(row.grid, "commitment", row.id)
        row.superseded_by, row.withdrawn_at, row.grid = stands
        changes.touch(row.grid, "commitment", row.id)


CARRIED = (
    "campaign_id", "method", "version", "text_hash", "signer_relation", "signer_name", "strokes", "paper_no", "at",
    "flags",
)  # fmt: skip


@goes_along
def carry(old: Visit, new: Visit, decided: bool | None) -> bool:
    """What was promised goes along with a visit that staff move; what was taken back stays behind."""
    row = db.session.get(Commitment, (old.county, old.id))
    if row is None:
        return False
    goes = row.withdrawn_at is None if decided is None else decided
    if goes:
        kept = {name: getattr(row, name) for name in CARRIED}
        db.session.add(Commitment(county=new.county, id=new.id, place_id=new.place_id, grid=new.grid, **kept))
        changes.touch(new.grid, "commitment", new.id)
    return goes
