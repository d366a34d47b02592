"""What stands in each ledger, row by row, and how it adds up with the page of coverage."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from doorknock import clock, web
from doorknock.db import db
from doorknock.exports.ledgers import LEDGERS
from doorknock.people.log import DEEDS, WENT_OUT
from doorknock.places.models import Place
from doorknock.tabular import unguarded, visible
from tests import hostile
from tests.exports.taking import take
from tests.hefeng import GRID_A, TOWN, VILLAGE, Hefeng

COUNTY = "990102000000"
PRIVATE = {"户主", "电话", "当地叫法", "备注", "网格员", "谁改的", "签的人"}


def test_the_visits_are_those_that_count_and_as_many_as_the_figures_say(walked: Hefeng) -> None:
    rows = take(walked, "chen", "visits", "xlsx").xlsx()
    assert len(rows) == walked.figures()["visits"] == 5
    assert [(row["门牌"], row["走访结果"]) for row in rows] == [
        ("一组1号", "见面宣传"), ("一组2号", "见面宣传"), ("一组3号", "见面婉拒"), ("一组4号", "无人在家"),
        ("二组1号", "见到人·改天"),
    ]  # fmt: skip
    first, fourth = rows[0], rows[3]
    assert first["走访时间"].replace(tzinfo=clock.SHANGHAI) <= clock.now()
    told = ("村", "村组", "编号", "类型", "户主", "电话", "听讲的大人", "备注", "网格", "网格员", "从哪里记的")
    assert [first[name] for name in told] == [
        "禾丰村", "一组", "1001", "住户", "王水根", "13900000001", 2, "爱听", "禾丰一格", "周海生", "手机",
    ]  # fmt: skip
    assert fourth["下次去"] == "2026-12-01 傍晚"


def test_beside_no_door_stands_who_has_an_app_or_would_not_sign(walked: Hefeng) -> None:
    for ledger in LEDGERS.values():
        words = {str(column.word) for column in ledger.columns}
        assert not {word for word in words if "安装" in word or "不装" in word or "手机" in word}, ledger.key
    rows = take(walked, "chen", "commitments").csv()
    assert [(row["门牌"], row["怎么签的"], row["纸质编号"], row["是户里的谁"]) for row in rows] == [
        ("一组1号", "纸质", "0007\t", "爱人")
    ]


@pytest.mark.parametrize("ledger", ["visits", "roster", "commitments", "corrections"])
def test_a_town_gets_no_column_of_names_numbers_or_free_words(walked: Hefeng, ledger: str) -> None:
    kind = LEDGERS[ledger]
    assert {str(column.word) for column in kind.columns if column.names} <= PRIVATE
    book = load_workbook(io.BytesIO(take(walked, "tang", ledger, "xlsx", TOWN).file().data))
    heads = {str(value) for value in next(iter(book.worksheets[0].values))}
    assert heads == {str(column.word) for column in kind.columns} - PRIVATE
    everything = "".join(str(value) for sheet in book for row in sheet.values for value in row)
    assert not [word for word in ("王水根", "13900000001", "爱听", "周海生") if word in everything]


def test_every_kind_has_its_own_word_in_the_log_among_what_left(app: Flask) -> None:
    assert len(LEDGERS) == 8
    deeds = [ledger.deed for ledger in LEDGERS.values()]
    assert len(set(deeds)) == len(deeds)
    assert set(deeds) <= set(DEEDS) & set(WENT_OUT)


def test_a_workbook_says_what_it_is(walked: Hefeng) -> None:
    book = load_workbook(io.BytesIO(take(walked, "chen", "visits", "xlsx").file().data))
    told: dict[Any, Any] = {row[0]: row[1] for row in book["说明"].values}
    assert (told["哪里"], told["哪次行动"], told["行数"], told["用途"]) == ("禾丰村", "禾丰敲门行动", 5, "村里存档")
    assert "有姓名和电话" in told["姓名"]


def test_the_withdrawn_commitment_stays_and_says_so(walked: Hefeng) -> None:
    phone = walked.phone("wang")
    phone.event("commitment_withdrawal", {"place_id": walked.ids["1001"]})
    phone.sync()
    (row,) = take(walked, "chen", "commitments").csv()
    assert row["撤回时间"] != ""


def test_corrections_tell_what_stands_instead_and_why(walked: Hefeng) -> None:
    chen = walked.office("chen")
    rows = {row["门牌"]: row for row in take(walked, "chen", "corrections").csv()}
    moved, void = rows["一组5号"], rows["二组2号"]
    assert (moved["原来记的"], moved["现在"], moved["改记到哪一户"], moved["谁改的"]) == (
        "无人在家", "见到人·改天", "二组1号", "周海生",
    )  # fmt: skip
    assert (void["原来记的"], void["现在"], void["为什么"], void["在哪里改的"]) == ("见面宣传", "作废", "误点", "手机")
    standing = {row["记录编号"] for row in take(walked, "chen", "visits").csv()}
    assert moved["现在的记录编号"] in standing
    assert not {row["原来的记录编号"] for row in rows.values()} & standing
    visit = next(row["记录编号"] for row in take(walked, "chen", "visits").csv() if row["门牌"] == "一组4号")
    chen.post(f"/office/visits/{visit.strip()}/void", reason="记成了别的村")
    by_office = next(row for row in take(walked, "chen", "corrections").csv() if row["门牌"] == "一组4号")
    assert (by_office["在哪里改的"], by_office["为什么"], by_office["谁改的"]) == ("工作台", "记成了别的村", "陈秀英")
    assert len(take(walked, "chen", "visits").csv()) == walked.figures()["visits"] == 4


def test_the_roster_comes_back_by_the_import_without_a_change(walked: Hefeng) -> None:
    file = walked.folder / "户表.xlsx"
    file.write_bytes(take(walked, "chen", "roster", "xlsx").file().data)
    told = walked.flask("roster", "import", str(file), "--village", VILLAGE, "--json")
    assert (told["places"], told["unchanged"], told["added"], told["changed"], told["refused"]) == (12, 12, 0, 0, [])


def test_hostile_names_pass_through_a_ledger_whole(village: Hefeng) -> None:
    phone = village.phone("zhou")
    names = [said for said in hostile.of("formula", "unicode", "html", "sql") if hostile.is_text(said)]
    for n, said in enumerate(names):
        place = f"01900000-0000-7000-8000-{n:012x}"
        phone.event("place_new", {"place_id": place, "grid": GRID_A, "group": GRID_A, "contact_name": said[:40]})
        phone.event("visit", {"place_id": place, "outcome": "nobody_home", "note": said[:100]})
    phone.sync()
    rows = take(village, "chen", "visits", "xlsx").xlsx()
    with village.app.app_context():
        kept = {p.contact_name for p in db.session.scalars(select(Place)) if p.source == "field" and p.contact_name}
    assert len(rows) == len(names)
    assert {unguarded(str(row["户主"])) for row in rows if row["户主"]} == {visible(name) for name in kept}


def test_a_county_gets_sums_masked_as_its_page_masks_them(walked: Hefeng, tomorrow: None) -> None:
    rows = {row["名称"]: row for row in take(walked, "xu", "coverage", "csv", COUNTY).csv()}
    whole = {row["名称"]: row for row in take(walked, "tang", "coverage", "csv", TOWN).csv()}
    assert whole["禾丰村"]["见面婉拒"] == "1"
    assert rows["禾丰村"]["见面婉拒"] == "<5"
    assert rows["禾丰村"]["讲到"] == "略"
    assert (rows["禾丰村"]["应访"], rows["禾丰村"]["办结"]) == (whole["禾丰村"]["应访"], whole["禾丰村"]["办结"])


def locate(village: Hefeng, **points: object) -> None:
    with village.app.app_context():
        for number, geo in points.items():
            place = db.session.get_one(Place, ("990102", village.ids[number.removeprefix("n")]))
            place.geo = geo  # type: ignore[assignment]  # as a phone sends it
        web.commit()


def test_a_map_has_figures_of_regions_and_rounded_points_of_doors_that_say_only_whether_they_are_closed(
    walked: Hefeng,
) -> None:
    exact = {"lat": 30.123456789, "lon": 111.987654321, "accuracy": 4.0}
    locate(walked, n1001=exact, n1003=exact, n1004=exact | {"crs": "GCJ-02"}, n1006=exact)
    told = take(walked, "chen", "map").json()
    assert told["type"] == "FeatureCollection"
    places = {f["properties"]["code"]: f for f in told["features"] if f["properties"]["what"] == "region"}
    assert places[VILLAGE]["geometry"] is None
    assert (places[VILLAGE]["properties"]["D"], places[VILLAGE]["properties"]["closed"]) == (12, 3)
    doors = {f["properties"]["door"]: f for f in told["features"] if f["properties"]["what"] == "door"}
    assert set(doors) == {"一组1号", "一组3号", "二组1号"}, "a point in other coordinates is none of the world's"
    assert doors["一组1号"]["geometry"] == {"type": "Point", "coordinates": [111.9877, 30.1235]}
    told_of = [doors[name]["properties"] for name in ("一组1号", "一组3号")]
    assert [each["closed"] for each in told_of] == [True, True], "who was told and who declined look alike"
    assert set(told_of[0]) == {"what", "id", "village", "group", "grid", "door", "kind", "status", "closed"}
    assert "王水根" not in str(told)


def test_a_countys_map_has_no_doors_and_masked_figures(walked: Hefeng, tomorrow: None) -> None:
    locate(walked, n1001={"lat": 30.1, "lon": 111.9})
    told = take(walked, "xu", "map", where=COUNTY).json()
    assert {f["properties"]["what"] for f in told["features"]} == {"region"}
    village = next(f["properties"] for f in told["features"] if f["properties"]["code"] == VILLAGE)
    assert (village["declined"], village["covered"], village["signed"], village["offered"]) == ("<5",) + 3 * (None,)


def test_what_was_held_and_put_up_is_taken_out_a_line_each_without_what_was_voided(village: Hefeng) -> None:
    phone = village.phone("wang")
    held = {"kind": "meeting", "name": "一组院坝会", "people": 42, "handouts": 40, "grid": GRID_A}
    phone.event("activity", held, village.at(1))
    slip = phone.event("activity", held | {"name": "点错了"}, village.at(2))
    phone.event("posting", {"kind": "poster", "spot": "村口小店", "count": 2, "grid": GRID_A, "group": f"{VILLAGE}001"})
    phone.sync()
    village.void(phone, slip.id, village.at(9))
    phone.sync()
    assert phone.attention == []
    [activity] = take(village, "chen", "activities").csv()
    assert (activity["哪一种"], activity["名称"], activity["参加人数"]) == ("院坝会", "一组院坝会", "42")
    [posting] = take(village, "chen", "postings", "xlsx").xlsx()
    assert (posting["村组"], posting["在哪里"], posting["贴了几张"]) == ("一组", "村口小店", 2)
    [without] = take(village, "tang", "activities", "csv", TOWN).csv()
    assert "名称" not in without
    assert "谁记的" not in without
