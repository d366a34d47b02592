"""Review 审核: what workers report about places, decided by the village, and undone.

There is one item per place and kind, however many reports. Its standing follows from the reports that still hold and
the decisions that were not undone, and so does the place's status: nothing depends on the order of arrival.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, changes, clock
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db
from doorknock.errors import Refused
from doorknock.places import tally
from doorknock.places.models import SPACE, Place, by_ids

KINDS = {"new": "新户", "away": "长期不在家", "wrong": "名单写错了", "duplicate": "重复", "back": "回来了"}
VERDICTS = ("accept", "reject")


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


def told_by_visits(county: str, place_ids: Iterable[str], told: Told) -> None:
    """What the valid visits of these places say: new reports are added, those of other visits no longer hold."""
    known = {(r.place_id, r.id, r.kind): r for r in _in(Report, county, place_ids) if r.by_visit}
    for key, row in known.items():
        row.holds = key in told
    for (place_id, event_id, kind), facts in told.items():
        if (place_id, event_id, kind) not in known:
            row = Report(county=county, id=event_id, kind=kind, place_id=place_id, by_visit=True, **facts)
            db.session.add(row)


def left_ids(county: str, place_ids: Iterable[str]) -> set[str]:
    """Those of the places that stand or stood away by a decision: only they can come back."""
    decisions = _in(Decision, county, place_ids)
    return {d.place_id for d in decisions if (d.kind, d.verdict, d.undone_at) == ("away", "accept", None)}


def refresh(places: Iterable[Place]) -> None:
    """Bring items, statuses and survivors of these places up to their reports and decisions."""
    wanted = {p.id: p for p in places}
    if not wanted:
        return
    db.session.flush()
    county = next(iter(wanted.values())).county
    reports = _in(Report, county, wanted)
    decisions = _in(Decision, county, wanted)
    items = _in(Item, county, wanted)
    for place in wanted.values():
        mine = [d for d in decisions if d.place_id == place.id and d.undone_at is None]
        _stand(place, sorted(mine, key=lambda d: d.seq))
        own_reports = [r for r in reports if r.place_id == place.id]
        own_items = {i.kind: i for i in items if i.place_id == place.id}
        for kind in {r.kind for r in own_reports} | {d.kind for d in mine if d.kind in KINDS} | set(own_items):
            _refresh_item(place, kind, own_reports, mine, own_items.get(kind))
    db.session.flush()


def _in(model: Any, county: str, place_ids: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    ids = sorted(set(place_ids))
    for start in range(0, len(ids), 500):
        mine = model.place_id.in_(ids[start : start + 500])
        found += db.session.scalars(select(model).where(model.county == county, mine))
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


def _refresh_item(place: Place, kind: str, reports: list[Report], decisions: list[Decision], item: Item | None) -> None:
    mine = [r for r in reports if r.kind == kind and r.holds]
    if kind == "back":
        mine = [r for r in mine if _after_leaving(r, decisions)]
    last = max((d for d in decisions if d.kind == kind), key=lambda d: d.seq, default=None)
    status = _item_status(place, kind, last, mine)
    if item is None and status == "closed":
        return
    if item is None:
        item = Item(county=place.county, id=item_id(place.id, kind), place_id=place.id, kind=kind)
        db.session.add(item)
    item.village_code = place.village_code
    item.status = status
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
    return last is not None and (last.basis is None or met.at > last.basis)


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


def decide(found: Item, verdict: str, *, by: str | None, into: str | None = None) -> bool:
    """Decide an item; whether anything changed. Refused where it was decided the other way, or cannot be."""
    place = _locked_place(found, into)
    db.session.refresh(found)
    if found.status == f"{verdict}ed":
        return False
    if found.status in ("accepted", "rejected"):
        raise Refused("这一条已经定过了，结果不一样。要改，请先撤回。")
    if found.status == "closed":
        raise Refused("报的人已经撤回，这一条不用再定。")
    target = _merge_target(found, place, into) if (found.kind, verdict) == ("duplicate", "accept") else None
    deed = changes.record("decide", _grids(place, target), by, {})
    decision = _decision(found, verdict, deed, by, target)
    deed.body = _facts(decision)
    db.session.add(decision)
    audit.record("review." + verdict, found.village_code, by=by, subject=found.id, kind=found.kind)
    after([place], target)
    return True


def undo(found: Item, *, by: str | None) -> bool:
    """Take back the standing decision of an item; whether there was one."""
    place = _locked_place(found, None)
    mine = (Decision.county == found.county) & (Decision.place_id == found.place_id) & (Decision.kind == found.kind)
    query = select(Decision).where(mine, Decision.undone_at.is_(None)).order_by(Decision.seq.desc())
    decision = db.session.scalars(query).first()
    if decision is None:
        return False
    target = by_ids(found.county, [decision.into]).get(decision.into) if decision.into else None
    deed = changes.record("undo", _grids(place, target), by, {"decision": decision.id})
    decision.undone_at, decision.undone_by = deed.at, by
    audit.record("review.undo", found.village_code, by=by, subject=found.id, kind=found.kind)
    after([place], target)
    return True


def after(places: list[Place], target: Place | None = None) -> None:
    """After a decision changed these places: their statuses, survivors, items and counters."""
    refresh(places)
    kin = settle_survivors(places, target)
    tally.recount(places[0].county, kin)
    refresh(by_ids(places[0].county, kin).values())


def settle_survivors(places: list[Place], target: Place | None) -> set[str]:
    """Follow every merge of the places concerned to its end; the ids of all whose survivor is or was concerned."""
    db.session.flush()
    county = places[0].county
    seeds = {p.survivor_id for p in places} | {p.id for p in places} | ({target.survivor_id} if target else set())
    seeds |= {p.merged_into for p in places if p.merged_into}
    kin = {p.id: p for p in by_ids(county, seeds).values()}
    members = select(Place).where(Place.county == county, Place.survivor_id.in_(sorted(seeds | set(kin))))
    kin |= {p.id: p for p in db.session.scalars(members)}
    for place in kin.values():
        end = place
        while end.merged_into:
            end = kin.get(end.merged_into) or by_ids(county, [end.merged_into])[end.merged_into]
        place.survivor_id = end.id
    db.session.flush()
    return set(kin) | {p.survivor_id for p in kin.values()}


def _locked_place(found: Item, into: str | None) -> Place:
    ids = {found.place_id, *([into] if into else []), *([found.duplicate_of] if found.duplicate_of else [])}
    places = by_ids(found.county, ids)
    ends = by_ids(found.county, {p.survivor_id for p in places.values()})
    changes.lock({p.grid for p in [*places.values(), *ends.values()]})
    return by_ids(found.county, ids)[found.place_id]


def _merge_target(found: Item, place: Place, into: str | None) -> Place:
    wanted = into or found.duplicate_of
    if not wanted:
        raise Refused("没有说和哪一户重复。请用 --into 写明并到哪一户。")
    target = by_ids(found.county, [wanted]).get(wanted)
    if target is None:
        raise Refused("要并到的那一户不存在。")
    if place.id in (target.survivor_id, target.id):
        raise Refused("不能并到自己，也不能绕一圈并回来。")
    return target


def _grids(place: Place, target: Place | None) -> set[str]:
    return {place.grid} | ({target.grid} if target else set())


def _decision(found: Item, verdict: str, deed: changes.Deed, by: str | None, target: Place | None) -> Decision:
    mine = (Report.county == found.county) & (Report.place_id == found.place_id) & (Report.kind == "away")
    away = None
    if (found.kind, verdict) == ("away", "accept"):
        told = db.session.scalars(select(Report).where(mine, Report.holds.is_(True))).all()
        away = max(told, key=lambda r: (r.at, r.id), default=None)
    return Decision(
        county=found.county, id=deed.id, place_id=found.place_id, kind=found.kind, verdict=verdict, by=by, at=deed.at,
        seq=deed.seq,         into=target.id if target else None, away_kind=away.away_kind if away else None,
        back_on=away.back_on if away else None, basis=away.at if away else None,
    )  # fmt: skip


def _facts(decision: Decision) -> dict[str, Any]:
    iso = {name: value.isoformat() if (value := getattr(decision, name)) else None for name in ("back_on", "basis")}
    plain = {name: getattr(decision, name) for name in ("place_id", "kind", "verdict", "into", "away_kind")}
    return plain | iso


def replay(deed: changes.Deed) -> None:
    """Write a recorded decision or undo down again (rebuild); ``after`` draws the consequences."""
    if deed.kind == "undo":
        decision = db.session.get(Decision, (deed.county, deed.body["decision"]))
        if decision is not None:
            decision.undone_at, decision.undone_by = deed.at, deed.by
        return
    facts = dict(deed.body)
    facts["back_on"] = date.fromisoformat(facts["back_on"]) if facts["back_on"] else None
    facts["basis"] = datetime.fromisoformat(facts["basis"]) if facts["basis"] else None
    db.session.add(Decision(county=deed.county, id=deed.id, by=deed.by, at=deed.at, seq=deed.seq, **facts))
    db.session.flush()


def wake(county: str, today: date) -> int:
    """Places whose day of coming back has come are active again; how many."""
    due = (Place.county == county) & (Place.status == "away") & (Place.back_on <= today)
    ids = list(db.session.scalars(select(Place.id).where(due)))
    changes.lock(set(db.session.scalars(select(Place.grid).where(Place.county == county, Place.id.in_(ids)))))
    places = [p for p in by_ids(county, ids).values() if p.status == "away" and p.back_on and p.back_on <= today]
    for place in places:
        facts: dict[str, Any] = {
            "place_id": place.id, "kind": "wake", "verdict": "accept", "into": None, "away_kind": None,
            "back_on": None, "basis": None,
        }  # fmt: skip
        deed = changes.record("decide", [place.grid], None, facts)
        db.session.add(
            Decision(
                county=county, id=deed.id, at=deed.at, seq=deed.seq, place_id=place.id, kind="wake", verdict="accept"
            )
        )
    if places:
        after(places)
    return len(places)


def due(county: str) -> bool:
    """Whether any place of the county is to be woken today (cheap; asked before a count is shown)."""
    waiting = (Place.county == county) & (Place.status == "away") & (Place.back_on <= clock.today())
    return db.session.scalar(select(Place.id).where(waiting).limit(1)) is not None
