"""定稿 from the shell: once, or for as long as the server runs."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from doorknock import clock, web
from doorknock.papers.paper import KINDS
from doorknock.reports import calendar, freezing
from doorknock.reports.calendar import Due
from doorknock.shell import as_json, say
from doorknock.words import _

LOOK = 15.0
"""Seconds between two looks at the clock, which may be set or have slept."""
AGAIN = 60.0
"""Seconds until the next try where the database was in trouble."""
log = structlog.get_logger()
reports = AppGroup("reports", help="日报、通报、周报、月报的定稿。")


def register(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(reports)


@reports.command("freeze")
@as_json
def freeze(as_json: bool) -> None:
    """Make every report that is due and not there yet, as of its own hour."""
    made = freezing.catch_up(clock.now())
    answer = {"reports": [_told(due, count) for due, count in made]}
    say(answer, as_json=as_json, plain=lambda: "\n".join(_said(made)) or _("没有要定稿的。"))


@reports.command("keep")
def keep() -> None:
    """The same at each hour when something is due, until it is stopped; what was missed before comes first."""
    while True:
        due_at = _once()
        while clock.now() < due_at:
            time.sleep(max(0.0, min(LOOK, (due_at - clock.now()).total_seconds())))


def _once() -> datetime:
    """Make what is due; when to look again."""
    now = clock.now()
    try:
        for due, count in freezing.catch_up(now):
            log.info("report_frozen", **_told(due, count))
    except OperationalError:
        log.exception("freeze_failed")
        time.sleep(AGAIN)
        return now
    finally:
        web.rollback()
    return calendar.following(now)


def _told(due: Due, count: int) -> dict[str, Any]:
    return {
        "kind": due.kind, "campaign": due.campaign.key, "county": due.campaign.county,
        "first": due.first.isoformat(), "last": due.last.isoformat(), "made": count,
    }  # fmt: skip


def _said(made: list[tuple[Due, int]]) -> list[str]:
    words = KINDS
    return [
        _("%(day)s %(kind)s：定稿 %(count)s 份。", day=due.last.isoformat(), kind=words[due.kind], count=count)
        for due, count in made
    ]
