"""禾丰村 as it stood at past evenings: no job ran at 18:00, and yet each evening's figures can be read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from doorknock.coverage import figures
from doorknock.db import db
from doorknock.places.counters import CounterPast
from doorknock.regions.models import region
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng
from tests.wire.client import Phone


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village)


@pytest.fixture
def wang(evening: Evening) -> Phone:
    return evening.phone("wang")


def stood(evening: Evening, at: date | None, name: str = "closed") -> int:
    campaign = evening.village.campaign()
    with evening.village.app.app_context():
        return figures.tree(region(VILLAGE), [campaign], at).sums[name]


def walked(evening: Evening, phone: Phone, number: str, at: str, days: int = 0) -> None:
    evening.village.visit(phone, number, "met_covered", evening.minutes(at) + days * 1440)
    with evening.at(at, days):
        phone.sync()


def test_each_evening_is_read_as_it_stood(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "17:50")
    walked(evening, wang, "1002", "18:10")
    walked(evening, wang, "1003", "18:20")
    walked(evening, wang, "1004", "09:00", days=2)
    first = evening.day
    assert stood(evening, first) == 1
    assert stood(evening, first + timedelta(days=1)) == 3, "two came behind 18:00, so the next evening has them"
    assert stood(evening, first + timedelta(days=2)) == 4
    assert stood(evening, None) == 4


def test_before_the_first_visit_there_was_none(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "17:50")
    assert stood(evening, evening.day - timedelta(days=1)) == 0


def test_a_day_on_which_nothing_moved_says_what_the_day_before_said(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "10:00")
    walked(evening, wang, "1002", "10:00", days=2)
    assert stood(evening, evening.day + timedelta(days=1)) == 1


def test_late_visits_move_the_figures_of_the_evening_on_which_they_come(evening: Evening, wang: Phone) -> None:
    evening.village.visit(wang, "1001", "met_covered", evening.minutes("10:00"))
    with evening.at("18:30"):
        wang.sync()
    assert stood(evening, evening.day) == 0
    assert stood(evening, evening.day + timedelta(days=1)) == 1


def test_one_line_is_kept_for_each_evening_on_which_a_counter_moved(evening: Evening, wang: Phone) -> None:
    for number, at in (("1001", "10:00"), ("1002", "11:00"), ("1003", "12:00")):
        walked(evening, wang, number, at)
    campaign = evening.village.campaign().id
    with evening.village.app.app_context():
        kept = db.session.query(CounterPast).filter_by(campaign_id=campaign).count()
    assert kept == 0, "nothing is written before an evening has passed"
    walked(evening, wang, "1004", "19:00")
    walked(evening, wang, "1005", "19:30")
    with evening.village.app.app_context():
        lines = db.session.query(CounterPast).filter_by(campaign_id=campaign).all()
    assert {(line.since, line.through) for line in lines} == {(evening.day, evening.day)}


def test_a_rebuild_forgets_no_evening(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "17:50")
    walked(evening, wang, "1002", "18:10")
    evening.village.stands()
    assert (stood(evening, evening.day), stood(evening, evening.day + timedelta(days=1))) == (1, 2)


def test_a_clock_that_was_put_back_rewrites_no_evening(evening: Evening, wang: Phone) -> None:
    walked(evening, wang, "1001", "17:50")
    walked(evening, wang, "1002", "10:00", days=1)
    walked(evening, wang, "1003", "17:55")
    assert stood(evening, evening.day) == 1
    assert stood(evening, evening.day + timedelta(days=1)) == 3
