"""What is left of a line of the journal about an erased household: number, id, time, chain, and of visits what counts.

The hash of what came stays beside it, so every chain still verifies and a repeat is still known; the words are gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field
from sqlalchemy import select

from doorknock.changes import Deed
from doorknock.db import db
from doorknock.fields import Flag, Uuid, canonical_uuid
from doorknock.places import erased
from doorknock.sync import journal
from doorknock.sync.bench import Refs
from doorknock.sync.journal import APPLIED, DUPLICATE, ERASED, QUARANTINE, RESOLVED, REVIEW, JournalLine, Stray
from doorknock.sync.wire import Line, read_line
from doorknock.visits.schemas import App, VisitBody

VISITS = ("visit", "correction")
KEPT = {name: VisitBody().fields[name] for name in ("place_id", "outcome", "visited_at", "adults_listened")} | {
    "campaign_id": Uuid(), "supersedes": Uuid(), "void": Flag(),
}  # fmt: skip
"""Of a visit's body, beside the counts of the app: which door (an empty plate now), what came of it, and when."""
COUNTS = App().fields
NAMES = ("place_id", "supersedes", "commitment_id", "item_id")
"""Where a body names what may have been erased."""
NOTHING = b'{"body":{}}'


def kept(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """What of a body may stay: no words, names or drawings, nor what its field would refuse, for that may be some."""
    if kind not in VISITS:
        return {}
    app = body.get("app")
    return _fitting(KEPT, body) | ({"app": _fitting(COUNTS, app)} if isinstance(app, dict) else {})


def _fitting(known: Mapping[str, Field[Any]], said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name, field in known.items() if name in said and _fits(field, said[name])}


def _fits(field: Field[Any], value: object) -> bool:
    try:
        field.deserialize(value)
    except ValidationError:
        return False
    return True


def bytes_of(raw: bytes) -> bytes:
    """A line with what of its body may stay; what is no line any more stays as it is."""
    try:
        said = json.loads(raw)
        head = {name: said[name] for name in ("n", "id", "kind", "at", "prev")}
        left = head | {"body": kept(said["kind"], said["body"])}
    except (ValueError, KeyError, TypeError):
        return NOTHING
    return json.dumps(left, ensure_ascii=False, separators=(",", ":")).encode()


def redact(row: JournalLine | Stray) -> None:
    """The bytes go; what took effect stays in effect for the counts where it was a visit.

    A visit or correction that waits for something goes on waiting, without asking for eyes: what it corrects may still
    come, and is the same household's.
    """
    row.line = bytes_of(row.line)
    if isinstance(row, Stray):
        row.resolved_at = row.resolved_at or row.received_at
        return
    row.code, row.detail = "erased", None
    if row.kind in VISITS and row.waits_for and row.state in (QUARANTINE, RESOLVED):
        row.state = RESOLVED
        return
    row.waits_for = None
    if row.state != DUPLICATE and not (row.state == APPLIED and row.kind in VISITS):
        row.state = ERASED


def redact_deed(deed: Deed) -> None:
    """A visit that the office typed, moved or voided: its words go, what a rebuild needs stays."""
    if "said" in deed.body:
        deed.body = deed.body | {"said": kept("visit", deed.body["said"])}
    elif "reason" in deed.body:
        deed.body = deed.body | {"reason": ""}


def lost_photo(line: Line | None) -> str | None:
    """The photo of which the line says that it will never come."""
    sha = line.body.get("sha256") if line and line.kind == "photo_lost" else None
    return sha if isinstance(sha, str) else None


def losses(county: str, photos: set[str]) -> list[JournalLine]:
    """The lines that say that one of these photos is lost: a search through all of their kind."""
    said = select(JournalLine).where(JournalLine.county == county, JournalLine.kind == "photo_lost")
    rows = db.session.scalars(said) if photos else ()
    return [row for row in rows if lost_photo(read_line(row.line)) in photos]


def sole(county: str, rows: list[JournalLine]) -> set[str]:
    """The ids of these lines that no other line bears: what stands under the same id may be a neighbour's."""
    ids = {row.event_id for row in rows}
    return ids - {other.event_id for other in journal.by_event(county, sorted(ids)) if other not in rows}


def blank(row: JournalLine) -> None:
    """No word of what it said stays: its time is over, and the rows that it made are gone.

    Of a correction stays what it named: later ones that took effect are of its family by that alone.
    """
    link = canonical_uuid(row.body.get("supersedes")) if row.kind == "correction" else None
    row.line = json.dumps({"body": {"supersedes": link}}).encode() if link else NOTHING
    row.code, row.detail, row.waits_for, row.state = "erased", None, None, ERASED


def named(line: Line) -> set[str]:
    """The ids that a line names, its own among them, as they are kept."""
    return {line.id}.union(*_told(line).values())


def refs_of(line: Line) -> Refs:
    """The same by what each id means, without its own; whatever else the body says."""
    told = _told(line)
    return Refs(
        places=told["place_id"], visits=told["supersedes"], commitments=told["commitment_id"], asks=told["item_id"]
    )  # fmt: skip


def _told(line: Line) -> dict[str, set[str]]:
    ids = {name: canonical_uuid(line.body.get(name)) for name in NAMES}
    return {name: {ident} if ident else set() for name, ident in ids.items()}


def concerns(line: Line, gone: set[str]) -> bool:
    """Whether the line tells of an erased household: by its door, or as the very event that was erased."""
    if line.id in gone:
        return True
    door = canonical_uuid(line.body.get("place_id"))
    if line.kind in VISITS and door is not None:
        return door in gone  # a correction that moves it to another door is that door's
    return bool(named(line) & gone)


def gone_of(county: str, lines: list[Line]) -> set[str]:
    """Those of the ids named by these lines that were erased, and the lines themselves that tell of them."""
    gone = erased.among(county, {ident for line in lines for ident in named(line)})
    while gone and (more := {line.id for line in lines if line.id not in gone and concerns(line, gone)}):
        gone |= more
    return gone


def forget(row: JournalLine, line: Line, gone: set[str]) -> None:
    """Its words are not kept, and its phone is told to forget it."""
    ids = named(line) & gone | {row.event_id}
    if row.state == REVIEW:
        ids = erased.among(row.county, ids)  # the id has taken effect as something else, which may be another's
    redact(row)
    erased.late(row.county, ids)
    erased.note(row.county, ids, device=row.device_id)


def may_move(row: JournalLine, line: Line, gone: set[str]) -> bool:
    """Whether a visit may have been moved by it to an erased door, or away from one: who it is of is to be seen."""
    return row.state == APPLIED and line.kind == "correction" and bool(named(line) & gone)
