"""Checking the journal of a live database: hashes, chains, held numbers, and that what applied is there."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import and_, func, select

from doorknock.changes import Deed
from doorknock.commitments.models import Withdrawal
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.sync import paper
from doorknock.sync.journal import APPLIED, JournalLine
from doorknock.sync.ranges import merged
from doorknock.sync.wire import ZERO
from doorknock.tasks.models import Activity, Posting
from doorknock.visits.models import Visit
from doorknock.words import _

Found = list[dict[str, Any]]
MADE: dict[str, tuple[Any, ...]] = {
    "visit": (Visit,), "correction": (Visit, Activity, Posting), "commitment_withdrawal": (Withdrawal,),
    "activity": (Activity,), "posting": (Posting,),
}  # fmt: skip
"""Kinds of events, and among which rows each must have left one."""


def verify() -> dict[str, Any]:
    """{"ok", "events", "devices", "problems", "marked"}: problems are what nobody has marked yet."""
    problems: Found = []
    marked: Found = []
    devices = db.session.scalars(select(Device).order_by(Device.county, Device.id)).all()
    for device in devices:
        _device(device, problems, marked)
    problems += _missing_rows()
    events = db.session.scalar(select(func.count()).select_from(JournalLine)) or 0
    return {
        "ok": not problems, "events": events, "devices": len(devices), "problems": problems, "marked": marked,
    }  # fmt: skip


def _device(device: Device, problems: Found, marked: Found) -> None:
    mine = (JournalLine.county == device.county) & (JournalLine.device_id == device.id)
    before: JournalLine | None = None
    numbers = []
    query = select(JournalLine).where(mine).order_by(JournalLine.n).execution_options(yield_per=500)
    for line in db.session.scalars(query):
        numbers.append(line.n)
        if hashlib.sha256(line.line).hexdigest() != line.sha and line.code != "erased":
            problems.append(_problem("hash", device, line.n, _("这一条的字节和当时的哈希对不上。")))
        expected = ZERO if line.n == 1 else before.sha if before and before.n == line.n - 1 else None
        if expected is not None and line.prev != expected:
            broken = _problem("chain", device, line.n, _("和前一条接不上。"))
            (marked if line.chain_marked else problems).append(broken)
        before = line
    if merged([], numbers) != device.held:
        problems.append(_problem("held", device, None, _("告诉手机已收的号和账本里的不一样。")))


def _missing_rows() -> Found:
    """Applied visits, activities … and slips whose row is not there."""
    found: Found = []
    for kind, models in MADE.items():
        applied = (JournalLine.state == APPLIED) & (JournalLine.kind == kind)
        rows = [select(m.id).where(m.county == JournalLine.county, m.id == JournalLine.event_id) for m in models]
        nowhere = and_(*(~row.exists() for row in rows))
        for line in db.session.scalars(select(JournalLine).where(applied, nowhere)):
            missing = {
                "code": "row",
                "device_id": line.device_id,
                "n": line.n,
                "detail": _("已经生效，但没有对应的行。"),
            }
            found.append(missing)
    there = select(Visit.id).where(Visit.county == Deed.county, Visit.id == Deed.id)
    lost = select(Deed.id).where(Deed.kind == paper.KIND, ~there.exists())
    detail = _("代录的纸质记录没有对应的走访。")
    return found + [{"code": "row", "device_id": None, "n": None, "detail": detail} for _id in db.session.scalars(lost)]


def _problem(code: str, device: Device, n: int | None, detail: str) -> dict[str, Any]:
    return {"code": code, "device_id": device.id, "n": n, "detail": detail}
