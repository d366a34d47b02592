"""Grids in other hands: several at once with a look before, and substitutes whose term ends by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from doorknock import clock
from doorknock.coverage import freshness
from doorknock.db import db
from doorknock.people.models import Assignment, grids_now
from tests import village
from tests.hefeng import plain
from tests.people.office import deeds, person_id, set_device
from tests.wire.client import Phone
from tests.wire.lines import rfc3339

ADDRESS = f"/office/people/grids/{village.VILLAGE}"
PLACE = "01900000-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def asked(app: Flask, *grids: str, to: str = "zhoujianming", **more: str) -> dict[str, str | list[str]]:
    return {"grids": list(grids), "to": person_id(app, to), "giver": "all", "how": "good", **more}


def days(first: int, last: int, alone: str = "no") -> dict[str, str]:
    """A term from so many days from today until so many."""
    today = clock.today()
    told = [(today + timedelta(days=n)).isoformat() for n in (first, last)]
    return {"how": "term", "first": told[0], "last": told[1], "alone": alone}


def held(app: Flask) -> dict[str, list[str]]:
    """Who holds which grids now, by the last three digits."""
    with app.app_context():
        names = {name: person_id(app, name) for name in ("liufang", "zhoujianming")}
        return {name: [code[-3:] for code in grids_now(ident)] for name, ident in names.items()}


def in_days(number: int) -> datetime:
    """This time of day on a day to come."""
    return clock.now() + timedelta(days=number)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"grids": []}, "还没勾网格"), ({"to": ""}, "请选交给谁"), ({"to": "nobody"}, "请选交给谁"),
        ({"grids": ["99010210320100"]}, "不对的地方"), ({"how": "term"}, "从哪天到哪天"), (days(3, 2), "开始以后"),
        (days(-3, -1), "已经过去"), (days(0, 200), "三个月"), (days(0, 3) | {"giver": "nobody"}, "替谁"),
    ],
)  # fmt: skip
def test_a_wrong_form_changes_nothing_and_says_what_to_do(app: Flask, more: dict[str, str], said: str) -> None:
    office = village.log_in(app, "zhang")
    form = asked(app, village.GRID_ONE) | more
    assert said in office.get(f"{ADDRESS}/preview", query_string=form).text
    assert office.post(ADDRESS, data=form).status_code == 409
    assert (held(app), deeds(app)) == ({"liufang": ["001"], "zhoujianming": ["002"]}, [])


def test_a_grid_of_another_village_is_not_handed_out_through_this_one(app: Flask) -> None:
    answer = village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.SIBLING_GRID))
    assert (answer.status_code, "还没勾网格" in answer.text) == (409, True)


def test_the_page_says_who_holds_what(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    assert office.get("/office/people/grids").headers["Location"] == ADDRESS
    page = plain(office.get(ADDRESS).text)
    assert "第一网格 一组、二组 刘芳 —" in page
    assert "第二网格 三组 周建明 —" in page


def test_before_it_is_done_it_says_whose_phone_is_out_of_touch_and_what_it_held(app: Flask) -> None:
    phone, morning = village.phone(app, "liufang"), clock.start_of(clock.today()) + timedelta(hours=8, minutes=5)
    set_device(app, phone, last_contact=morning, pending=3)
    with clock.pinned(clock.start_of(clock.today()) + timedelta(hours=15)):
        page = village.log_in(app, "zhang").get(f"{ADDRESS}/preview", query_string=asked(app, village.GRID_ONE)).text
    assert "刘芳的手机 08:05 后没联系，上次说还有 3 条没传。交上来的照样收。" in page
    assert "第一网格 一组、二组 刘芳 周建明" in plain(page)
    assert held(app)["liufang"] == ["001"], "a look changes nothing"


def test_a_phone_that_sent_all_is_no_warning(app: Flask) -> None:
    village.phone(app, "liufang")
    page = village.log_in(app, "zhang").get(f"{ADDRESS}/preview", query_string=asked(app, village.GRID_ONE)).text
    assert "没联系上" not in page


def test_grids_go_over_and_what_the_one_before_recorded_is_still_taken(app: Flask) -> None:
    before, after = village.phone(app, "liufang"), village.phone(app, "zhoujianming")
    visit(before)
    done = village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.GRID_ONE))
    assert done.headers["Location"] == f"{ADDRESS}?done=1"
    assert held(app) == {"liufang": [], "zhoujianming": ["001", "002"]}
    answer = before.sync()
    assert (answer.attention, answer.head["scope"], before.rows("place")) == ([], [], {})
    after.sync()
    assert PLACE in after.rows("place")
    assert deeds(app) == ["grids.taken", "grids.hand"]


def test_several_may_hold_a_grid_together(app: Flask) -> None:
    village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.GRID_ONE, giver="nobody"))
    assert held(app) == {"liufang": ["001"], "zhoujianming": ["001", "002"]}


def visit(phone: Phone) -> None:
    at = rfc3339(phone.now())
    phone.event("place_new", {"place_id": PLACE, "grid": village.GRID_ONE, "group": village.GROUP}, at)
    phone.event("visit", {"place_id": PLACE, "outcome": "met_covered", "visited_at": at}, at)


def test_a_substitute_holds_the_grid_for_the_days_asked_for_and_then_no_more(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    page = office.get(f"{ADDRESS}/preview", query_string=asked(app, village.GRID_ONE, **days(1, 7))).text
    assert "周建明替刘芳代班" in page
    assert office.post(ADDRESS, data=asked(app, village.GRID_ONE, **days(1, 7))).status_code == 303
    seen = []
    for day in (0, 1, 7, 8):
        with clock.pinned(in_days(day)):
            seen.append(held(app)["zhoujianming"])
            assert held(app)["liufang"] == ["001"]
    assert seen == [["002"], ["001", "002"], ["001", "002"], ["002"]]
    assert "周建明 替刘芳" in plain(office.get(ADDRESS).text)
    assert deeds(app) == ["grids.stand_in"]


def test_only_the_substitute_may_hold_it_and_then_it_goes_back(app: Flask) -> None:
    phone = village.phone(app, "liufang")
    visit(phone)
    phone.sync()
    village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.GRID_ONE, **days(0, 2, "yes")))
    assert "刘芳 （不在）" in plain(village.log_in(app, "zhang").get(ADDRESS).text)
    assert (held(app)["liufang"], phone.sync().head["scope"], phone.rows("place")) == ([], [], {})
    with clock.pinned(in_days(3)):
        assert held(app) == {"liufang": ["001"], "zhoujianming": ["002"]}
        assert phone.sync().head["fresh"] == [village.GRID_ONE]
    assert PLACE in phone.rows("place")


def test_late_ones_of_the_term_are_taken_and_later_ones_wait(app: Flask) -> None:
    phone = village.phone(app, "zhoujianming")
    village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.GRID_ONE, **days(0, 2)))
    phone.sync()
    moments = [in_days(2), in_days(5)]
    with clock.pinned(moments[1]):
        phone.now = clock.now
        for number, moment in enumerate(moments, 1):
            body = {"place_id": PLACE[:-1] + str(number), "grid": village.GRID_ONE, "group": village.GROUP}
            phone.event("place_new", body, rfc3339(moment))
        answer = phone.sync()
    assert answer.attention == [(2, "out_of_scope")]
    assert answer.head["scope"] == [village.GRID_TWO]


@pytest.mark.parametrize("alone", ["no", "yes"])
@pytest.mark.parametrize("first", [0, 3])
def test_a_term_that_is_ended_early_leaves_all_as_it_was(app: Flask, first: int, alone: str) -> None:
    office = village.log_in(app, "zhang")
    office.post(ADDRESS, data=asked(app, village.GRID_ONE, **days(first, 7, alone)))
    [term] = re.findall(rf'action="({ADDRESS}/terms/[0-9a-f-]+/end)"', office.get(ADDRESS).text)
    assert office.post(term).status_code == 303
    for day in (1, 4, 9):
        with clock.pinned(in_days(day)):
            assert held(app) == {"liufang": ["001"], "zhoujianming": ["002"]}
    assert office.post(term).status_code in (404, 409)
    with app.app_context():
        own = select(Assignment).where(Assignment.grid == village.GRID_ONE, Assignment.until.is_(None))
        assert len(db.session.scalars(own).all()) == 1
    assert deeds(app) == ["grids.stand_in", "grids.stand_in_end"]


def test_nobody_stands_in_twice_nor_for_what_somebody_does_not_hold(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    office.post(ADDRESS, data=asked(app, village.GRID_ONE, **days(0, 7)))
    again = office.post(ADDRESS, data=asked(app, village.GRID_ONE, **days(2, 3)))
    assert (again.status_code, "已经管着第一网格" in again.text) == (409, True)
    form = asked(app, village.GRID_TWO, to="liufang", **days(0, 1)) | {"giver": person_id(app, "zhoujianming")}
    assert office.post(ADDRESS, data=form | {"grids": [village.GRID_ONE]}).status_code == 409


def test_a_grid_that_goes_over_for_good_ends_its_substitutes_term(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    office.post(ADDRESS, data=asked(app, village.GRID_ONE, **days(0, 7, "yes")))
    form = asked(app, village.GRID_ONE) | {"giver": person_id(app, "liufang")}
    assert office.post(ADDRESS, data=form).status_code == 303
    for day in (0, 3, 9):
        with clock.pinned(in_days(day)):
            assert held(app) == {"liufang": [], "zhoujianming": ["001", "002"]}


def test_freshness_counts_the_substitutes_phone_in_the_term_only(app: Flask) -> None:
    village.phone(app, "zhoujianming")
    village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.GRID_ONE, **days(0, 1)))
    with app.app_context():
        assert len(freshness.of_grids([village.GRID_ONE])[village.GRID_ONE].phones) == 1
        with clock.pinned(in_days(2)):
            assert len(freshness.of_grids([village.GRID_ONE])[village.GRID_ONE].phones) == 0


def test_a_setup_that_is_run_again_keeps_a_running_term(app: Flask) -> None:
    village.log_in(app, "zhang").post(ADDRESS, data=asked(app, village.GRID_ONE, **days(0, 2, "yes")))
    village.found(app)
    assert held(app) == {"liufang": [], "zhoujianming": ["001", "002"]}
    with clock.pinned(in_days(3)):
        assert held(app) == {"liufang": ["001"], "zhoujianming": ["002"]}
