"""Change numbers: one commit-ordered sequence per grid, and the feed of rows that phones pull by it.

Whoever changes a row of a grid holds the grid's lock until the commit, so a number that can be seen means that every
lower number of that grid can be seen too. An act that touches two grids takes one more than the higher of both, in
both: sorted by (number, grid), all acts of a county replay in an order that could have happened (Lamport).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Index, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock, plans
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, new_id, table_of
from doorknock.lookup import among, given, one, rows
from doorknock.sets import upsert

FEED_ORDER = {"place": 0, "visit": 1, "commitment": 2, "ask": 3}


class GridHead(Base):
    """The last number given out in a grid; its row lock is the grid's lock."""

    __tablename__ = "grid_head"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    grid: Mapped[str] = mapped_column(Code, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    floor: Mapped[int] = mapped_column(BigInteger, default=0)
    """Up to here the feed no longer tells what left the grid: whoever stands before it pulls afresh."""


class SharedHead(Base):
    """The number of a county's shared rows (regions, grids, campaigns)."""

    __tablename__ = "shared_head"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Change(Base):
    """One line of a grid's feed: this row changed (or left the grid) at this number."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_feed", "county", "grid", "seq"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    grid: Mapped[str] = mapped_column(Code, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    row_id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    removed: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class Deed(Base):
    """A dated fact of the office (a roster row, a decision, a merge …); ``sync rebuild`` replays it."""

    __tablename__ = "deed"
    __table_args__ = (
        Index("ix_deed_order", "county", "seq"),
        Index("ix_deed_grid", "county", "grid", "seq"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    grid: Mapped[str] = mapped_column(Code)
    seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    by: Mapped[str | None] = mapped_column(Id)
    body: Mapped[dict[str, Any]]


_grids = table_of(GridHead)
_LOCK = (
    select(_grids.c.grid, _grids.c.seq)
    .where(_grids.c.county == given("county"), among(_grids.c.grid, "grids"))
    .order_by(_grids.c.grid)
    .with_for_update()
)
_NUMBER = update(_grids).where(_grids.c.county == given("of"), _grids.c.grid == given("head")).values(seq=given("last"))
_SHARED = select(SharedHead.seq).where(SharedHead.county == given("county"))


@dataclass(slots=True)
class Head:
    """A grid locked by the running transaction: the last number given out in it, the last one written down, and when.

    What is done under the lock is done at the instant ``at``: whoever gets the lock later is later.
    """

    seq: int
    written: int
    at: datetime


class Ledger:
    """The grids locked by the running transaction and the rows that it has touched."""

    def __init__(self) -> None:
        self.heads: dict[str, Head] = {}
        self.touched: dict[tuple[str, str, str], bool] = {}
        self.reported: set[str] = set()
        """Places whose reports have changed (``places/standing``)."""


def ledger() -> Ledger:
    """The running transaction's own; forgotten at commit and rollback."""
    found: Ledger = db.session.info.setdefault("ledger", Ledger())
    return found


def forget() -> None:
    """Drop what the session knows of locks and touches (after commit or rollback)."""
    db.session.info.pop("ledger", None)


def county_of(code: str) -> str:
    """The county part of any region, group or grid code: its first six digits."""
    return code[:6]


def lock(grids: Iterable[str]) -> None:
    """Lock grids until the commit, in code order (a grid that has no head yet gets one)."""
    held = ledger().heads
    wanted = sorted(set(grids) - held.keys())
    for county, mine in groupby(wanted, county_of):
        here = list(mine)
        found = {row.grid: row.seq for row in rows(_LOCK, county=county, grids=here)}
        now = clock.now()
        for grid in here:
            if grid not in found:
                db.session.execute(insert(_grids).values(county=county, grid=grid, seq=0, floor=0))
            held[grid] = Head(found.get(grid, 0), found.get(grid, 0), now)


def taken(grid: str) -> datetime:
    """When what the running transaction does in a grid takes effect: when it got the lock."""
    head = ledger().heads.get(grid)
    return head.at if head else clock.now()


def stamp(grids: Iterable[str]) -> tuple[str, int]:
    """The place in the order of all acts for one that touches ``grids``: (grid, number)."""
    names, held = sorted(set(grids)), ledger().heads
    if not held.keys() >= set(names):
        lock(names)
    heads = [held[name] for name in names]
    number = max(head.seq for head in heads) + 1
    for head in heads:
        head.seq = number
    return names[0], number


def touch(grid: str, kind: str, row_id: str) -> None:
    """This row of the grid changed: phones of the grid will pull it. Numbered at ``flush``."""
    ledger().touched[(grid, kind, row_id)] = False


def remove(grid: str, kind: str, row_id: str) -> None:
    """This row left the grid: phones of the grid will drop it."""
    ledger().touched[(grid, kind, row_id)] = True


def record(kind: str, grids: Iterable[str], by: str | None, body: dict[str, Any]) -> Deed:
    """Write down an office fact at the next number of its grids."""
    grid, seq = stamp(grids)
    deed = Deed(county=county_of(grid), id=new_id(), grid=grid, seq=seq, kind=kind, at=clock.now(), by=by, body=body)
    db.session.add(deed)
    return deed


def flush() -> None:
    """Number the touched rows, write them to the feed, and write down how far each grid has come; before the commit."""
    book, now = ledger(), clock.now()
    order = sorted(book.touched, key=lambda t: (t[0], FEED_ORDER.get(t[1], 9), t[2]))
    lock({grid for grid, _, _ in order})
    told = []
    for grid, kind, row_id in order:
        head = book.heads[grid]
        head.seq += 1
        told.append({
            "county": county_of(grid), "grid": grid, "kind": kind, "row_id": row_id, "seq": head.seq,
            "removed": book.touched[(grid, kind, row_id)], "changed_at": now,
        })  # fmt: skip
    db.session.flush()
    upsert(Change, told, ("county", "grid", "kind", "row_id"))
    book.touched.clear()
    _write_heads(book)


def _write_heads(book: Ledger) -> None:
    moved = {grid: head for grid, head in book.heads.items() if head.seq != head.written}
    if moved:
        last = [{"of": county_of(grid), "head": grid, "last": head.seq} for grid, head in sorted(moved.items())]
        plans.write(db.session.connection(), _NUMBER, last)
    for head in moved.values():
        head.written = head.seq


def shared_changed(county: str) -> int:
    """Shared rows of the county changed: the new shared number."""
    key = SharedHead.county == county
    head = db.session.scalar(select(SharedHead).where(key).with_for_update())
    if head is None:
        head = SharedHead(county=county, seq=0)
        db.session.add(head)
    head.seq += 1
    db.session.flush()
    return head.seq


def shared_number(county: str) -> int:
    """The county's shared number as committed; 0 where there is nothing yet."""
    return one(_SHARED, county=county) or 0


Listener = Callable[[str, set[str]], None]
_listeners: list[Listener] = []


def when_known(listener: Listener) -> Listener:
    """Registers who wants to hear that ids became known (events may be waiting for them)."""
    _listeners.append(listener)
    return listener


def announce(county: str, ids: set[str]) -> None:
    """These ids (places, campaigns …) are known from now on, in the running transaction."""
    db.session.flush()
    for listener in _listeners:
        listener(county, ids)
