"""How visits, their corrections and voids, and withdrawals of commitments take effect."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from doorknock import changes
from doorknock.clock import day_of, edition_of
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.places.models import Place
from doorknock.sets import fresh
from doorknock.sync import blobs, following
from doorknock.sync.bench import Bench, Event, Quarantine
from doorknock.sync.journal import NOTHING_TO_VOID
from doorknock.visits.fold import APP
from doorknock.visits.models import Visit
from doorknock.words import _

AHEAD = timedelta(minutes=10)
FACTS = ("materials", "quiz", "answers", "note", "photos", "receipt_code")

KINDS = ("visit", "correction")


def take_visit(bench: Bench, event: Event) -> None:
    """A visit, at the door that it names."""
    place = bench.place(event.body["place_id"])
    bench.in_scope(event, place.grid)
    _visit(bench, event, place, root=event.id)


def take_correction(bench: Bench, event: Event) -> None:
    """A whole visit in the place of one's own earlier one, or its void."""
    target, root = following.target(bench, event, bench.visits, KINDS)
    at_place = bench.place(target.place_id) if target else None
    if not event.body.get("void"):
        place = bench.place(event.body["place_id"])
        bench.in_scope(event, place.grid, *([at_place.grid] if at_place else []))
        _visit(bench, event, place, root=root)
    elif target and at_place:
        bench.in_scope(event, at_place.grid)
        _void(bench, event, at_place, target, root)
    else:
        following.lift(bench, event)
        raise Quarantine(NOTHING_TO_VOID, "", waits_for=root)
    if at_place is not None:
        bench.dirty.add(at_place.id)
    following.lift(bench, event)


def _visit(bench: Bench, event: Event, place: Place, root: str) -> None:
    body, line = event.body, event.line
    visited_at = (body.get("visited_at") or line.at) + (line.recorded_at - line.at)
    ahead = line.recorded_at > line.received_at + AHEAD
    made_at = line.received_at if ahead else min(visited_at, line.received_at)
    day, grid = day_of(made_at), bench.survivor(place).grid
    campaign = bench.campaign(event, place, day)
    line.campaign_id = campaign.id
    away, app = body.get("away") or {}, body.get("app") or {}
    visit = fresh(
        Visit, county=bench.county, id=event.id, root_id=root, supersedes=body.get("supersedes"), place_id=place.id,
        grid=grid, campaign_id=campaign.id, worker_id=line.worker_id, device_id=line.device_id,
        source="phone" if line.device_id else "paper", outcome=body["outcome"], mode=body.get("mode"), at=line.at,
        recorded_at=line.recorded_at, visited_at=body.get("visited_at") or line.at, day=day, void=False,
        edition=edition_of(made_at), taken_at=bench.taken_at(line, grid),
        adults_listened=body.get("adults_listened") or 0, **{name: app.get(name) or 0 for name in APP},
        do_not_return=bool(body.get("do_not_return")), away_kind=away.get("kind"), back_on=away.get("back_on"),
        facts=_facts(body), flags=["clock_ahead"] if ahead else [], seq=bench.stamp(event, *_grids(bench, place, root)),
    )  # fmt: skip
    _keep(bench, visit)
    if body.get("commitment"):
        _commit(bench, visit, body["commitment"])
    blobs.named(line, body.get("photos") or [])


def _void(bench: Bench, event: Event, place: Place, target: Visit, root: str) -> None:
    line = event.line
    line.campaign_id, grid = target.campaign_id, bench.survivor(place).grid
    visit = fresh(
        Visit, county=bench.county, id=event.id, root_id=root, supersedes=event.body["supersedes"], place_id=place.id,
        grid=grid, campaign_id=target.campaign_id, worker_id=line.worker_id,
        device_id=line.device_id, source="phone", at=line.at, recorded_at=line.recorded_at, visited_at=line.at,
        day=day_of(line.recorded_at), edition=edition_of(line.recorded_at), taken_at=bench.taken_at(line, grid),
        void=True, reason=event.body.get("reason"), facts={}, flags=[],
        adults_listened=0, do_not_return=False, **dict.fromkeys(APP, 0),
        seq=bench.stamp(event, *_grids(bench, place, root)),
    )  # fmt: skip
    _keep(bench, visit)


def _keep(bench: Bench, visit: Visit) -> None:
    bench.keep(1, visit)
    bench.know(visit)
    if not visit.void:
        changes.touch(visit.grid, "visit", visit.id)
    bench.dirty |= bench.family_places(visit.root_id)
    bench.appeared |= {visit.id, visit.root_id}  # what voids a first visit that never had effect waits for its family


def _grids(bench: Bench, place: Place, root: str) -> set[str]:
    """Every grid that a family of visits touches, with the place that it now comes to."""
    family = bench.family_places(root) | {place.id}
    return {grid for ident in family for grid in bench.grids(bench.place(ident))}


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
    commitment = fresh(
        Commitment, county=bench.county, id=visit.id, place_id=visit.place_id, campaign_id=visit.campaign_id,
        grid=visit.grid, method=said["method"], at=visit.at, flags=[], **{name: said.get(name) for name in names},
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
            raise Quarantine("unknown_commitment", _("服务器还没有这份承诺书。"), waits_for=wanted)
        place = bench.place(found.place_id)
    elif event.body.get("place_id"):
        place = bench.place(event.body["place_id"])
    else:
        raise Quarantine("bad_body", _("没有说撤回哪一份承诺书。"))
    bench.in_scope(event, place.grid)
    bench.stamp(event, *bench.grids(place))
    withdrawal = Withdrawal(
        county=bench.county, id=event.id, place_id=place.id, commitment_id=wanted, at=event.line.at,
        worker_id=event.line.worker_id,
    )  # fmt: skip
    bench.keep(2, withdrawal)
    bench.dirty.add(place.id)
