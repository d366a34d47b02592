"""Review 审核: what workers report about places, decided by the village, and undone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from doorknock import audit, changes, clock
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.lookup import given, one
from doorknock.places import aside, erased, tally
from doorknock.places.models import ERASED, Place, by_ids
from doorknock.places.standing import Decision, Item, Report, item_id, refresh
from doorknock.words import _

VERDICTS = ("accept", "reject")


def decide(found: Item, verdict: str, *, by: str | None, into: str | None = None) -> bool:
    """Decide an item; whether anything changed. Refused where it was decided the other way, or cannot be."""
    place = locked_place(found, into)
    db.session.refresh(found)
    if not waits(found, verdict):
        return False
    target = _merge_target(found, place, into) if (found.kind, verdict) == ("duplicate", "accept") else None
    put(place, found.kind, verdict, by=by, target=target)
    after([place], target)
    return True


def waits(found: Item, verdict: str) -> bool:
    """Whether it is still to be decided; False where this verdict stands. Refused where it can't be decided so."""
    if found.status == f"{verdict}ed":
        return False
    if found.status in ("accepted", "rejected"):
        raise Refused(_("这一条已经定过了，结果不一样。要改，请先撤回。"))
    if found.status == "closed":
        raise Refused(_("报的人已经撤回，这一条不用再定。"))
    return True


def put(
    place: Place, kind: str, verdict: str, *, by: str | None, target: Place | None = None, batch: str | None = None
) -> Decision:
    """Write a decision down as a deed, with its audit line, under the grids' locks; ``after`` draws what follows.

    Refused where a door was erased.
    """
    erased.refuse(*by_ids(place.county, {place.id} | ({target.id} if target else set())).values())
    deed = changes.record("decide", grids(place, target), by, {})
    decision = Decision(
        county=place.county, id=deed.id, place_id=place.id, kind=kind, verdict=verdict, by=by, at=deed.at, seq=deed.seq,
        into=target.id if target else None, batch=batch, own=reported_by(place, kind, by),
    )  # fmt: skip
    if (kind, verdict) == ("away", "accept"):
        _rest_on_report(decision)
    deed.body = _facts(decision)
    db.session.add(decision)
    ident = item_id(place.id, kind)
    aside.forget(place.county, ident)
    marks: dict[str, Any] = ({"own": True} if decision.own else {}) | ({"batch": batch} if batch else {})
    audit.record("review." + verdict, place.village_code, by=by, subject=ident, kind=kind, **marks)
    return decision


def reported_by(place: Place, kind: str, person: str | None) -> bool:
    """Whether this person is among those whose reports speak for the item now."""
    mine = (Report.county == place.county) & (Report.place_id == place.id) & (Report.kind == kind)
    told = select(Report.id).where(mine, Report.holds.is_(True), Report.worker_id == person)
    return person is not None and db.session.scalar(told.limit(1)) is not None


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


def locked_place(found: Item, into: str | None) -> Place:
    """The item's place, read under the locks of all grids concerned. Refused where it was erased."""
    ids = {found.place_id, *([into] if into else []), *([found.duplicate_of] if found.duplicate_of else [])}
    places = by_ids(found.county, ids)
    ends = by_ids(found.county, {p.survivor_id for p in places.values()})
    changes.lock({p.grid for p in [*places.values(), *ends.values()]})
    place = by_ids(found.county, ids)[found.place_id]
    erased.refuse(place)  # before its item is read again, which went with it
    return place


def _merge_target(found: Item, place: Place, into: str | None) -> Place:
    wanted = into or found.duplicate_of
    if not wanted:
        raise Refused(_("没有说和哪一户重复。请用 --into 写明并到哪一户。"))
    target = by_ids(found.county, [wanted]).get(wanted)
    if target is None or target.status == ERASED:
        raise Refused(_("要并到的那一户不存在。"))
    if place.id in (target.survivor_id, target.id):
        raise Refused(_("不能并到自己，也不能绕一圈并回来。"))
    return target


def grids(place: Place, target: Place | None) -> set[str]:
    """The grids that a decision touches."""
    return {place.grid} | ({target.grid} if target else set())


def _rest_on_report(decision: Decision) -> None:
    mine = (Report.county == decision.county) & (Report.place_id == decision.place_id) & (Report.kind == "away")
    told = db.session.scalars(select(Report).where(mine, Report.holds.is_(True))).all()
    away = max(told, key=lambda r: (r.at, r.id), default=None)
    if away is not None:
        decision.away_kind, decision.back_on, decision.basis = away.away_kind, away.back_on, away.at


def _facts(decision: Decision) -> dict[str, Any]:
    iso = {name: value.isoformat() if (value := getattr(decision, name)) else None for name in ("back_on", "basis")}
    names = ("place_id", "kind", "verdict", "into", "away_kind", "own", "batch")
    plain = {name: getattr(decision, name) for name in names}
    return plain | iso


def replay(deed: changes.Deed) -> None:
    """Write a recorded decision or undo down again (rebuild); ``after`` draws the consequences."""
    if deed.kind == "undo":
        decision = db.session.get(Decision, (deed.county, deed.body["decision"]))
        if decision is not None:
            decision.undone_at, decision.undone_by = deed.at, deed.by
        return
    facts = {"own": False, "batch": None} | deed.body  # deeds from before there were these marks have none
    aside.forget(deed.county, item_id(facts["place_id"], facts["kind"]))
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
        replay(changes.record("decide", [place.grid], None, facts))
    if places:
        after(places)
    return len(places)


_DUE = (
    select(Place.id)
    .where(Place.county == given("county"), Place.status == "away", Place.back_on <= given("today"))
    .limit(1)
)


def due(county: str) -> bool:
    """Whether any place of the county is to be woken today (cheap; asked before a count is shown)."""
    return one(_DUE, county=county, today=clock.today()) is not None
