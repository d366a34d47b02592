"""People and phones in the office: the list, codes, switching off, handing out grids, and the audit lines of it all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from doorknock.people.log import DEEDS
from doorknock.people.models import grids_now
from doorknock.places.review import VERDICTS
from doorknock.places.review_pages import LATER
from doorknock.symbol import qr_path
from tests import village
from tests.hefeng import InProcess, plain
from tests.people.office import deeds, person_id
from tests.wire.client import Phone


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def test_the_town_cannot_hand_out_a_grid_of_another_town(app: Flask) -> None:
    worker = person_id(app, "liufang")
    answer = village.log_in(app, "zhang").post(f"/office/people/{worker}/grids", data={"grids": ["990102104201001"]})
    assert (answer.status_code, "不在您管的区划里" in answer.text) == (409, True)
    with app.app_context():
        assert grids_now(worker) == [village.GRID_ONE]


def test_no_code_is_given_to_somebody_who_records_no_visits(app: Flask) -> None:
    answer = village.log_in(app, "zhang").post(f"/office/people/{person_id(app, 'wang')}/code")
    assert (answer.status_code, "只有在岗的网格员" in answer.text) == (409, True)


def test_the_town_sees_its_people_and_nobody_from_above(app: Flask) -> None:
    page = plain(village.log_in(app, "zhang").get("/office/people").text)
    assert "刘芳 liufang 网格员 禾丰村 第一网格 还没登记手机" in page
    assert "许文海" not in page


def test_a_code_enrols_one_phone_and_no_second(app: Flask) -> None:
    office = village.log_in(app, "zhang")
    page = office.post(f"/office/people/{person_id(app, 'liufang')}/code").text
    digits = "".join(re.findall(r'digits">(\d{4}) (\d{4})<', page)[0])
    first, second = (Phone(InProcess(app.test_client())) for _ in range(2))
    assert first.enrol(code=digits).status == 201
    assert first.worker["username"] == "liufang"
    assert second.enrol(code=digits).status == 401
    assert deeds(app) == ["devices.code"]


def test_the_qr_of_a_code_is_drawn_square_with_its_quiet_zone() -> None:
    side, path = qr_path("http://localhost/field/enrol#code=secret")
    corners = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h", path)]
    assert (min(x for x, _ in corners), max(x for x, _ in corners)) == (4, side - 5)
    assert min(y for _, y in corners) == 4


def test_a_phone_shows_its_last_contact_and_is_switched_off_with_one_line_in_the_log(app: Flask) -> None:
    phone, worker = village.phone(app, "liufang"), person_id(app, "liufang")
    office = village.log_in(app, "zhang")
    assert "试验机" in office.get(f"/office/people/{worker}").text
    for _ in range(2):
        answer = office.post(f"/office/people/{worker}/phones/{phone.device_id}/off")
        assert answer.status_code == 302
    assert "停用" in plain(office.get(f"/office/people/{worker}").text)
    assert phone.post_lines([]).status == 403
    assert deeds(app) == ["devices.revoke"]


def test_a_phone_of_somebody_else_is_not_found_under_this_person(app: Flask) -> None:
    phone = village.phone(app, "zhoujianming")
    answer = village.log_in(app, "zhang").post(
        f"/office/people/{person_id(app, 'liufang')}/phones/{phone.device_id}/off"
    )
    assert answer.status_code == 404
    assert phone.post_lines([]).status == 200


def test_grids_are_handed_over_and_reach_the_phone_at_its_next_contact(app: Flask) -> None:
    phone, worker = village.phone(app, "liufang"), person_id(app, "liufang")
    office = village.log_in(app, "zhang")
    answer = office.post(
        f"/office/people/{worker}/grids", data={"grids": [village.GRID_TWO]}, headers={"HX-Request": "true"}
    )
    assert "网格改好了" in answer.text
    assert phone.sync().head["scope"] == [village.GRID_TWO]
    again = office.post(
        f"/office/people/{worker}/grids", data={"grids": [village.GRID_TWO]}, headers={"HX-Request": "true"}
    )
    assert "网格没有变" in again.text
    assert deeds(app) == ["grids.assign"]


def test_the_log_names_who_did_it_but_not_to_the_administrator(app: Flask) -> None:
    town = village.log_in(app, "zhang")
    town.post(f"/office/people/{person_id(app, 'liufang')}/code")
    assert "张敏 发了手机登记码 刘芳 禾丰村" in plain(town.get("/office/audit").text)
    page = plain(village.log_in(app, "admin").get("/office/audit").text)
    assert "发了手机登记码 禾丰村" in page
    assert "张敏" not in page


def test_the_police_see_only_their_own_deeds_and_the_village_only_its_own_region(app: Flask) -> None:
    village.log_in(app, "zhang").post(f"/office/people/{person_id(app, 'liufang')}/code")
    assert "还没有记录" in village.log_in(app, "han").get("/office/audit").text
    page = plain(village.log_in(app, "wang").get("/office/audit").text)
    assert "发了手机登记码" in page
    assert "青禾镇" not in page


def test_an_administrator_of_an_empty_house_meets_pages_and_no_fault(app: Flask, settings: dict[str, object]) -> None:
    app.test_cli_runner().invoke(args=["people", "add", "--admin", "first", "--password", village.PASSWORD])
    office = village.log_in(app, "first")
    answers = {path: office.get(path).status_code for path in ("/office", "/office/people", "/office/audit")}
    assert answers == {"/office": 200, "/office/people": 200, "/office/audit": 200}
    assert office.get("/office/coverage").status_code == 403


def test_a_page_loads_nothing_from_elsewhere_and_holds_no_inline_script(app: Flask) -> None:
    page = village.log_in(app, "zhang").get("/office/people").text
    assert re.findall(r"https?://|<script(?![^>]*src)|\sstyle=|\son\w+=|hx-on", page) == []
    assert json.loads(re.findall(r"hx-headers:inherited='([^']*)'", page)[0])["X-CSRFToken"]


def test_the_log_has_words_for_every_verb_of_the_house() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "doorknock").rglob("*.py")
    )
    told = set(re.findall(r'(?:audit\.record|_note|_act)\(\s*"([^"]+)"', source))
    assert told - {"review."} <= set(DEEDS)
    assert {f"review.{word}" for word in (*VERDICTS, *LATER, "undo")} <= set(DEEDS)
