"""The counters. Per (campaign, grid, group) sums of what each place contributes; ancestors add them up.

Who changes a visit, a commitment or a place's status calls ``recount`` with the places, in the same transaction and
under the grid's lock. A place's contribution is worked out afresh from its facts and the difference goes to the
counter, so a counter is never a running guess. Rooms above say how their facts count (``counted_by``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Integer, Table, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, upsert
from doorknock.places.models import Place, families

PLACE_MEASURES = ("n", "away", "pending", "d")
VISIT_MEASURES = (
    "attempted", "met", "covered", "declined", "closed", "signed", "offered", "visits",
    "asked", "installed_before", "installed_now", "wants_later", "app_declined", "no_smartphone", "places_installed",
)  # fmt: skip
MEASURES = PLACE_MEASURES + VISIT_MEASURES
ALWAYS = "visits"
"""The one measure that counts whatever the place's status; all others count places of D."""

Family = list[Place]
Counts = dict[tuple[str, str], dict[str, int]]
"""(campaign id, surviving place id) → measures, as if every place were in D."""
Source = Callable[[str, dict[str, Family]], Counts]
_sources: list[Source] = []


class _Measures:
    """The measures as columns, the same in a place's contribution and in a counter."""

    n: Mapped[int] = mapped_column(Integer, default=0)
    away: Mapped[int] = mapped_column(Integer, default=0)
    pending: Mapped[int] = mapped_column(Integer, default=0)
    d: Mapped[int] = mapped_column(Integer, default=0)
    attempted: Mapped[int] = mapped_column(Integer, default=0)
    met: Mapped[int] = mapped_column(Integer, default=0)
    covered: Mapped[int] = mapped_column(Integer, default=0)
    declined: Mapped[int] = mapped_column(Integer, default=0)
    closed: Mapped[int] = mapped_column(Integer, default=0)
    signed: Mapped[int] = mapped_column(Integer, default=0)
    offered: Mapped[int] = mapped_column(Integer, default=0)
    visits: Mapped[int] = mapped_column(Integer, default=0)
    asked: Mapped[int] = mapped_column(Integer, default=0)
    installed_before: Mapped[int] = mapped_column(Integer, default=0)
    installed_now: Mapped[int] = mapped_column(Integer, default=0)
    wants_later: Mapped[int] = mapped_column(Integer, default=0)
    app_declined: Mapped[int] = mapped_column(Integer, default=0)
    no_smartphone: Mapped[int] = mapped_column(Integer, default=0)
    places_installed: Mapped[int] = mapped_column(Integer, default=0)


class Contribution(_Measures, Base):
    """What one surviving place adds in one campaign (campaign "" = the place itself: n, away, pending, d)."""

    __tablename__ = "contribution"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    grid: Mapped[str] = mapped_column(Code)
    group_code: Mapped[str] = mapped_column(Code)


class Counter(_Measures, Base):
    """The sum of the contributions of a (campaign, grid, group); group "" = places without a group."""

    __tablename__ = "counter"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    grid: Mapped[str] = mapped_column(Code, primary_key=True)
    group_code: Mapped[str] = mapped_column(Code, primary_key=True)


class FinalFigure(_Measures, Base):
    """What a counter of a campaign said when its records left (``privacy``): doors and visits in one row, for good."""

    __tablename__ = "final_figure"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    grid: Mapped[str] = mapped_column(Code, primary_key=True)
    group_code: Mapped[str] = mapped_column(Code, primary_key=True)
    frozen_at: Mapped[datetime]


def counted_by(source: Source) -> Source:
    """Registers how a room's facts count; sources are asked in the order of their rooms."""
    _sources.append(source)
    return source


def recount(county: str, place_ids: Iterable[str]) -> dict[str, Place]:
    """Work out afresh what these places (and what was merged with them) contribute, and move the counters.

    The answer is all of these places by id, read afresh.
    """
    db.session.flush()
    kin = families(county, place_ids)
    if not kin:
        return {}
    counts: Counts = defaultdict(dict)
    for source in _sources:
        for key, measures in source(county, kin).items():
            counts[key] |= measures
    places = {p.id: p for family in kin.values() for p in family}
    wanted = {(ident, ""): _row(places[ident], "", _standing(places[ident])) for ident in kin}
    for (campaign_id, survivor_id), measures in counts.items():
        place = places[survivor_id]
        kept = measures if place.status == "active" else {ALWAYS: measures.get(ALWAYS, 0)}
        wanted[(survivor_id, campaign_id)] = _row(place, campaign_id, kept)
    _settle(county, list(places), wanted)
    return places


