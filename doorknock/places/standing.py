"""How a place stands: what workers report of it, what the village decided, and what follows from both.

There is one item per place and kind, however many reports. Its standing follows from the reports that still hold and
the decisions that were not undone, and so does the place's status: nothing depends on the order of arrival.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import changes, clock
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, table_of
from doorknock.lookup import about, among, given, rows, seldom
from doorknock.places.models import ERASED, SPACE, Place
from doorknock.sets import fresh, insert_all
from doorknock.words import lazy

KINDS = {
    "new": lazy("新户"),
    "away": lazy("长期不在家"),
    "wrong": lazy("名单写错了"),
    "duplicate": lazy("重复"),
    "back": lazy("回来了"),
}


class Report(Base):
    """One event that speaks for an item; ``holds`` is false once it was superseded or voided."""

    __tablename__ = "review_report"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_review_report_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    worker_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
    away_kind: Mapped[str | None] = mapped_column(Text)
    back_on: Mapped[date | None]
    duplicate_of: Mapped[str | None] = mapped_column(Id)
    holds: Mapped[bool] = mapped_column(default=True)
    by_visit: Mapped[bool] = mapped_column(default=False)


class Decision(Base):
    """A verdict of one person on one item; ``wake`` is the calendar's own, when an away place's day has come."""

    __tablename__ = "review_decision"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_review_decision_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))
    verdict: Mapped[str] = mapped_column(String(8))
    into: Mapped[str | None] = mapped_column(Id)
    away_kind: Mapped[str | None] = mapped_column(Text)
    back_on: Mapped[date | None]
    basis: Mapped[datetime | None]
    """Of an accepted away: the instant of the report it rests on; a meeting after it opens ``back``."""
    by: Mapped[str | None] = mapped_column(Id)
    own: Mapped[bool] = mapped_column(default=False)
    """Who decided had reported it too: no second pair of eyes."""
    batch: Mapped[str | None] = mapped_column(Id)
    """What was decided in one go carries one id; of duplicates, the two halves of 留下这一户."""
    at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(Id)


class Item(Base):
    """What stands in the review list: open, accepted, rejected, or closed (its last report was taken back)."""

    __tablename__ = "review_item"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_review_item_village", "county", "village_code", "status"),
        Index("ix_review_item_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    village_code: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="open")
    duplicate_of: Mapped[str | None] = mapped_column(Id)
    opened_at: Mapped[datetime]


def item_id(place_id: str, kind: str) -> str:
    """The id that follows from place and kind."""
    return str(uuid.uuid5(SPACE, f"item {kind} {place_id}"))


Told = dict[tuple[str, str, str], dict[str, Any]]
"""(place id, event id, kind) → what else the report says."""


_told = table_of(Report).c
_TOLD = select(_told.place_id, _told.id, _told.kind, _told.holds).where(
    _told.county == given("county"), among(_told.place_id), _told.by_visit.is_(True)
)


def told_by_visits(county: str, place_ids: Iterable[str], told: Told) -> None:
    """What the valid visits of these places say: new reports are added, those of other visits no longer hold."""
    known = {(r.place_id, r.id, r.kind): r.holds for r in rows(_TOLD, county=county, ids=place_ids)}
    for key, held in known.items():
        if held != (key in told):
            db.session.get_one(Report, (county, *key[1:])).holds = not held
            has_report(key[0])
    new = {key: facts for key, facts in told.items() if key not in known}
    for place_id, _event_id, _kind in new:
        has_report(place_id)
    insert_all(Report, [
        fresh(Report, county=county, id=event_id, kind=kind, place_id=place_id, by_visit=True, **facts)
        for (place_id, event_id, kind), facts in new.items()
    ])  # fmt: skip


def has_report(place_id: str) -> None:
    """What is reported of this place has changed in this transaction: how it stands is to be looked at again."""
    changes.ledger().reported.add(place_id)


def reported() -> set[str]:
    """The places whose reports have changed in this transaction; of all others items and status are as they were."""
    return changes.ledger().reported


def left_ids(county: str, place_ids: Iterable[str]) -> set[str]:
    """Those of the places that stand or stood away by a decision: only they can come back."""
    decisions = _in(Decision, county, place_ids)
    return {d.place_id for d in decisions if (d.kind, d.verdict, d.undone_at) == ("away", "accept", None)}


def refresh(places: Iterable[Place]) -> None:
    """Bring items, statuses and survivors of these places up to their reports and decisions."""
    wanted = {p.id: p for p in places if p.status != ERASED}
    if not wanted:
        return
    db.session.flush()
    county = next(iter(wanted.values())).county
    reports = _by_place(_in(Report, county, wanted))
    decisions = _by_place(d for d in _in(Decision, county, wanted) if d.undone_at is None)
    items = _by_place(_in(Item, county, wanted))
    new: list[Item] = []
    for place in wanted.values():
        mine: list[Decision] = sorted(decisions.get(place.id, ()), key=lambda d: d.seq)
        _stand(place, mine)
        own_reports: list[Report] = reports.get(place.id, [])
        own_items = {i.kind: i for i in items.get(place.id, ())}
        for kind in {r.kind for r in own_reports} | {d.kind for d in mine if d.kind in KINDS} | set(own_items):
            item = own_items.get(kind) or _new_item(place, kind)
            _refresh_item(place, item, own_reports, mine)
            new += [item] if kind not in own_items and item.status != "closed" else []
    insert_all(Item, new)
    db.session.flush()


def _in(model: Any, county: str, place_ids: Iterable[str]) -> Sequence[Any]:
    return seldom(about(model), county=county, ids=place_ids)


def _by_place(found_rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in found_rows:
        found.setdefault(row.place_id, []).append(row)
    return found


def _stand(place: Place, decisions: list[Decision]) -> None:
    """The place's status, folded from its first standing and the decisions in the order they were made."""
    status, away_kind, back_on = "pending" if place.source == "field" else "active", None, None
    for decision in decisions:
        match (decision.kind, decision.verdict):
            case ("new" | "back", "accept") | ("wake", _):
                status, away_kind, back_on = "active", None, None
            case ("new", "reject") | ("wrong", "accept"):
                status, away_kind, back_on = "wrong", None, None
            case ("away", "accept"):
                status, away_kind, back_on = "away", decision.away_kind, decision.back_on
    merges = [d.into for d in decisions if (d.kind, d.verdict) == ("duplicate", "accept")]
    into = merges[-1] if merges else None
    stands = ("merged", None, None, into) if into else (status, away_kind, back_on, None)
    if stands != (place.status, place.away_kind, place.back_on, place.merged_into):
        place.status, place.away_kind, place.back_on, place.merged_into = stands
        changes.touch(place.grid, "place", place.id)


