"""Doors of a region, portion by portion in roster order, with what was done there: what ledgers and the API read by.

Each portion is a handful of questions by key, so memory is that of one portion however many visits there are, and a
reader can stop after any door and go on later from its ``Mark``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, func, select, tuple_

from doorknock.db import db, table_of
from doorknock.lookup import among, given, rows
from doorknock.places.models import Place
from doorknock.regions.models import Region, villages
from doorknock.visits.models import Visit

PORTION = 400
"""Doors read at a time: some thousands of visits."""
FIRST = -(2**31)
_place, _visit = table_of(Place).c, table_of(Visit).c
DOOR = (
    "county", "id", "village_code", "grid", "group_code", "kind", "lane", "local_no", "row_order", "address",
    "landmark", "contact_name", "nickname", "phone", "adults", "needs", "geo", "source", "status", "away_kind",
    "back_on", "survivor_id", "do_not_return",
)  # fmt: skip
_DOORS = (
    select(*(_place[name] for name in DOOR))
    .where(_place.county == given("county"), _place.village_code == given("village"))
    .where(tuple_(_place.row_order, _place.id) > tuple_(given("order"), given("after")))
    .order_by(_place.row_order, _place.id)
    .limit(bindparam("most"))
)
VISIT = (
    "id", "place_id", "outcome", "mode", "visited_at", "recorded_at", "day", "adults_listened", "do_not_return",
    "worker_id", "source", "facts", "reason", "void", "superseded_by",
)  # fmt: skip
_AT = select(*(_visit[name] for name in VISIT)).where(_visit.county == given("county"), among(_visit.place_id))
_BETWEEN = _visit.day.between(bindparam("first", type_=Date()), bindparam("last", type_=Date()))
_IN = _AT.where(_visit.campaign_id == given("campaign"), _BETWEEN)
VALID = _IN.where(_visit.superseded_by.is_(None), _visit.void.is_(False))
"""Asks for the visits that count, at these places, in this campaign and between these days."""
REPLACED = _IN.where(_visit.superseded_by.is_not(None), _visit.void.is_(False))
"""Asks for those that no longer do."""


class Mark(NamedTuple):
    """A door at which a reader stopped: its village, its place on the roster, its id."""

    village: str
    order: int
    id: str


@dataclass(frozen=True)
class Days:
    """Which visits: of one campaign, between two days, both included."""

    campaign_id: str
    first: date | None = None
    last: date | None = None

    def asked(self) -> dict[str, Any]:
        """As the questions above take them."""
        return {"campaign": self.campaign_id, "first": self.first or date.min, "last": self.last or date.max}


def count(region: Region) -> int:
    """How many doors there are to walk."""
    codes = [village.code for village in villages(region)]
    here = (Place.county == region.county) & Place.village_code.in_(codes)
    return db.session.scalar(select(func.count()).select_from(Place).where(here)) or 0


def doors(region: Region, after: Mark | None = None, portion: int = PORTION) -> Iterator[list[Any]]:
    """The doors of a region in portions, none of which lies in two villages; from behind a mark on."""
    for village in villages(region):
        if after is not None and village.code < after.village:
            continue
        mark = after if after is not None and village.code == after.village else Mark(village.code, FIRST, "")
        while found := _portion(village, mark, portion):
            yield found
            if len(found) < portion:
                break
            mark = mark_of(found[-1])


def mark_of(door: Any) -> Mark:
    """Where to go on behind this door."""
    return Mark(door.village_code, door.row_order, door.id)


def _portion(village: Region, mark: Mark, most: int) -> list[Any]:
    return rows(_DOORS, county=village.county, village=village.code, order=mark.order, after=mark.id, most=most)


def visits(question: Any, found: list[Any], days: Days) -> dict[str, list[Any]]:
    """Place → its visits that answer the question, in the order in which they were made."""
    by_place: dict[str, list[Any]] = {}
    if found:
        for visit in rows(question, county=found[0].county, ids=[door.id for door in found], **days.asked()):
            by_place.setdefault(visit.place_id, []).append(visit)
    for made in by_place.values():
        made.sort(key=lambda visit: (visit.visited_at, visit.id))
    return by_place
