"""代录: a visit that was written on paper, typed in the office on behalf of the worker who made it.

The slip is a dated fact of the office (a deed) that takes effect through the very verb of a phone's visit, so it counts
the same, and a rebuild replays it. The worker may correct it on the phone like any visit of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, changes, clock
from doorknock.changes import Deed
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db
from doorknock.errors import Refused
from doorknock.people.models import Person
from doorknock.places import erased, finding
from doorknock.regions.models import Region
from doorknock.sets import upsert
from doorknock.sync.bench import Bench, Event, Quarantine, Refs
from doorknock.sync.effect import read_body
from doorknock.sync.journal import JournalLine
from doorknock.sync.kinds import KINDS
from doorknock.words import _

KIND = "paper"


class PaperDraft(Base):
    """A sheet of slips that somebody is typing and has not saved: one per person and village."""

    __tablename__ = "paper_draft"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    sheet: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def draft(village: Region, person: Person) -> dict[str, Any]:
    """What this person typed for this village and has not saved; {} where there is nothing."""
    found = db.session.get(PaperDraft, (village.county, village.code, person.id))
    return found.sheet if found else {}


def keep(village: Region, person: Person, sheet: dict[str, Any]) -> None:
    """Keep what was typed, in the place of what was kept before; not what comes late from before a save.

    Nor the rows of a household that was erased while the sheet lay open.
    """
    row = {"county": village.county, "village_code": village.code, "person_id": person.id}
    before = db.session.get(PaperDraft, tuple(row.values()), with_for_update=True)  # an erasure may be at it
    if before is not None and sheet["turn"] < before.sheet.get("turn", 0):
        return
    gone = finding.erased_among(village, {typed.get("door", "") for typed in sheet["rows"]})
    kept = [typed for typed in sheet["rows"] if typed.get("door", "") not in gone]
    upsert(PaperDraft, [row | {"sheet": sheet | {"rows": kept}, "at": clock.now()}], row)


def take(village: Region, worker: Person, bodies: Sequence[dict[str, Any]], *, by: Person) -> list[str]:
    """Let these slips take effect as visits of the worker; their ids. Refused whole where one cannot. Not committed."""
    bench = Bench(village.county)
    bench.load(_refs(bodies))
    deeds = [_record(bench, worker, body, by) for body in bodies]
    bench.settle()
    days = sorted({body["visited_at"][:10] for body in bodies})
    audit.record("paper", village.code, by=by.id, subject=worker.id, count=len(deeds), days=days)
    return [deed.id for deed in deeds]


def replay(bench: Bench, deed: Deed) -> None:
    """Let a recorded slip take effect again (rebuild)."""
    bench.load(_refs([deed.body["said"]]))
    _apply(bench, deed)


def _refs(bodies: Iterable[dict[str, Any]]) -> Refs:
    return Refs(places={body["place_id"] for body in bodies})


def _record(bench: Bench, worker: Person, body: dict[str, Any], by: Person) -> Deed:
    place = bench.places.get(body["place_id"])
    if place is None:
        raise Refused(_("有一户刚刚不在了，什么都没有存。请再看一遍。"))
    erased.refuse(place)
    deed = changes.record(KIND, bench.grids(place), by.id, {"place_id": place.id, "worker_id": worker.id, "said": body})
    try:
        campaign = _apply(bench, deed)
    except Quarantine as why:
        raise Refused(why.detail) from why
    deed.body = deed.body | {"campaign_id": campaign}
    return deed


def _apply(bench: Bench, deed: Deed) -> str | None:
    """The visit of this slip; the answer is its campaign. Quarantine where it is out of scope."""
    body = read_body("visit", deed.body["said"])
    if isinstance(body, Quarantine):
        raise body
    line = _line(deed)
    KINDS["visit"].take(bench, Event(line, body))
    return line.campaign_id


def _line(deed: Deed) -> JournalLine:
    """What the visit's verb asks of a line: who, when, in which order. It is never written to the journal."""
    at = clock.parse(deed.body["said"]["visited_at"])
    return JournalLine(
        county=deed.county, id=deed.id, event_id=deed.id, device_id=None, worker_id=deed.body["worker_id"],
        kind="visit", at=at, recorded_at=at, received_at=deed.at, grid=deed.grid, seq=deed.seq,
        campaign_id=deed.body.get("campaign_id"),
    )  # fmt: skip
