"""How each village stands with what the town asks of it: done and target by the next due day. Pure reads.

An activity counts for a task of its own kind only: 宣讲 for 宣讲, every other one for 活动. What is put up counts piece
by piece. Where plaques are asked for by doors, each group's count up to its own number: more in one group does not make
up for another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from doorknock.db import db
from doorknock.regions.models import Region, below
from doorknock.tasks import counts
from doorknock.tasks.models import ACTIVITY, PLAQUE, POSTING, TALK, UnitTask
from doorknock.tasks.recurring import Turn, around

Doors = Mapping[tuple[str, str], int]
"""(village, group) → D."""


@dataclass(frozen=True)
class Line:
    """One village and one task: what was done for the due day that comes next (or was the last), and what is asked."""

    village: str
    done: int
    target: int
    last_done: int | None
    """For the due day before; None where there was none."""

    @property
    def left(self) -> int:
        """What is still missing."""
        return max(0, self.target - self.done)

    @property
    def last_left(self) -> int:
        """What was missing when the due day before was over."""
        return 0 if self.last_done is None else max(0, self.target - self.last_done)


@dataclass(frozen=True)
class Asked:
    """One task on a day, with its villages in code order."""

    task: UnitTask
    turn: Turn
    last: Turn | None
    days: int
    """Until it is due; below 0 where that day is gone by."""
    lines: list[Line]

    @property
    def complete(self) -> int:
        """How many villages have done what is asked; one where nothing is asked is not among them."""
        return sum(line.target > 0 and not line.left for line in self.lines)

    @property
    def asking(self) -> int:
        """Of how many villages something is asked: without doors there are no plaques to hang."""
        return sum(line.target > 0 for line in self.lines)


def tasks_of(top: Region) -> list[UnitTask]:
    """The tasks that concern a region: given by it, by one above it, or by one below it; in the order they began."""
    inside, above = select(Region.code).where(below(top)), top.path.split("/")
    concerned = UnitTask.region_code.in_(inside) | UnitTask.region_code.in_(above)
    return list(db.session.scalars(select(UnitTask).where(concerned).order_by(UnitTask.starts, UnitTask.id)))


def asked(top: Region, on: date, *, known: datetime | None = None, doors: Doors | None = None) -> list[Asked]:
    """Every task that has a due day on or around this day, as its villages at or below the region stand.

    ``known``: only what was known then (see ``counts``). ``doors``: D by (village, group) where it is to be
    that of another time; else as it is now. Eight questions, however many villages and tasks.
    """
    running = [(task, *around(task, on)) for task in tasks_of(top)]
    found = [(task, turn, last) for task, turn, last in running if turn is not None]
    if not found:
        return []
    first = min((last or turn).since for _task, turn, last in found)
    standing = _Standing(top, first, on, known, counts.doors_of(top) if doors is None else doors)
    villages = [r for r in regions_below(top) if r.level == "village"]
    answer = []
    for task, turn, last in found:
        given = [village for village in villages if task.region_code in village.path.split("/")]
        lines = [standing.line(village.code, task, turn, last) for village in given]
        answer.append(Asked(task, turn, last, (turn.due - on).days, lines))
    return answer


def regions_below(top: Region) -> list[Region]:
    """Towns and villages at or below a region, in code order."""
    levels = Region.level.in_(["town", "village"])
    return list(db.session.scalars(select(Region).where(below(top), levels).order_by(Region.code)))


class _Standing:
    """All that was done since the first day that counts, by village and what it counts for; and what hangs on doors."""

    def __init__(self, top: Region, first: date, on: date, known: datetime | None, doors: Doors) -> None:
        since, until = counts.instants(first, on)
        self.done: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
        self.hung: dict[str, list[tuple[date, str, int]]] = defaultdict(list)
        self.wanted: dict[str, dict[str, int]] = defaultdict(dict)
        for row in counts.held(top, since, until, known):
            self.done[row.village, TALK if row.kind == TALK else ACTIVITY].append((row.day, row.times))
        for row in counts.put_up(top, since, until, known):
            self.done[row.village, POSTING].append((row.day, row.pieces))
            if row.kind == PLAQUE:
                self.hung[row.village].append((row.day, row.group_code or "", row.pieces))
        for (village, group), d in doors.items():
            self.wanted[village][group] = counts.plaques_for(d)

    def line(self, village: str, task: UnitTask, turn: Turn, last: Turn | None) -> Line:
        """How a village stands with a task."""
        target = sum(self.wanted[village].values()) if task.by_doors else task.target
        before = self._done(village, task, last) if last else None
        return Line(village, self._done(village, task, turn), target, before)

    def _done(self, village: str, task: UnitTask, turn: Turn) -> int:
        if task.by_doors:
            return self._plaques(village, turn)
        return sum(amount for day, amount in self.done[village, task.kind] if turn.holds(day))

    def _plaques(self, village: str, turn: Turn) -> int:
        hung: dict[str, int] = defaultdict(int)
        for day, group, pieces in self.hung[village]:
            if turn.holds(day):
                hung[group] += pieces
        return sum(min(pieces, self.wanted[village].get(group, 0)) for group, pieces in hung.items())
