"""Days on which a task is due, and what is done for which of them."""

from __future__ import annotations

from datetime import date

import pytest

from doorknock import clock
from doorknock.tasks.models import UnitTask
from doorknock.tasks.recurring import Turn, around, turns

WEDNESDAYS = [date(2026, 11, 4), date(2026, 11, 11), date(2026, 11, 18), date(2026, 11, 25)]


def task(every: str, on_day: int | None, starts: date, ends: date, ended_on: date | None = None) -> UnitTask:
    return UnitTask(
        county="990102", id="a", region_code="990102103000", kind="talk", name="宣讲", every=every, on_day=on_day,
        starts=starts, ends=ends, target=1, by_doors=False, ended_on=ended_on, made_at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "days"),
    [
        (task("once", None, date(2026, 11, 1), date(2026, 11, 20)), [date(2026, 11, 20)]),
        (task("week", 3, date(2026, 11, 1), date(2026, 11, 30)), WEDNESDAYS),
        (task("week", 3, date(2026, 11, 4), date(2026, 11, 25)), WEDNESDAYS),
        (task("week", 3, date(2026, 11, 5), date(2026, 11, 10)), []),
        (task("week", 3, date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 17)), WEDNESDAYS[:2]),
        (
            task("month", 31, date(2027, 1, 5), date(2027, 4, 30)),
            [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)],
        ),
        (task("month", 5, date(2026, 11, 6), date(2027, 1, 5)), [date(2026, 12, 5), date(2027, 1, 5)]),
    ],
    ids=[
        "once",
        "weekly",
        "first and last day included",
        "no such weekday",
        "ended early",
        "short months",
        "year's end",
    ],
)
def test_due_days_lie_between_the_first_and_the_last_day(found: UnitTask, days: list[date]) -> None:
    assert [turn.due for turn in turns(found)] == days


def test_what_is_done_counts_for_the_due_day_that_comes_next_and_the_last_stays_open() -> None:
    weekly = turns(task("week", 3, date(2026, 11, 1), date(2026, 11, 15)))
    assert weekly == [
        Turn(date(2026, 11, 1), date(2026, 11, 4), date(2026, 11, 4)),
        Turn(date(2026, 11, 5), date(2026, 11, 11), None),
    ]
    counted = [[day for day in range(1, 31) if turn.holds(date(2026, 11, day))] for turn in weekly]
    assert counted == [[1, 2, 3, 4], list(range(5, 31))], "each day counts once"


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 10, 31), (None, None)),
        (date(2026, 11, 4), (4, None)),
        (date(2026, 11, 5), (11, 4)),
        (date(2026, 12, 9), (25, 18)),
    ],
    ids=["before it begins", "on the first due day", "the day after", "long after the last"],
)
def test_a_day_stands_in_the_turn_whose_due_day_comes_next(day: date, due: tuple[int | None, int | None]) -> None:
    found = around(task("week", 3, date(2026, 11, 1), date(2026, 11, 30)), day)
    assert tuple(turn.due.day if turn else None for turn in found) == due
