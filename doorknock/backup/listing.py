"""The list of backups in DATA_DIR: which file was made when, and whether it was verified. Old ones are removed by it.

Of backups only files of this list are ever removed, and never the newest verified one. Photos on a shared shelf go when
no backup has asked for them for as long, and so do databases that were set aside because they could not be read.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from doorknock import clock, health
from doorknock.errors import Refused
from doorknock.words import _

KEEP = timedelta(days=35)
FRESH = timedelta(hours=36)
"""A nightly backup is never older than this, unless a night was missed."""


@dataclass
class Listed:
    """One backup that was made."""

    file: str
    made_at: str
    verified: bool

    @property
    def made(self) -> datetime:
        """The instant that the copy is of."""
        return datetime.fromisoformat(self.made_at)


@contextmanager
def alone() -> Iterator[None]:
    """One backup or restore at a time; Refused while another runs, and to whom the files do not belong.

    What root leaves behind the server could not read or write any more.
    """
    owner = _path(".lock").parent.stat().st_uid
    if os.geteuid() != owner:
        raise Refused(_("请用服务器自己的账号（%(name)s）来做，不要用 root。", name=_name(owner)))
    with _path(".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(_("另一次备份或恢复正在做，请等它做完。")) from error
        yield


def listed() -> list[Listed]:
    """Every backup that is still kept, in the order in which they were made."""
    path = _path(".json")
    return [Listed(**row) for row in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def note(made: Listed) -> None:
    """Write a backup down; a file of the same name is a new one."""
    _write([each for each in listed() if each.file != made.file] + [made])


def newest() -> Listed | None:
    """The newest verified backup whose file is still there."""
    there = [each for each in listed() if each.verified and Path(each.file).exists()]
    return max(there, key=lambda each: each.made, default=None)


def prune(keep: timedelta) -> list[str]:
    """Remove the files of backups that are older than this, and their lines; which files went."""
    last, oldest = newest(), clock.now() - keep
    old = [each for each in listed() if each.made < oldest and each != last]
    gone = [each.file for each in old if Path(each.file).exists()]
    for each in old:
        Path(each.file).unlink(missing_ok=True)
    _write([each for each in listed() if each not in old])
    return gone


def prune_old(files: Iterable[Path], keep: timedelta) -> list[str]:
    """Remove those of these files that nobody has touched all this time; which went."""
    oldest = time.time() - keep.total_seconds()
    old = [path for path in files if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink()
    return [str(path) for path in old]


def _name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


def _write(rows: list[Listed]) -> None:
    path = _path(".json")
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(path)


def _path(end: str) -> Path:
    return Path(current_app.config["DATA_DIR"]) / f"backups{end}"


@health.watches
def age() -> dict[str, Any]:
    """For ``/readyz``: whether the newest verified backup is fresh, and how many hours old it is."""
    last = newest()
    old = clock.now() - last.made if last else None
    hours = round(old.total_seconds() / 3600, 1) if old is not None else None
    return {"backup": old is not None and old < FRESH, "backup_age_hours": hours}
