"""The journal: every event line as received, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, validates

from doorknock import clock
from doorknock.db import BY_COUNTY, REFERENCE, Base, Code, County, Id, new_id, table_of
from doorknock.lookup import among, copies, given, objects, rows, seldom
from doorknock.people.devices import Device
from doorknock.sets import fresh
from doorknock.sync.wire import Line, decoded
from doorknock.words import _

APPLIED, DUPLICATE, QUARANTINE, REVIEW, REJECTED, RESOLVED = (
    "applied", "duplicate", "quarantine", "review", "rejected", "resolved",
)  # fmt: skip
ERASED = "erased"
"""Held without effect and without its words: the household, or the calendar, asked for that."""
NEEDS_EYES = (QUARANTINE, REVIEW, REJECTED)
"""States that stand in the phone's attention list."""
NOTHING_TO_VOID = "nothing_to_void"
"""The code of a void that came before anything that it could void. It asks nobody, and runs when there is something."""


class JournalLine(Base):
    """One line under its enrolment's number. ``line`` is the bytes as sent; erasing replaces them, never the hash."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("county", "device_id", "n"),
        ForeignKeyConstraint(["county", "device_id"], ["device.county", "device.id"]),
        Index("ix_journal_event", "county", "event_id"),
        Index("ix_journal_waits", "county", "waits_for"),
        Index("ix_journal_eyes", "county", "device_id", "state"),
        Index("ix_journal_received", "received_at"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    device_id: Mapped[str] = mapped_column(Id)
    worker_id: Mapped[str] = mapped_column(Id)
    n: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    received_at: Mapped[datetime]
    line: Mapped[bytes] = mapped_column(LargeBinary)
    sha: Mapped[str] = mapped_column(String(64))
    prev: Mapped[str] = mapped_column(String(64))
    fact: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(24))
    detail: Mapped[str | None] = mapped_column(Text)
    waits_for: Mapped[str | None] = mapped_column(String(60))
    grid: Mapped[str | None] = mapped_column(Code)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    """With the grid, the place in the order of all acts: when the line took effect."""
    campaign_id: Mapped[str | None] = mapped_column(Id)
    """The campaign that was meant when it took effect, so that a rebuild means the same."""
    chain_marked: Mapped[bool] = mapped_column(default=False)
    """``prev`` does not fit the line before it, which arrived later; said once, nothing was un-applied."""
    decided_at: Mapped[datetime | None]
    """Since when nobody has to look at it any more: from then on it is kept for a while only."""

    @validates("state")
    def _settled(self, _key: str, state: str) -> str:
        if state in (REJECTED, RESOLVED) and self.decided_at is None:
            self.decided_at = clock.now()
        return state

    @property
    def body(self) -> dict[str, Any]:
        """The event's body as JSON values."""
        found: dict[str, Any] = decoded(self.line)["body"]
        return found


class Stray(Base):
    """Another fact under a number that is held already: kept for review, without effect."""

    __tablename__ = "stray"
    __table_args__ = (
        ForeignKeyConstraint(["county", "device_id"], ["device.county", "device.id"]),
        UniqueConstraint("county", "device_id", "n", "sha"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    device_id: Mapped[str] = mapped_column(Id)
    n: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str] = mapped_column(Id)
    line: Mapped[bytes] = mapped_column(LargeBinary)
    sha: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class Meta(Base):
    """Single facts of this database: its epoch."""

    __tablename__ = "meta"
    __table_args__ = ({"info": REFERENCE},)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


MEANT = select(Meta.value).where(Meta.key == given("key"))
_lines = select(JournalLine).where(JournalLine.county == given("county"))
_BY_NUMBER = _lines.where(JournalLine.device_id == given("device"), among(JournalLine.n, "numbers"))
_BY_EVENT = _lines.where(among(JournalLine.event_id))
_mine = table_of(JournalLine).c
_own = (_mine.county == given("county")) & (_mine.device_id == given("device"))
_COPIES = select(table_of(JournalLine)).where(_mine.county == given("county"))
_COPIES_BY_EVENT, _COPIES_BY_ID = _COPIES.where(among(_mine.event_id)), _COPIES.where(among(_mine.id))
_NEIGHBOURS = select(_mine.n, _mine.id, _mine.fact, _mine.sha, _mine.prev).where(_own, among(_mine.n, "numbers"))
_TIP = select(_mine.n, _mine.sha).where(_own).order_by(_mine.n.desc()).limit(1)
# Not in order: to have that, SQLite reads every line of the phone by its number.
_EYES = select(_mine.n, _mine.code, _mine.detail).where(_own, _mine.state.in_(NEEDS_EYES))
_STRAYS = select(Stray.n).where(
    Stray.county == given("county"), Stray.device_id == given("device"), Stray.resolved_at.is_(None)
)


def new_line(device: Device, line: Line, recorded_at: datetime, received_at: datetime) -> JournalLine:
    """A journal entry for a line just received; its state is still to be judged."""
    return fresh(
        JournalLine, county=device.county, id=new_id(), device_id=device.id, worker_id=device.worker_id, n=line.n,
        event_id=line.id, kind=line.kind, at=line.at, recorded_at=recorded_at, received_at=received_at,
        line=line.raw, sha=line.sha, prev=line.prev, fact=line.fact, state=QUARANTINE,
    )  # fmt: skip


def resolve(row: JournalLine) -> None:
    """Nobody has to look at the line any more."""
    row.state, row.decided_at = RESOLVED, row.decided_at or clock.now()


def numbers(device: Device, wanted: Iterable[int]) -> dict[int, JournalLine]:
    """The held lines of an enrolment with these numbers."""
    return {j.n: j for j in objects(_BY_NUMBER, county=device.county, device=device.id, numbers=wanted)}


def neighbours(device: Device, wanted: Iterable[int]) -> dict[int, Any]:
    """What new lines are judged by: of the held lines with these numbers id, fact, hash and the hash before."""
    return {j.n: j for j in rows(_NEIGHBOURS, county=device.county, device=device.id, numbers=wanted)}


def by_event(county: str, event_ids: Iterable[str]) -> list[JournalLine]:
    """All lines, of any enrolment, that carry one of these event ids."""
    wanted = set(event_ids)
    return list(seldom(_BY_EVENT, county=county, ids=wanted)) if wanted else []


def copies_by_event(county: str, event_ids: Iterable[str]) -> list[JournalLine]:
    """The same to be looked at only."""
    return copies(JournalLine, _COPIES_BY_EVENT, county=county, ids=event_ids)


def copies_by_id(county: str, ids: Iterable[str]) -> dict[str, JournalLine]:
    """The lines with these ids of their own, to be looked at only."""
    return {j.id: j for j in copies(JournalLine, _COPIES_BY_ID, county=county, ids=ids)}


def tip(device: Device) -> dict[str, Any] | None:
    """The highest number held and its hash; None when nothing is held."""
    found = rows(_TIP, county=device.county, device=device.id)
    return {"n": found[0].n, "hash": found[0].sha} if found else None


def attention(device: Device) -> list[dict[str, Any]]:
    """What needs eyes, by number: code and detail."""
    lines = sorted(rows(_EYES, county=device.county, device=device.id), key=lambda j: j.n)
    found = [{"n": j.n, "code": j.code, "detail": j.detail or ""} for j in lines]
    strays = {stray.n for stray in rows(_STRAYS, county=device.county, device=device.id)}
    if strays:
        detail = _("同一个号下面来了两条不一样的记录，先到的那条有效。")
        found += [{"n": n, "code": "body_differs", "detail": detail} for n in sorted(strays)]
    return found
