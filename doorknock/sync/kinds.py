"""What each kind of event says and does. A kind is a schema, the ids it names, and the deed that takes effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import Schema, fields

from doorknock import changes
from doorknock.clock import day_of
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.commitments.schemas import CommitmentBody, WithdrawalBody
from doorknock.db import db
from doorknock.fields import Body, Count, Flag, Sha, Text, Uuid
from doorknock.places import review
from doorknock.places.models import Place
from doorknock.places.schemas import PlaceEdit, PlaceNew, PlaceReport
from doorknock.regions import models as regions
from doorknock.sync import blobs
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.journal import QUARANTINE, REJECTED, RESOLVED, REVIEW
from doorknock.visits.fold import APP
from doorknock.visits.models import Visit
from doorknock.visits.schemas import VisitBody

AHEAD = timedelta(minutes=10)
FACTS = ("materials", "quiz", "answers", "note", "photos", "receipt_code")


class VisitEvent(VisitBody):
    """A visit with the commitment it carried."""

    commitment = fields.Nested(CommitmentBody, allow_none=True)


class Void(Body):
    """A visit that was no visit."""

    supersedes = Uuid(required=True)
    void = Flag()
    reason = Text(200)


class CorrectionEvent(VisitEvent):
    """A whole visit in the place of an earlier one."""

    supersedes = Uuid(required=True)


class PostingEvent(Body):
    """A poster or plaque put up."""

    kind = Text(40, required=True)
    grid = Text(15)
    group = Text(15)
    spot = Text(60)
    count = Count()
    photos = fields.List(Sha(), allow_none=True)


class ActivityEvent(Body):
    """A gathering at which people were told."""

    kind = Text(40, required=True)
    grid = Text(15)
    name = Text(60)
    people = Count(100_000)
    handouts = Count(100_000)


class Explanation(Body):
    """The worker's answer to a question of the office."""

    item_id = Text(60, required=True)
    text = Text(500)


class PhotoLost(Body):
    """A named photo that will never come."""

    sha256 = Sha(required=True)


@dataclass(frozen=True)
class Kind:
    """``refs`` of a loaded body; ``take`` makes it take effect or raises Quarantine."""

    schema: Schema
    refs: Callable[[dict[str, Any]], Refs]
    take: Callable[[Bench, Event], None]


def take_visit(bench: Bench, event: Event) -> None:
    """A visit, at the door that it names."""
    place = bench.place(event.body["place_id"])
    bench.in_scope(event, place.grid)
    _visit(bench, event, place, root=event.id)


def take_correction(bench: Bench, event: Event) -> None:
    """A whole visit in the place of one's own earlier one, or its void."""
    target, root, at_place = _target(bench, event)
    void = event.body.get("void")
    place = at_place if void else bench.place(event.body["place_id"])
    if place is None:
        _lift(bench, event)  # voids something that never took effect
        return
    bench.in_scope(event, place.grid, *([at_place.grid] if at_place else []))
    if void:
        _void(bench, event, place, target, root)
    else:
        _visit(bench, event, place, root=root)
    if at_place is not None:
        bench.dirty.add(at_place.id)
    _lift(bench, event)


def _target(bench: Bench, event: Event) -> tuple[Visit | None, str, Place | None]:
    """What a correction supersedes: the visit (or None where it waits in quarantine), its root, and its place."""
    wanted = event.body["supersedes"]
    visit = bench.visits.get(wanted)
    if visit is not None:
        if visit.worker_id != event.line.worker_id:
            raise Quarantine("not_yours", "这条走访是别人记的，只能由记的人改。")
        return visit, visit.root_id, bench.place(visit.place_id)
    waiting = [j for j in bench.held.get(wanted, []) if j.kind in ("visit", "correction")]
    mine = [j for j in waiting if j.worker_id == event.line.worker_id]
    if waiting and not mine:
        raise Quarantine("not_yours", "这条走访是别人记的，只能由记的人改。")
    if not mine or any(j.state == REVIEW for j in mine):
        raise Quarantine("unknown_visit", "要改的那条走访还没有到服务器。", waits_for=wanted)
    named = mine[0].body.get("supersedes") if mine[0].kind == "correction" else None
    return None, named if isinstance(named, str) else wanted, None


