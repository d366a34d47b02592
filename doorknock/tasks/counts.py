"""What the reports ask of this room: how much was held and put up, and what is due. Pure reads, plain answers.

Two questions of time are kept apart. ``since`` and ``until`` say when a thing was *done* (``until`` itself is no
longer meant). ``known`` says what was *known*: what came at that instant or later, a void as well as a thing,
is as if it had not come. Without it all that is known now counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from doorknock import clock
from doorknock.db import db
from doorknock.places import counters
from doorknock.regions.models import Region, below, counties, grids_of
from doorknock.tasks.models import ACTIVITY_KINDS, OTHER, PLAQUE, POSTING_KINDS, Activity, Posting
from doorknock.tasks.recurring import DAY

DOORS_A_PLAQUE = 3


@dataclass
class Held:
    """Activities of one kind: how many, the people who took part, the papers that were handed out."""

    times: int = 0
    people: int = 0
    handouts: int = 0

    def add(self, times: int, people: int, handouts: int) -> None:
        """Count these in."""
        self.times += times
        self.people += people
        self.handouts += handouts


@dataclass
class PutUp:
    """What was put up in one group (code "": told of no group), pieces by kind; ``doors`` is the group's D."""

    code: str
    doors: int = 0
    pieces: dict[str, int] = field(default_factory=dict)

    @property
    def plaques(self) -> int:
        """How many plaques hang."""
        return self.pieces.get(PLAQUE, 0)

    @property
    def plaques_wanted(self) -> int:
        """One for every three doors that are to be visited."""
        return plaques_for(self.doors)


@dataclass
class Counts:
    """One village: activities by kind, and what was put up, group by group in code order."""

    code: str
    held: dict[str, Held] = field(default_factory=dict)
    groups: dict[str, PutUp] = field(default_factory=dict)

    @property
    def all_held(self) -> Held:
        """Activities of every kind together."""
        whole = Held()
        for each in self.held.values():
            whole.add(each.times, each.people, each.handouts)
        return whole

    @property
    def pieces(self) -> dict[str, int]:
        """Pieces by kind in the whole village."""
        whole: dict[str, int] = defaultdict(int)
        for group in self.groups.values():
            for kind, count in group.pieces.items():
                whole[kind] += count
        return dict(whole)

    @property
    def plaques_wanted(self) -> int:
        """The groups' plaques together; a group with two doors left over gets one for them."""
        return sum(group.plaques_wanted for group in self.groups.values())


def plaques_for(doors: int) -> int:
    """⌈D/3⌉."""
    return -(-doors // DOORS_A_PLAQUE)


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """``since`` and ``until`` of Shanghai days, both included."""
    return clock.start_of(first), clock.start_of(last + DAY)


def of(top: Region, since: datetime, until: datetime, *, known: datetime | None = None) -> dict[str, Counts]:
    """Each village at or below the region by its code, in code order, also where nothing was done; four questions."""
    codes = db.session.scalars(select(Region.code).where(below(top), Region.level == "village").order_by(Region.code))
    found = {code: Counts(code) for code in codes}
    for code, doors in doors_of(top).items():
        if code[0] in found:
            found[code[0]].groups[code[1]] = PutUp(code[1], doors)
    for row in held(top, since, until, known):
        found[row.village].held.setdefault(kind_of(row.kind, ACTIVITY_KINDS), Held()).add(
            row.times, row.people, row.handouts
        )
    for row in put_up(top, since, until, known):
        group = found[row.village].groups.setdefault(row.group_code or "", PutUp(row.group_code or ""))
        kind = kind_of(row.kind, POSTING_KINDS)
        group.pieces[kind] = group.pieces.get(kind, 0) + row.pieces
    for counts in found.values():
        counts.groups = dict(sorted(counts.groups.items()))
    return found


def kind_of(kind: str, known: Iterable[str]) -> str:
    """A kind that is counted; a word that is none of ours is counted as the last."""
    return kind if kind in known else OTHER


def doors_of(top: Region) -> dict[tuple[str, str], int]:
    """(village, group) → D as the counters have it now."""
    codes = select(Region.code).where(below(top), Region.level == "village")
    village_of = {grid.code: grid.village_code for grid in grids_of(list(db.session.scalars(codes)))}
    found: dict[tuple[str, str], int] = defaultdict(int)
    for county in counties(top):
        for row in counters.sums(county, []):
            if row["grid"] in village_of:
                found[village_of[row["grid"]], row["group_code"]] += row["d"]
    return found


def held(top: Region, since: datetime, until: datetime | None, known: datetime | None) -> list[Any]:
    """Rows (village, day, kind, times, people, handouts) of the activities that count."""
    by = (Activity.village_code.label("village"), Activity.day, Activity.kind)
    people, handouts = func.sum(Activity.people).label("people"), func.sum(Activity.handouts).label("handouts")
    return _rows(Activity, by, (func.count().label("times"), people, handouts), top, since, until, known)


def put_up(top: Region, since: datetime, until: datetime | None, known: datetime | None) -> list[Any]:
    """Rows (village, day, kind, group_code, pieces) of the postings that count."""
    by = (Posting.village_code.label("village"), Posting.day, Posting.kind, Posting.group_code)
    return _rows(Posting, by, (func.sum(Posting.count).label("pieces"),), top, since, until, known)


def _rows(model: Any, by: Any, sums: Any, top: Region, *asked: Any) -> list[Any]:
    since, until, known = asked
    here = model.county.in_(counties(top)) & model.village_code.in_(select(Region.code).where(below(top)))
    when = (model.made_at >= since) & (model.made_at < until) if until else model.made_at >= since
    query = select(*by, *sums).where(here, when, counting(model, known)).group_by(*by)
    return list(db.session.execute(query))


def counting(model: type[Activity] | type[Posting], known: datetime | None = None) -> ColumnElement[bool]:
    """Whether a row stands: now, or by what was known before an instant."""
    if known is None:
        return model.superseded_by.is_(None) & model.void.is_(False)
    later = aliased(model)
    behind = or_(later.at > model.at, and_(later.at == model.at, later.id > model.id))
    same = (later.county == model.county) & (later.root_id == model.root_id) & (later.taken_at < known)
    return model.void.is_(False) & (model.taken_at < known) & ~select(later.id).where(same, behind).exists()
