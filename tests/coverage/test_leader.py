"""会前看: three sentences, what is asked about a count, and that the county reads the evening before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doorknock import web
from doorknock.campaigns import phases
from doorknock.coverage import leader
from doorknock.coverage.figures import Node
from tests.evening import Evening
from tests.hefeng import VILLAGE, Hefeng, plain
from tests.wire.client import Phone


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village)


@pytest.fixture
def wang(evening: Evening) -> Phone:
    phone = evening.phone("wang")
    evening.village.visit(phone, "1001", "met_covered", evening.minutes("09:00"))
    evening.village.visit(phone, "1003", "nobody_home", evening.minutes("09:10"))
    with evening.at("17:30"):
        phone.sync()
    return phone


def area(**sums: int) -> Node:
    node = Node("990102103201", "禾丰村", "village")
    node.sums |= sums
    return node


def test_a_large_area_without_a_refusal_is_asked_about() -> None:
    assert leader.doubts(area(d=300, closed=200, declined=0), masked=False) == (True, False)
    assert leader.doubts(area(d=300, closed=200, declined=1), masked=False) == (False, False)
    assert leader.doubts(area(d=300, closed=199, declined=0), masked=False) == (False, False)


def test_a_large_area_where_all_who_were_asked_signed_is_asked_about() -> None:
    assert leader.doubts(area(d=300, closed=250, declined=9, offered=210, signed=210), masked=False) == (False, True)
    assert leader.doubts(area(d=300, closed=250, declined=9, offered=210, signed=209), masked=False) == (False, False)


def test_who_reads_masked_figures_learns_no_more_than_under_five() -> None:
    asked = {leader.doubts(area(d=300, closed=200, declined=n), masked=True) for n in range(5)}
    assert asked == {(True, False)}


def test_three_sentences_say_where_what_and_why(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get("/office/leader"))
    assert "走到哪儿：办结率 8.3%（1/12 户） 。 禾丰村 还差得多。" in page
    assert "还差什么： 还要去 11 户 ，集中在 3 个组 。" in page
    assert "为什么： 10 户还没去过，1 户去过没走完。" in page


def test_the_county_and_the_police_read_it_as_their_overview_as_of_the_evening_before(
    evening: Evening, wang: Phone
) -> None:
    for who in ("xu", "gao"):
        with evening.at("09:00", days=4):
            page = plain(evening.village.office(who).get("/office"))
        assert "数到 昨天 18:00" in page
        assert "办结率 8.3%（1/12 户）" in page
        assert "县里和派出所看到组为止" in page


def test_a_phase_that_begins_anew_shows_its_own_figures_and_the_whole_beside(evening: Evening, wang: Phone) -> None:
    village = evening.village
    with village.app.app_context(), evening.at("20:00"):
        days = {"starts": evening.day + timedelta(days=1), "ends": evening.day + timedelta(days=4)}
        phases.add(village.campaign(), name="再讲一遍", anew=True, by="tang", **days)
        web.commit()
    village.visit(wang, "1002", "met_covered", evening.minutes("09:00") + 1440)
    with evening.at("10:00", days=1):
        wang.sync()
        office = village.office("tang")
        assert "办结率 8.3% 1 / 12 户" in plain(office.get("/office"))
        assert "办结率 16.7% 2 / 12 户" in plain(office.get("/office?whole=1"))
        assert "还要去 11 户" in plain(office.get(f"/office/gaps/{VILLAGE}"))
        assert "走完了 1 户" in plain(office.get(f"/office/doors?region={VILLAGE}&of=closed"))
        assert "走完了 2 户" in plain(office.get(f"/office/doors?region={VILLAGE}&of=closed&whole=1"))
        assert f"/office/doors?region={VILLAGE[:9]}000&amp;of=closed&amp;whole=1" in office.get("/office?whole=1")
