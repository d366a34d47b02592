"""When a task of the villages is due: once, every week on a day, or every month on a day, between two days.

What is done counts for the due day that comes next: from the day after one due day until the next one itself. Behind
the last due day nothing more comes, so what is done late counts for that.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from doorknock.tasks.models import MONTHLY, ONCE, UnitTask

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """One due day of a task: what is done from ``since`` to ``until`` (None: whenever) counts for it."""

    since: date
    due: date
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether what is done on this day counts for it."""
        return self.since <= day and (self.until is None or day <= self.until)


def turns(task: UnitTask) -> list[Turn]:
    """All due days of a task, in order; [] where there is none between its days."""
    last = min(task.ends, task.ended_on) if task.ended_on else task.ends
    days = [day for day in _days(task) if task.starts <= day <= last]
    starts = [task.starts, *(day + DAY for day in days)]
    return [Turn(since, due, due if due < days[-1] else None) for since, due in zip(starts, days, strict=False)]


def around(task: UnitTask, day: date) -> tuple[Turn | None, Turn | None]:
    """The turn that runs on a day (the last one, where all are gone by), and the one before it.

    None where there is none: before its first day a task asks for nothing.
    """
    known = turns(task)
    if not known or day < task.starts:
        return None, None
    at = next((n for n, turn in enumerate(known) if turn.due >= day), len(known) - 1)
    return known[at], known[at - 1] if at else None


def _days(task: UnitTask) -> Iterator[date]:
    if task.every == ONCE:
        yield task.ends
    elif task.every == MONTHLY:
        yield from _monthly(task)
    else:
        first = task.starts + ((task.on_day or 1) - task.starts.isoweekday()) % 7 * DAY
        for week in range((task.ends - first).days // 7 + 1):
            yield first + 7 * week * DAY


def _monthly(task: UnitTask) -> Iterator[date]:
    year, month = task.starts.year, task.starts.month
    while (year, month) <= (task.ends.year, task.ends.month):
        yield date(year, month, min(task.on_day or 1, monthrange(year, month)[1]))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
