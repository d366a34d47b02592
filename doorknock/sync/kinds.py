"""The kinds of events: for each a schema, the ids that it names, and the deed by which it takes effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from doorknock.commitments.schemas import CommitmentBody, WithdrawalBody
from doorknock.db import db
from doorknock.fields import Body, Flag, Sha, Text, Uuid
from doorknock.places.schemas import PlaceEdit, PlaceNew, PlaceReport
from doorknock.regions import models as regions
from doorknock.sync import blobs, gathering, placing, visiting
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.tasks.schemas import ActivityEvent, PostingEvent
from doorknock.visits.schemas import VisitBody
from doorknock.words import _


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


def take_correction(bench: Bench, event: Event) -> None:
    """Another visit in the place of an earlier one; or the void of a visit, an activity or a posting."""
    if event.body.get("void") and gathering.is_told(bench, event):
        gathering.take_void(bench, event)
    else:
        visiting.take_correction(bench, event)


def take_word(bench: Bench, event: Event) -> None:
    """Held in the journal for the rooms that read it; it names no grid."""
    grid = bench.sole_grid(event.line.worker_id, event.line.recorded_at)
    if grid is not None:
        bench.stamp(event, grid)


def take_explanation(bench: Bench, event: Event) -> None:
    """The answer to a question that the office put to this worker."""
    wanted = event.body["item_id"].lower()
    ask = bench.asks.get(wanted)
    if ask is None:
        raise Quarantine("unknown_ask", _("服务器还没有这句要说明的话。"), waits_for=wanted)
    if ask.worker_id != event.line.worker_id:
        raise Quarantine("not_asked", _("这句话问的是别的网格员，只能由被问的人说明。"))
    bench.stamp(event, *bench.grids(bench.place(ask.place_id)))
    ask.take(event.body.get("text") or "", event.line.at, event.id)


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
            told=wanted.get("supersedes", set()) if body.get("void") else set(),
            commitments=wanted.get("commitment_id", set()),
            asks={ident.lower() for ident in wanted.get("item_id", set())},
            grids=wanted.get("grid", set()) | _grid_of(body.get("group")),
        )

    return refs


def _telling(body: dict[str, Any]) -> Refs:
    refs = _names("grid", "supersedes")(body)
    refs.told |= refs.visits
    return refs


def _grid_of(group: str | None) -> set[str]:
    found = db.session.get(regions.Region, group) if group else None
    return {found.grid_code} if found and found.grid_code else set()


KINDS: dict[str, Kind] = {
    "visit": Kind(VisitEvent(), _names("place_id"), visiting.take_visit),
    "correction": Kind(CorrectionEvent(), _names("place_id", "supersedes"), take_correction),
    "place_new": Kind(PlaceNew(), _names("place_id", "grid"), placing.take_place_new),
    "place_edit": Kind(PlaceEdit(), _names("place_id"), placing.take_place_edit),
    "place_report": Kind(PlaceReport(), _names("place_id", "duplicate_of"), placing.take_place_report),
    "commitment_withdrawal": Kind(WithdrawalBody(), _names("place_id", "commitment_id"), visiting.take_withdrawal),
    "posting": Kind(PostingEvent(), _telling, gathering.take_posting),
    "activity": Kind(ActivityEvent(), _telling, gathering.take_activity),
    "explanation": Kind(Explanation(), _names("item_id"), take_explanation),
    "photo_lost": Kind(PhotoLost(), _names(), take_photo_lost),
}
VOID = Void()


def schema_of(kind: str, body: dict[str, Any]) -> Schema:
    """The schema that a body of this kind is read by (a void is a correction without a visit)."""
    return VOID if kind == "correction" and body.get("void") is True else KINDS[kind].schema
