"""The figures that reports ask for, counted by hand: by when a thing was done, and by what was known when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from doorknock import clock, web
from doorknock.db import db
from doorknock.people.models import by_username
from doorknock.regions.models import region
from doorknock.tasks import counts, due, giving, telling
from doorknock.tasks.counts import Held
from doorknock.tasks.models import Activity
from tests.hefeng import GRID_A, OTHER, TOWN, VILLAGE, Hefeng
from tests.wire.client import Phone

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon of a Saturday in Shanghai."""
ONE, TWO, THREE = (f"{VILLAGE}00{n}" for n in (1, 2, 3))
HOUR = timedelta(hours=1)


@pytest.fixture
def town(app: Flask, village: Hefeng) -> Iterator[Hefeng]:
    """禾丰村 at noon, within the application."""
    with app.app_context(), clock.pinned(NOON):
        yield village


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    with clock.pinned(instant):
        yield
        web.commit()


def who(name: str) -> str:
    found = by_username(name)
    assert found is not None
    return found.id


def hold(
    kind: str = "meeting", people: int = 0, handouts: int = 0, *, code: str = VILLAGE, day: str = "2026-11-21"
) -> str:
    said = {"kind": kind, "people": str(people), "handouts": str(handouts), "day": day}
    return telling.activity(region(code), said, by=who("chen")).id


def put_up(kind: str, pieces: int, group: str = "", *, code: str = VILLAGE, day: str = "2026-11-21") -> str:
    said = {"kind": kind, "count": str(pieces), "group": group, "day": day}
    return telling.posting(region(code), said, by=who("chen")).id


def today(known: datetime | None = None) -> dict[str, counts.Counts]:
    since, until = counts.instants(clock.today(), clock.today())
    return counts.of(region(TOWN), since, until, known=known)


def test_activities_by_kind_with_people_and_papers_village_by_village(town: Hefeng) -> None:
    with at(NOON):
        hold("meeting", 30, 25)
        hold("meeting", 12)
        hold("talk", 40, 40)
        hold("other", 5)
        hold("talk", 9, code=OTHER)
        hold("talk", 99, 99, day="2026-11-20")
    found = today()
    assert list(found) == [VILLAGE, OTHER], "in code order"
    assert found[VILLAGE].held == {"meeting": Held(2, 42, 25), "talk": Held(1, 40, 40), "other": Held(1, 5, 0)}
    assert found[VILLAGE].all_held == Held(4, 87, 65)
    assert found[OTHER].held == {"talk": Held(1, 9, 0)}