def _lift(bench: Bench, event: Event) -> None:
    """A correction was taken: what it corrects no longer needs eyes."""
    for line in bench.held.get(event.body["supersedes"], []):
        if line.state in (QUARANTINE, REJECTED):
            line.state = RESOLVED


def _visit(bench: Bench, event: Event, place: Place, root: str) -> None:
    body, line = event.body, event.line
    skew = line.recorded_at - line.at
    visited_at = (body.get("visited_at") or line.at) + skew
    ahead = line.recorded_at > line.received_at + AHEAD
    day = day_of(line.received_at if ahead else min(visited_at, line.received_at))
    campaign = bench.campaign(event, place, day)
    line.campaign_id = campaign.id
    away, app = body.get("away") or {}, body.get("app") or {}
    visit = Visit(
        county=bench.county, id=event.id, root_id=root, supersedes=body.get("supersedes"), place_id=place.id,
        grid=bench.survivor(place).grid, campaign_id=campaign.id, worker_id=line.worker_id, device_id=line.device_id,
        source="phone", outcome=body["outcome"], mode=body.get("mode"), at=line.at, recorded_at=line.recorded_at,
        visited_at=body.get("visited_at") or line.at, day=day, void=False,
        adults_listened=body.get("adults_listened") or 0, **{name: app.get(name) or 0 for name in APP},
        do_not_return=bool(body.get("do_not_return")), away_kind=away.get("kind"), back_on=away.get("back_on"),
        facts=_facts(body), flags=["clock_ahead"] if ahead else [], seq=bench.stamp(event, *_grids(bench, place, root)),
    )  # fmt: skip
    _keep(bench, visit)
    if body.get("commitment"):
        _commit(bench, visit, body["commitment"])
    blobs.named(line, body.get("photos") or [])


def _void(bench: Bench, event: Event, place: Place, target: Visit | None, root: str) -> None:
    line = event.line
    campaign = target.campaign_id if target else bench.campaign(event, place, day_of(line.received_at)).id
    line.campaign_id = campaign
    visit = Visit(
        county=bench.county, id=event.id, root_id=root, supersedes=event.body["supersedes"], place_id=place.id,
        grid=bench.survivor(place).grid, campaign_id=campaign, worker_id=line.worker_id, device_id=line.device_id,
        source="phone", at=line.at, recorded_at=line.recorded_at, visited_at=line.at, day=day_of(line.recorded_at),
        void=True, reason=event.body.get("reason"), facts={}, flags=[], adults_listened=0, do_not_return=False,
        seq=bench.stamp(event, *_grids(bench, place, root)), **dict.fromkeys(APP, 0),
    )  # fmt: skip
    _keep(bench, visit)


def _keep(bench: Bench, visit: Visit) -> None:
    bench.keep(1, visit)
    bench.visits[visit.id] = visit
    if not visit.void:
        changes.touch(visit.grid, "visit", visit.id)
    bench.dirty |= {visit.place_id} | {v.place_id for v in bench.visits.values() if v.root_id == visit.root_id}
    bench.appeared.add(visit.id)


def _both(bench: Bench, place: Place) -> set[str]:
    return {place.grid, bench.survivor(place).grid}


def _grids(bench: Bench, place: Place, root: str) -> set[str]:
    """Every grid that a family of visits touches, with the place that it now comes to."""
    family = {v.place_id for v in bench.visits.values() if v.root_id == root} | {place.id}
    return {grid for ident in family for grid in _both(bench, bench.place(ident))}


