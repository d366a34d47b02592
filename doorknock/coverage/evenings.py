"""办结率 from evening to evening: D and closed doors as of each 18:00, and the line of dated targets beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

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
    for day in days:
        closed, base = _stood(view.region, campaign.county, _ident(view), day)
        rate = Rate(closed, base)
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


def _stood(region: Region, county: str, ident: str, day: date) -> tuple[int, int]:
    """Closed doors and D of the region as that day's 18:00 found them."""
    sums = [0, 0]
    for table, stood in (
        (_counter, _counter.c.edition <= day),
        (_past, (_past.c.since <= day) & (_past.c.through >= day)),
    ):
        base = func.coalesce(func.sum(table.c.d), 0)
        closed = func.coalesce(func.sum(table.c.closed), 0)
        for which, measure, place in ((ident, closed, 0), ("", base, 1)):
            mine = (table.c.county == county) & (table.c.campaign_id == which)
            sums[place] += db.session.scalar(select(measure).where(mine, stood, *_inside(table, region))) or 0
    return sums[0], sums[1]


def _inside(table: object, region: Region) -> Iterable[ColumnElement[bool]]:
    columns = table.c  # type: ignore[attr-defined]  # a table or an alias of one
    if region.level == "group":
        return [columns.group_code == region.code]
    digits = {"county": 6, "town": 9, "village": 12}.get(region.level, 6)
    return [columns.grid.startswith(region.code[:digits])]
