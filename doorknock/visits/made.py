"""Visits by the 日报 that they were made in: what counts now, and what was known to count at an instant.

A correction that comes later changes what counts, never what was known: of each family of visits, what had taken effect
by then speaks, by the same order of (at, id).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from doorknock import clock
from doorknock.db import db, table_of
from doorknock.places.counters import DAY
from doorknock.places.models import Place
from doorknock.visits.models import Visit

_visit, _door, _home = table_of(Visit), table_of(Place).alias("door"), table_of(Place).alias("home")
_other = _visit.alias("other")
LONGEST = timedelta(days=62)
"""After so long nothing comes any more."""


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
    """A condition on a visit: made in these editions."""
    mine = and_(_visit.c.county == span.county, _visit.c.campaign_id.in_(span.campaign_ids))
    if span.first == span.last:
        return and_(mine, _visit.c.edition == span.first)
    return and_(mine, _visit.c.edition.between(span.first, span.last))


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


class Stood(NamedTuple):
    """Where a family of visits counted."""

    edition: date
    grid: str


Move = tuple[Stood | None, Stood | None]
"""Where a family counted at one instant and at a later one; None where it did not."""


@dataclass
class Since:
    """What has become of a frozen span: visits that came behind it, and visits of it that no longer count."""

    late: int = 0
    gone: int = 0


def since(span: Span, known: datetime, until: datetime | None = None) -> dict[str, Since]:
    """Grid → 补到 and what was taken back, by families of visits: known then + late − gone = what counts now.

    With ``until`` what counted at that instant.
    """
    return by_moves(moved(span, known, until), span)


def by_moves(moves: Iterable[Move], span: Span) -> dict[str, Since]:
    """The same of moves that were asked for before, for a span that ends no later."""
    found: dict[str, Since] = defaultdict(Since)
    for then, now in moves:
        came = now and span.first <= now.edition <= span.last
        went = then and span.first <= then.edition <= span.last
        if came and went and now and then and now.grid == then.grid:
            continue
        if came and now:
            found[now.grid].late += 1
        if went and then:
            found[then.grid].gone += 1
    return dict(found)


def moved(span: Span, known: datetime, until: datetime | None = None) -> list[Move]:
    """What became of families of which something took effect since ``known``, save those begun behind the span.

    Arrivals of more than ``LONGEST`` later than their edition are not looked for: no phone keeps records for so long.
    """
    between = _visit.c.taken_at >= known
    if until is not None:
        between = and_(between, _visit.c.taken_at < until)
    mine = and_(_visit.c.county == span.county, _visit.c.campaign_id.in_(span.campaign_ids))
    last = clock.edition_of(until or clock.now()) + DAY
    editions = [last - DAY * back for back in range((last - span.last).days + LONGEST.days)]
    old = or_(_visit.c.edition <= span.last, _visit.c.supersedes.is_not(None))
    # Editions one by one, for within each the index is in the order of arrival.
    touched = select(_visit.c.root_id).where(mine, _visit.c.edition.in_(editions), between, old)
    columns = ("root_id", "id", "at", "taken_at", "edition", "grid", "void")
    query = select(*(_visit.c[name] for name in columns))
    query = query.where(_visit.c.county == span.county, _visit.c.root_id.in_(touched)).order_by(_visit.c.root_id)
    families = groupby(db.session.execute(query), key=lambda row: row.root_id)
    found = []
    for _root, rows in families:
        family = list(rows)
        found.append((_stood(family, known), _stood(family, until)))
    return found


def _stood(family: list[Any], at: datetime | None) -> Stood | None:
    """Where the member stands that counted at an instant."""
    there = [row for row in family if at is None or row.taken_at < at]
    last = max(there, key=lambda row: (row.at, row.id), default=None)
    return None if last is None or last.void else Stood(last.edition, last.grid)


def _sorted_out(query: Any) -> dict[Any, Made]:
    found: dict[Any, Made] = defaultdict(Made)
    for key, outcome, count in db.session.execute(query):
        found[key].outcomes[outcome] += count
    return dict(found)
