"""What was decided in a village: what one key takes back for 24 hours, and all of it, for whoever asks later.

The command takes back without limit (``flask places undo``): the 24 hours are the screen's, for second thoughts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.sql import Select

from doorknock import clock
from doorknock.db import db
from doorknock.people.models import Person
from doorknock.places import standing
from doorknock.places.models import Place, by_ids
from doorknock.places.standing import Decision
from doorknock.regions.models import Region
from doorknock.words import _, lazy

UNDO_FOR = timedelta(hours=24)
WORDS = {
    ("new", "accept"): lazy("新户，加进户表"), ("new", "reject"): lazy("新户，不加"),
    ("away", "accept"): lazy("长期不在家，同意了"), ("away", "reject"): lazy("不算长期不在家"),
    ("wrong", "accept"): lazy("名单写错了，划掉了"), ("wrong", "reject"): lazy("名单没写错"),
    ("duplicate", "accept"): lazy("重复，并到别的户"), ("duplicate", "reject"): lazy("不并到别的户"),
    ("back", "accept"): lazy("回来了，回到应访里"), ("back", "reject"): lazy("还没回来"),
}  # fmt: skip
PAGE = 50


@dataclass(frozen=True)
class Decided:
    """One decision in words; ``who`` made it."""

    decision: Decision
    place: Place
    into: Place | None
    who: str
    last: bool
    """Whether it is what stands of its item: only that can be taken back."""

    @property
    def item_id(self) -> str:
        """The item that it decided."""
        return standing.item_id(self.place.id, self.decision.kind)

    @property
    def words(self) -> str:
        """What was decided."""
        return str(WORDS[(self.decision.kind, self.decision.verdict)])

    @property
    def until(self) -> datetime:
        """Until when the screen takes it back."""
        return self.decision.at + UNDO_FOR

    @property
    def can_undo(self) -> bool:
        """Whether the screen takes it back now."""
        return self.last and self.decision.undone_at is None and in_time(self.decision)


def in_time(decision: Decision) -> bool:
    """Whether the screen still takes it back."""
    return clock.now() < decision.at + UNDO_FOR


def recent(village: Region) -> list[Decided]:
    """What was decided within 24 hours and stands, latest first."""
    query = _query(village).where(Decision.at > clock.now() - UNDO_FOR, Decision.undone_at.is_(None))
    return [each for each in _all(query) if each.last]


def page(village: Region, number: int, *, own: bool) -> tuple[list[Decided], int]:
    """One page of all that was ever decided, latest first, and how many there are; ``own``: self-reviews only."""
    query = _query(village)
    if own:
        query = query.where(Decision.own.is_(True))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return _all(query.limit(PAGE).offset((number - 1) * PAGE)), total


def of_place(place: Place) -> list[Decided]:
    """What was decided about a door, latest first."""
    mine = (Decision.county == place.county) & (Decision.place_id == place.id) & (Decision.kind != "wake")
    return _all(select(Decision).where(mine).order_by(Decision.seq.desc(), Decision.id.desc()))


def joined_into(place: Place) -> list[Decided]:
    """The merges that stand by which other doors were merged into this one, latest first."""
    mine = (Decision.county == place.county) & (Decision.into == place.id) & Decision.undone_at.is_(None)
    found = _all(select(Decision).where(mine).order_by(Decision.seq.desc()))
    return [each for each in found if each.last and each.place.merged_into == place.id]


def _query(village: Region) -> Select[Decision]:
    here = (Place.county == Decision.county) & (Place.id == Decision.place_id)
    return (
        select(Decision).join(Place, here)
        .where(Decision.county == village.county, Place.village_code == village.code, Decision.kind != "wake")
        .order_by(Decision.at.desc(), Decision.seq.desc(), Decision.id.desc())
    )  # fmt: skip


def _all(query: Select[Decision]) -> list[Decided]:
    return these(list(db.session.scalars(query)))


def these(rows: list[Decision]) -> list[Decided]:
    """These decisions in words."""
    if not rows:
        return []
    county = rows[0].county
    places = by_ids(county, {d.place_id for d in rows} | {d.into for d in rows if d.into})
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_({d.by for d in rows if d.by})))}
    last = _last(county, rows)
    return [
        Decided(d, places[d.place_id], places.get(d.into or ""), _who(people.get(d.by or "")), d.id in last)
        for d in rows
    ]


def _who(person: Person | None) -> str:
    return person.name if person else _("命令行")


def _last(county: str, rows: Iterable[Decision]) -> set[str]:
    """The ids of the decisions that stand last of their place and kind."""
    ids = sorted({d.place_id for d in rows})
    mine = (Decision.county == county) & Decision.place_id.in_(ids) & Decision.undone_at.is_(None)
    found = db.session.scalars(select(Decision).where(mine).order_by(Decision.seq))
    return set({(d.place_id, d.kind): d.id for d in found}.values())
