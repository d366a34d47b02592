"""外出户: the confirmed away doors of a village by the month in which somebody comes back, and 回来了 said by staff.

It is a list of doors to knock at again, not of people: it holds what the worker reported of the door, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select

from doorknock import changes, clock
from doorknock.campaigns import models as campaigns
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.places import review
from doorknock.places.counters import Contribution, Counter
from doorknock.places.models import AWAY_KINDS, Place, by_ids
from doorknock.places.standing import Decision
from doorknock.regions.models import Region, grids_of
from doorknock.words import _

RECENT = timedelta(days=62)
"""How long a door that came back into D by its date stands on top, until it is 走完了."""


@dataclass(frozen=True)
class Figures:
    """N, away and D of the village, which are always said together."""

    n: int
    away: int
    d: int


@dataclass
class Month:
    """The doors whose people come back in this month; None: nobody said when."""

    first: date | None
    places: list[Place] = field(default_factory=list)

    @property
    def now(self) -> bool:
        """Whether it is the running month."""
        return self.first is not None and self.first == clock.today().replace(day=1)

    @property
    def words(self) -> str:
        """The month as people say it."""
        if self.first is None:
            return _("没说哪个月")
        if self.first.year == clock.today().year:
            return _("%(month)s 月", month=self.first.month)
        return _("%(year)s 年 %(month)s 月", year=self.first.year, month=self.first.month)


def figures(village: Region) -> Figures:
    """N, away, D as the counters have them."""
    mine = Counter.grid.in_([g.code for g in grids_of([village.code])])
    sums = select(func.sum(Counter.n), func.sum(Counter.away), func.sum(Counter.d))
    n, away, d = db.session.execute(sums.where(Counter.county == village.county, Counter.campaign_id == "", mine)).one()
    return Figures(n or 0, away or 0, d or 0)


def months(village: Region) -> list[Month]:
    """The away doors by month of coming back, the nearest first and those without a date last; roster order within."""
    here = (Place.county == village.county) & (Place.village_code == village.code) & (Place.status == "away")
    found: dict[date | None, Month] = {}
    for place in db.session.scalars(select(Place).where(here).order_by(Place.row_order, Place.id)):
        first = place.back_on.replace(day=1) if place.back_on else None
        found.setdefault(first, Month(first)).places.append(place)
    return sorted(found.values(), key=lambda month: month.first or date.max)


def expected(village: Region) -> list[tuple[Place, date]]:
    """Doors whose day came within two months, that are in D again and not 走完了 yet: (door, its day)."""
    here = (Place.county == Decision.county) & (Place.id == Decision.place_id)
    since = clock.now() - RECENT
    query = (
        select(Place.id).join(Decision, here)
        .where(Place.county == village.county, Place.village_code == village.code, Place.status == "active")
        .where(Decision.kind == "wake", Decision.undone_at.is_(None), Decision.at > since)
    )  # fmt: skip
    ids = set(db.session.scalars(query))
    open_ids = ids - _closed(village, ids)
    left = (Decision.county == village.county) & Decision.place_id.in_(sorted(open_ids)) & (Decision.kind == "away")
    decisions = db.session.scalars(select(Decision).where(left, Decision.undone_at.is_(None)).order_by(Decision.seq))
    days = {d.place_id: d.back_on for d in decisions if d.back_on}
    places = by_ids(village.county, days)
    return sorted(((places[i], day) for i, day in days.items()), key=lambda each: (each[1], each[0].row_order))


def _closed(village: Region, ids: Iterable[str]) -> set[str]:
    running = campaigns.meant(campaigns.of_county(village.county), village.path, clock.today())
    mine = (Contribution.county == village.county) & Contribution.place_id.in_(sorted(ids)) & (Contribution.closed > 0)
    wanted = Contribution.campaign_id == (running.id if running else "")
    return set(db.session.scalars(select(Contribution.place_id).where(mine, wanted)))


def kind_words(place: Place) -> str:
    """Why nobody is there."""
    return str(AWAY_KINDS.get(place.away_kind or "", place.away_kind or ""))


def come_back(place: Place, *, by: str | None) -> None:
    """Staff know that somebody is back: the same decision as accepting ``back``, and undone like it."""
    changes.lock([place.grid])
    db.session.refresh(place)
    if place.status != "away":
        raise Refused(_("这一户现在不是外出户，不用再定。"))
    review.put(place, "back", "accept", by=by)
    review.after([place])
