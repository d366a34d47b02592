"""What is left of a line of the journal about an erased household: number, id, time, chain, and of visits what counts.

The hash of what came stays beside it, so every chain still verifies and a repeat is still known; the words are gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field
from sqlalchemy import delete, select

from doorknock import changes
from doorknock.changes import Deed
from doorknock.commitments.models import Commitment, Withdrawal
from doorknock.db import db
from doorknock.fields import Flag, Uuid, canonical_uuid
from doorknock.places import erased, tally
from doorknock.sync import blobs
from doorknock.sync.bench import Refs
from doorknock.sync.journal import APPLIED, DUPLICATE, ERASED, QUARANTINE, RESOLVED, REVIEW, JournalLine, by_event
from doorknock.sync.wire import Line, read_line
from doorknock.visits.models import Visit, with_families
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


def redact(row: JournalLine) -> None:
    """The bytes go; what took effect stays in effect for the counts where it was a visit.

    A visit or correction that waits for something goes on waiting, without asking for eyes: what it corrects may still
    come, and is the same household's.
    """
    row.line = bytes_of(row.line)
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


def follow(county: str, event_id: str) -> None:
    """A correction moved a visit to an erased door: what was written of it elsewhere is that household's too."""
    visit = db.session.get(Visit, (county, event_id))
    if visit is None:
        return
    family = [v for v in with_families(county, [visit.root_id]).values() if v.root_id == visit.root_id]
    if max(family, key=lambda v: (v.at, v.id)).place_id != visit.place_id:
        return  # it stands at another door, and belongs there
    _empty(county, family)


def empty_families(county: str, gone: set[str]) -> None:
    """In an older copy of the database: the families whose standing member was erased, wherever it stands there."""
    families: dict[str, list[Visit]] = {}
    for visit in with_families(county, gone).values():
        families.setdefault(visit.root_id, []).append(visit)
    mine = [each for each in families.values() if max(each, key=lambda v: (v.at, v.id)).id in gone]
    changes.lock({visit.grid for family in mine for visit in family})
    for family in mine:
        _empty(county, family)
    tally.recount(county, {visit.place_id for family in mine for visit in family})


def _empty(county: str, family: list[Visit]) -> None:
    """A family of visits says no more, nor what of it never took effect; its phones are told to forget it."""
    ids = sorted({ident for v in family for ident in (v.id, v.root_id, v.supersedes) if ident})
    taken_back = _taken_back(county, ids)
    photos = [sha for v in family for sha in v.facts.get("photos") or []]
    lost = losses(county, blobs.alone(county, photos, ids))
    names = [*ids, *taken_back, *sole(county, lost)]
    erased.late(county, names)
    for each in family:
        each.empty()
        changes.remove(each.grid, "visit", each.id)
        changes.remove(each.grid, "commitment", each.id)
        if deed := db.session.get(Deed, (county, each.id)):
            redact_deed(deed)
    for model, gone in ((Withdrawal, taken_back), (Deed, taken_back), (Commitment, ids)):
        db.session.execute(delete(model).where(model.county == county, model.id.in_(gone)))
    for row in [*by_event(county, [*ids, *taken_back]), *lost]:
        redact(row)
        erased.note(county, {row.event_id} & set(names), device=row.device_id)
    erased.note(county, names)
    blobs.unname(county, photos)


def _taken_back(county: str, commitments: list[str]) -> list[str]:
    """The withdrawals of these very commitments: what took back a promise that is gone tells of it."""
    named = (Withdrawal.county == county) & Withdrawal.commitment_id.in_(commitments)
    return sorted(db.session.scalars(select(Withdrawal.id).where(named)))


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
    return ids - {other.event_id for other in by_event(county, sorted(ids)) if other not in rows}


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


def forget(row: JournalLine, line: Line, gone: set[str]) -> bool:
    """Its words are not kept, and its phone is told to forget it; whether ``follow`` has to look where it stands."""
    ids = named(line) & gone | {row.event_id}
    if row.state == REVIEW:
        ids = erased.among(row.county, ids)  # the id has taken effect as something else, which may be another's
    redact(row)
    erased.late(row.county, ids)
    erased.note(row.county, ids, device=row.device_id)
    return row.state == APPLIED and line.kind == "correction"
