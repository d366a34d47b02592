"""What the review pages say of an item: what was reported, in words, and what a deed would do to the figures.

The effect is no estimate: the deed is carried out and counted, and then everything is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from doorknock import changes, clock
from doorknock.campaigns import models as campaigns
from doorknock.db import db, set_writing
from doorknock.errors import Refused
from doorknock.people.models import ROLES, Person
from doorknock.places import listing
from doorknock.places.counters import Counter
from doorknock.places.models import AWAY_KINDS
from doorknock.places.standing import Item, Report
from doorknock.regions.models import Region, grids_of, region
from doorknock.words import _, joined, lazy

TOLD = {
    "new": lazy("报了新户"), "away": lazy("报了长期不在家"), "wrong": lazy("报了名单写错了"),
    "duplicate": lazy("报了重复"), "back": lazy("长期不在家的回来了"),
}  # fmt: skip
IF_NOT = {
    "new": lazy("定“不是”：这户不加进户表。"), "away": lazy("定“不是”：这户照样要去。"),
    "wrong": lazy("定“不是”：这户照样要去。"), "duplicate": lazy("定“不是”：两户都留着。"),
    "back": lazy("定“不是”：这户还算长期不在家。"),
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What the review box shows of a village."""

    d: int
    closed: int

    @property
    def left(self) -> int:
        """还要去."""
        return self.d - self.closed

    @property
    def rate(self) -> str:
        """办结率 to one decimal; "—" for an empty base."""
        return f"{100 * self.closed / self.d:.1f}%" if self.d else "—"


@dataclass(frozen=True)
class Effect:
    """The figures before and after; ``refused``: why it can't be done, in a sentence."""

    before: Figures
    after: Figures
    refused: str = ""


def figures(village: Region) -> Figures:
    """D and closed of a village in the campaign running today."""
    running = campaigns.meant(campaigns.of_county(village.county), village.path, clock.today())
    mine = Counter.grid.in_([g.code for g in grids_of([village.code])])
    wanted = Counter.campaign_id.in_(["", running.id] if running else [""])
    sums = select(func.sum(Counter.d), func.sum(Counter.closed)).where(Counter.county == village.county, mine, wanted)
    d, closed = db.session.execute(sums).one()
    return Figures(d or 0, closed or 0)


def rehearse(village_code: str, deed: Callable[[], object]) -> Effect:
    """What a deed would change in the village's figures. Nothing is kept, and what was read before is stale."""
    with _rehearsal():
        village = region(village_code)
        before = figures(village)
        try:
            deed()
        except Refused as refused:
            return Effect(before, before, "\n".join(refused.reasons))
        db.session.flush()
        return Effect(before, figures(village))


@contextmanager
def _rehearsal() -> Iterator[None]:
    """A writing transaction that leaves no trace, also within a request that only reads."""
    db.session.rollback()  # SQLite can't turn a reading transaction into a writing one while another writes
    changes.forget()
    writes = set_writing(True)
    try:
        yield
    finally:
        db.session.rollback()
        changes.forget()
        set_writing(writes)


def reports(found: Item) -> list[Report]:
    """The reports that speak for an item now, latest first."""
    mine = (Report.county == found.county) & (Report.place_id == found.place_id) & (Report.kind == found.kind)
    rows = db.session.scalars(select(Report).where(mine, Report.holds.is_(True)))
    return sorted(rows, key=lambda r: (r.at, r.id), reverse=True)


def reporters(told: list[Report], *, names: bool) -> str:
    """Who reported it (as a role for who may not see names) and when the latest did."""
    ids = list(dict.fromkeys(r.worker_id for r in told if r.worker_id))
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    who = joined(dict.fromkeys(people[i].name if names else str(ROLES[people[i].role]) for i in ids if i in people))
    return _("%(who)s报的，%(at)s", who=who, at=listing.moment_words(told[0].at)) if who else ""


def away_words(told: Report) -> str:
    """Why a place is said to stand empty, and the month in which somebody comes back."""
    what = str(AWAY_KINDS.get(told.away_kind or "", told.away_kind or ""))
    back = _("说好 %(back_on)s回来", back_on=listing.day_words(told.back_on)) if told.back_on else _("没说哪天回来")
    return _("，").join(part for part in (what, back) if part)
