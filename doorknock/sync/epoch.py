"""The epoch: a random name for one life of this database. A cursor of another life means: pull afresh.

A marker file in DATA_DIR remembers the newest journal line that was ever answered for. If the database is behind it, an
older copy was put back by hand, and the epoch is renewed without anybody having to think of it.
"""

from __future__ import annotations

import fcntl
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from doorknock import health
from doorknock.db import db
from doorknock.lookup import one
from doorknock.sync.journal import MEANT, JournalLine, Meta

_NEWEST = select(func.max(JournalLine.received_at))
Watcher = Callable[[], None]
_watchers: list[Watcher] = []


def watched_by(watcher: Watcher) -> Watcher:
    """Registers who looks, before each round, whether an older copy of the database was put back."""
    _watchers.append(watcher)
    return watcher


def current() -> str:
    """The epoch; made on first use. Renewed here when the journal is behind the marker. Needs a writing transaction."""
    for watcher in _watchers:
        watcher()
    marker = _read()  # before the database: what the marker knows was committed before
    life = known()
    if not life:
        life = _begin()
    elif marker:
        newest = one(_NEWEST) if marker.get("last") else None
        if _behind(marker, life, newest):
            return renew()
        if newest is not None:
            _catch_up(marker, life, newest)
    return life


def known() -> str:
    """The epoch as stored, without looking at the marker (for a read)."""
    return one(MEANT, key="epoch") or ""


def renew() -> str:
    """A new life of the database (after a restore): the new epoch."""
    row = db.session.get(Meta, "epoch") or Meta(key="epoch")
    row.value = _fresh()
    db.session.add(row)
    db.session.flush()
    _write({"epoch": row.value, "last": None})
    return row.value


def advance(epoch: str, last: datetime) -> None:
    """After a commit: the journal now reaches to ``last``."""
    marker = _read()
    stored = marker.get("last") if marker and marker.get("epoch") == epoch else None
    if stored is None or stored < last.isoformat(timespec="microseconds"):
        _write({"epoch": epoch, "last": last.isoformat(timespec="microseconds")})


@health.watches
def agreement() -> dict[str, Any]:
    """For ``/readyz``: whether the marker beside the database speaks of the same life, and the journal reaches it."""
    marker = _read()
    life = known()
    return {"epoch": not (marker and life and _behind(marker, life, one(_NEWEST)))}


def _fresh() -> str:
    return secrets.token_hex(16)


def _begin() -> str:
    row = Meta(key="epoch", value=_fresh())
    db.session.add(row)
    db.session.flush()
    return row.value


def _behind(marker: dict[str, Any], epoch: str, newest: datetime | None) -> bool:
    if marker.get("epoch") != epoch:
        return True
    if not marker.get("last"):
        return False
    return newest is None or newest < datetime.fromisoformat(marker["last"])


def _catch_up(marker: dict[str, Any], epoch: str, newest: datetime) -> None:
    """Whoever committed the newest line may have found no room to write the marker."""
    if marker["last"] < newest.isoformat(timespec="microseconds"):
        advance(epoch, newest)


def _path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "journal-marker.json"


def _read() -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(_path().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found


def _write(marker: dict[str, Any]) -> None:
    path = _path()
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(marker), encoding="utf-8")
        fresh.replace(path)