def _facts(body: dict[str, Any]) -> dict[str, Any]:
    facts = {name: body[name] for name in FACTS if body.get(name) is not None}
    if geo := body.get("geo"):
        facts["geo"] = geo | {"lat": round(geo["lat"], 4), "lon": round(geo["lon"], 4)}
    if nxt := body.get("next_try"):
        facts["next_try"] = {k: v.isoformat() if isinstance(v, date) else v for k, v in nxt.items()}
    if isinstance(started := body.get("started_at"), datetime):
        facts["started_at"] = started.isoformat()
    return facts


def _commit(bench: Bench, visit: Visit, said: dict[str, Any]) -> None:
    names = ("version", "text_hash", "signer_relation", "signer_name", "strokes", "paper_no")
    commitment = Commitment(
        county=bench.county, id=visit.id, place_id=visit.place_id, campaign_id=visit.campaign_id, grid=visit.grid,
        method=said["method"], at=visit.at, flags=[], **{name: said.get(name) for name in names},
    )  # fmt: skip
    bench.keep(2, commitment)
    bench.commitments[commitment.id] = commitment
    changes.touch(visit.grid, "commitment", visit.id)


def take_withdrawal(bench: Bench, event: Event) -> None:
    """A household takes back one commitment, or all that were made up to now."""
    wanted = event.body.get("commitment_id")
    if wanted:
        found = bench.commitments.get(wanted)
        if found is None:
            raise Quarantine("unknown_commitment", "服务器还没有这份承诺书。", waits_for=wanted)
        place = bench.place(found.place_id)
    elif event.body.get("place_id"):
        place = bench.place(event.body["place_id"])
    else:
        raise Quarantine("bad_body", "没有说撤回哪一份承诺书。")
    bench.in_scope(event, place.grid)
    bench.stamp(event, *_both(bench, place))
    withdrawal = Withdrawal(
        county=bench.county, id=event.id, place_id=place.id, commitment_id=wanted, at=event.line.at,
        worker_id=event.line.worker_id,
    )  # fmt: skip
    bench.keep(2, withdrawal)
    bench.dirty.add(place.id)


def take_place_new(bench: Bench, event: Event) -> None:
    """A door that is not on the roster: pending until the village agrees."""
    body = event.body
    if body["place_id"] in bench.places:
        raise Quarantine("place_exists", "这一户已经有了。")
    group = bench.region(body["group"]) if body.get("group") else None
    worker, at = event.line.worker_id, event.line.recorded_at
    grid = regions.grid(body.get("grid") or (group and group.grid_code) or bench.sole_grid(worker, at) or "")
    if grid is None or (body.get("group") and (group is None or group.parent_code != grid.village_code)):
        raise Quarantine("bad_body", "没有说清新户在哪个网格、哪个组。")
    bench.in_scope(event, grid.code)
    place = Place(
        county=bench.county, id=body["place_id"], village_code=grid.village_code, grid=grid.code,
        group_code=group.code if group else None, kind=body.get("kind") or "household", source="field",
        status="pending", survivor_id=body["place_id"], address={}, needs=[], marks={}, row_order=1_000_000,
        do_not_return=False, parent_place_id=body.get("parent_place_id"),
    )  # fmt: skip
    filled = {k: v for k, v in body.items() if k not in ("place_id", "grid", "group", "kind") and v is not None}
    place.edit(filled, event.line.at, event.id)
    place.marks = {}
    bench.keep(0, place)
    bench.places[place.id] = place
    _report(bench, event, place, "new")
    changes.touch(place.grid, "place", place.id)
    bench.appeared.add(place.id)


def take_place_edit(bench: Bench, event: Event) -> None:
    """The worker corrects fields of a door; per field, the latest correction stands."""
    place = bench.place(event.body["place_id"])
    bench.in_scope(event, place.grid)
    group = bench.region(event.body["group"]) if event.body.get("group") else None
    if event.body.get("group") and (group is None or group.parent_code != place.village_code):
        raise Quarantine("bad_body", "这个组不在这个村里。")
    bench.stamp(event, *_both(bench, place))
    if place.edit(event.body, event.line.at, event.id):
        if place.group_code and place.group_code == (group.code if group else None) and group and group.grid_code:
            place.move_to(group.grid_code)
        changes.touch(place.grid, "place", place.id)
        bench.dirty.add(place.id)


