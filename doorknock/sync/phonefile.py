"""A phone's exported file: frozen lines without a token, brought in by staff, judged like a round of that phone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from doorknock import audit, changes
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.fields import canonical_uuid
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.regions.models import Region
from doorknock.sync import boxes, journal, push, wire
from doorknock.sync.journal import APPLIED, DUPLICATE
from doorknock.sync.quarantine import workers_of
from doorknock.sync.wire import Line
from doorknock.words import _, lazy

BOM = b"\xef\xbb\xbf"
NOT_OURS = lazy("这个文件不是手机上「把没传的存成文件」存出来的，没有收。")


@dataclass(frozen=True)
class Summary:
    """What became of a file's lines; ``bad`` are line numbers (the head is 1) that hold no event."""

    worker: str
    taken: int
    known: int
    waiting: int
    bad: list[int]

    @property
    def total(self) -> int:
        """Lines after the head."""
        return self.taken + self.known + self.waiting + len(self.bad)


@dataclass(frozen=True)
class PhoneFile:
    """The enrolment that the file names, its lines, and the numbers of those that are no event."""

    device_id: str
    lines: list[Line]
    bad: list[int]


def read(data: bytes) -> PhoneFile:
    """The file's head and lines. Refused where it is no export. What a chat program adds (BOM, CR) is taken off."""
    first, *rest = [raw.rstrip(b"\r") for raw in data.removeprefix(BOM).split(b"\n")]
    head = _head(first)
    lines, bad = [], []
    for number, raw in enumerate(rest, 2):
        line = wire.read_line(_unboxed(raw, head)) if raw.strip() else None
        if line is not None:
            lines.append(line)
        elif raw.strip():
            bad.append(number)
    return PhoneFile(head, lines, bad)


def _unboxed(raw: bytes, device_id: str) -> bytes:
    """The line in a box of this very phone; anything else as it is."""
    box = boxes.opened(raw)
    mine = box is not None and devices.claimed(box.token) == device_id
    return box.line if mine and box and box.line else raw


def _head(raw: bytes) -> str:
    try:
        head: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(NOT_OURS) from error
    ident = canonical_uuid(head.get("device_id")) if isinstance(head, dict) else None
    if ident is None:
        raise Refused(NOT_OURS)
    return ident


def take(data: bytes, top: Region, *, by: Person) -> Summary:
    """Hold the file's lines under their phone's enrolment and let them take effect, as if that phone had sent them.

    Refused where the phone is unknown, not of this region, or switched off for more than 30 days.
    """
    file = read(data)
    device = _device(file, top)
    before = {n: j.fact for n, j in journal.numbers(device, [line.n for line in file.lines]).items()}
    push.take_within(device, push.read(file.lines), timedelta())
    db.session.flush()
    after = journal.numbers(device, [line.n for line in file.lines])
    kinds = [_became(line, before, after[line.n]) for line in file.lines]
    worker = db.session.get(Person, device.worker_id)
    audit.record("phonefile.take", top.code, by=by.id, subject=device.id, lines=len(file.lines))
    counts = {name: kinds.count(name) for name in ("taken", "known", "waiting")}
    return Summary(worker=worker.name if worker else "", bad=file.bad, **counts)


def _device(file: PhoneFile, top: Region) -> Device:
    key = (Device.county == changes.county_of(top.code)) & (Device.id == file.device_id)
    row = db.session.scalar(select(Device).where(key))
    if row is None:
        raise Refused(_("服务器没有登记过这部手机。请让网格员在手机上登录一次，再导入。"))
    if row.worker_id not in workers_of(top):
        raise Refused(_("这部手机不是这里的网格员的。请交给他所在的村，或者请镇里导入。"))
    device = devices.device_of(devices.make_token(row), lock=True)  # the same look at revocations as at the wire
    if not devices.still_taken(device):
        raise Refused(_("这部手机停用已经超过 30 天，不再收它的记录。"))
    return device


def _became(line: Line, before: dict[int, str], row: journal.JournalLine) -> str:
    if line.n in before:
        return "known" if before[line.n] == line.fact else "waiting"
    if row.state == DUPLICATE:
        return "known"
    return "taken" if row.state == APPLIED else "waiting"
