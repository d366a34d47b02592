"""Who and what was switched off, kept in DATA_DIR beside the database, so that no restored copy brings either back.

One JSON text a line, only ever appended. A line that a power cut left half-written is passed over: the act that it
stood for was not committed either.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from doorknock import clock

NAME = "revocations.jsonl"


def note_phone(device_id: str, at: datetime) -> None:
    """This phone is switched off for good."""
    _append({"device_id": device_id, "at": at.isoformat()})


def note_person(person_id: str, *, active: bool, phones_until: datetime | None) -> None:
    """This person was switched off (whose phones may deliver until then), or on again."""
    until = phones_until.isoformat() if phones_until else None
    _append({"person_id": person_id, "active": active, "phones_until": until, "at": clock.now().isoformat()})


def phones() -> dict[str, datetime]:
    """Every phone that was ever switched off, and when."""
    return {row["device_id"]: datetime.fromisoformat(row["at"]) for row in _rows() if "device_id" in row}


def persons() -> dict[str, dict[str, Any]]:
    """What was last said of each person who was ever switched off."""
    return {row["person_id"]: row for row in _rows() if "person_id" in row}


def _rows() -> Iterator[dict[str, Any]]:
    path = _path()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        yield row


def _append(row: dict[str, Any]) -> None:
    """Write a line and wait until it is on the disk; a half line before it stays one of its own."""
    with _path().open("ab+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            whole = file.read(1) == b"\n"
            file.write(b"" if whole else b"\n")
        file.write(json.dumps(row).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / NAME
