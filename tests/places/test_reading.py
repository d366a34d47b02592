"""禾丰村's roster, as its office really keeps it, becomes places, refusals and counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from doorknock.ooxml import SheetError
from doorknock.places.reading import RosterRow, count
from tests.places.rows_read import LI, WANG, household, names, of, only, reading, reasons
from tests.places.workbooks import Content, Day, Page, Row, roster, workbook

SAMPLES = Path(__file__).parent / "samples"


# What is refused whole, or sheet by sheet


def test_a_workbook_without_a_head_is_refused() -> None:
    with pytest.raises(SheetError) as caught:
        reading(workbook(Page("一组", [["王桂花", "一组1号"], ["李福", "一组2号"]])))
    assert caught.value.code == "no_header"
    assert "没有找到表头" in caught.value.message


def test_one_sheet_without_a_head_is_refused_aloud_and_the_others_are_read() -> None:
    found = reading(workbook(Page("填表说明", [["请如实填写"]]), Page("一组", [["户主", "门牌"], ["王桂花", "1号"]])))
    assert names(found) == ["王桂花"]
    assert [(r.sheet, r.row) for r in found.refused] == [("填表说明", 1)]
    assert "找不到表头" in found.refused[0].reason


def test_a_hidden_sheet_is_left_out_aloud_and_an_empty_one_in_silence() -> None:
    rows = [["户主", "门牌"], ["王桂花", "1号"]]
    found = reading(workbook(Page("去年", rows, state="hidden"), Page("一组", rows), Page("Sheet2", [])))
    assert (names(found), found.refused) == (["王桂花"], [])
    assert found.warnings == ["「去年」是隐藏的表，没有读；要读请先取消隐藏。"]


# The sample rosters


@pytest.mark.parametrize("name", ["roster-messy.xlsx", "roster-clean.xlsx"])
def test_the_sample_rosters_add_up_to_what_is_expected(name: str) -> None:
    expected = json.loads((SAMPLES / "roster-expected.json").read_text())
    found = reading((SAMPLES / name).read_bytes())
    counts = count(found.rows)
    assert found.refused == []
    for key in ("places", "by_group", "adults", "with_phone"):
        assert getattr(counts, key) == expected[key]
    if name == "roster-messy.xlsx":
        assert (found.blank, found.repeated) == (expected["blank_rows"], expected["repeated_rows"])
    assert [row.row_order for row in found.rows] == list(range(1, 384))


def test_the_two_sample_rosters_hold_the_same_households() -> None:
    messy, clean = (reading((SAMPLES / f"roster-{name}.xlsx").read_bytes()) for name in ("messy", "clean"))
    for mine, theirs in zip(messy.rows, clean.rows, strict=True):
        assert mine.differences(theirs) == ["编号"]


# Heads


def test_a_head_is_found_under_merged_titles_and_a_line_of_particulars() -> None:
    rows: list[Row] = [["青禾镇禾丰村一组农户花名册"], ["填表单位：禾丰村村民委员会", None, "填表日期", Day(46023)]]
    found = reading(workbook(Page("一组", [*rows, ["户 主", "门牌号"], ["王桂花", "1号"]], merged=["A1:G1"])))
    assert (only(found).row, only(found).group) == (4, "一组")


@pytest.mark.parametrize(
    ("upper", "lower", "merged"),
    [
        (["序号", "户主", "门牌", "家庭成年", "联系"], [None, None, None, "人口", "电话"], []),
        (["序号", "户主", "门牌", "家庭情况", None], [None, None, None, "成年人数", "电话"], ["D1:E1"]),
        (["序号", "户主", None, None, None], [None, "姓名", "门牌", "成年人数", "电话"], ["B1:E1"]),
        (["禾丰村", "户主", "门牌", "成年人数", "电话"], [None, None, None, "（人）", None], []),
        (["基本情况", None, None, None, "联系"], ["序号", "户主", "门牌号", "成年人", "手机"], ["A1:D1"]),
    ],
)
def test_a_head_may_be_two_rows_deep(upper: Row, lower: Row, merged: Sequence[str]) -> None:
    found = reading(workbook(Page("一组", [upper, lower, WANG[:5]], merged=merged)))
    row = only(found)
    assert (row.contact_name, row.door, row.adults, row.phone) == ("王桂花", "一组1号", 2, "13800000001")
    assert found.blank == 0


def test_every_column_has_the_names_that_offices_give_it() -> None:
    head = ["村组", "户编号", "门牌\n号码", "户主姓名", "家庭成年\n人口（人）", "*联系电话:", "户类型"]
    more = ["位置说明", "巷/片", "自然村", "当地叫法"]
    values: list[Content] = ["三组", "0１2", "３号", "王 五", "３人", "+86 138-0000-0001", "商户"]
    row = only(of([*values, "桥头", "西巷", "上湾", "老五"], head=[*head, *more]))
    assert row == RosterRow(
        "一组", 2, 1, "三组", "012", "3号", "王五", 3, "13800000001", "shop", "桥头", "西巷", "上湾", "老五"
    )


def test_a_row_number_is_no_identity() -> None:
    found = of([1, *WANG[1:]], [1, *LI[1:]])
    assert [row.local_no for row in found.rows] == [None, None]


def test_remarks_are_the_landmark_only_where_no_column_says_where() -> None:
    assert only(of(WANG)).landmark == "水塔下"
    assert only(of(["王桂花", "1号", "有两条狗", "桥头"], head=["户主", "门牌", "备注", "位置说明"])).landmark == "桥头"


def test_a_second_column_fills_in_where_the_first_is_blank() -> None:
    head = ["户主", "门牌", "座机", "手机"]
    found = of(["王桂花", "1号", "0990-6200001", None], ["李福", "2号", "6200002", "13800000002"], head=head)
    assert [row.phone for row in found.rows] == ["09906200001", "13800000002"]


def test_a_count_of_everybody_is_not_taken_for_a_count_of_adults() -> None:
    found = of(["王桂花", "1号", 5], head=["户主", "门牌", "家庭人口"])
    assert only(found).adults is None
    assert "「家庭人口」不一定是成年人数" in found.warnings[0]


def test_the_sheet_is_the_group_only_without_a_column_of_groups() -> None:
    head = ["组别", "户主", "门牌"]
    found = of(["二组", "王桂花", "1号"], [None, "李福", "2号"], head=head)
    assert [row.group for row in found.rows] == ["二组"]
    assert reasons(found) == [(3, "没有写村组，请补上。")]


def test_a_group_in_a_merged_cell_holds_for_all_its_rows_and_no_further() -> None:
    rows: list[Row] = [["村组", "户主", "门牌"], ["二组", "王桂花", "1号"], [None, "李福", "2号"]]
    found = reading(workbook(Page("户表", [*rows, [None, "张水生", "3号"]], merged=["A2:A3"])))
    assert [row.group for row in found.rows] == ["二组", "二组"]
    assert [row for row, _ in reasons(found)] == [4]


# Rows that are no places


def test_totals_remarks_repeated_heads_and_numbered_columns_are_none_of_anything() -> None:
    head = ["序号", "户主", "门牌", "成年人数", "电话", "类型", "备注"]
    rows: list[Row] = [[1, 2, 3, 4, 5, 6, 7], WANG, ["小 计", "1户", None, 2], head, LI, ["一组合计：", 2, None, 5]]
    notes: list[Row] = [
        [None, "总计", "2户"],
        ["填表人：张水生", None, "审核人：王桂花"],
        ["注：数据截至上月"],
    ]
    found = of(*rows, *notes)
    assert (names(found), found.refused, found.warnings) == (["王桂花", "李福"], [], [])
    assert (found.blank, found.repeated) == (0, 0)


def test_a_title_in_the_middle_is_no_place() -> None:
    rows = [["户主", "门牌"], ["王桂花", "1号"], ["巷子以西"], ["李福", "2号"]]
    assert names(reading(workbook(Page("一组", rows, merged=["A3:B3"])))) == ["王桂花", "李福"]


def test_a_second_table_on_a_sheet_is_read_by_its_own_head() -> None:
    rows: list[Row] = [
        ["户主", "门牌"],
        ["王桂花", "1号"],
        [],
        ["门牌", "姓名", "电话"],
        ["2号", "李福", "6200002"],
    ]
    found = reading(workbook(Page("一组", rows)))
    assert [(row.contact_name, row.door, row.phone) for row in found.rows] == [
        ("王桂花", "1号", None),
        ("李福", "2号", "6200002"),
    ]


def test_a_name_that_sounds_like_a_total_stays_a_name() -> None:
    assert names(of([1, "合计超市", "一组9号"])) == ["合计超市"]


def test_blank_rows_count_from_the_head_to_the_last_row_that_has_anything() -> None:
    rows: list[Row] = [
        [],
        ["户主", "门牌"],
        [],
        ["王桂花", "1号"],
        [None, "  "],
        [],
        ["合计", "1户"],
        [],
        [None],
    ]
    assert reading(workbook(Page("一组", rows))).blank == 3


def test_rows_numbered_ahead_are_left_out_aloud() -> None:
    found = of(WANG, [2], [3], [4, None, None, None, None, "住户"])
    assert (names(found), found.refused, found.blank) == (["王桂花"], [], 0)
    assert found.warnings == ["「一组」第 3 行、第 4 行、第 5 行没有户主、门牌这些内容，没有读。"]


# Identity


def test_the_same_row_again_is_repeated_however_it_is_spaced() -> None:
    found = of(WANG, [7, " 王 桂 花", "一组 １号", "2人", 13800000001.0, None, "水塔下 "])
    assert (names(found), found.repeated, found.refused) == (["王桂花"], 1, [])


def test_the_same_household_with_other_fields_is_refused_and_names_the_row() -> None:
    found = of(WANG, LI, [3, "王桂花", "一组1号", 4, "13800000009", "住户", "水塔下"])
    assert reasons(found) == [
        (4, "和「一组」第 2 行的村组、门牌和户主一样，但成年人数、电话不一样。请核对后改正，或只留一行。")
    ]
    assert "13800000009" not in repr(found)


def test_a_number_is_one_place_in_the_whole_village() -> None:
    head = ["编号", "户主", "门牌"]
    first, second = Page("一组", [head, ["007", "王桂花", "1号"]]), Page("二组", [head, ["００7", "李福", "1号"]])
    found = reading(workbook(first, second))
    assert names(found) == ["王桂花"]
    ((row, reason),) = reasons(found)
    assert row == 2
    assert reason.startswith("和「一组」第 2 行的编号一样，但村组、户主不一样。")


def test_a_row_without_its_number_goes_by_group_door_and_name() -> None:
    head = ["编号", "户主", "门牌"]
    found = of(["1", "王桂花", "1号"], [None, "李福", "1号"], [None, "李福", "１号"], head=head)
    assert [row.identity for row in found.rows] == [("1",), ("一组", "1号", "李福")]
    assert found.repeated == 1


def test_a_refused_row_does_not_stand_in_the_way_of_a_right_one() -> None:
    found = of([1, "王桂花", "一组1号", "很多"], [2, "王桂花", "一组1号", 2])
    assert [(row.row, row.row_order) for row in found.rows] == [(3, 1)]


def test_20_000_rows_are_all_read() -> None:
    assert len(reading(roster(*[household(n) for n in range(19_998)])).rows) == 19_998
