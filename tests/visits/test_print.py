"""打印走访表: doors in roster order for a pen; who prints says why, and that is kept."""

from __future__ import annotations

import re
from typing import Any

from doorknock.audit import AuditLine
from doorknock.db import db
from tests.hefeng import VILLAGE, Hefeng, Screen, plain

PAGE = f"/office/print/{VILLAGE}"
FIRST, SECOND = "990102103201001", "990102103201002"


def print_out(screen: Screen, status: int = 200, **form: Any) -> str:
    answer = screen.client.post(PAGE, data={"purpose": "手机不够，用纸记一天", "group": [FIRST, SECOND], **form})
    assert answer.status_code == status, answer.text
    return answer.text


def test_who_may_not_print_is_refused(village: Hefeng) -> None:
    for person in ("gao", "xu", "lin"):
        village.office(person).get(PAGE, status=403)
        print_out(village.office(person), status=403)
    with village.app.app_context():
        assert db.session.query(AuditLine).filter_by(verb="export.print").count() == 0


def test_a_purpose_is_asked_and_kept_with_who_printed_what(village: Hefeng) -> None:
    chen = village.office("chen")
    assert "请写一句打印来做什么" in print_out(chen, status=422, purpose=" ")
    assert "请选打印哪几组" in print_out(chen, status=422, group=[])
    print_out(chen)
    with village.app.app_context():
        line = db.session.query(AuditLine).filter_by(verb="export.print").one()
        assert (line.detail["purpose"], line.detail["count"]) == ("手机不够，用纸记一天", 8)
        assert line.detail["groups"] == [FIRST, SECOND]


def test_the_table_has_the_doors_in_roster_order_with_boxes_and_room_for_new_ones(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1002", "nobody_home", 1)
    village.report(phone, "1003", "wrong", 2)
    phone.sync()
    village.flask("places", "decide", village.item("wrong", "1003"), "accept", "--by", "chen")
    page = print_out(village.office("chen"), blank="4")
    tables = page.split('<table class="walking">')[1:]
    assert [re.findall(r'<th scope="row">([^<]+)<', part) for part in tables] == [
        ["1号", "2号", "4号", "5号"],
        ["1号", "2号", "3号"],
    ], "a door that is written wrongly is not walked to"
    assert "王水根" in tables[0]
    assert "李长山" in tables[0]
    assert "没人" in plain(tables[0])
    assert tables[0].count('class="new"') == 4
    assert all("禾丰村" in part and "走访人" in part and "日期" in part for part in tables)


def test_the_town_prints_without_names(village: Hefeng) -> None:
    page = print_out(village.office("tang"))
    assert "1001" in page
    assert "王水根" not in page


def test_the_order_of_the_paper_is_the_order_of_the_grid(village: Hefeng) -> None:
    chen = village.office("chen")
    printed = re.findall(r"<small>(\d+)</small>", print_out(chen, group=[FIRST]))
    typed = re.findall(r'name="door\.\d+" value="(\d+)"', chen.get(f"/office/paper/{VILLAGE}?group={FIRST}"))
    assert printed == typed == ["1001", "1002", "1003", "1004", "1005"]
