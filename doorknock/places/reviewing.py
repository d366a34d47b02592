"""What the review page needs beside the verbs: what a decision would do to the figures, and what may be undone.

The effect is no estimate: the decision is carried out and counted, and then everything is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from doorknock import changes, clock
from doorknock.campaigns import models as campaigns
from doorknock.db import db, set_writing
from doorknock.errors import Refused
from doorknock.places import review, standing, tally
from doorknock.places.models import AWAY_KINDS, Place
from doorknock.places.standing import Decision, Item, Report
from doorknock.regions.models import Region, grids_of, region
from doorknock.words import _, lazy

UNDO_FOR = timedelta(hours=24)
TOLD = {
    "new": lazy("报了新户"), "away": lazy("报了长期不在家"), "wrong": lazy("报了名单写错了"),
    "duplicate": lazy("报了重复"), "back": lazy("长期不在家的回来了"),
}  # fmt: skip
VERDICT_WORDS = {"accept": lazy("同意了"), "reject": lazy("定了不是")}


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
    """The figures before and after an accepted decision."""

    before: Figures
    after: Figures


def figures(village: Region) -> Figures:
    """D and closed of a village in the campaign running today."""
    running = campaigns.meant(campaigns.of_county(village.county), village.path, clock.today())
    codes = {g.code for g in grids_of([village.code])}
    mine = [row for row in tally.sums(village.county, [running.id] if running else []) if row["grid"] in codes]
    return Figures(sum(row["d"] for row in mine), sum(row["closed"] for row in mine))


def effect(ident: str, village_code: str, into: str | None) -> Effect | str:
    """What accepting this item would change in its village, or why it can't be accepted. Nothing is kept."""
    with _rehearsal():
        village = region(village_code)
        found = standing.item(ident, village.county)
        if found is None:
            return _("没有这一条。")
        before = figures(village)
        try:
            review.decide(found, "accept", by=None, into=into)
        except Refused as refused:
            return "".join(refused.reasons)
        db.session.flush()
        return Effect(before, figures(village))


@contextmanager
def _rehearsal() -> Iterator[None]:
    """A writing transaction that leaves no trace, within a request that only reads."""
    db.session.rollback()  # SQLite can't turn a reading transaction into a writing one while another writes
    changes.forget()
    set_writing(True)
    try:
        yield
    finally:
        db.session.rollback()
        changes.forget()
        set_writing(False)


def reports(found: Item) -> list[Report]:
    """The reports that speak for an item now, latest first."""
    mine = (Report.county == found.county) & (Report.place_id == found.place_id) & (Report.kind == found.kind)
    rows = db.session.scalars(select(Report).where(mine, Report.holds.is_(True)))
    return sorted(rows, key=lambda r: (r.at, r.id), reverse=True)


def away_words(told: Report) -> str:
    """Why a place is said to stand empty."""
    return AWAY_KINDS.get(told.away_kind or "", told.away_kind or "")


@dataclass(frozen=True)
class Decided:
    """A decision that can still be taken back."""

    decision: Decision
    place: Place
    item_id: str

    @property
    def words(self) -> str:
        """What was decided."""
        return _(
            "%(kind)s：%(verdict)s",
            kind=standing.KINDS[self.decision.kind],
            verdict=VERDICT_WORDS[self.decision.verdict],
        )

    @property
    def until(self) -> datetime:
        """Until when."""
        return self.decision.at + UNDO_FOR


def decided(village: Region) -> list[Decided]:
    """What was decided in this village within 24 hours and stands, latest first: per item its last decision."""
    recent = (Decision.county == village.county) & (Decision.at > clock.now() - UNDO_FOR)
    query = (
        select(Decision, Place)
        .join(Place, (Place.county == Decision.county) & (Place.id == Decision.place_id))
        .where(recent, Decision.undone_at.is_(None), Decision.kind != "wake", Place.village_code == village.code)
        .order_by(Decision.seq)
    )
    last = {standing.item_id(place.id, d.kind): (d, place) for d, place in db.session.execute(query)}
    found = [Decided(d, place, ident) for ident, (d, place) in last.items()]
    return sorted(found, key=lambda each: each.decision.at, reverse=True)


def undo(found: Item, village: Region, *, by: str) -> None:
    """Take a decision back. Refused after 24 hours, or where there is none."""
    if found.id not in {each.item_id for each in decided(village)}:
        raise Refused(_("这一条没有 24 小时以内的决定可以撤回。"))
    review.undo(found, by=by)
