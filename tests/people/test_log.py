"""The log on its page: filters, words for every kind of line, and the file for which a purpose is asked."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from doorknock import audit, clock, web
from doorknock.people.log import DEEDS
from tests import village
from tests.hefeng import plain
from tests.people.office import deeds, person_id


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def table(client: FlaskClient, query: str = "") -> str:
    return plain(client.get(f"/office/audit?{query}").text.partition("<tbody>")[2].partition("</tbody>")[0])


def rows(client: FlaskClient, **form: str) -> list[list[str]]:
    answer = client.post("/office/audit/csv", data={"purpose": "年底检查", **form})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("purpose", ["", " ", "查", "查" * 61])
def test_no_file_without_a_purpose(app: Flask, purpose: str) -> None:
    answer = village.log_in(app, "zhang").post("/office/audit/csv", data={"purpose": purpose})
    assert (answer.status_code, "用途" in answer.text) == (409, True)
    assert deeds(app) == []


def test_lines_are_found_by_who_what_when_and_about_whom(app: Flask) -> None:
    town, worker = village.log_in(app, "zhang"), person_id(app, "liufang")
    town.post(f"/office/people/{worker}/code")
    phone = village.phone(app, "liufang")
    town.post(f"/office/people/{worker}/phones/{phone.device_id}/off")
    mine = person_id(app, "zhang")
    assert "张敏 停用了手机 刘芳的手机 禾丰村" in table(town, f"who={mine}")
    assert "命令行" not in table(town, f"who={mine}")
    assert "停用了手机" not in table(town, "what=devices.code")
    about = table(town, f"about={worker}")
    assert ("发了手机登记码 刘芳" in about, "刘芳的手机" in about, "周建明" in about) == (True, True, False)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert "没有这样的记录" in town.get(f"/office/audit?first={tomorrow}").text
    assert "张敏" in table(town, f"first={clock.today()}&last={clock.today()}")
    assert table(town, "what=nonsense&first=nonsense") == table(town)


def test_what_went_out_of_the_office_is_asked_for_together(app: Flask) -> None:
    town, worker = village.log_in(app, "zhang"), person_id(app, "liufang")
    town.post(f"/office/people/{worker}/code")
    rows(town, purpose="给县里看")
    shown = table(town, "what=out")
    assert "导出了记录" in shown
    assert "用途：给县里看" in shown
    assert "发了手机登记码" not in shown
    assert len(rows(town, what="out")) == 2


def test_every_kind_of_line_is_said_in_plain_words(app: Flask) -> None:
    with app.app_context():
        zhou, liu = person_id(app, "zhoujianming"), person_id(app, "liufang")
        now = clock.now()
        for verb in DEEDS:
            audit.record(
                verb, village.VILLAGE, by=liu, subject=zhou, grids=[village.GRID_ONE], stands_for=liu, alone=True,
                since=clock.text_of(now), until=clock.text_of(now + timedelta(days=2)), rows=4, role="village",
                way="code", phones="deliver", purpose="检查", added=3,
            )  # fmt: skip
        web.commit()
    page = table(village.log_in(app, "zhang"))
    for words in (
        "第一网格",
        "替刘芳",
        "只给代班的人",
        "4 行",
        "新增 3 户",
        "一次性登录码",
        "先交完没传的",
        "用途：检查",
    ):
        assert words in page
    assert not [verb for verb in DEEDS if verb in page]


def test_the_file_holds_what_is_seen_and_is_itself_written_down(app: Flask) -> None:
    town = village.log_in(app, "zhang")
    town.post(f"/office/people/{person_id(app, 'liufang')}/code")
    found = rows(town, what="devices.code")
    assert found[0] == ["时间", "谁", "做了什么", "关于谁", "哪里", "细节"]
    assert [row[1:5] for row in found[1:]] == [["张敏", "发了手机登记码", "刘芳", "禾丰村"]]
    assert "张敏 导出了记录 — 青禾镇 1 行，用途：年底检查" in table(town)


def test_the_administrators_file_has_no_names_and_no_filter_by_name(app: Flask) -> None:
    village.log_in(app, "zhang").post(f"/office/people/{person_id(app, 'liufang')}/code")
    admin = village.log_in(app, "admin")
    found = rows(admin)
    assert found[0] == ["时间", "做了什么", "哪里", "细节"]
    text = str(found) + admin.get("/office/audit").text.replace("<span>管理员", "")
    assert not [name for name in ("张敏", "刘芳", "王建国") if name in text]
    assert len(rows(admin, who=person_id(app, "zhang"))) == len(found) + 1, (
        "the name is not asked; the first file is in"
    )


def test_a_line_that_begins_like_a_formula_is_none(app: Flask) -> None:
    with app.app_context():
        audit.record("=HYPERLINK(1)", village.VILLAGE)
        web.commit()
    verbs = [row[2] for row in rows(village.log_in(app, "zhang"))]
    assert "'=HYPERLINK(1)" in verbs


def test_the_police_file_holds_only_their_own(app: Flask) -> None:
    village.log_in(app, "zhang").post(f"/office/people/{person_id(app, 'liufang')}/code")
    assert len(rows(village.log_in(app, "han"))) == 1


def test_long_logs_are_turned_over_with_their_filter(app: Flask) -> None:
    with app.app_context():
        for _ in range(60):
            audit.record("roster.import", village.VILLAGE, added=1)
        web.commit()
    page = village.log_in(app, "zhang").get("/office/audit?what=roster.import").text
    assert 'href="/office/audit?what=roster.import&amp;page=2"' in page
    assert table(village.log_in(app, "zhang"), "what=roster.import&page=2").count("导入了户表") == 10
