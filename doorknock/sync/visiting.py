"""How visits, their corrections and voids, and withdrawals of commitments take effect."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from doorknock import changes
from doorknock.clock import day_of, edition_of
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.places.models import Place
from doorknock.sets import fresh
from doorknock.sync import blobs
from doorknock.sync.bench import Bench, Event, Quarantine
from doorknock.sync.journal import NOTHING_TO_VOID, QUARANTINE, REJECTED, REVIEW, JournalLine, resolve
from doorknock.visits.fold import APP
from doorknock.visits.models import Visit
from doorknock.words import _, lazy

AHEAD = timedelta(minutes=10)
FACTS = ("materials", "quiz", "answers", "note", "photos", "receipt_code")

NOT_YOURS = lazy("这条走访是别人记的，只能由记的人改。")
DEEPEST = 100
"""Corrections of corrections that are followed back; a ring of them ends here."""


def take_visit(bench: Bench, event: Event) -> None:
    """A visit, at the door that it names."""
    place = bench.place(event.body["place_id"])
    bench.in_scope(event, place.grid)
    _visit(bench, event, place, root=event.id)


def take_correction(bench: Bench, event: Event) -> None:
    """A whole visit in the place of one's own earlier one, or its void."""
    target, root = _target(bench, event)
    at_place = bench.place(target.place_id) if target else None
    if not event.body.get("void"):
        place = bench.place(event.body["place_id"])
        bench.in_scope(event, place.grid, *([at_place.grid] if at_place else []))
        _visit(bench, event, place, root=root)
    elif target and at_place:
        bench.in_scope(event, at_place.grid)
        _void(bench, event, at_place, target, root)
    else:
        _lift(bench, event)
        raise Quarantine(NOTHING_TO_VOID, "", waits_for=root)
    if at_place is not None:
        bench.dirty.add(at_place.id)
    _lift(bench, event)


def _target(bench: Bench, event: Event) -> tuple[Visit | None, str]:
    """What a correction supersedes, and its root; of a visit that only waits, what stands of its family, or None.

    A correction of one that never took effect is a correction of what that one named: it waits for that, joins that
    family, and is as little allowed on another worker's visit.
    """
    wanted, depth = event.body["supersedes"], 0
    while (visit := bench.visits.get(wanted)) is None:
        mine = _own_waiting(bench, event, wanted)
        if not mine or any(j.state == REVIEW for j in mine):
            raise Quarantine("unknown_visit", _("要改的那条走访还没有到服务器。"), waits_for=wanted)
        named = mine[0].body.get("supersedes") if mine[0].kind == "correction" else None
        depth += 1
        if not isinstance(named, str) or depth > DEEPEST:
            return _standing(bench, wanted), wanted
        wanted = named
    if visit.worker_id == event.line.worker_id:
        return visit, visit.root_id
    if depth and event.body.get("void"):
        return None, event.body["supersedes"]  # takes back one's own mistake; the other's visit is not touched
    raise Quarantine("not_yours", NOT_YOURS)


def _standing(bench: Bench, root: str) -> Visit | None:
    """What stands of a family whose first visit never took effect, but whose corrections did; None without any."""
    family = (visit for visit in bench.visits.values() if visit.root_id == root)
    return max(family, key=lambda v: (v.at, v.id), default=None)


def _own_waiting(bench: Bench, event: Event, wanted: str) -> list[JournalLine]:
    """The worker's own lines under this id; Quarantine not_yours where they are all another's."""
    waiting = [j for j in bench.held.get(wanted, []) if j.kind in ("visit", "correction")]
    mine = [j for j in waiting if j.worker_id == event.line.worker_id]
    if waiting and not mine:
        raise Quarantine("not_yours", NOT_YOURS)
    return mine


def _lift(bench: Bench, event: Event) -> None:
    """A correction was taken: what it corrects no longer needs eyes."""
    for line in bench.held.get(event.body["supersedes"], []):
        if line.state in (QUARANTINE, REJECTED):
            resolve(line)


def is_corrected(bench: Bench, line: JournalLine) -> bool:
    """Whether the worker's own correction of a line that has no effect was taken before the line came (again)."""
    taken = (visit for visit in bench.visits.values() if visit.supersedes == line.event_id)
    return any(visit.worker_id == line.worker_id for visit in taken)


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
