"""How far an export is, said on a connection of its own beside the one that reads; and whether it is still wanted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CursorResult, update

from doorknock import clock, web
from doorknock.db import db, set_writing
from doorknock.exports.exporting import RUNNING, ExportJob

EVERY = 0.5
"""Seconds between two looks at whether it is still wanted, and two words on how far it is."""
Key = tuple[str, str]


class Unwanted(Exception):
    """Somebody cancelled it, or it must not be made any more."""


class Watch:
    """Tells how far an export is, and finds out when it is no longer wanted."""

    def __init__(self, key: Key) -> None:
        self.key, self.as_of = key, clock.now()
        self.done = self.total = 0
        self.next = 0.0

    def begin(self, total: int) -> None:
        self.total = total
        self._tell(total=total)

    def on(self, done: int, rows: int) -> None:
        self.done += done
        if time.monotonic() >= self.next:
            self._tell(done=min(self.done, self.total), rows=rows)

    def _tell(self, **told: int) -> None:
        def tell() -> None:
            if not say(self.key, **told):
                raise Unwanted

        apart(tell)
        self.next = time.monotonic() + EVERY


def say(key: Key, **told: Any) -> bool:
    """Write down what becomes of a running export; whether it still runs."""
    mine = (ExportJob.county == key[0]) & (ExportJob.id == key[1]) & (ExportJob.state == RUNNING)
    return counted(db.session.execute(update(ExportJob).where(mine).values(**told))) == 1


def counted(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0


def apart(deed: Callable[[], object]) -> None:
    """A transaction of its own, beside what this thread is reading."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    before = set_writing(True)
    try:
        with app.app_context():
            deed()
            web.commit()
    finally:
        set_writing(before)
