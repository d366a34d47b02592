"""A phone that was restored or cloned renews its enrolment and says everything again: what had effect has it once."""

from __future__ import annotations

from tests.hefeng import GRID_A, Hefeng, changed
from tests.wire.client import Phone
from tests.wire.lines import Event, Json, uuid7

NEW = "01900000-0000-7000-8000-0000000000aa"
COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def cut_off(village: Hefeng, phone: Phone, kind: str, body: Json, minutes: float) -> Event:
    """An event whose line does not fit the one before it, as from a phone whose storage was put back."""
    fact = {"id": uuid7(phone.now()), "kind": kind, "at": village.at(minutes), "body": body}
    return phone.write(fact, prev="f" * 64)


def renewed(phone: Phone) -> Phone:
    """The successor of a phone, which has said everything again."""
    successor = phone.renewed()[1]
    successor.refrozen_from(phone)
    successor.sync()
    return successor


def test_a_visit_that_waited_for_a_new_door_is_taken_once_when_both_are_said_again(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1002", "nobody_home", 1)
    cut_off(village, phone, "place_new", {"place_id": NEW, "grid": GRID_A}, 2)
    phone.event("visit", {"place_id": NEW, "outcome": "met_covered"}, village.at(3))
    assert phone.sync().attention == [(2, "chain_broken"), (3, "unknown_place")]
    successor = renewed(phone)
    assert (successor.attention, phone.sync().attention) == ([], [])
    assert village.figures() == changed(pending=1, attempted=1, visits=2)
    village.stands()


def test_a_correction_that_waited_for_its_visit_is_taken_once_when_both_are_said_again(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1002", "nobody_home", 1)
    phone.sync()
    copy = Phone(phone.door, token=phone.token, device_id=phone.device_id)  # knows nothing of the first line
    visit = village.visit(copy, "1001", "nobody_home", 2)
    village.visit(copy, "1003", "nobody_home", 3)
    village.correct(copy, visit.id, "1001", "met_covered", village.at(4))
    told = copy.send(list(copy.events.values()))
    assert told.attention == [(1, "body_differs"), (2, "chain_broken"), (3, "unknown_visit")]
    successor = renewed(copy)
    assert (successor.attention, phone.sync().attention) == ([], [])
    assert village.figures() == changed(**COVERED | {"attempted": 3, "visits": 3})
    village.stands()


def test_a_void_of_a_visit_that_only_waited_voids_it_when_both_are_said_again(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1002", "nobody_home", 1)
    visit = cut_off(village, phone, "visit", {"place_id": village.ids["1001"], "outcome": "met_covered"}, 2)
    village.void(phone, visit.id, village.at(3))
    phone.sync()
    assert phone.sync().attention == [], "the void took the visit out of sight"
    successor = renewed(phone)
    assert (successor.attention, phone.sync().attention) == ([], [])
    assert village.figures() == changed(attempted=1, visits=1)
    village.stands()


def test_a_visit_that_could_not_be_taken_and_was_corrected_asks_nobody_when_it_is_said_again(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("wang")
    first = phone.event("visit", {"place_id": village.ids["1001"]}, village.at(1))  # without an outcome
    second = phone.event("visit", {"place_id": village.ids["1003"]}, village.at(2))
    third = phone.event("visit", {"place_id": village.ids["1004"]}, village.at(3))
    village.correct(phone, first.id, "1001", "met_covered", village.at(4))
    phone.sync()
    village.correct(other, second.id, "1003", "nobody_home", village.at(5))
    village.void(other, third.id, village.at(6))
    assert (other.sync().attention, phone.sync().attention) == ([], [])
    assert renewed(phone).attention == []
    assert village.figures() == changed(**COVERED | {"attempted": 2, "visits": 2})
    village.stands()