def _new_item(place: Place, kind: str) -> Item:
    return fresh(Item, county=place.county, id=item_id(place.id, kind), place_id=place.id, kind=kind)


def _refresh_item(place: Place, item: Item, reports: list[Report], decisions: list[Decision]) -> None:
    kind = item.kind
    mine = [r for r in reports if r.kind == kind and r.holds]
    if kind == "back":
        mine = [r for r in mine if _after_leaving(r, decisions)]
    last = max((d for d in decisions if d.kind == kind), key=lambda d: d.seq, default=None)
    item.village_code = place.village_code
    item.status = _item_status(place, kind, last, mine)
    item.opened_at = min([r.recorded_at for r in mine] or [last.at if last else clock.now()])
    named = [r for r in mine if r.duplicate_of]
    item.duplicate_of = max(named, key=lambda r: (r.at, r.id)).duplicate_of if named else None


def _item_status(place: Place, kind: str, last: Decision | None, mine: list[Report]) -> str:
    if last is None:
        return "open" if mine and (kind != "back" or place.status == "away") else "closed"
    stands = place.status == _STATUS_OF[kind] and last.verdict == "accept"
    if kind == "new" or stands or place.status == "merged" or (kind == "back" and place.status != "away"):
        return f"{last.verdict}ed"
    return "open" if any(_later(r, last) for r in mine) else f"{last.verdict}ed"


_STATUS_OF = {"new": "active", "away": "away", "wrong": "wrong", "duplicate": "merged", "back": "active"}


def _later(told: Report, last: Decision) -> bool:
    """Whether a report was recorded after the decision: it arrived later, and was not written before it.

    Phones tell whole seconds, so the decision's own second counts as later.
    """
    return told.seq > last.seq and told.recorded_at >= last.at.replace(microsecond=0)


def _after_leaving(met: Report, decisions: list[Decision]) -> bool:
    left = [d for d in decisions if d.kind == "away" and d.verdict == "accept"]
    last = max(left, key=lambda d: d.seq, default=None)
    if last is None or met.seq < last.seq:  # what was known when it was decided says nothing new
        return False
    return last.basis is None or met.at > last.basis


def open_items(village_code: str) -> list[Item]:
    """What waits for a decision in a village, oldest first."""
    here = (Item.county == changes.county_of(village_code)) & (Item.village_code == village_code)
    query = select(Item).where(here, Item.status == "open").order_by(Item.opened_at, Item.id)
    return list(db.session.scalars(query))


def items_of(place: Place) -> list[Item]:
    """What was reported of a place and was not taken back, oldest first."""
    mine = (Item.county == place.county) & (Item.place_id == place.id) & (Item.status != "closed")
    return list(db.session.scalars(select(Item).where(mine).order_by(Item.opened_at, Item.id)))


def item(ident: str, county: str) -> Item | None:
    """The item with this id, or None."""
    return db.session.get(Item, (county, ident))


def find_item(ident: str) -> Item | None:
    """The item with this id in whichever county."""
    return db.session.scalar(select(Item).where(Item.id == ident))
