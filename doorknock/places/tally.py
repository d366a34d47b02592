"""The counters. Per (campaign, grid, group) sums of what each place contributes; ancestors add them up.

Who changes a visit, a commitment or a place's status calls ``recount`` with the places, in the same transaction and
under the grid's lock. A place's contribution is worked out afresh from its facts and the difference goes to the
counter, so a counter is never a running guess. Rooms above say how their facts count (``counted_by``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from operator import add, sub
from typing import Any

from sqlalchemy import delete, select

from doorknock import changes, clock, plans
from doorknock.db import db, table_of
from doorknock.lookup import among, given, rows
from doorknock.places.counters import (
    ALWAYS,
    CONTRIBUTION_KEY,
    COUNTER_KEY,
    MEASURES,
    Contribution,
    Counter,
    Key,
    remember,
)
from doorknock.places.models import Place, families
from doorknock.sets import upsert

Family = list[Place]
Counts = dict[tuple[str, str], dict[str, int]]
"""(campaign id, surviving place id) → measures, as if every place were in D."""
Source = Callable[[str, dict[str, Family]], Counts]
_sources: list[Source] = []


def counted_by(source: Source) -> Source:
    """Registers how a room's facts count; sources are asked in the order of their rooms."""
    _sources.append(source)
    return source


def recount(county: str, place_ids: Iterable[str]) -> None:
    """Work out afresh what these places (and what was merged with them) contribute, and move the counters."""
    db.session.flush()
    recount_kin(county, families(county, place_ids))


def recount_kin(county: str, kin: dict[str, Family]) -> None:
    """The same for whole families, by surviving place, that the caller has read under their grids' locks."""
    if not kin:
        return
    counts: Counts = defaultdict(dict)
    for source in _sources:
        for key, measures in source(county, kin).items():
            counts[key] |= measures
    places = {p.id: p for family in kin.values() for p in family}
    wanted = {(ident, ""): _share(places[ident], _standing(places[ident].status)) for ident in kin}
    for (campaign_id, survivor_id), measures in counts.items():
        place = places[survivor_id]
        kept = measures if place.status == "active" else {ALWAYS: measures.get(ALWAYS, 0)}
        wanted[(survivor_id, campaign_id)] = _share(place, _in_order(kept))
    _settle(county, list(places), wanted)


@cache
def _standing(status: str) -> tuple[int, ...]:
    """What a place counts by its status alone."""
    active, away = status == "active", status == "away"
    counted = {"n": active or away, "away": away, "pending": status == "pending", "d": active}
    return _in_order({name: int(counts) for name, counts in counted.items()})


Share = tuple[str, str, tuple[int, ...]]
"""What a place adds to which counter: grid, group, and the measures in their order."""


def _in_order(measures: dict[str, int]) -> tuple[int, ...]:
    return tuple([measures.get(name, 0) for name in MEASURES])


def _share(place: Place, measures: tuple[int, ...]) -> Share:
    return place.grid, place.group_code or "", measures


_added = table_of(Contribution).c
_SHARES = select(
    _added.place_id, _added.campaign_id, _added.grid, _added.group_code, *(_added[name] for name in MEASURES)
).where(_added.county == given("county"), among(_added.place_id))
_GONE = delete(Contribution).where(
    _added.county == given("of"), _added.place_id == given("place"), _added.campaign_id == given("campaign")
)


def _settle(county: str, place_ids: list[str], wanted: dict[tuple[str, str], Share]) -> None:
    delta: dict[Key, list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    changed = dict(wanted)
    gone = []
    for row in rows(_SHARES, county=county, ids=place_ids):
        key, share = (row.place_id, row.campaign_id), (row.grid, row.group_code, tuple(row[4:]))
        if wanted.get(key) == share:
            del changed[key]
            continue
        _move_by(sub, delta[(row.campaign_id, *share[:2])], share[2])
        if key not in wanted:
            gone.append({"of": county, "place": row.place_id, "campaign": row.campaign_id})
    for (_place_id, campaign_id), (grid, group_code, measures) in changed.items():
        _move_by(add, delta[(campaign_id, grid, group_code)], measures)
    if gone:
        plans.write(db.session.connection(), _GONE, gone)
    upsert(Contribution, [_contribution(county, key, share) for key, share in changed.items()], CONTRIBUTION_KEY)
    _move(county, delta)


def _contribution(county: str, key: tuple[str, str], share: Share) -> dict[str, Any]:
    (place_id, campaign_id), (grid, group_code, measures) = key, share
    named = {"county": county, "place_id": place_id, "campaign_id": campaign_id, "grid": grid, "group_code": group_code}
    return named | dict(zip(MEASURES, measures, strict=True))


def _move_by(way: Callable[[int, int], int], total: list[int], measures: Iterable[int]) -> None:
    total[:] = map(way, total, measures)


def _move(county: str, delta: dict[Key, list[int]]) -> None:
    moved = {key: change for key, change in sorted(delta.items()) if any(change)}
    now = {grid: clock.edition_of(changes.taken(grid)) for grid in {grid for _campaign, grid, _group in moved}}
    remember(county, moved, now)
    told = [
        {"county": county, "campaign_id": campaign_id, "grid": grid, "group_code": group_code, "edition": now[grid]}
        | dict(zip(MEASURES, change, strict=True))
        for (campaign_id, grid, group_code), change in moved.items()
    ]
    upsert(Counter, told, COUNTER_KEY, adding=MEASURES)


def drop(county: str, place_ids: Iterable[str]) -> None:
    """These places leave: what they contribute goes from the counters."""
    db.session.flush()
    _settle(county, sorted(set(place_ids)), {})
