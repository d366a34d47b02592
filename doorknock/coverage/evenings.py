"""办结率 from evening to evening: D and closed doors as of each 18:00, and the line of dated targets beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Table, func, literal, select, union_all

from doorknock.campaigns import phases
from doorknock.coverage.table import Rate
from doorknock.coverage.view import View, last_evening
from doorknock.db import db, table_of
from doorknock.places.counters import Counter, CounterPast
from doorknock.regions.models import Region

MOST = 14
"""Evenings shown."""
WIDTH, HEIGHT = 560, 160
LEFT, TOP = 40, 8
_counter, _past = table_of(Counter), table_of(CounterPast)


@dataclass(frozen=True)
class Evening:
    """One 18:00: the rate then, and what the targets say of that day (None before the first)."""

    day: date
    closed: Rate
    target: int | None
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """The evenings with what an SVG needs: points of both lines in its own units."""

    evenings: list[Evening]
    line: str
    aims: list[tuple[float, float, int, date]]
    width: int = WIDTH
    height: int = HEIGHT


def chart(view: View) -> Chart | None:
    """The last evenings of the campaign, or of the phase that is looked at; None before the first."""
    campaign = view.campaign
    if campaign is None or len(view.campaigns) != 1:
        return None
    first = view.phase.starts if view.phase else campaign.starts
    last = min(last_evening(), campaign.ends)
    days = [last - timedelta(days=back) for back in range(MOST - 1, -1, -1) if last - timedelta(days=back) >= first]
    if not days:
        return None
    aims = phases.targets(campaign)
    shown = [aim for aim in aims if days[0] <= aim.by]
    ends = max([days[-1], *(aim.by for aim in shown[:1])])
    span = max(1, (ends - days[0]).days)
    evenings = []
    stood = _stood(view.region, campaign.county, _ident(view), days)
    for day in days:
        rate = Rate(*stood[day])
        target = next((aim.percent for aim in aims if aim.by >= day), None)
        evenings.append(Evening(day, rate, target, _x(day, days[0], span), _y(rate.percent or 0)))
    evenings = [each for each in evenings if each.closed.base]
    line = " ".join(f"{each.x:.1f},{each.y:.1f}" for each in evenings)
    if not evenings:
        return None
    marks = [(_x(aim.by, days[0], span), _y(aim.percent), aim.percent, aim.by) for aim in shown if aim.by <= ends]
    return Chart(evenings, line, marks)


def _ident(view: View) -> str:
    return view.counted[0].id


def _x(day: date, first: date, span: int) -> float:
    return LEFT + (WIDTH - LEFT - 16) * (day - first).days / span


def _y(percent: float) -> float:
    return TOP + (HEIGHT - 2 * TOP - 16) * (1 - percent / 100)


def _stood(region: Region, county: str, ident: str, days: list[date]) -> dict[date, tuple[int, int]]:
    """Day → closed doors and D of the region as its 18:00 found them; one question, for counters move meanwhile."""
    moved = [_moved(_counter, region, county, ident, _counter.c.edition, literal(date.max, Date()))]
    moved.append(_moved(_past, region, county, ident, _past.c.since, _past.c.through).where(_past.c.through >= days[0]))
    rows = db.session.execute(union_all(*moved)).all()
    found = {}
    for day in days:
        there = [row for row in rows if row.since <= day <= row.through]
        closed = sum(row.closed for row in there if row.campaign_id == ident)
        found[day] = closed, sum(row.d for row in there if row.campaign_id == "")
    return found


def _moved(
    table: Table, region: Region, county: str, ident: str, since: ColumnElement[date], through: ColumnElement[date]
) -> Select[Any]:
    """Sums of the counters that stood in the same editions."""
    mine = (table.c.county == county) & table.c.campaign_id.in_(["", ident])
    sums = (func.sum(table.c.d).label("d"), func.sum(table.c.closed).label("closed"))
    query = select(table.c.campaign_id, since.label("since"), through.label("through"), *sums)
    return query.where(mine, *_inside(table, region)).group_by(table.c.campaign_id, since, through)


def _inside(table: Table, region: Region) -> Iterable[ColumnElement[bool]]:
    columns = table.c
    if region.level == "group":
        return [columns.group_code == region.code]
    digits = {"county": 6, "town": 9, "village": 12}.get(region.level, 6)
    return [columns.grid.startswith(region.code[:digits])]
