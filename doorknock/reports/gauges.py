"""A figure for a monitoring program: reports that are due and not there."""

from __future__ import annotations

from flask import Flask

from doorknock import clock
from doorknock.metrics import gauge
from doorknock.reports import calendar


def register(app: Flask) -> None:
    """Offer it."""
    gauge(app, "doorknock_reports_overdue", "Reports that are due and not made yet.", lambda: len(_overdue()))


def _overdue() -> list[calendar.Due]:
    return calendar.due(clock.now())
