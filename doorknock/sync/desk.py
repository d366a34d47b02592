"""Reading a sheet of slips: each row against the village's doors, the worker and the day, into a phone's own body.

Nothing here writes. A row is right, or says what to do about it; a row that repeats what is there already asks first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from doorknock import clock
from doorknock.campaigns import models as campaigns
from doorknock.campaigns.models import Campaign, CommitmentText
from doorknock.db import db
from doorknock.people.models import Assignment, Person
from doorknock.places.finding import Doors
from doorknock.places.models import Place, folded
from doorknock.regions.models import Region, grids_of
from doorknock.sync.bench import SCOPE_SLACK, Quarantine
from doorknock.sync.effect import read_body
from doorknock.sync.slips import AWAY, METHODS, OUTCOMES, Row, Sheet
from doorknock.visits.fold import COVERED, MET, PLAIN
from doorknock.visits.models import Visit
from doorknock.words import _

SLOTS = {"1": time(10), "2": time(12, 30), "3": time(15, 30), "4": time(19, 30)}
UNSAID = time(12)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)")


@dataclass
class Desk:
    """What rows are read against: the village's doors, the worker, the day and its campaign."""

    doors: Doors
    worker: Person | None
    day: date | None
    campaign: Campaign | None
    text: CommitmentText | None

    @classmethod
    def for_sheet(cls, village: Region, sheet: Sheet, *, names: bool) -> Desk:
        """Everything that the sheet's head names; what it does not name is None."""
        worker = next((w for w in workers(village) if w.id == sheet.worker_id), None)
        try:
            day = date.fromisoformat(sheet.day)
        except ValueError:
            day = None
        known = campaigns.of_county(village.county)
        campaign = campaigns.meant(known, village.path, day) if day else None
        text = campaigns.versions(campaign)[-1] if campaign else None
        return cls(Doors(village, names=names), worker, day, campaign, text)

    def faults(self) -> list[str]:
        """What is wrong with the head of the sheet."""
        if self.worker is None:
            return [_("请选是替谁录的。")]
        if self.day is None:
            return [_("请填走访的日期。")]
        if self.day > clock.today():
            return [_("走访的日期还没有到，请看一下日期。")]
        return [] if self.campaign else [_("这一天没有行动，请看一下日期。")]


def workers(village: Region) -> list[Person]:
    """Who holds or held a grid of this village, in the order of their names."""
    grids = [g.code for g in grids_of([village.code])]
    holding = select(Assignment.person_id).where(Assignment.county == village.county, Assignment.grid.in_(grids))
    return list(db.session.scalars(select(Person).where(Person.id.in_(holding)).order_by(Person.username)))


def judge(desk: Desk, rows: Sequence[Row]) -> None:
    """Read each row that has anything typed: its place, its body, what is wrong, what it repeats."""
    held = (
        db.session.scalars(select(Assignment).where(Assignment.person_id == desk.worker.id)).all()
        if desk.worker
        else []
    )
    known: dict[tuple[str, str], int] = {}
    read = [row for row in rows if not row.blank]
    for row in read:
        row.place = _place(desk, row)
        row.body = _body(desk, row)
        if row.place and row.body and not _in_scope(held, row.place, row.body):
            row.faults.append(_("这一户那天不归他管，请看一下是替谁录的。"))
    there = _there(desk, read)
    for number, row in enumerate(rows, 1):
        if row.place and row.body:
            key = (row.place.survivor_id, row.body["outcome"])
            row.warning = there.get(key) or (_("和第 %(n)s 行一样。", n=known[key]) if key in known else "")
            known.setdefault(key, number)


def _place(desk: Desk, row: Row) -> Place | None:
    found = desk.doors.meant(row.door)
    if len(found) == 1:
        return found[0]
    if not row.door:
        row.faults.append(_("没有填是哪一户。"))
    elif found:
        doors = _("、").join(desk.doors.label(p) for p in found[:4])
        row.faults.append(_("有几户都对得上：%(doors)s。请填编号。", doors=doors))
    else:
        row.faults.append(_("没有找到这一户。请填编号，或者组和门牌，例如 1-3。"))
    return None


def _in_scope(held: Iterable[Assignment], place: Place, body: Mapping[str, Any]) -> bool:
    at = clock.parse(body["visited_at"])
    return any(a.grid == place.grid and a.covers(at, SCOPE_SLACK) for a in held)


