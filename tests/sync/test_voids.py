"""A void of a visit that never took effect: it asks nobody, and is there when anything of the visit takes effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from doorknock import clock, web
from doorknock.campaigns.models import Campaign
from doorknock.db import db
from doorknock.people.models import assignments, by_username
from tests.hefeng import GRID_A, Hefeng, changed
from tests.sync.test_quarantine import accept, held_of
from tests.wire.client import Phone
from tests.wire.lines import Event, rfc3339

NEW = "01900000-0000-7000-8000-0000000000aa"
Way = Callable[[Phone, Phone, Phone], None]


def lost_visit(village: Hefeng, phone: Phone, at: str) -> Event:
    """A visit to a door of which the server has not heard."""
    return phone.event("visit", {"place_id": NEW, "outcome": "met_covered"}, at)


def in_turn(*wanted: int) -> Way:
    def way(*phones: Phone) -> None:
        for n in wanted:
            phones[n].sync()

    return way


VISIT, CORRECTION, VOID = 0, 1, 2


@pytest.mark.parametrize(
    "way",
    [
        in_turn(VISIT, CORRECTION, VOID),
        in_turn(VISIT, VOID, CORRECTION),
        in_turn(VOID, VISIT, CORRECTION),
        in_turn(VOID, CORRECTION, VISIT),
        in_turn(CORRECTION, VISIT, VOID),
        in_turn(CORRECTION, VOID, VISIT),
    ],
)
def test_a_void_and_a_correction_from_other_phones_of_the_worker_end_alike_in_every_order(
    village: Hefeng, way: Way
) -> None:
    phones = tuple(village.phone("wang") for _ in range(3))
    visit = lost_visit(village, phones[VISIT], village.at(1))
    village.correct(phones[CORRECTION], visit.id, "1001", "met_covered", village.at(2))
    village.void(phones[VOID], visit.id, village.at(3))
    way(*phones)
    assert village.figures() == changed()
    assert [phone.sync().attention for phone in phones] == [[], [], []]
    village.stands()


def test_a_correction_that_is_later_than_the_void_stands_though_it_comes_after_it(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("wang")
    visit = lost_visit(village, phone, village.at(1))
    phone.sync()
    village.void(other, visit.id, village.at(2))
    other.sync()
    village.correct(phone, visit.id, "1001", "nobody_home", village.at(3))
    assert phone.sync().attention == []
    assert village.figures() == changed(attempted=1, visits=1)
    village.stands()


def test_the_door_of_a_voided_visit_may_appear_and_nothing_counts(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("zhou")
    visit = lost_visit(village, phone, village.at(1))
    village.void(phone, visit.id, village.at(2))
    phone.sync()
    other.event("place_new", {"place_id": NEW, "grid": GRID_A}, village.at(0))
    assert (other.sync().attention, phone.sync().attention) == ([], [])
    assert village.figures() == changed(pending=1)
    village.stands()


def test_a_void_that_may_not_be_taken_when_its_visit_is_asks_for_eyes(village: Hefeng) -> None:
    phone, other = village.phone("wang"), village.phone("zhou")
    visit = lost_visit(village, phone, rfc3339(datetime.now(UTC) - timedelta(hours=80)))
    village.void(phone, visit.id, village.at(2))
    phone.sync()
    with village.app.app_context():
        wang = by_username("wang")
        assert wang is not None
        for term in assignments(wang.id):
            term.until = clock.now() - timedelta(hours=40)
        web.commit()
    other.event("place_new", {"place_id": NEW, "grid": GRID_A}, village.at(0))
    other.sync()
    assert phone.sync().attention == [(2, "out_of_scope")]
    assert village.figures()["visits"] == 1
    accept(village.office("chen"), held_of(village, "out_of_scope"))
    assert phone.sync().attention == []
    assert village.figures() == changed(pending=1)
    village.stands()


def test_a_void_that_staff_accept_before_there_is_anything_to_void_waits_like_any(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = lost_visit(village, phone, village.at(1))
    void = phone.facts[1] | {"id": NEW[:-2] + "bb", "kind": "correction"}
    phone.write(void | {"body": {"supersedes": visit.id, "void": True, "reason": "误点"}}, prev="f" * 64)
    phone.sync()
    accept(village.office("chen"), held_of(village, "chain_broken"))
    assert phone.sync().attention == []
    village.correct(phone, visit.id, "1001", "met_covered", village.at(0))
    phone.sync()
    assert village.figures() == changed()
    village.stands()


def test_a_correction_is_voided_also_when_its_campaign_is_over(village: Hefeng) -> None:
    phone = village.phone("wang")
    visit = lost_visit(village, phone, village.at(1))
    village.correct(phone, visit.id, "1001", "met_covered", village.at(2))
    phone.sync()
    ends(village, clock.today() - timedelta(days=1))
    village.void(phone, visit.id, village.at(3))
    assert phone.sync().attention == []
    ends(village, clock.today())
    assert village.figures() == changed()
    village.stands()


def ends(village: Hefeng, day: date) -> None:
    """The campaign's last day is this one."""
    with village.app.app_context():
        db.session.query(Campaign).one().ends = day
        web.commit()
