"""What staff do to a visit, with a reason and under their own name: void it, or move it to the door it was meant for.

Nothing is edited in place: the deed is a member of the visit's family that is later than the one that stands. A
worker's later correction may supersede it in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from doorknock import audit, changes, clock
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.places import erased, tally
from doorknock.places.models import Place, by_ids
from doorknock.places.standing import refresh
from doorknock.visits.fold import APP
from doorknock.visits.models import Visit
from doorknock.words import _

COPIED = (
    "outcome", "mode", "visited_at", "day", "edition", "adults_listened", *APP, "do_not_return", "away_kind", "back_on",
    "facts",
)  # fmt: skip
NEXT = timedelta(microseconds=1)
KINDS = ("staff_void", "staff_move")
Companion = Callable[[Visit, Visit, bool | None], bool]
_companions: list[Companion] = []


def goes_along(companion: Companion) -> Companion:
    """Registers what a moved visit carries with it: (old, new, None: decide | what was decided) → whether it went."""
    _companions.append(companion)
    return companion


def void(found: Visit, *, by: str, reason: str) -> Visit:
    """The visit counts nowhere from now on. Refused where it is void already, was erased, or without a reason."""
    standing = _standing(found, set())
    erased.refuse(*by_ids(standing.county, {standing.place_id}).values())
    if standing.void:
        raise Refused(_("这条走访已经作废了。"))
    return _act("staff_void", standing, standing.place_id, by, reason)


def move(found: Visit, to: str, *, by: str, reason: str) -> Visit:
    """The visit counts for the place ``to`` from now on. Refused where it is void, is there already, or was erased."""
    standing = _standing(found, {to})
    erased.refuse(*by_ids(standing.county, {standing.place_id, to}).values())
    if standing.void:
        raise Refused(_("作废的走访不能改到别的户。"))
    if to == standing.place_id:
        raise Refused(_("这条走访本来就记在这一户。"))
    return _act("staff_move", standing, to, by, reason)


def replay(deed: changes.Deed) -> None:
    """Write a recorded deed down again (rebuild); a recount draws the consequences."""
    _write(deed, carried=deed.body["carried"])


def _standing(found: Visit, named: set[str]) -> Visit:
    """The member of the family that stands, with every grid concerned locked."""
    family = _family(found)
    while True:
        concerned = {v.place_id for v in family} | named
        changes.lock(_grids(found.county, concerned))
        family = _family(found)
        if {v.place_id for v in family} <= concerned:
            return max(family, key=lambda v: (v.at, v.id))


def _family(found: Visit) -> list[Visit]:
    mine = (Visit.county == found.county) & (Visit.root_id == found.root_id)
    return list(db.session.scalars(select(Visit).where(mine).execution_options(populate_existing=True)))


def _grids(county: str, place_ids: Iterable[str]) -> set[str]:
    places = by_ids(county, place_ids)
    ends = by_ids(county, {p.survivor_id for p in places.values()})
    return {p.grid for p in [*places.values(), *ends.values()]}


def _act(kind: str, standing: Visit, place_id: str, by: str, reason: str) -> Visit:
    if not reason.strip():
        raise Refused(_("请写一句原因。"))
    places = {v.place_id for v in _family(standing)} | {place_id}
    deed = changes.record(kind, _grids(standing.county, places), by, {})
    deed.body = {
        "supersedes": standing.id, "place_id": place_id, "reason": reason.strip()[:200],
        "at": max(deed.at, standing.at + NEXT).isoformat(),
    }  # fmt: skip
    row, carried = _write(deed, carried=None)
    deed.body = deed.body | {"carried": carried}
    place = by_ids(row.county, [place_id])[place_id]
    audit.record(kind, place.village_code, by=by, subject=standing.id, place=place_id)
    db.session.flush()
    tally.recount(row.county, places)
    refresh(by_ids(row.county, places).values())
    return row


def _write(deed: changes.Deed, carried: list[bool] | None) -> tuple[Visit, list[bool]]:
    old = db.session.get_one(Visit, (deed.county, deed.body["supersedes"]))
    place = db.session.get_one(Place, (deed.county, deed.body["place_id"]))
    survivor = db.session.get_one(Place, (deed.county, place.survivor_id))
    moves = deed.kind == "staff_move"
    at = datetime.fromisoformat(deed.body["at"])
    row = Visit(
        county=deed.county, id=deed.id, root_id=old.root_id, supersedes=old.id, place_id=place.id, grid=survivor.grid,
        campaign_id=old.campaign_id, worker_id=deed.by, source="staff", at=at, recorded_at=at, void=not moves,
        taken_at=changes.taken(survivor.grid),
        reason=deed.body["reason"], flags=[], seq=deed.seq, **(_copied(old) if moves else _empty(at)),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if not moves:
        return row, []
    changes.touch(row.grid, "visit", row.id)
    told = carried if carried is not None else [None] * len(_companions)
    return row, [companion(old, row, decided) for companion, decided in zip(_companions, told, strict=True)]


def _copied(old: Visit) -> dict[str, Any]:
    return {name: getattr(old, name) for name in COPIED}


def _empty(at: datetime) -> dict[str, Any]:
    zero = dict.fromkeys(("adults_listened", *APP), 0)
    return zero | {
        "visited_at": at,
        "day": clock.day_of(at),
        "edition": clock.edition_of(at),
        "do_not_return": False,
        "facts": {},
    }
