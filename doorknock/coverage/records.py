"""The records behind a figure: visits as the reports count them, and doors as the counters do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from doorknock.coverage.gaps import Asked, counted_doors
from doorknock.db import db, table_of
from doorknock.people.models import Person
from doorknock.places import listing
from doorknock.places.counters import Contribution
from doorknock.places.models import KINDS, Place
from doorknock.regions.models import Region, grids_of, villages
from doorknock.visits import made
from doorknock.visits.fold import PLAIN
from doorknock.visits.models import Visit
from doorknock.words import lazy

PAGE = 50
OF = {
    "d": lazy("应访"), "closed": lazy("走完了"), "attempted": lazy("走访过"), "met": lazy("见到人"),
    "covered": lazy("讲到了"),
}  # fmt: skip
"""What doors may be listed by. Nobody is listed for having declined or not signed."""
Key = tuple[datetime, str]
_visit = table_of(Visit)
_door, _home = table_of(Place).alias("door"), table_of(Place).alias("home")


@dataclass(frozen=True)
class Behind:
    """Which visits: of a region in a span; perhaps of one grid, of some outcomes, as known at an instant."""

    region: Region
    span: made.Span
    grid: str | None = None
    outcomes: tuple[str, ...] = ()
    known: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One visit in words. ``key`` is where a page that follows it begins."""

    visit_id: str
    place_id: str
    at: datetime
    outcome: str
    where: str
    door: str
    worker: str
    key: Key


@dataclass(frozen=True)
class Door:
    """One door in words; ``name`` and ``landmark`` are empty for those who may not see them."""

    place_id: str
    group: str
    number: str
    kind: str
    name: str
    landmark: str


def count(asked: Behind) -> int:
    """How many visits."""
    return db.session.scalar(_visits(asked).with_only_columns(func.count(), maintain_column_froms=True)) or 0


def lines(asked: Behind, before: Key | None = None) -> list[Line]:
    """One page of them, the newest first; ``before`` = the key of the last one that was seen."""
    at, ident = _visit.c.visited_at, _visit.c.id
    query = _visits(asked).order_by(at.desc(), ident.desc()).limit(PAGE)
    if before:
        query = query.where(or_(at < before[0], and_(at == before[0], ident < before[1])))
    rows = db.session.execute(query).all()
    places = _places(asked.span.county, {row.home for row in rows})
    called = _regions({p.group_code for p in places.values()} | {p.village_code for p in places.values()})
    people = _people({row.worker_id for row in rows if row.worker_id})
    return [_line(row, places[row.home], called, people) for row in rows]


def by_group(asked: Behind) -> list[tuple[str, str, int]]:
    """Village, group and how many visits, in code order: what is left of records for those who see no doors."""
    counted = made.by_group(asked.span, _grids(asked), asked.known)
    called = _regions({*counted, *(code[:12] for code in counted)})
    return [
        (called.get(code[:12], ""), called.get(code, ""), each.visits) for code, each in sorted(counted.items()) if code
    ]  # fmt: skip


def doors(asked: Asked, of: str, page: int, *, names: bool) -> list[Door]:
    """One page of the doors that a figure counts, in roster order."""
    query = _counted(asked, of).order_by(Place.village_code, Place.row_order, Place.id)
    places = list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)))
    called = _regions({p.group_code for p in places})
    return [_shown(place, called.get(place.group_code or "", ""), names=names) for place in places]


def count_doors(asked: Asked, of: str) -> int:
    """How many doors."""
    return db.session.scalar(select(func.count()).select_from(_counted(asked, of).subquery())) or 0


def _counted(asked: Asked, of: str) -> Select[Any]:
    query = counted_doors(asked)
    return query if of == "d" else query.where(getattr(Contribution, of) > 0)


def _visits(asked: Behind) -> Select[Any]:
    joined = _visit.join(_door, and_(_door.c.county == _visit.c.county, _door.c.id == _visit.c.place_id))
    joined = joined.join(_home, and_(_home.c.county == _door.c.county, _home.c.id == _door.c.survivor_id))
    shown = (_visit.c.id, _visit.c.visited_at, _visit.c.outcome, _visit.c.worker_id, _home.c.id.label("home"))
    query = select(*shown).select_from(joined).where(made.within(asked.span), made.counts_at(asked.known))
    query = query.where(_visit.c.grid.in_(_grids(asked)))
    if asked.region.level == "group":
        query = query.where(_home.c.group_code == asked.region.code)
    return query.where(_visit.c.outcome.in_(asked.outcomes)) if asked.outcomes else query


def _grids(asked: Behind) -> list[str]:
    if asked.grid:
        return [asked.grid]
    top = asked.region
    codes = [v.code for v in villages(top)] or [top.parent_code or ""]
    return [grid.code for grid in grids_of(codes)]


def _places(county: str, ids: set[str]) -> dict[str, Place]:
    found = db.session.scalars(select(Place).where(Place.county == county, Place.id.in_(sorted(ids))))
    return {place.id: place for place in found}


def _regions(codes: Iterable[str | None]) -> dict[str, str]:
    query = select(Region.code, Region.name).where(Region.code.in_(sorted({code for code in codes if code})))
    return {row.code: row.name for row in db.session.execute(query)}


def _people(ids: set[str]) -> dict[str, str]:
    query = select(Person.id, Person.name).where(Person.id.in_(sorted(ids)))
    return {row.id: row.name for row in db.session.execute(query)}


def _line(row: Any, place: Place, called: dict[str, str], people: dict[str, str]) -> Line:
    group = called.get(place.group_code or "", "")
    return Line(
        visit_id=row.id, place_id=place.id, at=row.visited_at, outcome=str(PLAIN.get(row.outcome, "")),
        where=called.get(place.village_code, "") + group, door=listing.door_of(place, group),
        worker=people.get(row.worker_id or "", ""), key=(row.visited_at, row.id),
    )  # fmt: skip


def _shown(place: Place, group: str, *, names: bool) -> Door:
    return Door(
        place_id=place.id, group=group, number=listing.door_of(place, group),
        kind=str(KINDS.get(place.kind, place.kind)), name=(place.contact_name or "") if names else "",
        landmark=(place.landmark or "") if names else "",
    )  # fmt: skip
