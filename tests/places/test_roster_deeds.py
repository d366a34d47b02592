"""Staff change the roster under their own name: fields, groups and grids; nothing is edited without a trace."""

from __future__ import annotations

import re
from typing import Any

import pytest

from doorknock.audit import AuditLine
from doorknock.db import db
from tests.hefeng import GRID_A, GRID_B, VILLAGE, Hefeng, Screen, changed, plain

LIST = f"/office/places/{VILLAGE}"
MOVE = f"{LIST}/move"
THIRD = "990102103201003"
COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}


def one(village: Hefeng, number: str, word: str = "") -> str:
    return f"/office/places/one/{village.ids[number]}" + (f"/{word}" if word else "")


def fields(screen: Screen, address: str) -> dict[str, Any]:
    """The form as it stands, as a browser would send it."""
    page = screen.get(address)
    found = dict(re.findall(r'<input name="(\w+)" value="([^"]*)"', page))
    chosen = re.search(r'<option value="(\w+)" selected', page)
    return found | {"kind": chosen[1] if chosen else ""}


def doors(page: str) -> list[str]:
    return re.findall(r'<a class="name" href="/office/places/one/[^"]*">([^<]*)</a>', page)


def test_who_may_not_change_the_roster_is_refused(village: Hefeng) -> None:
    for person in ("gao", "xu", "lin"):
        screen = village.office(person)
        screen.get(one(village, "1001", "edit"), status=403)
        screen.get(one(village, "1001", "story"), status=403)
        screen.post(one(village, "1001", "edit"), status=403, landmark="桥头")
        screen.post(MOVE, status=403, place=village.ids["1001"], to=THIRD, sure="1")
    village.stands()


def test_a_field_is_changed_under_ones_own_name_and_phones_learn(village: Hefeng) -> None:
    chen, address = village.office("chen"), one(village, "1001", "edit")
    chen.post(address, **(fields(chen, address) | {"landmark": "桥头第一家", "phone": "139 0000 0099", "adults": "3"}))
    row = village.phone("wang").rows("place")[village.ids["1001"]].data
    assert (row["landmark"], row["phone"], row["adults"]) == ("桥头第一家", "13900000099", 3)
    story = plain(chen.get(one(village, "1001", "story"), htmx=True))
    assert "村里改了" in story
    assert "位置说明 ：老槐树东 → 桥头第一家" in story.replace("说明：", "说明 ：")
    assert "导入户表时有的" in story
    assert "陈秀英" in story
    with village.app.app_context():
        line = db.session.query(AuditLine).filter_by(verb="roster.edit").one()
        assert line.detail["fields"] == ["adults", "landmark", "phone"], "no names or numbers in the audit"
    village.stands()


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("phone", "一三九", "电话不像电话号码"),
        ("adults", "很多", "成年人数不是 0 到 99 的整数"),
        ("landmark", "99010219900101123X", "像填了证件号"),
        ("local_no", "1234567", "编号超过 6 个字"),
        ("kind", "castle", "类型请从里面选一个"),
    ],
)
def test_a_wrong_field_changes_nothing_and_stays_on_the_form(
    village: Hefeng, name: str, typed: str, sentence: str
) -> None:
    chen, address = village.office("chen"), one(village, "1001", "edit")
    page = chen.post(address, status=422, **(fields(chen, address) | {"nickname": "根叔", name: typed})).text
    assert sentence in page
    assert "根叔" in page
    assert village.phone("wang").rows("place")[village.ids["1001"]].data["nickname"] is None


