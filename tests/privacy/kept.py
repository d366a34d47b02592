"""How long each table may keep a row, worked out from the rows alone and not from the sweep's own questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from doorknock import clock
from doorknock.db import Base, db

Row = dict[str, Any]
WITHOUT_LIMIT = {
    "region", "grid", "campaign", "commitment_text", "meta", "grid_head", "shared_head", "counter",
    "counter_past", "final_figure", "phase", "target", "rest_day", "unit_task", "report", "report_version",
    "report_template",
}  # fmt: skip
"""Regions, texts, tasks, numbers of the feed and sums: nobody's household."""


def _rows(name: str) -> list[Row]:
    return [dict(row) for row in db.session.execute(select(Base.metadata.tables[name])).mappings()]


def _end(row: Row) -> date:
    """The last day of the campaign that a row belongs to."""
    ends: dict[str, date] = {c["id"]: c["ends"] for c in _rows("campaign")}
    return ends[row["campaign_id"]]


def _village_end(_row: Row) -> date:
    """The last day on which a campaign ran or the roster was worked on; 禾丰村 is the only village with doors here."""
    rows = [clock.day_of(d["at"]) for d in _rows("deed") if d["kind"] == "roster"]
    ends: list[date] = [c["ends"] for c in _rows("campaign")]
    return max(ends + rows)


def _day(name: str) -> Callable[[Row], date | None]:
    def told(row: Row) -> date | None:
        value: datetime | None = row[name]
        return clock.day_of(value) if value else None

    return told


def _line(row: Row) -> date | None:
    """A line that still has words: with its campaign where it counts, else by when it came and was decided."""
    if row["code"] == "erased":
        return None
    if row["event_id"] in _told():
        return _as_told(row["event_id"])
    if row["state"] == "applied":
        lone = row["kind"] in ("posting", "activity", "photo_lost")
        return clock.day_of(row["received_at"]) + timedelta(days=90) if lone else _village_end(row)
    since = row["decided_at"] or row["received_at"]
    return clock.day_of(since) + timedelta(days=(-60 if row["decided_at"] else 90))


def _told() -> dict[str, Row]:
    """Activities and postings by their id."""
    return {row["id"]: row for name in ("activity", "posting") for row in _rows(name)}


def _family_end(row: Row) -> date:
    """The last day of a family, or of a campaign in which one of its days counts."""
    days: list[date] = [kin["day"] for kin in _told().values() if kin["root_id"] == row["root_id"]]
    lasting = [c["ends"] + timedelta(days=90 - 430) for c in _rows("campaign") if c["starts"] <= max(days)]
    ends: date = max(days + lasting)
    return ends


def _as_told(ident: str) -> date:
    """What stands beside an activity or a posting stays as long as it, though its own limit is 90 days."""
    return _family_end(_told()[ident]) + timedelta(days=430 - 90)


def _deed(row: Row) -> date:
    return _as_told(row["id"]) if row["id"] in _told() else _village_end(row)


def _last_named(row: Row) -> date | None:
    """Of an account that was switched off: when the log last spoke of it."""
    named = [
        clock.day_of(line["at"]) for line in _rows("audit_line") if row["id"] in (line["person_id"], line["subject"])
    ]
    return None if row["active"] else max(named, default=date(2000, 1, 1))


def _tombstone(row: Row) -> date | None:
    return clock.day_of(row["changed_at"]) if row["removed"] else None


BY_LIMIT: dict[str, tuple[int, Callable[[Row], date | None]]] = {
    "place": (90, _village_end), "visit": (90, _end), "commitment": (90, _end), "withdrawal": (90, _village_end),
    "ask": (90, _village_end), "review_report": (90, _village_end), "review_decision": (90, _village_end),
    "review_item": (90, _village_end), "review_aside": (90, _village_end), "field_edit": (90, _village_end),
    "contribution": (90, _village_end), "deed": (90, _deed), "journal": (90, _line),
    "stray": (180, _day("received_at")), "named_blob": (180, lambda row: _named(row)),
    "paper_draft": (30, _day("at")), "change": (180, _tombstone), "device": (860, _day("created_at")),
    "grid_assignment": (430, _day("until")), "login_session": (30, _day("expires_at")),
    "login_tries": (1, _day("last_at")), "enrol_code": (1, _day("expires_at")), "recovery_code": (30, _day("used_at")),
    "export_job": (30, _day("asked_at")), "read_token": (30, _day("expires_at")),
    "audit_line": (1096, _day("at")), "erasure": (500, _day("at")), "person": (1096, _last_named),
    "activity": (430, _family_end), "posting": (430, _family_end),
}  # fmt: skip
"""Table → days, and from which day on (None: this row has no limit)."""


def _named(row: Row) -> date | None:
    """A photo's entry stands only while a visit or a posting names it."""
    named = any(row["sha256"] in (v["facts"].get("photos") or []) for v in _rows("visit"))
    named = named or any(row["sha256"] in p["photos"] for p in _rows("posting"))
    return None if named else date(2000, 1, 1)


def over_limit(slack: timedelta) -> dict[str, int]:
    """Per table how many rows have outstayed their limit by more than the slack; {} where none has."""
    today, found = clock.today(), {}
    for name, (days, since) in BY_LIMIT.items():
        ends = [since(row) for row in _rows(name)]
        late = [end for end in ends if end is not None and end + timedelta(days=days) + slack < today]
        if late:
            found[name] = len(late)
    return found
