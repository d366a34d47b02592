"""Tasks and what was told, in words: how often, by when, how far."""

from __future__ import annotations

from datetime import date

from doorknock.tasks.due import Asked, Line
from doorknock.tasks.models import (
    ACTIVITY_KINDS,
    MONTHLY,
    OTHER,
    PLAQUE,
    POSTING,
    POSTING_KINDS,
    WEEKLY,
    Activity,
    Told,
    UnitTask,
)
from doorknock.words import _, lazy

WEEK = (lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"))


def day_words(day: date) -> str:
    """11月24日 周二"""
    return _("%(month)s月%(day)s日 %(weekday)s", month=day.month, day=day.day, weekday=WEEK[day.weekday()])


def short_day(day: date) -> str:
    """11月24日"""
    return _("%(month)s月%(day)s日", month=day.month, day=day.day)


def rhythm(task: UnitTask) -> str:
    """How often it is due."""
    if task.every == WEEKLY:
        return _("每%(weekday)s", weekday=WEEK[(task.on_day or 1) - 1])
    if task.every == MONTHLY:
        return _("每月 %(day)s 号", day=task.on_day)
    return _("做一次")


def asks(task: UnitTask) -> str:
    """What each village is asked for."""
    if task.by_doors:
        return _("每组每 3 户应访一块门牌")
    return _("每村 %(amount)s", amount=amount(task, task.target))


def amount(task: UnitTask, count: int) -> str:
    """So many times, sheets or plaques."""
    if task.by_doors:
        return _("%(count)s 块", count=f"{count:,}")
    return _("%(count)s 张", count=f"{count:,}") if task.kind == POSTING else _("%(count)s 次", count=f"{count:,}")


def due(asked: Asked) -> str:
    """When it is due, as seen from the day that was asked about."""
    if asked.days == 0:
        return _("今天到期")
    if asked.days < 0:
        return _("%(day)s到期，过了 %(days)s 天", day=short_day(asked.turn.due), days=-asked.days)
    return _("%(day)s到期", day=short_day(asked.turn.due))


def state(asked: Asked, line: Line) -> str:
    """How a village stands with a task, plainly."""
    if not line.target:
        return _("没有应访的户")
    if not line.left:
        return _("做完了")
    left = _("还差 %(amount)s", amount=amount(asked.task, line.left))
    if asked.days == 0:
        return _("今天到期，%(left)s", left=left)
    return _("过了 %(days)s 天，%(left)s", days=-asked.days, left=left) if asked.days < 0 else left


def last(asked: Asked, line: Line) -> str:
    """What was missing at the due day before; "" where nothing was."""
    if asked.last is None or not line.last_left:
        return ""
    missing = amount(asked.task, line.last_left)
    return _("上次（%(day)s）差 %(amount)s", day=short_day(asked.last.due), amount=missing)


def kind(row: Told) -> str:
    """What an activity or a posting was."""
    known = ACTIVITY_KINDS if isinstance(row, Activity) else POSTING_KINDS
    return str(known.get(row.kind, known[OTHER]))


def count(row: Told) -> str:
    """How many people, papers or pieces."""
    if isinstance(row, Activity):
        people = [_("%(count)s 人", count=f"{row.people:,}")] if row.people else []
        papers = [_("发了 %(count)s 份", count=f"{row.handouts:,}")] if row.handouts else []
        return _("，").join(people + papers) or "—"
    return _("%(count)s 块", count=row.count) if row.kind == PLAQUE else _("%(count)s 张", count=f"{row.count:,}")


def rate(part: int, base: int) -> str:
    """张贴率: a percentage to one decimal, its two numbers said beside; "—" for an empty base."""
    return f"{100 * part / base:.1f}%" if base else "—"
