"""还差的组: the groups with many doors still to go to, why, and the hours at which people nearby were met.

Groups stand in code order and are left out under a threshold; nothing is sorted by how far behind it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import and_, extract, func, select

from doorknock.coverage import gaps, table
from doorknock.coverage.figures import Node
from doorknock.coverage.table import Figures
from doorknock.coverage.view import View, walk
from doorknock.db import db
from doorknock.places.models import Place
from doorknock.visits.fold import MET
from doorknock.visits.models import Visit
from doorknock.words import _

PERCENT, DOORS = 20, 20
"""A group is short from either of these on, unless others are asked for."""
LEAST_MET = 5
"""Fewer meetings say nothing about an hour."""
SHANGHAI_HOURS = 8
WEEKEND = (0, 6)
UNTIL = ((11, "morning"), (13, "noon"), (17, "afternoon"), (24, "evening"))
"""Slots of a working day by the hour before which they end."""


@dataclass(frozen=True)
class Threshold:
    """From which share of D, or how many doors, a group is listed."""

    percent: int = PERCENT
    doors: int = DOORS

    def met(self, left: int, base: int) -> bool:
        """Whether a group with so many open doors is short."""
        return left > 0 and (left >= self.doors or 100 * left >= self.percent * base)


@dataclass(frozen=True)
class Short:
    """One group. ``why`` = open doors by why, empty for those who see no doors; ``hours`` = in words."""

    village: str
    node: Node
    figures: Figures
    why: dict[str, int] = field(default_factory=dict)
    hours: str = ""

    @property
    def tried(self) -> int:
        """Doors that somebody went to and that are still open."""
        return self.figures.left - self.figures.untried


def groups(view: View, threshold: Threshold, *, doors: bool) -> list[Short]:
    """The short groups of a region in code order; with why where ``doors`` may be seen."""
    names = {n.code: n.name for n in view.nodes.values() if n.level == "village"}
    found = [(n, table.figures_of(view, n)) for n in walk(view.node) if n.level == "group"]
    found = [(n, shown) for n, shown in found if threshold.met(shown.left, shown.d)]
    why = _why(view) if doors and view.campaign else {}
    hours = hours_of({view.grid_of.get(n.code, "") for n, _shown in found}, view) if doors and len(found) <= 60 else {}
    return [
        Short(names.get(n.code[:12], ""), n, shown, why.get(n.code, {}), hours.get(view.grid_of.get(n.code, ""), ""))
        for n, shown in found
    ]  # fmt: skip


def _why(view: View) -> dict[str, dict[str, int]]:
    if view.campaign is None:
        return {}
    return gaps.by_group_and_why(gaps.Asked(view.region, view.campaign, view.phase))


def hours_of(grids: Iterable[str], view: View) -> dict[str, str]:
    """Grid → 傍晚见到 14 户次、周末 6: when people were met there; slots with fewer than five left out."""
    hour, weekday = extract("hour", Visit.visited_at), extract("dow", Visit.day)
    ids = [ident for each in view.asked().values() for ident in each]
    beside = and_(Visit.county == Place.county, Visit.place_id == Place.id)
    query = (
        select(Place.grid, hour, weekday, func.count()).select_from(Place).join(Visit, beside)
        .where(Place.county.in_(list(view.asked())), Place.grid.in_(sorted(grids)), Visit.campaign_id.in_(ids))
        .where(Visit.superseded_by.is_(None), Visit.void.is_(False), Visit.outcome.in_(sorted(MET)))
        .group_by(Place.grid, hour, weekday)
    )  # fmt: skip
    met: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for grid, utc, day, count in db.session.execute(query):
        met[grid][slot_of(int(utc), int(day))] += count
    return {grid: said for grid, counts in met.items() if (said := _said(counts))}


def slot_of(utc: int, weekday: int) -> str:
    """The slot of an hour in UTC on a Shanghai weekday (0 = Sunday)."""
    if weekday in WEEKEND:
        return "weekend"
    local = (utc + SHANGHAI_HOURS) % 24
    return next(slot for until, slot in UNTIL if local < until)


def _said(counts: dict[str, int]) -> str:
    known = [(slot, counts[slot]) for slot in gaps.SLOTS if counts.get(slot, 0) >= LEAST_MET]
    return _("、").join(_("%(slot)s %(count)s 次", slot=gaps.SLOTS[slot], count=count) for slot, count in known)
