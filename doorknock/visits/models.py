"""A visit as recorded at a door; corrections and voids are visits of the same family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.clock import text_of
from doorknock.db import BY_COUNTY, Base, Code, County, Id, table_of
from doorknock.lookup import among, given, objects, rows, seldom
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
        Index("ix_visit_edition", "county", "campaign_id", "edition", "taken_at"),
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
    edition: Mapped[date]
    """The day whose 日报 it was made in: 18:00 to 18:00."""
    taken_at: Mapped[datetime]
    """When it took effect here. Witnessed, so a rebuild keeps it."""
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

    def empty(self) -> None:
        """Nothing stays but day, what came of it, and counts: its household asked to be erased."""
        self.mode = self.away_kind = self.back_on = None
        self.reason = "" if self.source == "staff" else None
        self.facts, self.do_not_return = {}, False

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


_visit = table_of(Visit).c
_visits = select(Visit).where(Visit.county == given("county"))
_BY_IDS, _BY_ROOTS = _visits.where(among(Visit.id)), _visits.where(among(Visit.root_id, "roots"))
_ROOTS_AT = select(_visit.root_id).where(_visit.county == given("county"), among(_visit.place_id)).correlate(None)
_FAMILIES = _visits.where(Visit.root_id.in_(_ROOTS_AT))


def by_ids(county: str, ids: Iterable[str]) -> dict[str, Visit]:
    """The visits, corrections and voids with these ids."""
    wanted = set(ids)
    return {v.id: v for v in seldom(_BY_IDS, county=county, ids=wanted)} if wanted else {}


def families(county: str, place_ids: Iterable[str]) -> list[Visit]:
    """All visits reported for these places, with every member of their families wherever it was moved."""
    return list(objects(_FAMILIES, county=county, ids=place_ids))


SEEN = (
    "id", "root_id", "place_id", "grid", "campaign_id", "worker_id", "outcome", "at", "recorded_at", "day", "void",
    "superseded_by", "do_not_return", "away_kind", "back_on", "seq", *APP,
)  # fmt: skip
"""What counting asks of a visit."""
_SEEN = select(*(_visit[name] for name in SEEN)).where(_visit.county == given("county"), _visit.root_id.in_(_ROOTS_AT))


def fact_of(visit: Any, survivor: str) -> Fact:
    """A visit, or its plain row, as the fold sees it, counted for this surviving place."""
    app = (visit.installed_before, visit.installed_now, visit.wants_later, visit.declined, visit.no_smartphone)
    return Fact(
        visit.id, visit.root_id, visit.at, survivor, visit.outcome, visit.void, app, visit.do_not_return
    )  # fmt: skip


def seen(county: str, place_ids: Iterable[str]) -> Sequence[Any]:
    """The visits of ``families`` as plain rows of ``SEEN``: a door's whole past is read whenever it is counted."""
    return rows(_SEEN, county=county, ids=place_ids)


def with_families(county: str, ids: Iterable[str]) -> dict[str, Visit]:
    """The visits with these ids, and all members of the families that these are in or began."""
    wanted = set(ids)
    roots = wanted | {v.root_id for v in by_ids(county, wanted).values()}
    return {v.id: v for v in seldom(_BY_ROOTS, county=county, roots=roots)} if roots else {}
