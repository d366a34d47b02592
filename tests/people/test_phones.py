"""The table of phones and the enrolment of one after another."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from doorknock import clock
from doorknock.people import contact
from doorknock.people.devices import CODE_LASTS
from tests import village
from tests.hefeng import InProcess, plain
from tests.people.office import deeds, person_id, set_device
from tests.wire.client import Phone

HTMX = {"HX-Request": "true"}
ENROL = f"/office/people/enrol/{village.VILLAGE}"


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def test_the_village_does_not_see_the_phones(app: Flask) -> None:
    assert village.log_in(app, "wang").get("/office/people/phones").status_code == 403


def test_phones_stand_in_code_order_and_say_in_words_how_they_are(app: Flask) -> None:
    with app.app_context():
        build = str(app.config["BUILD"])
    quiet, fresh = village.phone(app, "liufang"), village.phone(app, "zhoujianming")
    noon = clock.start_of(clock.today()) + timedelta(hours=12)
    said = {"free": 5_300_000_000, "persisted": True, "lost": "2025-11-20T08:05:00+08:00"}
    set_device(
        app, quiet, last_contact=noon - timedelta(hours=30), pending=3, oldest=noon - timedelta(hours=31),
        skew_ms=-420_000, storage=said, app_version="0ld",
    )  # fmt: skip
    set_device(app, fresh, last_contact=noon, storage={"free": 8 * 10**8, "persisted": False}, app_version=build)
    with clock.pinned(noon + timedelta(minutes=5)):
        page = plain(village.log_in(app, "zhang").get("/office/people/phones").text)
    assert "刘芳 禾丰村 试验机 昨天 06:00 后没联系 3 条 最早 昨天 05:00 快 7 分钟 还剩 5.3 GB，系统不会清" in page
    assert "2025年11月20日 发现手机里的数据被清过 旧版 0ld" in page
    assert f"周建明 禾丰村 试验机 12:00 都传了 准 还剩 800 MB，系统可能清掉 新版 {build}" in page
    assert page.index("刘芳") < page.index("周建明")


def test_no_phone_is_called_old_before_one_was_seen_with_the_new_program(app: Flask) -> None:
    phone = village.phone(app, "liufang")
    set_device(app, phone, app_version="0ld")
    assert "旧版" not in village.log_in(app, "zhang").get("/office/people/phones").text


@pytest.mark.parametrize("storage", [None, {}, {"free": "much", "persisted": 1}, {"free": True, "lost": "yesterday"}])
def test_what_a_phone_says_of_its_storage_may_be_anything(app: Flask, storage: dict[str, object] | None) -> None:
    set_device(app, village.phone(app, "liufang"), storage=storage)
    assert "都传了" in village.log_in(app, "zhang").get("/office/people/phones").text


def test_the_filters_leave_out_the_others(app: Flask) -> None:
    quiet, fresh = village.phone(app, "liufang"), village.phone(app, "zhoujianming")
    set_device(app, quiet, last_contact=clock.now() - timedelta(days=2), pending=2)
    office = village.log_in(app, "zhang")

    def names(query: str) -> set[str]:
        body = office.get(f"/office/people/phones?{query}").text.partition("<tbody>")[2]
        return {name for name in ("刘芳", "周建明") if name in body}

    assert names("show=quiet") == names("show=pending") == {"刘芳"}
    assert names("show=off") == names(f"village={village.SIBLING_VILLAGE}") == set()
    office.post(f"/office/people/{person_id(app, 'zhoujianming')}/phones/{fresh.device_id}/off")
    assert (names("show=off"), names("")) == ({"周建明"}, {"刘芳"})


def test_a_phone_that_was_renewed_stands_there_once_and_a_recovered_one_is_marked(app: Flask) -> None:
    phone = village.phone(app, "liufang")
    _raw, younger = phone.renewed()
    set_device(app, younger, recovered=True)
    page = village.log_in(app, "zhang").get("/office/people/phones").text
    assert (page.count("/office/people/" + person_id(app, "liufang") + '"'), "认回来的" in page) == (1, True)


@pytest.mark.parametrize(
    ("skew", "said"), [(None, "—"), (12_000, "准"), (180_000, "慢 3 分钟"), (-9_000_000, "快 2 小时")]
)
def test_a_clock_is_said_as_people_say_it(app: Flask, skew: int | None, said: str) -> None:
    with app.app_context():
        assert contact.skew_words(skew) == said


# Enrolling one after another


def start(office: FlaskClient, app: Flask, username: str, **form: str) -> str:
    return office.post(f"{ENROL}/{person_id(app, username)}", data=form, headers=HTMX).text


def digits(page: str) -> str:
    return "".join(re.findall(r'digits">(\d{4}) (\d{4})<', page)[0])


def waiting(page: str) -> str:
    return str(re.findall(r'hx-get="([^"]+)"', page)[0]).replace("&amp;", "&")


def test_nobody_of_elsewhere_is_enrolled_through_this_village(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    for name in ("wang", "admin"):
        assert office.post(f"{ENROL}/{person_id(app, name)}").status_code == 404
    assert deeds(app) == []


def test_one_after_another_until_all_have_a_phone(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    page = office.get(ENROL).text
    assert "2 个网格员，2 个还没登记" in page
    assert "开始，先是刘芳" in page
    page = start(office, app, "liufang")
    ask = waiting(page)
    assert office.get(ask, headers=HTMX).status_code == 204, "nobody has scanned it yet"
    assert Phone(InProcess(app.test_client())).enrol(code=digits(page)).status == 201
    page = office.get(ask, headers=HTMX).text
    assert "刘芳的手机好了" in page
    assert f'hx-post="{ENROL}/{person_id(app, "zhoujianming")}"' in page
    assert 'hx-trigger="load' in page
    page = start(office, app, "zhoujianming", just=person_id(app, "liufang"))
    assert ("刘芳的手机好了" in page, "周建明" in page) == (True, True)
    assert Phone(InProcess(app.test_client())).enrol(code=digits(page)).status == 201
    assert "都登记好了" in office.get(waiting(page), headers=HTMX).text
    assert "都登记好了" in office.get(ENROL).text
    assert deeds(app) == ["devices.code", "devices.code"]


def test_who_is_skipped_is_asked_for_again_at_the_end(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    page = start(office, app, "liufang")
    assert "先跳过" in page
    page = start(office, app, "zhoujianming")
    assert ("上一个" in page, "先跳过" in page) == (True, False)
    assert Phone(InProcess(app.test_client())).enrol(code=digits(page)).status == 201
    end = plain(office.get(waiting(page), headers=HTMX).text)
    assert "周建明的手机好了" in end
    assert "还有 1 个人跳过了 还没登记的 刘芳" in end


def test_a_code_renews_itself_before_it_dies(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    page = start(office, app, "liufang")
    ask = waiting(page)
    with clock.pinned(clock.now() + CODE_LASTS - timedelta(seconds=30)):
        renewed = office.get(ask, headers=HTMX).text
        assert f'hx-post="{ENROL}/{person_id(app, "liufang")}"' in renewed
        fresh = start(office, app, "liufang")
    with clock.pinned(clock.now() + CODE_LASTS + timedelta(minutes=5)):
        assert Phone(InProcess(app.test_client())).enrol(code=digits(page)).status == 401
        assert Phone(InProcess(app.test_client())).enrol(code=digits(fresh)).status == 201


def test_no_code_stands_in_an_address(app: Flask) -> None:
    page = start(village.log_in(app, "zhang"), app, "liufang")
    assert digits(page) not in waiting(page)
    assert re.fullmatch(rf"{ENROL}/[0-9a-f-]+/wait\?since=[\dT:%.+A-Z-]+", waiting(page))
