"""Which phones of 禾丰村 were out of touch at 18:00, asked later."""

from __future__ import annotations

import pytest

from doorknock import clock
from doorknock.coverage import freshness
from doorknock.db import db
from doorknock.people.devices import Device
from tests.evening import Evening
from tests.hefeng import GRID_A, Hefeng
from tests.wire.client import Phone


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village)


@pytest.fixture
def wang(evening: Evening) -> Phone:
    return evening.phone("wang", enrolled="08:05")


def at_six(evening: Evening) -> list[str]:
    with evening.village.app.app_context():
        found = freshness.of_grids([GRID_A], evening.instant("18:00"))[GRID_A].phones
    return sorted(f"{phone.last.astimezone(evening.instant('18:00').tzinfo):%H:%M}" for phone in found if phone.last)


def test_a_phone_in_touch_behind_six_was_last_in_touch_in_the_morning(evening: Evening, wang: Phone) -> None:
    for said in ("18:10", "19:00"):
        with evening.at(said):
            wang.sync()
    assert at_six(evening) == ["08:05"]


def test_a_phone_that_was_not_heard_of_again_stands_as_it_stood(evening: Evening, wang: Phone) -> None:
    with evening.at("17:40"):
        wang.sync()
    assert at_six(evening) == ["17:40"]


def test_a_phone_that_was_enrolled_later_was_not_missing(evening: Evening, wang: Phone) -> None:
    with evening.at("17:40"):
        wang.sync()
    evening.phone("zhou", enrolled="18:30")
    assert at_six(evening) == ["17:40"]


def test_a_phone_that_was_switched_off_later_was_missing_or_not_as_before(evening: Evening, wang: Phone) -> None:
    with evening.at("17:40"):
        wang.sync()
    with evening.at("19:00"), evening.village.app.app_context():
        phone = db.session.get_one(Device, (GRID_A[:6], wang.device_id))
        phone.revoked_at = clock.now()
        db.session.commit()
    assert at_six(evening) == ["17:40"]


def test_a_phone_in_touch_every_day_since_is_still_known_to_have_been_in_touch_then(
    evening: Evening, wang: Phone
) -> None:
    with evening.at("17:40"):
        wang.sync()
    for days in (1, 2):
        for said in ("07:50", "12:00", "18:05", "21:30"):
            with evening.at(said, days):
                wang.sync()
    assert at_six(evening) == ["17:40"]