def _body(desk: Desk, row: Row) -> dict[str, Any] | None:
    """The body as on the wire, or None where something typed makes no sense."""
    outcome, away = _outcome(row)
    said: dict[str, Any] = {"outcome": outcome, "mode": "planned", "note": row.note or None, "away": away}
    said["adults_listened"] = _count(row, "adults", _("人数"))
    said["materials"] = [
        {"material": m["key"], "quantity": number}
        for m in (desk.campaign.materials if desk.campaign else [])
        if (number := _count(row, f"material_{m['key']}", str(m["name"])))
    ] or None  # fmt: skip
    said["commitment"] = _commitment(desk, row, outcome)
    said["visited_at"] = _moment(desk, row)
    if row.faults or row.place is None or desk.faults():
        return None
    said = {name: value for name, value in said.items() if value is not None} | {"place_id": row.place.id}
    read = read_body("visit", said)
    if isinstance(read, Quarantine):
        row.faults.append(_("%(why)s。", why=read.detail))
        return None
    return said


def _outcome(row: Row) -> tuple[str | None, dict[str, str] | None]:
    key = folded(row.outcome)
    if key in AWAY:
        return "away_reported", {"kind": AWAY[key]}
    if key not in OUTCOMES:
        row.faults.append(_("没有填结果。") if not key else _("结果要填上面的数字。"))
        return None, None
    return OUTCOMES[key], None


def _count(row: Row, name: str, word: str) -> int | None:
    typed = folded(row.typed.get(name, ""))
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 3):
        row.faults.append(_("%(word)s要填数字。", word=word))
        return None
    return int(typed)


def _commitment(desk: Desk, row: Row, outcome: str | None) -> dict[str, Any] | None:
    key = folded(row.method)
    if not key and not row.paper_no:
        return None
    if key not in METHODS:
        row.faults.append(_("承诺书要填 1、2 或 3；纸质的编号要配 1。"))
        return None
    if outcome is not None and outcome not in MET | COVERED:
        row.faults.append(_("没见到人，承诺书这一格请空着。"))
        return None
    if row.paper_no and METHODS[key] != "paper":
        row.faults.append(_("只有纸质的承诺书有编号。"))
    version = {"version": desk.text.version, "text_hash": desk.text.text_hash} if desk.text else {}
    number = {"paper_no": row.paper_no} if row.paper_no else {}
    return {"method": METHODS[key]} | version | number


def _moment(desk: Desk, row: Row) -> str | None:
    key = folded(row.slot)
    found = _CLOCK.fullmatch(key)
    at = SLOTS.get(key) or (time(int(found[1]), int(found[2])) if found and len(key) > 2 else None)
    if key and at is None:
        row.faults.append(_("时间要填 1 到 4，或者 15:30 这样。"))
    if desk.day is None:
        return None
    moment = datetime.combine(desk.day, at or UNSAID, clock.SHANGHAI)
    return clock.text_of(min(moment, clock.now() - timedelta(seconds=1)).replace(microsecond=0))


def _there(desk: Desk, rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """(place, outcome) → what is recorded already of this worker on this day."""
    ids = sorted({row.place.survivor_id for row in rows if row.place})
    if not ids or desk.worker is None or desk.day is None:
        return {}
    county = desk.doors.village.county
    family = select(Place.id, Place.survivor_id).where(Place.county == county, Place.survivor_id.in_(ids))
    kin: dict[str, str] = {row.id: row.survivor_id for row in db.session.execute(family)}
    same = (Visit.county == county) & Visit.place_id.in_(sorted(kin)) & (Visit.day == desk.day)
    mine = (Visit.worker_id == desk.worker.id) & Visit.superseded_by.is_(None) & Visit.void.is_(False)
    return {
        (kin[v.place_id], v.outcome or ""): _already(v) for v in db.session.scalars(select(Visit).where(same, mine))
    }


def _already(visit: Visit) -> str:
    word = PLAIN.get(visit.outcome or "", "")
    if visit.source == "paper":
        return _("这一户这天已经代录过「%(word)s」。", word=word)
    return _("这一户这天他在手机上已经记过「%(word)s」。", word=word)