def _standing(place: Place) -> dict[str, int]:
    active, away = place.status == "active", place.status == "away"
    return {"n": int(active or away), "away": int(away), "pending": int(place.status == "pending"), "d": int(active)}


def _row(place: Place, campaign_id: str, measures: dict[str, int]) -> dict[str, Any]:
    empty = dict.fromkeys(MEASURES, 0)
    key = {"county": place.county, "place_id": place.id, "campaign_id": campaign_id}
    return key | {"grid": place.grid, "group_code": place.group_code or ""} | empty | measures


def _settle(county: str, place_ids: list[str], wanted: dict[tuple[str, str], dict[str, Any]]) -> None:
    delta: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    changed = dict(wanted)
    gone = []
    for row in _contributions(county, place_ids):
        key = (row.place_id, row.campaign_id)
        new = wanted.get(key)
        if new is not None and _same(row, new):
            del changed[key]
            continue
        _add(delta[(row.campaign_id, row.grid, row.group_code)], {m: getattr(row, m) for m in MEASURES}, -1)
        if new is None:
            gone.append(key)
    for new in changed.values():
        _add(delta[(new["campaign_id"], new["grid"], new["group_code"])], new, 1)
    for place_id, campaign_id in gone:
        mine = (Contribution.place_id == place_id) & (Contribution.campaign_id == campaign_id)
        db.session.execute(delete(Contribution).where(Contribution.county == county, mine))
    upsert(Contribution, list(changed.values()), ("county", "place_id", "campaign_id"))
    _move(county, delta)


def _contributions(county: str, place_ids: list[str]) -> Iterable[Any]:
    for start in range(0, len(place_ids), 500):
        mine = Contribution.place_id.in_(place_ids[start : start + 500])
        yield from db.session.execute(select(Contribution.__table__).where(Contribution.county == county, mine))


def _same(row: Any, new: dict[str, Any]) -> bool:
    return all(getattr(row, name) == new[name] for name in ("grid", "group_code", *MEASURES))


def _add(total: dict[str, int], measures: dict[str, Any], sign: int) -> None:
    for name in MEASURES:
        total[name] += sign * measures[name]


def _move(county: str, delta: dict[tuple[str, str, str], dict[str, int]]) -> None:
    for (campaign_id, grid, group_code), change in sorted(delta.items()):
        moved = {m: d for m, d in change.items() if d}
        if not moved:
            continue
        key = {"county": county, "campaign_id": campaign_id, "grid": grid, "group_code": group_code}
        table = cast(Table, Counter.__table__)
        same = [table.c[name] == value for name, value in key.items()]
        add = {name: table.c[name] + d for name, d in moved.items()}
        moved_one = cast("CursorResult[Any]", db.session.execute(table.update().where(*same).values(add)))
        if not moved_one.rowcount:
            db.session.execute(table.insert().values(key | dict.fromkeys(MEASURES, 0) | moved))


def drop(county: str, place_ids: Iterable[str]) -> None:
    """These places leave: what they contribute goes from the counters."""
    db.session.flush()
    _settle(county, sorted(set(place_ids)), {})


def sums(county: str, campaign_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The counters of a county for these campaigns and for the places themselves, as plain rows.

    Of a campaign whose records have left, its last figures speak for both.
    """
    wanted = sorted(set(campaign_ids))
    mine = (FinalFigure.county == county) & FinalFigure.campaign_id.in_(wanted)
    final = [dict(row) for row in db.session.execute(select(FinalFigure.__table__).where(mine)).mappings()]
    open_ = [ident for ident in wanted if ident not in {row["campaign_id"] for row in final}]
    query = select(Counter.__table__).where(Counter.county == county)
    query = query.where(Counter.campaign_id.in_(["", *open_] if open_ or not final else open_))
    return [*final, *(dict(row) for row in db.session.execute(query).mappings())]
