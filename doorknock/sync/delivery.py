"""Handing in without a token: boxes of phones that are locked, or whose keys were destroyed.

Each box brings the token that vouches for it, so what was in it is judged as if that phone had sent it at the wire.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from doorknock import clock
from doorknock.errors import Problem
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.sync import boxes, push, wire
from doorknock.sync.boxes import Opened

MOST = 200
"""Boxes in one request: opening costs the server work before it knows who asks."""


@dataclass
class Handed:
    """What one enrolment hands in; a receipt for it is sealed with what lay in its boxes."""

    first: Opened
    lines: list[wire.Line] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """The head, and what each token hands in."""

    head: dict[str, Any]
    skew: timedelta
    handed: dict[str, Handed]


def read(data: bytes) -> Request:
    """The request's boxes, opened. Problem malformed (head), too_large (too many), unknown_token (none opens)."""
    first, *rest = data[:-1].split(b"\n")
    if len(rest) > MOST:
        raise Problem("too_large")
    asked = wire.parse(first + b"\n")
    handed: dict[str, Handed] = {}
    for raw in rest:
        box = boxes.opened(raw)
        line = wire.read_line(box.line) if box and box.line is not None else None
        if box is None or (box.line is not None and line is None) or not _certified(box.token):
            continue
        mine = handed.setdefault(box.token, Handed(box))
        mine.lines += [line] if line else []
    if not handed:
        raise Problem("unknown_token")
    return Request(asked.head, clock.now() - asked.sent_at if asked.sent_at else timedelta(), handed)


def _certified(token: str) -> bool:
    try:
        devices.certify(token)
    except Problem:
        return False
    return True


def take(asked: Request, epoch: str, *, singly: bool) -> tuple[list[dict[str, str]], datetime | None]:
    """Hold the lines; a receipt for each enrolment, and the instant of the newest line that entered the journal."""
    receipts, newest = [], None
    left = asked.head.get("pending") or 0
    for token in sorted(asked.handed):
        mine = asked.handed[token]
        try:
            device = devices.device_of(token, lock=True)
        except Problem:
            continue
        taken = mine.lines if devices.still_taken(device) else []
        entered = push.take(device, push.read(taken), asked.skew, singly=singly)
        newest = max(filter(None, (newest, entered)), default=None)
        left = max(0, left - len(taken))
        devices.note(device, last_contact=clock.now(), pending=left, skew_ms=int(asked.skew.total_seconds() * 1000))
        receipts.append(_receipt(device, epoch, mine.first, [line.id for line in taken]))
    return receipts, newest


def _receipt(device: Device, epoch: str, box: Opened, ids: list[str]) -> dict[str, str]:
    said: dict[str, Any] = {
        "device_id": device.id, "server_time": clock.text_of(clock.now()), "epoch": epoch, "held": device.held,
        "covered": device.covered, "ids": ids,
    }  # fmt: skip
    if device.revoked_at is not None:
        said["revoked"] = True
        if device.pending == 0 or not devices.still_taken(device):
            said["wipe"] = True
    text = json.dumps(said, separators=(",", ":"))
    return {"said": text, "seal": box.seal(text)}
