"""还差的组 in 禾丰村: listed by a threshold, in code order, with why, and the hours at which people were met."""

from __future__ import annotations

import pytest

from doorknock.coverage import short
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng, plain
from tests.wire.client import Phone


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village)


@pytest.fixture
def wang(evening: Evening) -> Phone:
    phone, village = evening.phone("wang"), evening.village
    village.visit(phone, "1001", "met_covered", evening.minutes("17:30"))
    for said in ("17:10", "17:15", "17:20", "17:25"):
        village.visit(phone, "1002", "met_later", evening.minutes(said))
    village.visit(phone, "1003", "nobody_home", evening.minutes("09:10"))
    with evening.at("17:40"):
        phone.sync()
    return phone


def test_a_group_is_short_by_share_or_by_number() -> None:
    least = short.Threshold()
    assert least.met(2, 10)
    assert not least.met(1, 10)
    assert least.met(20, 1000)
    assert not least.met(0, 0)


def test_a_slot_is_that_of_the_hour_in_shanghai() -> None:
    assert [short.slot_of(utc, 3) for utc in (1, 4, 6, 10)] == ["morning", "noon", "afternoon", "evening"]
    assert short.slot_of(1, 6) == "weekend"


def test_short_groups_stand_in_code_order_with_why(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get(f"/office/short/{VILLAGE}"))
    assert "禾丰村 一组 5 4 2 2 0 0 20.0% 1/5" in page
    assert page.index("一组") < page.index("二组") < page.index("三组")


def test_a_threshold_that_no_group_meets_says_so(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get(f"/office/short/{VILLAGE}?percent=100&doors=99"))
    assert "三组" in page
    assert "一组" not in page


def test_an_hour_that_worked_is_a_count_from_five_on(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        office = evening.village.office("chen")
        slot = "周末" if evening.day.weekday() > 4 else "傍晚"
        assert f"禾丰一格 {slot} 5 次" in plain(office.get(f"/office/gaps/{VILLAGE}"))
        assert "上午 1" not in plain(office.get(f"/office/gaps/{VILLAGE}"))


def test_ticked_doors_are_handed_over_after_a_look_at_whose_phones_hold_them(evening: Evening, wang: Phone) -> None:
    with evening.at("21:30"):
        office = evening.village.office("tang")
        assert "交给别的组和网格" in office.get(f"/office/gaps/{VILLAGE}")
        ticked = evening.village.ids["1003"]
        seen = office.post(f"/office/places/{VILLAGE}/move", status=200, place=ticked, to=f"{VILLAGE}003").text
    assert "17:40 后没联系，还拿着这些户" in seen


def test_the_county_reads_why_in_two_columns_and_no_hour(evening: Evening, wang: Phone) -> None:
    with evening.at("09:00", days=4):
        page = plain(evening.village.office("xu").get(f"/office/short/{VILLAGE}"))
    assert "禾丰村 一组 5 4 2 2 20.0% 1/5" in page
    assert "什么时候见到人多" not in page