def take_place_report(bench: Bench, event: Event) -> None:
    """The worker says that the roster is wrong about a door."""
    body = event.body
    place = bench.place(body["place_id"])
    if body.get("duplicate_of"):
        bench.place(body["duplicate_of"])
    if body.get("duplicate_of") == place.id:
        raise Quarantine("bad_body", "一户不能和自己重复。")
    bench.in_scope(event, place.grid)
    _report(bench, event, place, body["report"])


def _report(bench: Bench, event: Event, place: Place, kind: str) -> None:
    line, away = event.line, event.body.get("away") or {}
    seq = bench.stamp(event, place.grid)
    report = review.Report(
        county=bench.county, id=event.id, kind=kind, place_id=place.id, holds=True, by_visit=False, seq=seq,
        worker_id=line.worker_id, at=line.at, recorded_at=line.recorded_at,
        duplicate_of=event.body.get("duplicate_of"), away_kind=away.get("kind"), back_on=away.get("back_on"),
    )  # fmt: skip
    bench.keep(2, report)
    bench.dirty.add(place.id)


def take_in_grid(bench: Bench, event: Event) -> None:
    """Held in the journal for the rooms that count it; only its grid is judged here."""
    grid = event.body.get("grid") or bench.sole_grid(event.line.worker_id, event.line.recorded_at)
    if grid is None or regions.grid(grid) is None:
        raise Quarantine("bad_body", "没有说清在哪个网格。")
    bench.in_scope(event, grid)
    bench.stamp(event, grid)
    blobs.named(event.line, event.body.get("photos") or [])


def take_word(bench: Bench, event: Event) -> None:
    """Held in the journal for the rooms that read it; it names no grid."""
    grid = bench.sole_grid(event.line.worker_id, event.line.recorded_at)
    if grid is not None:
        bench.stamp(event, grid)


def take_photo_lost(bench: Bench, event: Event) -> None:
    """The server stops asking for this photo."""
    blobs.lost(event.line, event.body["sha256"])
    take_word(bench, event)


def _names(*names: str) -> Callable[[dict[str, Any]], Refs]:
    def refs(body: dict[str, Any]) -> Refs:
        wanted = {name: {body[name]} if body.get(name) else set() for name in names}
        return Refs(
            places=wanted.get("place_id", set()) | wanted.get("duplicate_of", set()),
            visits=wanted.get("supersedes", set()),
            commitments=wanted.get("commitment_id", set()),
            grids=wanted.get("grid", set()) | _grid_of(body.get("group")),
        )

    return refs


def _grid_of(group: str | None) -> set[str]:
    found = db.session.get(regions.Region, group) if group else None
    return {found.grid_code} if found and found.grid_code else set()


KINDS: dict[str, Kind] = {
    "visit": Kind(VisitEvent(), _names("place_id"), take_visit),
    "correction": Kind(CorrectionEvent(), _names("place_id", "supersedes"), take_correction),
    "place_new": Kind(PlaceNew(), _names("place_id", "grid"), take_place_new),
    "place_edit": Kind(PlaceEdit(), _names("place_id"), take_place_edit),
    "place_report": Kind(PlaceReport(), _names("place_id", "duplicate_of"), take_place_report),
    "commitment_withdrawal": Kind(WithdrawalBody(), _names("place_id", "commitment_id"), take_withdrawal),
    "posting": Kind(PostingEvent(), _names("grid"), take_in_grid),
    "activity": Kind(ActivityEvent(), _names("grid"), take_in_grid),
    "explanation": Kind(Explanation(), _names(), take_word),
    "photo_lost": Kind(PhotoLost(), _names(), take_photo_lost),
}
VOID = Void()


def schema_of(kind: str, body: dict[str, Any]) -> Schema:
    """The schema that a body of this kind is read by (a void is a correction without a visit)."""
    return VOID if kind == "correction" and body.get("void") is True else KINDS[kind].schema
