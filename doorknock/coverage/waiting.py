"""What waits for somebody of the office: each with its number and its address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from doorknock.access import Person
from doorknock.access import may as allowed
from doorknock.coverage import frame
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.people.models import Person as Worker
from doorknock.regions.models import Region, region
from doorknock.sync.journal import NEEDS_EYES, JournalLine, Stray
from doorknock.words import _, joined


@dataclass(frozen=True)
class Task:
    """Something that waits for the person: how many, what, where."""

    count: int
    word: str
    detail: str
    href: str


def tasks(person: Person) -> list[Task]:
    """What waits for this person, each with its address; nothing that waits is left out for being zero."""
    home = region(person.home.path.rpartition("/")[2]) if person.home else None
    found = []
    if allowed(person, "review"):
        waiting = frame.waiting(home)
        found.append(Task(sum(waiting.values()), _("审核"), _by_village(waiting), "/office/review"))
    if allowed(person, "quarantine"):
        count = quarantined(home)
        detail = _("要看一看再决定收不收") if count else _("都收好了")
        found.append(Task(count, _("没算进去的记录"), detail, "/office/quarantine"))
    return [task for task in found if frame.exists(task.href)]


def quarantined(home: Region | None) -> int:
    """How many received lines of phones of this region need eyes."""
    here = (
        select(Device.county, Device.id).join(Worker, Worker.id == Device.worker_id)
        .join(Region, Region.code == Worker.region_code).where(frame.below(home)).subquery()
    )  # fmt: skip
    lines = (
        select(func.count()).select_from(JournalLine)
        .join(here, (here.c.county == JournalLine.county) & (here.c.id == JournalLine.device_id))
        .where(JournalLine.state.in_([s for s in NEEDS_EYES if s != "rejected"]))
    )  # fmt: skip
    strays = (
        select(func.count()).select_from(Stray)
        .join(here, (here.c.county == Stray.county) & (here.c.id == Stray.device_id))
        .where(Stray.resolved_at.is_(None))
    )  # fmt: skip
    return (db.session.scalar(lines) or 0) + (db.session.scalar(strays) or 0)


def _by_village(waiting: dict[str, int]) -> str:
    if not waiting:
        return _("没有等着的")
    names = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(waiting)))}
    said = [f"{names[code]} {count}" for code, count in list(waiting.items())[:3]]
    return joined(said) + (_(" 等 %(count)s 个村", count=len(waiting)) if len(waiting) > 3 else "")
