"""A visit as recorded at a door; corrections and voids are visits of the same family."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.clock import text_of
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db
from doorknock.visits.fold import APP, Fact

MODES = ("planned", "incidental", "event", "remote")
SLOTS = ("morning", "noon", "afternoon", "evening", "weekend", "date")


class Visit(Base):
    """One visit, correction or void. It keeps the place it was reported for; ``grid`` is where it is pulled."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        ForeignKeyConstraint(["county", "campaign_id"], ["campaign.county", "campaign.id"]),
        Index("ix_visit_place", "county", "place_id"),
        Index("ix_visit_root", "county", "root_id"),
        Index("ix_visit_day", "county", "campaign_id", "day"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    root_id: Mapped[str] = mapped_column(Id)
    supersedes: Mapped[str | None] = mapped_column(Id)
    superseded_by: Mapped[str | None] = mapped_column(Id)
    void: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    place_id: Mapped[str] = mapped_column(Id)
    grid: Mapped[str] = mapped_column(Code)
    campaign_id: Mapped[str] = mapped_column(Id)
    worker_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    device_id: Mapped[str | None] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(8), default="phone")
    outcome: Mapped[str | None] = mapped_column(String(16))
    mode: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    """``at`` corrected by the request's clock skew: for days and freshness only."""
    visited_at: Mapped[datetime]
    day: Mapped[date]
    adults_listened: Mapped[int] = mapped_column(default=0)
    installed_before: Mapped[int] = mapped_column(default=0)
    installed_now: Mapped[int] = mapped_column(default=0)
    wants_later: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)
    no_smartphone: Mapped[int] = mapped_column(default=0)
    do_not_return: Mapped[bool] = mapped_column(default=False)
    away_kind: Mapped[str | None] = mapped_column(Text)
    back_on: Mapped[date | None]
    facts: Mapped[dict[str, Any]]
    """What no count reads: materials, quiz, answers, next_try, note, photos, geo, receipt_code, started_at."""
    flags: Mapped[list[str]]
    seq: Mapped[int] = mapped_column(BigInteger)

    def wire(self) -> dict[str, Any]:
        """The row as phones know it: without strokes and photos."""
        back = self.back_on.isoformat() if self.back_on else None
        shown = {k: v for k, v in self.facts.items() if k != "photos"}
        return {
            "place_id": self.place_id, "campaign_id": self.campaign_id, "worker_id": self.worker_id,
            "outcome": self.outcome, "mode": self.mode, "at": text_of(self.at), "visited_at": text_of(self.visited_at),
            "superseded_by": self.superseded_by, "supersedes": self.supersedes, "root_id": self.root_id,
            "adults_listened": self.adults_listened, "app": {name: getattr(self, name) for name in APP},
            "do_not_return": self.do_not_return, "source": self.source,
            "away": {"kind": self.away_kind, "back_on": back} if self.away_kind else None,
        } | shown  # fmt: skip


def by_ids(county: str, ids: Iterable[str]) -> dict[str, Visit]:
    """The visits, corrections and voids with these ids."""
    wanted = sorted(set(ids))
    found: dict[str, Visit] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        query = select(Visit).where(Visit.county == county, Visit.id.in_(part))
        found |= {v.id: v for v in db.session.scalars(query)}
    return found


def families(county: str, place_ids: Iterable[str]) -> list[Visit]:
    """All visits reported for these places, with every member of their families wherever it was moved."""
    wanted = sorted(set(place_ids))
    found: dict[str, Visit] = {}
    for start in range(0, len(wanted), 500):
        here = (Visit.county == county) & Visit.place_id.in_(wanted[start : start + 500])
        roots = select(Visit.root_id).where(here)
        query = select(Visit).where(Visit.county == county, Visit.root_id.in_(roots))
        found |= {v.id: v for v in db.session.scalars(query)}
    return list(found.values())


SEEN = (
    Visit.id, Visit.root_id, Visit.place_id, Visit.grid, Visit.campaign_id, Visit.worker_id, Visit.outcome, Visit.at,
    Visit.recorded_at, Visit.void, Visit.superseded_by, Visit.do_not_return, Visit.away_kind, Visit.back_on, Visit.seq,
    *(getattr(Visit, name) for name in APP),
)  # fmt: skip
"""What counting asks of a visit."""


def fact_of(visit: Any, survivor: str) -> Fact:
    """A visit, or its plain row, as the fold sees it, counted for this surviving place."""
    app = (visit.installed_before, visit.installed_now, visit.wants_later, visit.declined, visit.no_smartphone)
    return Fact(
        id=visit.id, root=visit.root_id, at=visit.at, place=survivor, outcome=visit.outcome, void=visit.void, app=app,
        do_not_return=visit.do_not_return,
    )  # fmt: skip


def seen(county: str, place_ids: Iterable[str]) -> list[Any]:
    """The visits of ``families`` as plain rows of ``SEEN``: a door's whole past is read whenever it is counted."""
    wanted = sorted(set(place_ids))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), 500):
        here = (Visit.county == county) & Visit.place_id.in_(wanted[start : start + 500])
        roots = select(Visit.root_id).where(here)
        query = select(*SEEN).where(Visit.county == county, Visit.root_id.in_(roots))
        found |= {row.id: row for row in db.session.execute(query)}
    return list(found.values())


def with_families(county: str, ids: Iterable[str]) -> dict[str, Visit]:
    """The visits with these ids, and all members of the families that these are in or began."""
    wanted = set(ids)
    roots = wanted | {v.root_id for v in by_ids(county, wanted).values()}
    found: dict[str, Visit] = {}
    ordered = sorted(roots)
    for start in range(0, len(ordered), 500):
        part = Visit.root_id.in_(ordered[start : start + 500])
        found |= {v.id: v for v in db.session.scalars(select(Visit).where(Visit.county == county, part))}
    return found
