"""A fault of our own, however often it comes back, costs the line it is in, and never what stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from doorknock.sync import push, waiting
from doorknock.sync.bench import Bench, Event
from tests.hefeng import Hefeng

NEW = "0193b000-0000-7000-8000-0000000f0001"
FAULTS: list[Callable[[], Exception]] = [
    lambda: IntegrityError("INSERT", {}, Exception("not unique")),
    lambda: ValueError("a mistake of ours"),
]


def failing(monkeypatch: pytest.MonkeyPatch, where: Any, event_id: str, fault: Callable[[], Exception]) -> None:
    """This event fails there, each time."""
    real = where.apply

    def apply(bench: Bench, event: Event) -> None:
        if event.id == event_id:
            raise fault()
        real(bench, event)

    monkeypatch.setattr(where, "apply", apply)


@pytest.mark.parametrize("fault", FAULTS, ids=["a rule of the database", "anything else"])
def test_a_line_that_fails_each_time_is_set_aside_and_the_rest_arrives(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Exception]
) -> None:
    phone = village.phone("wang")
    first = village.visit(phone, "1001", "met_covered", 1)
    village.visit(phone, "1002", "met_covered", 2)
    failing(monkeypatch, push, first.id, fault)
    answer = phone.sync()
    assert (answer.held, answer.attention) == ([[1, 2]], [(1, "server_fault")])
    assert village.figures()["covered"] == 1


@pytest.mark.parametrize("fault", FAULTS, ids=["a rule of the database", "anything else"])
def test_what_waits_and_fails_when_its_door_comes_keeps_nobody_back(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Exception]
) -> None:
    waits, phone = village.phone("wang"), village.phone("wang")
    early = waits.event("visit", {"place_id": NEW, "outcome": "met_covered"}, village.at(3))
    waits.sync()
    failing(monkeypatch, waiting, early.id, fault)
    phone.event("place_new", {"place_id": NEW, "contact_name": "新来的人"}, village.at(1))
    village.visit(phone, "1002", "met_covered", 2)
    answer = phone.sync()
    assert (answer.held, answer.attention) == ([[1, 2]], [(1, "server_fault")])
    assert village.figures()["covered"] == 1
