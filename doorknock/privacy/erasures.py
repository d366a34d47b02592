"""The list of what was erased: a file beside the database, so that no copy of the database that is put back undoes it.

A line holds ids and codes, never words: whom they meant cannot be read from it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from doorknock import clock
from doorknock.db import db
from doorknock.lookup import one
from doorknock.places import erased, finding
from doorknock.places.models import Place
from doorknock.privacy.traces import Traces
from doorknock.regions.models import region
from doorknock.sync.journal import MEANT, Meta

DONE = "erasures"
"""The list as it was (size and time) when this database had last carried it out."""

NO_LIST = "none"


@dataclass(frozen=True)
class Door:
    """An erased door and where it lay."""

    id: str
    grid: str
    group: str | None


@dataclass(frozen=True)
class Entry:
    """One household: its doors, and every id by which it could come back. Without doors: what was erased late."""

    county: str
    at: str
    doors: list[Door]
    ids: list[str]


def add(found: Traces, survivor: Place) -> None:
    """Write the household down, flushed to the disk, and note that this database knows of it."""
    doors = [Door(p.id, survivor.grid, survivor.group_code) for p in found.places]
    _write(found.county, doors, names_of(found) | found.event_ids)


@erased.kept_by
def add_late(county: str, ids: set[str]) -> None:
    """Write down what came to be erased after its household: an older copy may have it at another's door."""
    _write(county, [], ids)


def _write(county: str, doors: list[Door], ids: set[str]) -> None:
    entry = Entry(county, clock.text_of(clock.now()), doors, sorted(ids))
    with _locked():
        was_level = not is_ahead()
        with _path().open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")) + "\n")
            file.flush()
            os.fsync(file.fileno())
        mark = _mark()  # of this very line: a colleague's, written right after it, is not carried out yet
    if was_level:
        _remember(mark)  # without the file's lock: whoever holds this row may want that


def names_of(found: Traces) -> set[str]:
    """The ids of whatever its doors are called by, on a roster or on a slip."""
    groups = {p.id: region(p.group_code).name if p.group_code else "" for p in found.places}
    return {
        name for p in found.places
        for name in erased.roster_names(p, groups[p.id]) | finding.names_of(p, groups[p.id])
    }  # fmt: skip


def listed() -> list[Entry]:
    """What was ever erased, oldest first; a line that was cut while it was written is none."""
    return [entry for line in _lines() if (entry := _read(line)) is not None]


def _read(line: str) -> Entry | None:
    try:
        said = json.loads(line)
        doors = [Door(**door) for door in said["doors"]]
        return Entry(said["county"], said["at"], doors, said["ids"])
    except (ValueError, KeyError, TypeError):
        return None


def is_ahead() -> bool:
    """Whether this database knows another list than the one that lies there. Asked before each round: cheap."""
    return _mark() != (one(MEANT, key=DONE) or NO_LIST)


def mark_done() -> None:
    """This database has carried out the list as it lies there."""
    _remember(_mark())


def _remember(mark: str) -> None:
    row = db.session.get(Meta, DONE) or Meta(key=DONE)
    row.value = mark
    db.session.add(row)
    db.session.flush()


def _mark() -> str:
    path = _path()
    return f"{path.stat().st_size} {path.stat().st_mtime_ns}" if path.exists() else NO_LIST


def older(before: datetime) -> int:
    """How many lines of the list are from before this instant."""
    return sum(clock.parse(entry.at) < before for entry in listed())


def prune(before: datetime) -> int:
    """Drop what is older than any phone or backup that could bring it back; how many lines."""
    with _locked():
        lines = _lines()
        kept = [line for line in lines if (entry := _read(line)) is None or clock.parse(entry.at) >= before]
        if len(kept) < len(lines):
            _rewrite(kept)
            mark_done()
    return len(lines) - len(kept)


@contextmanager
def _locked() -> Iterator[None]:
    """Nobody else writes the list: a line added to a file that is just being replaced would be lost."""
    with _path().with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _rewrite(lines: Iterable[str]) -> None:
    fresh = _path().with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(_path())


def _lines() -> list[str]:
    path = _path()
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.exists() else []


def _path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "erasures.jsonl"
