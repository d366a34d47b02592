"""更正台账: the visits that no longer count, each with what stands in its place, why, and who said so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from doorknock.db import table_of
from doorknock.exports import reading
from doorknock.exports.calling import Called
from doorknock.exports.ledger_visits import SOURCES
from doorknock.exports.ledgers import Ledger, Portion, Scope, Told
from doorknock.exports.reading import Days
from doorknock.lookup import among, given, rows
from doorknock.places.models import Place
from doorknock.visits.fold import OUTCOMES
from doorknock.visits.models import Visit
from doorknock.words import _, lazy

_visit, _place = table_of(Visit).c, table_of(Place).c
_STANDING = select(*(_visit[name] for name in reading.VISIT)).where(
    _visit.county == given("county"), among(_visit.id)
)  # fmt: skip
_DOORS = select(*(_place[name] for name in reading.DOOR)).where(_place.county == given("county"), among(_place.id))


class Line(NamedTuple):
    """A visit that was replaced, at its door; what stands for it, and at which door."""

    door: Any
    visit: Any
    standing: Any
    moved_to: Any
    called: Called


def portions(scope: Scope) -> Iterator[Portion]:
    """The lines, portion by portion; none without a campaign."""
    if scope.campaign is None:
        return
    called, days = Called(scope.region), Days(scope.campaign.id, scope.first, scope.last)
    for doors in reading.doors(scope.region):
        yield len(doors), _lines(doors, days, called, scope)


def _lines(doors: list[Any], days: Days, called: Called, scope: Scope) -> list[Line]:
    made = reading.visits(reading.REPLACED, doors, days)
    if not made:
        return []
    county, ids = doors[0].county, sorted({v.superseded_by for visits in made.values() for v in visits})
    standing = {row.id: row for row in rows(_STANDING, county=county, ids=ids)}
    elsewhere = {row.place_id for row in standing.values()}
    known = {row.id: row for row in rows(_DOORS, county=county, ids=sorted(elsewhere))}
    if scope.names:
        called.meet(row.worker_id for row in standing.values())
    found = []
    for door in doors:
        for visit in made.get(door.id, ()):
            by = standing[visit.superseded_by]
            moved = known.get(by.place_id) if by.place_id != door.id and not by.void else None
            found.append(Line(door, visit, by, moved, called))
    return found


def became(line: Line) -> str:
    """What it was turned into."""
    return _("作废") if line.standing.void else line.called.say(OUTCOMES, line.standing.outcome)


def moved_to(line: Line) -> str:
    """The door to which it was moved; one that is not of this region is not named."""
    door = line.moved_to
    if door is None:
        return ""
    if door.village_code not in line.called.regions:
        return _("别的村的一户")
    group = line.called.group(door)
    number = line.called.number(door) or door.local_no or ""
    return (number if number.startswith(group) else f"{group}{number}") or _("另一户")


CORRECTIONS = Ledger(
    key="corrections", word=lazy("更正台账"), says=lazy("改正过和作废了的走访，为什么不算数"), verb="doors",
    deed="export.corrections", total=lambda scope: reading.count(scope.region), portions=portions,
    asks=frozenset({"campaign", "days"}),
    columns=(
        Told(lazy("村"), take=lambda line: line.called.village(line.door)),
        Told(lazy("村组"), take=lambda line: line.called.group(line.door)),
        Told(lazy("门牌"), take=lambda line: line.called.number(line.door)),
        Told(lazy("编号"), width=8, take=lambda line: line.door.local_no),
        Told(lazy("户主"), names=True, take=lambda line: line.door.contact_name),
        Told(lazy("走访时间"), "instant", 17, take=lambda line: line.visit.visited_at),
        Told(lazy("原来记的"), width=16, take=lambda line: line.called.say(OUTCOMES, line.visit.outcome)),
        Told(lazy("现在"), width=16, take=became),
        Told(lazy("改记到哪一户"), take=moved_to),
        Told(lazy("为什么"), width=24, take=lambda line: line.standing.reason),
        Told(lazy("在哪里改的"), width=10, take=lambda line: line.called.say(SOURCES, line.standing.source)),
        Told(lazy("谁改的"), names=True, take=lambda line: line.called.person(line.standing.worker_id)),
        Told(lazy("改的时间"), "instant", 17, take=lambda line: line.standing.recorded_at),
        Told(lazy("网格"), take=lambda line: line.called.grid(line.door)),
        Told(lazy("原来的记录编号"), width=36, take=lambda line: line.visit.id),
        Told(lazy("现在的记录编号"), width=36, take=lambda line: line.standing.id),
    ),
)  # fmt: skip
