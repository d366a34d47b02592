"""总览 of 青禾镇 at 17:45: who is complete, what is left and why, and that every figure is the rows of its link."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from doorknock import clock, web
from doorknock.campaigns import rest_days
from doorknock.coverage import home, view
from doorknock.db import db
from doorknock.people.models import by_username
from doorknock.places.counters import Counter
from doorknock.regions.models import region
from tests.evening import Evening
from tests.hefeng import GRID_A, OTHER, TOWN, VILLAGE, Hefeng, Screen, plain
from tests.wire.client import Phone

FIGURE = re.compile(
    r'<a (?:class="headline[^"]*" )?(?:id="[^"]*" )?href="(/office/(?:visits|doors|gaps)[^"]*)">(.*?)</a>', re.S
)


@pytest.fixture
def evening(village: Hefeng) -> Evening:
    return Evening(village)


@pytest.fixture
def wang(evening: Evening) -> Phone:
    """A phone that went to five doors yesterday and today, and asked about two more."""
    phone, village = evening.phone("wang"), evening.village
    village.visit(phone, "1001", "met_covered", evening.minutes("17:00") - 1440)
    village.visit(phone, "1002", "met_declined", evening.minutes("09:00"))
    village.visit(phone, "1003", "nobody_home", evening.minutes("09:10"))
    village.visit(phone, "1003", "nobody_home", evening.minutes("15:10"))
    village.visit(phone, "1004", "met_later", evening.minutes("09:20"))
    gone = {"kind": "外出务工", "back_on": (evening.day + timedelta(days=60)).isoformat()}
    village.visit(phone, "1005", "away_reported", evening.minutes("09:30"), away=gone)
    village.report(phone, "1006", "wrong", evening.minutes("09:40"))
    with evening.at("17:30"):
        phone.sync()
    return phone


def rows(office: Screen, link: str) -> int:
    """How many rows the pages behind a link have."""
    page, found = office.get(link), 0
    while True:
        found += page.count(" data-row>")
        later = re.search(r'href="([^"]*)">(?:更早的|下一页)', page)
        if later is None:
            return found
        page = office.get(unescape(later[1]))


def test_the_first_sentence_says_who_is_complete_and_whose_phone_is_silent_since_when(
    evening: Evening, wang: Phone
) -> None:
    evening.phone("zhou", enrolled="08:05")
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get("/office"))
    assert "2 个村 里 0 个已齐。 禾丰村 1 部手机08:05 后没联系 ，名下还要去" in page
    assert "柳溪村 还没登记手机。" in page


def test_what_is_left_is_said_with_why(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get("/office"))
    assert "还要去 10 户 。 其中没去过 6 户 、时间不巧 2 户 、外出 1 户 、待核 1 户 。" in page


def test_every_figure_is_the_rows_of_its_link(evening: Evening, wang: Phone) -> None:
    evening.phone("zhou", enrolled="08:05")
    seen = 0
    for who in ("tang", "chen"):
        with evening.at("17:45"):
            office = evening.village.office(who)
            page = office.get("/office")
            for link, words in FIGURE.findall(page):
                said = re.search(r"([\d,]+) / [\d,]+ 户", plain(words)) or re.search(r"^([\d,]+)", plain(words))
                if said is None:  # a name: its figures stand beside it
                    continue
                assert rows(office, unescape(link)) == int(said[1]), (who, link, plain(words))
                seen += 1
    assert seen > 40


def test_what_was_made_since_yesterday_six_stands_beside_what_is_done_to_date(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get("/office"))
    assert "201 禾丰村 走完 2/12 5" in page
    assert "走访 5 = 不想听 1 + 改天 1 + 没人 2 + 长期不在家 1" in page
    assert "应访 12 = 走完了 2 + 没去过 6 + 时间不巧 2 + 外出 1 + 待核 1" in page


def test_closed_is_compared_with_yesterday_six_as_a_plain_count(evening: Evening, wang: Phone) -> None:
    evening.village.visit(wang, "1003", "met_covered", evening.minutes("09:00") + 1440)
    with evening.at("09:30", days=1):
        wang.sync()
        page = plain(evening.village.office("tang").get("/office"))
    assert "办结率 25.0% 3 / 12 户 和昨天 18:00 比 +1 户" in page


def test_a_sum_that_does_not_add_up_is_said(evening: Evening, wang: Phone) -> None:
    with evening.village.app.app_context():
        for row in db.session.query(Counter).filter_by(campaign_id="", grid=GRID_A, group_code=f"{VILLAGE}001"):
            row.d += 1
        web.commit()
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get("/office"))
    assert re.search(r"这一行对不上，先不要报： ?应访 13 = 走完了 2", page)


def test_a_village_at_rest_is_neither_complete_nor_late(evening: Evening, wang: Phone) -> None:
    with evening.village.app.app_context(), evening.at("08:00"):
        campaign = evening.village.campaign()
        for code in (VILLAGE, OTHER):
            rest_days.plan(campaign, region(code), evening.day, rests=True, by="tang")
        web.commit()
    with evening.at("17:45"):
        page = plain(evening.village.office("tang").get("/office"))
    assert "2 个村 里 0 个已齐，2 个今日无安排。" in page
    assert "柳溪村 走完 0/0 — 今日无安排" in page
    assert "没联系" not in page


def test_a_reminder_says_where_since_when_and_what_to_do_without_blame(evening: Evening) -> None:
    evening.phone("zhou", enrolled="08:05")
    with evening.at("17:45"):
        page = evening.village.office("tang").get("/office")
    [text] = re.findall(r'data-copy-text="([^"]*)"', page)
    assert "08:05 后没有和工作台联系上" in text
    assert "/field/，点「同步」" in text
    assert not re.search(r"！|尽快|务必|立即|批评|落后|未完成", text)


def test_the_county_reads_no_worker_and_no_reminder(evening: Evening, wang: Phone) -> None:
    with evening.at("17:45"):
        for who in ("xu", "gao"):
            page = evening.village.office(who).get("/office")
            assert "data-copy-text" not in page
            assert "王" not in plain(page).replace("王建国", "")


def test_the_county_reads_groups_behind_a_figure_and_no_outcome(evening: Evening, wang: Phone) -> None:
    link = f"/office/visits?region={VILLAGE}&edition={evening.day}&outcome=met_declined"
    with evening.at("17:45"):
        assert "走访 0 次" in plain(evening.village.office("xu").get(link))
    with evening.at("09:00", days=1):
        page = plain(evening.village.office("xu").get(link))
        evening.village.office("xu").get(f"/office/doors?region={VILLAGE}&of=closed", status=403)
    assert "走访 5 次" in page
    assert not re.search(r"不想听|\d号|1002", page)


def test_the_overview_and_a_freeze_count_alike(evening: Evening, wang: Phone) -> None:
    with evening.village.app.app_context(), evening.at("17:45"):
        person = by_username("tang")
        assert person is not None
        found = home.overview(view.look(person, region(TOWN), None))
    assert found.made.holds
    assert found.doors.holds
    assert found.edition == evening.day == clock.edition_of(evening.instant("17:45"))
