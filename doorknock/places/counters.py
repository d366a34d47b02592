"""The counters' tables: what each place adds, what it comes to per (campaign, grid, group), and what it came to before.

A counter remembers: before it moves for the first time in an edition (18:00 to 18:00), what it said is kept. So it can
be read as it stood at any past 18:00, and nothing has to run at that hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Index, Integer, Select, Table, bindparam, func, insert, select, union_all, update
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock, plans
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, table_of
from doorknock.lookup import among, given, rows

PLACE_MEASURES = ("n", "away", "pending", "d")
VISIT_MEASURES = (
    "attempted", "met", "covered", "declined", "closed", "signed", "offered", "visits",
    "asked", "installed_before", "installed_now", "wants_later", "app_declined", "no_smartphone", "places_installed",
)  # fmt: skip
MEASURES = PLACE_MEASURES + VISIT_MEASURES
ALWAYS = "visits"
"""The one measure that counts whatever the place's status; all others count places of D."""

CONTRIBUTION_KEY = ("county", "place_id", "campaign_id")
COUNTER_KEY = ("county", "campaign_id", "grid", "group_code")
DAY = timedelta(days=1)

Key = tuple[str, str, str]
"""Of a counter: campaign, grid, group."""


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
    edition: Mapped[date]
    """In which it moved last: so it has stood since the end of the one before."""


class CounterPast(_Measures, Base):
    """What a counter said at the end of the editions from ``since`` to ``through``, both included."""

    __tablename__ = "counter_past"
    __table_args__ = (Index("ix_counter_past_through", "county", "campaign_id", "through"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    grid: Mapped[str] = mapped_column(Code, primary_key=True)
    group_code: Mapped[str] = mapped_column(Code, primary_key=True)
    through: Mapped[date] = mapped_column(primary_key=True)
    since: Mapped[date]


class FinalFigure(_Measures, Base):
    """What a counter of a campaign said when its records left (``privacy``): doors and visits in one row, for good."""

    __tablename__ = "final_figure"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, primary_key=True)
    grid: Mapped[str] = mapped_column(Code, primary_key=True)
    group_code: Mapped[str] = mapped_column(Code, primary_key=True)
    frozen_at: Mapped[datetime]


_counter, _past, _final = table_of(Counter), table_of(CounterPast), table_of(FinalFigure)
_this = (
    (_counter.c.county == given("of")) & (_counter.c.campaign_id == given("campaign"))
    & (_counter.c.grid == given("beat")) & (_counter.c.group_code == given("group"))
)  # fmt: skip
_STOOD = select(_counter.c.campaign_id, _counter.c.grid, _counter.c.group_code, _counter.c.edition).where(
    _counter.c.county == given("county"), among(_counter.c.campaign_id, "campaigns"), among(_counter.c.grid, "grids")
)
_KEEP = insert(_past).from_select(
    [*COUNTER_KEY, "since", "through", *MEASURES],
    select(
        *(_counter.c[name] for name in COUNTER_KEY), _counter.c.edition, bindparam("until", type_=Date()),
        *(_counter.c[name] for name in MEASURES),
    ).where(_this),
)  # fmt: skip
_BEGIN = update(_counter).where(_this).values(edition=given("now"))


def remember(county: str, keys: Iterable[Key], now: Mapping[str, date]) -> None:
    """Keep what these counters say where they are about to move for the first time in the edition of their grid.

    Under the grid's lock, whose holders come one after the other, so an edition that is over never moves again. A clock
    that was put back moves what it finds.
    """
    asked = {"campaigns": sorted({key[0] for key in keys}), "grids": sorted(now)}
    stood = {tuple(row[:3]): row.edition for row in rows(_STOOD, county=county, **asked)}
    due = [key for key in keys if key in stood and stood[key] < now[key[1]]]
    if not due:
        return
    named = [{"of": county, "campaign": c, "beat": grid, "group": g} for c, grid, g in due]
    days = [now[row["beat"]] for row in named]
    connection = db.session.connection()
    plans.write(connection, _KEEP, [row | {"until": day - DAY} for row, day in zip(named, days, strict=True)])
    plans.write(connection, _BEGIN, [row | {"now": day} for row, day in zip(named, days, strict=True)])


def sums(county: str, campaign_ids: Iterable[str], at: date | None = None) -> list[dict[str, Any]]:
    """The counters of a county for these campaigns and for the places themselves, as plain rows.

    With ``at`` as they stood when that edition ended. Of a campaign whose records have left, its last figures speak for
    both from then on.
    """
    wanted = sorted(set(campaign_ids))
    final = [row for row in _plain(_final, county, wanted) if at is None or clock.edition_of(row["frozen_at"]) <= at]
    open_ = [ident for ident in wanted if ident not in {row["campaign_id"] for row in final}]
    asked = ["", *open_] if open_ or not final else open_
    if at is None:
        return [*final, *_plain(_counter, county, asked)]
    names = [*COUNTER_KEY, *MEASURES]
    stands = _of(_counter, county, asked, names).where(_counter.c.edition <= at)
    stood = _of(_past, county, asked, names).where(_past.c.since <= at, _past.c.through >= at)
    # One question: between two of them a counter could move, and be read in both tables or in neither.
    return [*final, *map(dict, db.session.execute(union_all(stands, stood)).mappings())]


def remembered(county: str) -> date | None:
    """The first evening of which a county's counters can say anything; None where there are none."""
    firsts = [
        db.session.scalar(select(func.min(column)).where(table.c.county == county))
        for table, column in ((_counter, _counter.c.edition), (_past, _past.c.since))
    ]
    return min((first for first in firsts if first), default=None)


def _plain(table: Table, county: str, campaign_ids: list[str]) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(_of(table, county, campaign_ids, table.c.keys())).mappings()]


def _of(table: Table, county: str, campaign_ids: list[str], names: Iterable[str]) -> Select[Any]:
    columns = [table.c[name] for name in names]
    return select(*columns).where(table.c.county == county, table.c.campaign_id.in_(campaign_ids))
