"""An activity that was held, a notice that was put up, and a task that a town gives to its villages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.db import BY_COUNTY, Base, Code, County, Id
from doorknock.lookup import among, given, seldom
from doorknock.words import lazy

ACTIVITY, POSTING, TALK = "activity", "posting", "talk"
PLAQUE, OTHER = "plaque", "other"
ACTIVITY_KINDS = {
    TALK: lazy("宣讲"), "meeting": lazy("院坝会"), "fair": lazy("赶集摆点"), "broadcast": lazy("大喇叭"),
    "show": lazy("文艺演出"), OTHER: lazy("别的活动"),
}  # fmt: skip
POSTING_KINDS = {
    PLAQUE: lazy("门牌"), "poster": lazy("宣传画"), "banner": lazy("横幅"), "board": lazy("宣传栏"),
    OTHER: lazy("别的张贴"),
}  # fmt: skip
"""The wire takes any word for a kind; one that is not here is counted as the last."""
TASK_KINDS = {ACTIVITY: lazy("活动"), POSTING: lazy("张贴"), TALK: lazy("宣讲")}
ONCE, WEEKLY, MONTHLY = "once", "week", "month"
LONGEST_WORDS = 40
"""Of what a screen asks for. The wire has always taken 60."""


class _Told:
    """What both have: whose it is, when it was, and which of its family stands (of several the greatest (at, id))."""

    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    root_id: Mapped[str] = mapped_column(Id)
    supersedes: Mapped[str | None] = mapped_column(Id)
    superseded_by: Mapped[str | None] = mapped_column(Id)
    void: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    grid: Mapped[str | None] = mapped_column(Code)
    """None: the whole village's, as only the office says it."""
    kind: Mapped[str] = mapped_column(String(40))
    worker_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    """Who did it, where it came from a phone."""
    typed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    """Who wrote it down in the office, or voided it there."""
    device_id: Mapped[str | None] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(8), default="phone")
    at: Mapped[datetime]
    made_at: Mapped[datetime]
    """When it was held or put up; a clock that runs ahead says no more than when it arrived."""
    day: Mapped[date]
    taken_at: Mapped[datetime]
    """When it was known here."""
    photos: Mapped[list[str]]
    seq: Mapped[int] = mapped_column(BigInteger)

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return self.superseded_by is None and not self.void


class Activity(_Told, Base):
    """A gathering at which people were told; numbers of people, never who."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_root", "county", "root_id"),
        Index("ix_activity_village", "county", "village_code", "made_at"),
        Index("ix_activity_made", "county", "made_at"),
        {"info": BY_COUNTY},
    )
    name: Mapped[str | None] = mapped_column(Text)
    people: Mapped[int] = mapped_column(Integer, default=0)
    handouts: Mapped[int] = mapped_column(Integer, default=0)


class Posting(_Told, Base):
    """Notices or plaques put up at one spot."""

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_root", "county", "root_id"),
        Index("ix_posting_village", "county", "village_code", "made_at"),
        Index("ix_posting_made", "county", "made_at"),
        {"info": BY_COUNTY},
    )
    group_code: Mapped[str | None] = mapped_column(Code, ForeignKey("region.code"))
    spot: Mapped[str | None] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer, default=0)


class UnitTask(Base):
    """What a town asks each of its villages to do by a day, or again and again between two days."""

    __tablename__ = "unit_task"
    __table_args__ = (Index("ix_unit_task_region", "county", "region_code"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    every: Mapped[str] = mapped_column(String(8))
    on_day: Mapped[int | None]
    """Weekly 1 (Monday) to 7; monthly 1 to 31, in a shorter month its last day; None: due once, on ``ends``."""
    starts: Mapped[date]
    ends: Mapped[date]
    target: Mapped[int]
    """Times or pieces, of each village by each due day; 0 where ``by_doors``."""
    by_doors: Mapped[bool] = mapped_column(default=False)
    """A plaque for every three doors that are to be visited, group by group."""
    ended_on: Mapped[date | None]
    """When the town ended it before its time: what would be due later is not."""
    made_at: Mapped[datetime]


Told = Activity | Posting
Row = TypeVar("Row", Activity, Posting)
MODELS: dict[str, type[Any]] = {ACTIVITY: Activity, POSTING: Posting}
_MINE = {
    m: select(m).where(m.county == given("county")).execution_options(populate_existing=True) for m in MODELS.values()
}
_BY_IDS = {m: mine.where(among(m.id)) for m, mine in _MINE.items()}
_BY_ROOTS = {m: mine.where(among(m.root_id)) for m, mine in _MINE.items()}


def with_families(county: str, ids: Iterable[str]) -> dict[str, Told]:
    """The activities and postings with these ids, and all members of the families that these are in or began.

    As the database has them now, whatever the session knew.
    """
    found: dict[str, Told] = {}
    for model in MODELS.values():
        roots = set(ids) | {row.root_id for row in seldom(_BY_IDS[model], county=county, ids=set(ids))}
        found |= {row.id: row for row in seldom(_BY_ROOTS[model], county=county, ids=roots)}
    return found


def settle(family: Sequence[Told]) -> None:
    """Write down which member of a family stands."""
    last = max(family, key=lambda row: (row.at, row.id))
    for row in family:
        wanted = None if row is last else last.id
        if row.superseded_by != wanted:
            row.superseded_by = wanted
