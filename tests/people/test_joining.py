"""Joining, changing and leaving, each within one's own power and with a line in the log."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from doorknock import clock
from doorknock.people import joining
from doorknock.people.models import by_username
from tests import village
from tests.hefeng import InProcess, plain
from tests.people.office import deeds, log_in, person_id
from tests.wire.answer import sealed
from tests.wire.client import Phone
from tests.wire.lines import rfc3339


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def form(**more: str) -> dict[str, str]:
    return {
        "username": "hemancang",
        "name": "何满仓",
        "role": "worker",
        "region": village.VILLAGE,
        "way": "code",
    } | more


@pytest.mark.parametrize("role", ["town", "police", "county", "admin"])
def test_the_town_makes_nobody_beside_or_above_itself(app: Flask, role: str) -> None:
    answer = village.log_in(app, "zhang").post("/office/people/new", data=form(role=role, region=village.TOWN))
    assert (answer.status_code, "上级管理员" in answer.text) == (409, True)
    assert 'value="何满仓"' in answer.text, "what was filled in stays"
    assert deeds(app) == []


def test_nobody_is_made_in_a_region_that_one_does_not_reach(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    for region in (village.SIBLING_TOWN, village.COUNTY, "", "999999999999"):
        assert office.post("/office/people/new", data=form(region=region)).status_code == 409
    assert deeds(app) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "liufang"}, "已经有人用了"), ({"username": "何满仓"}, "小写字母和数字"),
        ({"name": " "}, "1 到 20 个字"),
        ({"role": "village", "region": village.TOWN}, "不能放在青禾镇"), ({"role": "boss"}, "上级管理员"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_told_what_to_do(app: Flask, wrong: dict[str, str], said: str) -> None:
    answer = village.log_in(app, "zhang").post("/office/people/new", data=form(**wrong))
    assert (answer.status_code, said in answer.text) == (409, True)


def test_nobody_changes_their_own_role_nor_that_of_an_equal(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    for name in ("zhang", "han"):
        data = {"name": "张敏", "role": "worker", "region": village.VILLAGE}
        assert office.post(f"/office/people/{person_id(app, name)}/edit", data=data).status_code == 409
        assert office.post(f"/office/people/{person_id(app, name)}/leave").status_code == 409
        assert office.post(f"/office/people/{person_id(app, name)}/password").status_code == 409
    assert deeds(app) == []


def test_a_new_worker_needs_no_password_and_enrols_a_phone_by_code(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    page = office.post("/office/people/new", data=form(), follow_redirects=True)
    assert "何满仓" in page.text
    worker = person_id(app, "hemancang")
    digits = "".join(re.findall(r'digits">(\d{4}) (\d{4})<', office.post(f"/office/people/{worker}/code").text)[0])
    assert Phone(InProcess(app.test_client())).enrol(code=digits).status == 201
    assert Phone(InProcess(app.test_client())).enrol(username="hemancang", password="").status == 401
    assert office.post(f"/office/people/{worker}/password").status_code == 409
    assert deeds(app) == ["people.make", "devices.code"]


def shown(page: str) -> str:
    return "".join(re.findall(r'digits">([^<]+)<', page)[0].split())


def test_a_new_cadre_gets_a_code_that_opens_once_and_chooses_a_password_first(app: Flask) -> None:
    page = village.log_in(app, "zhang").post("/office/people/new", data=form(role="village"))
    code = shown(page.text)
    assert re.fullmatch(r"\d{8}", code)
    first = log_in(app, "hemancang", code)
    assert first.get("/office").headers["Location"] == "/office/me"
    assert first.get("/office/people").headers["Location"] == "/office/me"
    assert "请先选一个自己的密码" in first.get("/office/me").text
    second = app.test_client().post("/login", data={"username": "hemancang", "password": code})
    assert second.status_code == 401, "it opened once"
    chosen = {"new": "井边老槐树下", "again": "井边老槐树下"}
    assert first.post("/office/me/password", data=chosen).status_code == 409, "six characters are too few"
    chosen = {"new": "井边老槐树下第二家", "again": "井边老槐树下第二家"}
    assert first.post("/office/me/password", data=chosen).headers["Location"] == "/office/me?done=password"
    assert first.get("/office").status_code == 200
    assert log_in(app, "hemancang", "井边老槐树下第二家").get("/office").status_code == 200


@pytest.mark.parametrize(("way", "lasts"), [("code", joining.CODE_OPENS), ("password", joining.PASSWORD_OPENS)])
def test_what_the_office_gave_does_not_open_for_ever(app: Flask, way: str, lasts: timedelta) -> None:
    office = village.log_in(app, "zhang")
    secret = shown(office.post(f"/office/people/{person_id(app, 'wang')}/password", data={"way": way}).text)
    if way == "password":
        assert re.fullmatch(r"(?:[a-z2-9]{4}-){2}[a-z2-9]{4}", secret)
    with clock.pinned(clock.now() + lasts + timedelta(seconds=1)):
        answer = app.test_client().post("/login", data={"username": "wang", "password": secret})
        assert answer.status_code == 401
    assert app.test_client().post("/login", data={"username": "wang", "password": secret}).status_code == 302


def test_a_fresh_password_ends_the_old_one_and_every_session(app: Flask) -> None:
    inside = village.log_in(app, "wang")
    page = village.log_in(app, "zhang").post(f"/office/people/{person_id(app, 'wang')}/password")
    assert inside.get("/office").status_code == 401
    old = app.test_client().post("/login", data={"username": "wang", "password": village.PASSWORD})
    assert old.status_code == 401
    assert shown(page.text) not in village.log_in(app, "zhang").get("/office/audit").text
    assert deeds(app) == ["people.password"]


def test_no_phone_enrols_with_a_password_that_the_office_gave(app: Flask) -> None:
    page = village.log_in(app, "zhang").post(f"/office/people/{person_id(app, 'wang')}/password")
    answer = Phone(InProcess(app.test_client())).enrol(username="wang", password=shown(page.text))
    assert (answer.status, answer.code) == (403, "forbidden")


def test_another_role_or_region_ends_the_sessions_and_a_name_does_not(app: Flask) -> None:
    inside, office = village.log_in(app, "wang"), village.log_in(app, "zhang")
    address = f"/office/people/{person_id(app, 'wang')}/edit"
    assert "王建国" in office.get(address).text
    data = {"name": "王建国（主任）", "role": "village", "region": village.VILLAGE}
    assert office.post(address, data=data).status_code == 303
    assert inside.get("/office").status_code == 200
    assert office.post(address, data=data | {"region": village.SIBLING_VILLAGE}).status_code == 303
    assert inside.get("/office").status_code == 401
    assert deeds(app) == ["people.edit", "people.edit"]


def test_a_worker_with_a_grid_or_a_phone_does_not_become_something_else(app: Flask) -> None:
    office, worker = village.log_in(app, "zhang"), person_id(app, "liufang")
    data = {"name": "刘芳", "role": "village", "region": village.VILLAGE}
    answer = office.post(f"/office/people/{worker}/edit", data=data)
    assert (answer.status_code, "还管着网格" in answer.text) == (409, True)


PLACE = "01900000-0000-7000-8000-000000000001"


def visit(phone: Phone) -> None:
    at = rfc3339(phone.now())
    phone.event("place_new", {"place_id": PLACE, "grid": village.GRID_ONE, "group": village.GROUP})
    phone.event("visit", {"place_id": PLACE, "outcome": "met_covered", "visited_at": at})


def test_it_is_asked_what_becomes_of_the_phones(app: Flask) -> None:
    village.phone(app, "liufang")
    office, worker = village.log_in(app, "zhang"), person_id(app, "liufang")
    assert "手机怎么办" in office.get(f"/office/people/{worker}").text
    answer = office.post(f"/office/people/{worker}/leave")
    assert (answer.status_code, "请选手机怎么办" in answer.text) == (409, True)


def test_who_leaves_may_first_deliver_and_what_they_deliver_counts(app: Flask) -> None:
    phone, worker = village.phone(app, "liufang"), person_id(app, "liufang")
    visit(phone)
    office = village.log_in(app, "zhang")
    assert office.post(f"/office/people/{worker}/leave", data={"phones": "deliver"}).status_code == 302
    answer = phone.sync()
    assert (answer.head["held"], answer.head["scope"], answer.attention) == ([[1, 2]], [], [])
    assert phone.rows("place") == {}
    assert Phone(InProcess(app.test_client())).enrol(username="liufang", password=village.PASSWORD).status == 401
    with clock.pinned(clock.now() + joining.DELIVERS_FOR + timedelta(minutes=1)):
        assert phone.post_lines([]).status == 403
    assert deeds(app) == ["people.off"]


def test_a_lost_phone_is_switched_off_at_once_and_what_it_sends_waits(app: Flask) -> None:
    phone, worker = village.phone(app, "liufang"), person_id(app, "liufang")
    visit(phone)
    office = village.log_in(app, "zhang")
    page = office.post(f"/office/people/{worker}/leave", data={"phones": "off"}, headers={"HX-Request": "true"})
    assert "刘芳停用了" in page.text
    raw = phone.post_lines([event.line for event in phone.waiting()])
    assert (raw.status, sealed(raw, phone.token).attention) == (403, [(1, "revoked"), (2, "revoked")])


def test_who_comes_back_logs_in_again_and_holds_nothing(app: Flask) -> None:
    office, worker = village.log_in(app, "zhang"), person_id(app, "liufang")
    office.post(f"/office/people/{worker}/leave", data={"phones": "off"})
    assert "已经停用" in office.get(f"/office/people/{worker}").text
    office.post(f"/office/people/{worker}/return")
    phone = village.phone(app, "liufang")
    assert phone.sync().head["scope"] == []
    assert deeds(app) == ["people.off", "people.on"]


def test_an_administrator_makes_a_town_and_a_police_account(app: Flask) -> None:
    office = village.log_in(app, "admin")
    for role, name in (("town", "zhaoyongfu"), ("police", "sunxiumei")):
        data = form(role=role, username=name, region=village.TOWN)
        assert office.post("/office/people/new", data=data).status_code == 200
    with app.app_context():
        made = by_username("sunxiumei")
        assert made is not None
        assert (made.role, made.region_code) == ("police", village.TOWN)


def test_the_list_is_found_by_village_role_and_silence(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    assert "上河村" in plain(office.get(f"/office/people?village={village.SIBLING_VILLAGE}").text)
    names = plain(office.get(f"/office/people?village={village.VILLAGE}&role=village").text)
    assert ("王建国" in names, "刘芳 liufang" in names) == (True, False)
    village.phone(app, "liufang")
    assert "没有这样的人" in office.get("/office/people?quiet=1").text
    with clock.pinned(clock.now() + timedelta(days=2)):
        assert "刘芳 liufang" in plain(village.log_in(app, "zhang").get("/office/people?quiet=1").text)
