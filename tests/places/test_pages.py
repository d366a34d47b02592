"""The roster in the office: roster order, searched, and names only for who may see them."""

from __future__ import annotations

import re

import pytest

from doorknock.places import pages
from tests.hefeng import VILLAGE, Hefeng, Screen, plain

PAGE = f"/office/places/{VILLAGE}"


def doors(page: str) -> list[str]:
    """The door numbers of the list, in order."""
    return re.findall(r'<a class="name" href="/office/places/one/[^"]*">([^<]*)</a>', page)


def searched(screen: Screen, said: str) -> str:
    """What htmx shows while somebody types this."""
    answer = screen.client.post(PAGE, data={"q": said}, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_who_may_not_see_doors_is_refused(village: Hefeng) -> None:
    for person in ("gao", "xu", "lin"):  # police, county, the cadre of 柳溪村
        village.office(person).get(PAGE, status=403)
        village.office(person).get(f"/office/places/one/{village.ids['1001']}", status=403)
    assert village.app.test_client().get(PAGE).status_code == 401


def test_the_village_reads_its_roster_in_order_with_names_and_phones(village: Hefeng) -> None:
    page = village.office("chen").get(PAGE)
    assert doors(page) == [*(f"{n}号" for n in range(1, 6)), "1号", "2号", "3号", "1号", "2号", "3号", "4号"]
    assert "王水根" in page
    assert "13900000001" in page
    assert "12 户" in page


def test_the_town_reads_doors_without_names_and_finds_none_by_name(village: Hefeng) -> None:
    tang = village.office("tang")
    page = tang.get(PAGE)
    assert len(doors(page)) == 12
    assert "王水根" not in page
    assert "13900000001" not in page
    for said in ("王水根", "wsg", "0001"):
        assert doors(searched(tang, said)) == [], said
    one = tang.get(f"/office/places/one/{village.ids['1001']}")
    assert "王水根" not in one
    assert "13900000001" not in one


def test_a_search_finds_by_name_pinyin_door_number_landmark_and_phone(village: Hefeng) -> None:
    chen = village.office("chen")
    for said in ("王水根", "wsg", "wangshuigen", "一组1号", "1001", "老槐树", "0001", "一组 １号"):
        assert doors(searched(chen, said)) == ["1号"], said
    assert doors(searched(chen, "二组")) == ["1号", "2号", "3号"]
    assert "没有找到" in searched(chen, "不存在")
    assert doors(chen.get(f"{PAGE}?group=990102103201003", htmx=True)) == ["1号", "2号", "3号", "4号"]


def test_what_is_searched_for_stands_in_no_address(village: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 1)  # so that what is found has a second page
    chen = village.office("chen")
    assert "王水根" not in doors(chen.get(f"{PAGE}?q=王水根"))
    found = chen.post(PAGE, status=200, q="二组", page="2").text
    assert doors(found) == ["2号"]
    assert re.findall(r'(?:href|action|hx-get|hx-post)="[^"]*(?:二组|%E4%BA%8C)[^"]*"', found) == []
    assert re.findall(r'<button[^>]*form="find" name="page" value="(\d)"', found) == ["1", "3"]


def test_statuses_are_said_in_words(village: Hefeng) -> None:
    phone = village.phone("wang")
    gone = {"kind": "外出务工", "back_on": "2027-02-10"}
    village.visit(phone, "1001", "away_reported", 1, away=gone)
    village.report(phone, "1002", "duplicate", 2, of="1003")
    phone.sync()
    for kind, number in (("away", "1001"), ("duplicate", "1002")):
        village.flask("places", "decide", village.item(kind, number), "accept", "--by", "chen")
    page = plain(village.office("chen").get(PAGE))
    assert "长期不在家（外出务工，2027 年 2 月 10 日回来）" in page
    assert "已并到一组3号" in page


def test_a_place_shows_what_is_reported_and_asks_for_its_history_by_address(village: Hefeng) -> None:
    phone = village.phone("wang")
    village.visit(phone, "1001", "away_reported", 1, away={"kind": "空房"})
    phone.sync()
    chen = village.office("chen")
    page = chen.get(f"/office/places/one/{village.ids['1001']}")
    assert "等审核的 长期不在家 去审" in plain(page)
    address = re.search(r'hx-get="(/office/visits/of/[^"]+)"', page)
    assert address is not None
    assert "长期不在家（空房）" in chen.get(address[1], htmx=True)
    chen.get("/office/places/one/0193aaaa-0000-7000-8000-000000000001", status=404)
    chen.get("/office/places/one/not-an-id", status=404)
