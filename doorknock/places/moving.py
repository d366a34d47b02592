"""Places move between groups, and so between grids: an act of the office in both, seen before it is done."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from doorknock import audit, changes, clock
from doorknock.changes import Deed
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import contact
from doorknock.people.devices import Device
from doorknock.people.models import Assignment, Person, holding
from doorknock.places import review
from doorknock.places.locks import lock_village
from doorknock.places.models import ERASED, Place, by_ids
from doorknock.regions.models import Grid, Region, grids_of, region
from doorknock.words import _

KIND = "move"
Move = tuple[Place, str | None, str]
"""A place, the group that it comes to (None: no group), and the grid."""


@dataclass(frozen=True)
class Side:
    """What a move does to one grid: its D before and after, and whose phones hold it."""

    grid: Grid
    before: int
    after: int
    phones: list[str]


@dataclass(frozen=True)
class Plan:
    """Which doors move where, and what follows."""

    group: Region
    places: list[Place]
    staying: int
    sides: list[Side]


def plan(village: Region, ids: Iterable[str], group_code: str) -> Plan:
    """What moving these doors into the group would do. Refused where there is nothing to move, or no way."""
    group = region(group_code)
    if group.parent_code != village.code or group.level != "group":
        raise Refused(_("这个组不在这个村里。"))
    if group.grid_code is None:
        raise Refused(_("「%(name)s」还没有划进网格，先请镇里划好。", name=group.name))
    found = [p for p in by_ids(village.county, ids).values() if p.village_code == village.code and p.status != ERASED]
    if not found:
        raise Refused(_("还没有勾要移的户。"))
    found.sort(key=lambda p: (p.row_order, p.id))
    moving = [p for p in found if (p.group_code, p.grid) != (group.code, group.grid_code)]
    return Plan(group, moving, len(found) - len(moving), _sides(village, moving, group.grid_code))


def _sides(village: Region, moving: list[Place], target: str) -> list[Side]:
    active = (Place.county == village.county) & (Place.village_code == village.code) & (Place.status == "active")
    stand = Tally(db.session.scalars(select(Place.grid).where(active)))
    out = Tally(p.grid for p in moving if p.status == "active" and p.grid != target)
    concerned = {p.grid for p in moving} | {target}
    after = {code: stand[code] - out[code] + (sum(out.values()) if code == target else 0) for code in concerned}
    grids = [g for g in grids_of([village.code]) if g.code in concerned]
    return [Side(g, stand[g.code], after[g.code], _holders(g)) for g in grids]


def _holders(grid: Grid) -> list[str]:
    """The workers who hold the grid now and have a phone in use, by name; a phone out of touch with since when."""
    held = (Assignment.county == grid.county) & (Assignment.grid == grid.code)
    query = (
        select(Person.name, Device).join(Assignment, Assignment.person_id == Person.id)
        .join(Device, Device.worker_id == Person.id)
        .where(held, holding(clock.now()), contact.is_on()).order_by(Person.name, Device.id)
    )  # fmt: skip
    found: dict[str, None] = {}
    for name, phone in db.session.execute(query).unique():
        late = contact.quiet(phone)
        words = _("%(name)s（%(contact)s，还拿着这些户）", name=name, contact=contact.contact_words(phone))
        found[words if late else name] = None
    return list(found)


def move(village: Region, ids: Iterable[str], group_code: str, *, by: str) -> int:
    """Move these doors into the group; how many did. Refused as ``plan``."""
    lock_village(village)
    made = plan(village, ids, group_code)
    target = made.group.grid_code or ""
    carry_out([(place, made.group.code, target) for place in made.places], by=by)
    audit.record("roster.move", village.code, by=by, subject=made.group.code, count=len(made.places))
    return len(made.places)


def carry_out(moves: list[Move], *, by: str | None) -> None:
    """Do these moves, each an act in both grids; counters, visits and phones follow. The caller commits."""
    ends = by_ids(moves[0][0].county, {p.survivor_id for p, *_ in moves}) if moves else {}
    changes.lock({p.grid for p, *_ in moves} | {grid for *_, grid in moves} | {p.grid for p in ends.values()})
    for place, group, grid in moves:
        changes.record(KIND, {place.grid, grid}, by, {"place_id": place.id, "grid": grid, "group": group})
        _move(place, group, grid)
    if moves:
        review.after([place for place, *_ in moves])


def _move(place: Place, group: str | None, grid: str) -> None:
    place.group_code = group
    place.move_to(grid)
    changes.touch(grid, "place", place.id)


def replay(deed: Deed) -> None:
    """Move a place again (rebuild); a recount draws the consequences."""
    place = db.session.get(Place, (deed.county, deed.body["place_id"]))
    if place is not None:
        _move(place, deed.body.get("group", place.group_code), deed.body["grid"])
        db.session.flush()
