"""What the server has in the end, as plain data for the checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from doorknock import clock
from doorknock.changes import Deed
from doorknock.coverage import figures
from doorknock.db import Base, db
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.people.models import Person, grids_now
from doorknock.places import erased
from doorknock.places.models import Place
from doorknock.regions.models import region
from doorknock.sync import journal, pull, rebuild, verify
from doorknock.sync.blobs import NamedBlob
from doorknock.sync.journal import JournalLine, Stray
from doorknock.visits.models import Visit
from tests.faults import village

Json = dict[str, Any]


def dump() -> Json:
    """The journal, the rows of each grid, the office's facts, the figures, and what verify and rebuild say."""
    found = {
        "journal": [_line(row) for row in db.session.scalars(select(JournalLine).order_by(JournalLine.received_at))],
        "strays": [_stray(row) for row in db.session.scalars(select(Stray))],
        "devices": [_device(row) for row in db.session.scalars(select(Device))],
        "blobs": [_blob(row) for row in db.session.scalars(select(NamedBlob))],
        "deeds": [_deed(row) for row in db.session.scalars(select(Deed).order_by(Deed.seq, Deed.grid))],
        "places": {p.id: _place(p) for p in db.session.scalars(select(Place))},
        "rows": {grid: _rows(grid) for grid in village.GRIDS},
        "feed": {grid: _feed(grid) for grid in village.GRIDS},
        "scope": {p.username: grids_now(p.id) for p in db.session.scalars(select(Person))},
        "worker": {p.username: p.id for p in db.session.scalars(select(Person))},
        "erased": sorted(erased.everywhere("990102")),
        "coverage": _coverage(),
        "verify": verify.verify(),
    }
    db.session.rollback()
    found["rebuild"] = rebuild.rebuild(progress=lambda said: None)
    db.session.rollback()
    return found


def ids() -> list[str]:
    """Every event that the server has in any way."""
    known = set(db.session.scalars(select(JournalLine.event_id))) | set(db.session.scalars(select(Stray.event_id)))
    db.session.rollback()
    return sorted(known)


def places() -> list[str]:
    """The ids of all doors."""
    found = sorted(db.session.scalars(select(Place.id)))
    db.session.rollback()
    return found


def search(words: list[str]) -> list[Json]:
    """Which of these words stand anywhere: in a table, in a file beside the database, or as a file's name."""
    texts = {}
    for table in Base.metadata.sorted_tables:
        values = [value for row in db.session.execute(select(table)) for value in row]
        texts[table.name] = "\n".join(v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values)
    db.session.rollback()
    for file in Path(current_app.config["DATA_DIR"]).rglob("*"):
        if file.is_file():
            texts[file.name] = f"{file.name}\n{file.read_text(encoding='utf-8', errors='replace')}"
    return [{"word": word, "where": where} for where, text in texts.items() for word in words if word in text]


def _line(row: JournalLine) -> Json:
    names = ("device_id", "worker_id", "n", "event_id", "kind", "state", "code", "detail", "waits_for", "sha", "prev")
    return {name: getattr(row, name) for name in names} | {"line": row.line.decode("utf-8", "replace")}


def _stray(row: Stray) -> Json:
    said = {"device_id": row.device_id, "n": row.n, "event_id": row.event_id, "resolved": row.resolved_at is not None}
    return said | {"line": row.line.decode("utf-8", "replace")}


def _device(row: Device) -> Json:
    attention = [{"n": each["n"], "code": each["code"]} for each in journal.attention(row)]
    off = row.revoked_at is not None
    heard = devices.still_taken(row)
    told = {"id": row.id, "worker_id": row.worker_id, "held": row.held, "attention": attention}
    return told | {"revoked": off, "heard": heard}


def _blob(row: NamedBlob) -> Json:
    return {"device_id": row.device_id, "sha256": row.sha256, "state": row.state}


def _deed(row: Deed) -> Json:
    return {"id": row.id, "kind": row.kind, "seq": row.seq, "body": row.body}


def _place(row: Place) -> Json:
    names = (
        "grid",
        "group_code",
        "status",
        "source",
        "survivor_id",
        "merged_into",
        "contact_name",
        "landmark",
        "phone",
    )
    return {name: getattr(row, name) for name in names}


def _rows(grid: str) -> dict[str, Json]:
    """What a phone of this grid must hold, read from the tables and not from the feed.

    Nothing at an erased door, and nothing that an erased household had recorded, wherever it has come to stand since.
    """
    found, gone, taken = {}, erased.doors_in(grid), erased.everywhere("990102")
    for kind, model in pull.MODELS.items():
        for row in db.session.scalars(select(model).where(model.grid == grid)):
            bare = row.id in taken or (row.id if kind == "place" else row.place_id) in gone
            if not bare and not (isinstance(row, Visit) and row.void):
                found[f"{kind}/{row.id}"] = row.wire()
    return found


def _feed(grid: str) -> dict[str, Json]:
    """The same as a pull from nothing gives it."""
    rows = pull.changed_rows(grid, 0)
    return {f"{row['kind']}/{row['id']}": row["data"] for row in rows if not row.get("removed")}


def _coverage() -> Json:
    top = region("990102000000")
    figures.wake_due(top)
    return figures.tree(top, figures.chosen(top, "winter", clock.today())).whole()
