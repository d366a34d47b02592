"""Visits by the 日报 that they were made in: what counts now, and what was known to count at an instant.

A correction that comes later changes what counts, never what was known: of each family of visits, what had taken effect
by then speaks, by the same order of (at, id).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from doorknock.db import db, table_of
from doorknock.places.counters import DAY
from doorknock.places.models import Place
from doorknock.visits.models import Visit

_visit, _door, _home = table_of(Visit), table_of(Place).alias("door"), table_of(Place).alias("home")
_other = _visit.alias("other")


@dataclass(frozen=True)
class Span:
    """Editions from ``first`` to ``last``, both included, of some campaigns of a county."""

    county: str
    campaign_ids: tuple[str, ...]
    first: date
    last: date


@dataclass
class Made:
    """Counts of visits by outcome."""

    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def visits(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())


def counts_at(known: datetime | None) -> ColumnElement[bool]:
    """A condition on a visit: it counts now, or, by what had taken effect before ``known``, it counted then."""
    stands = _visit.c.superseded_by.is_(None)
    if known is None:
        return and_(stands, _visit.c.void.is_(False))
    later = or_(_other.c.at > _visit.c.at, and_(_other.c.at == _visit.c.at, _other.c.id > _visit.c.id))
    same = and_(_other.c.county == _visit.c.county, _other.c.root_id == _visit.c.root_id, _other.c.taken_at < known)
    return and_(_visit.c.taken_at < known, _visit.c.void.is_(False), or_(stands, ~exists().where(same, later)))


def within(span: Span) -> ColumnElement[bool]:
    """A condition on a visit: made in these editions. An edition holds parts of two days, by which visits are found."""
    return and_(
        _visit.c.county == span.county, _visit.c.campaign_id.in_(span.campaign_ids),
        _visit.c.day.between(span.first - DAY, span.last), _visit.c.edition.between(span.first, span.last),
    )  # fmt: skip


def by_grid(span: Span, known: datetime | None = None) -> dict[str, Made]:
    """Grid → what was made in the span, for grids where anything was."""
    query = select(_visit.c.grid, _visit.c.outcome, func.count()).where(within(span), counts_at(known))
    return _sorted_out(query.group_by(_visit.c.grid, _visit.c.outcome))


def by_group(span: Span, grids: Iterable[str], known: datetime | None = None) -> dict[str, Made]:
    """Group ("" = none) → what was made in the span in these grids, where the doors stand now."""
    joined = _visit.join(_door, and_(_door.c.county == _visit.c.county, _door.c.id == _visit.c.place_id))
    joined = joined.join(_home, and_(_home.c.county == _door.c.county, _home.c.id == _door.c.survivor_id))
    group = func.coalesce(_home.c.group_code, "")
    query = select(group, _visit.c.outcome, func.count()).select_from(joined)
    query = query.where(within(span), counts_at(known), _visit.c.grid.in_(sorted(grids)))
    return _sorted_out(query.group_by(group, _visit.c.outcome))


def by_edition(span: Span, grids: Iterable[str] | None = None) -> dict[date, Made]:
    """Edition → what was made in it and counts now; of these grids only, where they are given."""
    query = select(_visit.c.edition, _visit.c.outcome, func.count()).where(within(span), counts_at(None))
    if grids is not None:
        query = query.where(_visit.c.grid.in_(sorted(grids)))
    return _sorted_out(query.group_by(_visit.c.edition, _visit.c.outcome))


@dataclass
class Since:
    """What has become of a frozen span: visits that came behind it, and visits of it that no longer count."""

    late: int = 0
    gone: int = 0


def since(span: Span, known: datetime, until: datetime | None = None) -> dict[str, Since]:
    """Grid → 补到 and what was taken back, by families of visits: known then + late − gone = what counts now.

    With ``until`` what counted at that instant. Whatever counts at only one of both moments either came between, or has
    been superseded between.
    """
    gone = _visit.c.superseded_by.is_not(None) if until is None else not_(counts_at(until))
    now = _by_root(within(span), counts_at(until), _visit.c.taken_at >= known)
    then = _by_root(within(span), counts_at(known), gone)
    found: dict[str, Since] = defaultdict(Since)
    for root, grid in now.items():
        found[grid].late += then.get(root) != grid
    for root, grid in then.items():
        found[grid].gone += now.get(root) != grid
    return {grid: each for grid, each in found.items() if each.late or each.gone}


def _by_root(*wanted: ColumnElement[bool]) -> dict[str, str]:
    return {row.root_id: row.grid for row in db.session.execute(select(_visit.c.root_id, _visit.c.grid).where(*wanted))}


def _sorted_out(query: Any) -> dict[Any, Made]:
    found: dict[Any, Made] = defaultdict(Made)
    for key, outcome, count in db.session.execute(query):
        found[key].outcomes[outcome] += count
    return dict(found)