def test_what_was_put_up_by_kind_and_group_with_a_plaque_for_every_three_doors(town: Hefeng) -> None:
    with at(NOON):
        put_up("plaque", 2, ONE)
        put_up("plaque", 1, ONE)
        put_up("poster", 7, TWO)
        put_up("banner", 1)
    village = today()[VILLAGE]
    doors = {code: group.doors for code, group in village.groups.items() if group.doors}
    assert sum(doors.values()) == 12
    assert {code: group.plaques_wanted for code, group in village.groups.items() if code in doors} == {
        code: -(-d // 3) for code, d in doors.items()
    }
    assert (village.groups[ONE].plaques, village.groups[TWO].pieces, village.groups[""].pieces) == (
        3, {"poster": 7}, {"banner": 1},
    )  # fmt: skip
    assert village.pieces == {"plaque": 3, "poster": 7, "banner": 1}


def test_a_kind_that_is_none_of_ours_is_counted_as_another(town: Hefeng) -> None:
    phone = on_time(town.phone("wang"))
    now = clock.text_of(NOON)
    phone.event("activity", {"kind": "festival", "grid": GRID_A, "people": 8}, now)
    phone.event("posting", {"kind": "sticker", "grid": GRID_A, "count": 3}, now)
    phone.sync()
    assert today()[VILLAGE].held == {"other": Held(1, 8, 0)}
    assert today()[VILLAGE].pieces == {"other": 3}


def test_what_came_later_is_not_known_before_a_void_as_little_as_a_thing(town: Hefeng) -> None:
    with at(NOON):
        first = hold("meeting", 30)
    with at(NOON + 2 * HOUR):
        hold("meeting", 12)
    with at(NOON + 4 * HOUR):
        void(first)
    known = [today(NOON + n * HOUR)[VILLAGE].all_held for n in (0, 1, 3, 5)]
    assert known == [Held(), Held(1, 30), Held(2, 42), Held(1, 12)]
    assert today()[VILLAGE].all_held == Held(1, 12)


def void(ident: str) -> None:
    found = db.session.get_one(Activity, (VILLAGE[:6], ident))
    telling.void(found, by=who("chen"), reason="没开成")


def test_a_correction_counts_once_it_is_known_and_the_first_until_then(town: Hefeng) -> None:
    phone = on_time(town.phone("wang"))
    first = phone.event("posting", {"kind": "plaque", "grid": GRID_A, "group": ONE, "count": 2}, clock.text_of(NOON))
    phone.sync()
    with clock.pinned(NOON + HOUR):
        body = {"kind": "plaque", "grid": GRID_A, "group": ONE, "count": 5, "supersedes": first.id}
        phone.event("posting", body, clock.text_of(NOON + HOUR))
        phone.sync()
    known = [today(NOON + n * timedelta(minutes=30))[VILLAGE].pieces for n in (1, 3)]
    assert known == [{"plaque": 2}, {"plaque": 5}]


def test_a_day_of_the_report_may_end_at_six_in_the_evening(town: Hefeng) -> None:
    phone = on_time(town.phone("wang"))
    for minutes in (-1, 0):
        made = clock.text_of(NOON + 6 * HOUR + timedelta(minutes=minutes))
        phone.event("activity", {"kind": "talk", "grid": GRID_A, "people": 10 - minutes}, made)
    with clock.pinned(NOON + 7 * HOUR):
        phone.sync()
        until = NOON + 6 * HOUR
        found = counts.of(region(VILLAGE), until - 24 * HOUR, until)
        after = counts.of(region(VILLAGE), until, until + 24 * HOUR)
    assert (found[VILLAGE].all_held, after[VILLAGE].all_held) == (Held(1, 11), Held(1, 10))


def on_time(phone: Phone) -> Phone:
    """A phone whose clock goes with the server's."""
    phone.now = clock.now
    return phone


def give(**said: str) -> None:
    form = {"kind": "talk", "name": "每周宣讲", "every": "week", "weekday": "3", "target": "2"}
    giving.give(region(TOWN), form | {"starts": "2026-11-01", "ends": "2026-12-31"} | said, by=who("tang"))


def asked(code: str = TOWN, days: int = 0) -> list[due.Asked]:
    return due.asked(region(code), clock.today() + timedelta(days=days))


def test_a_village_stands_with_what_it_did_since_the_due_day_before(town: Hefeng) -> None:
    with at(NOON):
        give()
        hold("talk", day="2026-11-18")
        hold("talk", day="2026-11-19")
        hold("meeting", day="2026-11-19")
    [found] = asked()
    assert (found.turn.due.day, found.days, [line.village for line in found.lines]) == (25, 4, [VILLAGE, OTHER])
    [here, there] = found.lines
    assert (here.done, here.target, here.left, here.last_done, here.last_left) == (1, 2, 1, 1, 1)
    assert (there.done, there.left) == (0, 2)
    assert (found.complete, found.asking) == (0, 2)


def test_a_task_that_is_due_once_stays_open_for_what_is_late(town: Hefeng) -> None:
    with at(NOON):
        give(every="once", ends="2026-11-19", target="1")
        hold("talk")
    [found] = asked()
    assert (found.days, [line.left for line in found.lines]) == (-2, [0, 1])


def test_plaques_are_asked_for_group_by_group(town: Hefeng) -> None:
    with at(NOON):
        give(kind="posting", target_kind="doors", every="once", ends="2026-11-30")
        put_up("plaque", 50, ONE)
        put_up("poster", 9, TWO)
    [found] = asked(VILLAGE)
    [line] = found.lines
    groups = today()[VILLAGE].groups
    wanted = {code: groups[code].plaques_wanted for code in (ONE, TWO, THREE)}
    assert line.target == sum(wanted.values())
    assert line.done == wanted[ONE], "more in one group does not make up for another"
    assert asked(OTHER)[0].lines[0].target == 0, "without doors there is nothing to hang"


def test_what_the_county_asks_of_a_whole_town_takes_a_bounded_number_of_questions(town: Hefeng) -> None:
    with at(NOON):
        for n in range(5):
            give(name=f"第 {n} 项")
            hold("talk")
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    asked()
    few = len(statements)
    with at(NOON):
        for n in range(20):
            give(name=f"再 {n} 项")
            hold("talk", code=OTHER)
    statements.clear()
    asked()
    assert len(statements) <= few <= 10
    statements.clear()
    today()
    assert len(statements) <= 9
