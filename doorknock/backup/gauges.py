"""For a monitoring program: how old the newest backup is that was restored and verified."""

from __future__ import annotations

from flask import Flask

from doorknock import clock
from doorknock.backup import listing
from doorknock.metrics import gauge


def register(app: Flask) -> None:
    """Offer it; there is no such figure before the first backup."""
    gauge(app, "doorknock_backup_age_seconds", "Age of the newest verified backup.", _age)


def _age() -> float | None:
    newest = listing.newest()
    return (clock.now() - newest.made).total_seconds() if newest else None
