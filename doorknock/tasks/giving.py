"""What the town does about its tasks: give one to its villages, change it, end it before its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from doorknock import audit, clock
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.regions.models import Region
from doorknock.tasks.models import MONTHLY, ONCE, POSTING, TASK_KINDS, WEEKLY, UnitTask
from doorknock.tasks.recurring import turns
from doorknock.words import _

LONGEST_NAME = 30
LONGEST = 800
"""Days between a task's first and last; two campaigns."""
MOST = 999


def give(town: Region, said: Mapping[str, str], *, by: str) -> UnitTask:
    """A new task for every village below the region. Refused, with every reason, where something is missing."""
    kind = said.get("kind", "")
    faults = [] if kind in TASK_KINDS else [_("请选要做什么：活动、张贴还是宣讲。")]
    task = UnitTask(
        county=town.county, id=new_id(), region_code=town.code, kind=kind, ended_on=None, made_at=clock.now(),
        **_read(kind, said, faults),
    )  # fmt: skip
    _refuse(task, faults)
    db.session.add(task)
    audit.record("tasks.give", town.code, by=by, subject=task.id)
    return task


def change(task: UnitTask, said: Mapping[str, str], *, by: str) -> bool:
    """Other words, days or numbers; its kind stays. Whether anything changed. Refused as above, or once ended."""
    if task.ended_on:
        raise Refused(_("这项任务已经结束了，不能再改。要接着做，请另给一项。"))
    faults: list[str] = []
    wanted = _read(task.kind, said, faults)
    _refuse(UnitTask(kind=task.kind, ended_on=None, **wanted), faults)
    changed = sorted(name for name, value in wanted.items() if getattr(task, name) != value)
    for name in changed:
        setattr(task, name, wanted[name])
    if changed:
        audit.record("tasks.change", task.region_code, by=by, subject=task.id, changed=changed)
    return bool(changed)


def end(task: UnitTask, *, by: str) -> None:
    """Nothing more is due after today. Refused where it was ended already."""
    if task.ended_on:
        raise Refused(_("这项任务已经结束了。"))
    task.ended_on = clock.today()
    audit.record("tasks.end", task.region_code, by=by, subject=task.id)


def _refuse(task: UnitTask, faults: list[str]) -> None:
    if not faults and not turns(task):
        faults.append(_("这两天之间没有一个要交的日子。请把日期放长一点，或者换一天。"))
    if faults:
        raise Refused(*faults)


def _read(kind: str, said: Mapping[str, str], faults: list[str]) -> dict[str, Any]:
    name = " ".join(said.get("name", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        faults.append(_("名称要写，最多 %(longest)s 个字。", longest=LONGEST_NAME))
    every = said.get("every", "")
    if every not in (ONCE, WEEKLY, MONTHLY):
        faults.append(_("请选多久做一次。"))
    starts, ends = _day(said, "starts", _("开始"), faults), _day(said, "ends", _("结束"), faults)
    if ends < starts:
        faults.append(_("结束日期在开始日期前面，请改一下。"))
    elif (ends - starts).days > LONGEST:
        faults.append(_("开始到结束最多 %(longest)s 天。", longest=LONGEST))
    by_doors = kind == POSTING and said.get("target_kind") == "doors"
    return {
        "name": name, "every": every, "on_day": _on_day(every, said, faults), "starts": starts, "ends": ends,
        "by_doors": by_doors, "target": 0 if by_doors else _number(said, "target", 1, MOST, _("每村做多少"), faults),
    }  # fmt: skip


def _day(said: Mapping[str, str], name: str, word: str, faults: list[str]) -> date:
    try:
        return date.fromisoformat(said.get(name, ""))
    except ValueError:
        faults.append(_("请选%(word)s的日期。", word=word))
        return clock.today()


def _on_day(every: str, said: Mapping[str, str], faults: list[str]) -> int | None:
    if every == WEEKLY:
        return _number(said, "weekday", 1, 7, _("每周哪一天"), faults)
    if every == MONTHLY:
        return _number(said, "month_day", 1, 31, _("每月几号"), faults)
    return None


def _number(said: Mapping[str, str], name: str, least: int, most: int, word: str, faults: list[str]) -> int:
    typed = said.get(name, "").strip()
    found = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 4 else -1
    if not least <= found <= most:
        faults.append(_("%(word)s要填 %(least)s 到 %(most)s 的整数。", word=word, least=least, most=most))
    return found