def test_what_the_field_corrected_stays_visible_after_staff_changed_it(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("place_edit", {"place_id": village.ids["1001"], "landmark": "祠堂边"}, village.at(1))
    phone.sync()
    chen, address = village.office("chen"), one(village, "1001", "edit")
    assert "网格员在现场改过" in chen.get(address)
    chen.post(address, **(fields(chen, address) | {"landmark": "祠堂后门"}))
    story = plain(chen.get(one(village, "1001", "story"), htmx=True))
    assert "老槐树东 → 祠堂边" in story
    assert "祠堂边 → 祠堂后门" in story
    assert "王建国" in story
    village.stands()


def test_the_town_changes_a_door_without_seeing_or_touching_its_name(village: Hefeng) -> None:
    tang, address = village.office("tang"), one(village, "1001", "edit")
    page = tang.get(address)
    assert "王水根" not in page
    assert "13900000001" not in page
    tang.post(address, **(fields(tang, address) | {"landmark": "桥头", "contact_name": "别人"}))
    assert village.phone("wang").rows("place")[village.ids["1001"]].data["contact_name"] == "王水根"
    chen = village.office("chen")
    chen.post(address, **(fields(chen, address) | {"contact_name": "王水生"}))
    story = tang.get(one(village, "1001", "story"), htmx=True)
    assert "姓名" in story
    for hidden in ("王水", "陈秀英"):
        assert hidden not in story


def test_a_move_is_seen_first_and_nothing_is_written(village: Hefeng) -> None:
    village.phone("wang")
    page = plain(village.office("chen").post(MOVE, status=200, place=village.ids["1001"], to=THIRD).text)
    assert "1 户移到三组" in page
    assert "一组 → 三组" in page
    assert re.search(r"禾丰一格 8 → 7 .*王建国", page)
    assert re.search(r"禾丰二格 4 → 5", page)
    assert village.phone("zhou").rows("place")[village.ids["1001"]].data["grid"] == GRID_A
    village.stands()


def test_doors_move_with_their_visits_and_both_phones_follow(village: Hefeng) -> None:
    wang, li = village.phone("wang"), village.phone("li")
    signed = {"method": "paper", "paper_no": "7"}
    village.visit(wang, "1001", "met_covered", 1, commitment=signed)
    wang.sync()
    chen = village.office("chen")
    chen.client.post(MOVE, data={"place": [village.ids["1001"], village.ids["1002"]], "to": THIRD, "sure": "1"})
    assert village.figures() == changed(**COVERED, signed=1, offered=1)
    node = village.flask("coverage", "show", "--region", THIRD, "--json")
    assert (node["D"], node["covered"], node["signed"]) == (6, 1, 1)
    wang.sync()
    li.sync()
    assert village.ids["1001"] not in wang.rows("place")
    assert li.rows("place")[village.ids["1001"]].data["grid"] == GRID_B
    assert len(li.rows("visit")) == 1
    assert "移了组 组：一组 → 三组" in plain(chen.get(one(village, "1001", "story"), htmx=True)).replace(
        "组 ：", "组："
    )
    village.stands()


def test_a_move_to_nowhere_or_of_nothing_is_refused_with_a_sentence(village: Hefeng) -> None:
    chen = village.office("chen")
    assert "还没有勾要移的户" in chen.post(MOVE, status=422).text
    for target in ("990102103202001", "nowhere"):  # a group of 柳溪村, and none at all
        chen.post(MOVE, status=422, place=village.ids["1001"], to=target, sure="1")
    village.stands()


def test_the_list_is_filtered_by_how_a_door_stands(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1)
    village.visit(phone, "1002", "away_reported", 2, away={"kind": "empty"})
    village.visit(phone, "1003", "wrong_entry", 3)
    village.report(phone, "1004", "duplicate", 4, of="1005")
    phone.sync()
    for kind, number in (("away", "1002"), ("wrong", "1003"), ("duplicate", "1004")):
        village.flask("places", "decide", village.item(kind, number), "accept", "--by", "chen")
    chen = village.office("chen")
    for stand, wanted in (("away", ["2号"]), ("wrong", ["3号"]), ("merged", ["4号"]), ("pending", [])):
        assert doors(chen.get(f"{LIST}?stand={stand}")) == wanted, stand
    assert doors(chen.get(f"{LIST}?stand=left&group=990102103201001")) == ["5号"]
    assert "1号" in doors(chen.get(f"{LIST}?stand=no_phone&group=990102103201002"))
    assert len(doors(village.office("tang").get(f"{LIST}?stand=no_phone"))) == 12, "who sees no phones filters by none"


def test_decisions_stand_in_the_story_with_who_and_when_also_when_taken_back(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1001", "wrong", 1)
    phone.sync()
    item = village.item("wrong", "1001")
    chen = village.office("chen")
    chen.post(f"/office/review/{VILLAGE}/{item}/accept")
    chen.post(f"/office/decided/{VILLAGE}/{item}")
    story = plain(chen.get(one(village, "1001", "story")))
    assert "报了名单写错了 王建国" in story
    assert re.search(r"名单写错了，划掉了 .*撤回了 陈秀英", story)


def test_a_door_that_took_another_in_says_so(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.report(phone, "1002", "duplicate", 1, of="1003")
    phone.sync()
    village.flask("places", "decide", village.item("duplicate", "1002"), "accept", "--by", "chen")
    chen = village.office("chen")
    assert "一组2号并了进来" in plain(chen.get(one(village, "1003", "story")))
    assert "重复，并到别的户" in plain(chen.get(one(village, "1002", "story")))
