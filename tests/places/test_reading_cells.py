"""What stands in the cells of 禾丰村's roster: numbers, formulas, phones, kinds, and what must not be kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorknock.places.reading import read_roster
from doorknock.sheets import Cell, Sheet, Value, open_workbook
from tests.places.rows_read import ID_NUMBER, WANG, formula_name, household, names, of, only, reasons
from tests.places.workbooks import Content, Day, Formula, roster


def test_full_width_digits_and_numbers_read_like_typed_ones() -> None:
    row = only(of([1, " 王桂花 ", "一组１２号", 3.0, 13800000001.0]))
    assert (row.contact_name, row.door, row.adults, row.phone) == ("王桂花", "一组12号", 3, "13800000001")


def test_a_formula_reads_as_blank_and_the_place_stays() -> None:
    found = of([1, Formula('HYPERLINK("http://example.invalid")', "领取补贴"), "一组1号", 2])
    assert (only(found).contact_name, only(found).door) == ("", "一组1号")
    assert found.warnings == ["「一组」B2 是公式，按空白读。"]


def test_many_formulas_are_one_warning_with_five_cells() -> None:
    found = of(*[formula_name(n) for n in range(1, 9)])
    assert found.warnings == ["「一组」B2、B3、B4、B5、B6 等 8 处是公式，按空白读。"]


def test_rows_of_nothing_but_formulas_are_blank_and_said_aloud() -> None:
    found = of([Formula("1"), Formula("2"), Formula("3")], WANG)
    assert (names(found), found.blank) == (["王桂花"], 1)
    assert found.warnings == ["「一组」B2、C2 是公式，按空白读。"]


@pytest.mark.parametrize("name", ["<b>阿卜杜拉·买买提</b>", "=1+1", "@SUM(A1)", "'; DROP TABLE place; --", "+86"])
def test_what_looks_like_code_in_a_name_is_a_name(name: str) -> None:
    assert only(of([1, name, "一组1号"])).contact_name == name


def test_what_cannot_be_seen_is_not_kept() -> None:
    assert only(of([1, "王\u202e桂\u200b花\n", "一组\t 1号"])).contact_name == "王桂花"


def test_a_place_may_lack_a_name() -> None:
    assert only(of([1, None, "一组1号", 2])).contact_name == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("138 0000 0001", "13800000001"),
        ("+8613800000001", "13800000001"),
        ("0990-6200001", "09906200001"),
        (6200001, "6200001"),
        ("13800000001、13900000002", "13800000001"),
        ("13800000001 13900000002", "13800000001"),
        ("无", None),
        (None, None),
        (0, None),
        ("1380000000", None),
        ("问村里", None),
        ("990102 19900101", None),
    ],
)
def test_a_phone_is_kept_as_digits_or_left_blank(written: Content, read: str | None) -> None:
    found = of([1, "王桂花", "一组1号", 2, written])
    assert only(found).phone == read
    odd = read is None and written not in ("无", None, 0)
    assert found.warnings == (["「一组」第 2 行的电话不像电话号码，按空白读。"] if odd else found.warnings)
    assert bool(found.warnings) == (odd or "1390" in str(written))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (None, "household"),
        ("住户", "household"),
        ("商 铺", "shop"),
        ("出租房", "rental"),
        ("单位", "workplace"),
        ("学校", "school"),
        ("工地", "site"),
        ("活动点", "venue"),
    ],
)
def test_kinds_go_by_the_words_of_the_office(word: Content, kind: str) -> None:
    found = of([1, "王桂花", "一组1号", 2, None, word])
    assert (only(found).kind, found.warnings) == (kind, [])


def test_an_unknown_kind_reads_as_a_household_and_is_said_aloud() -> None:
    found = of([1, "王桂花", "一组1号", 2, None, "重点户"])
    assert only(found).kind == "household"
    assert found.warnings == ["「一组」第 2 行的类型「重点户」不认识，按住户读。"]


@pytest.mark.parametrize("adults", [-1, 2.5, "两三个", 100, "3-4", True])
def test_adults_that_are_no_count_refuse_the_row(adults: Content) -> None:
    assert reasons(of([1, "王桂花", "一组1号", adults])) == [(2, "成年人数不是 0 到 99 的整数，请改正。")]


@pytest.mark.parametrize(("written", "adults"), [(0, 0), ("0", 0), ("３人", 3), ("无", None), (None, None)])
def test_adults_may_be_none_at_all_or_unknown(written: Content, adults: int | None) -> None:
    assert only(of([1, "王桂花", "一组1号", written])).adults == adults


@pytest.mark.parametrize("column", [1, 2, 6])
def test_a_text_that_is_too_long_refuses_the_row_rather_than_be_cut(column: int) -> None:
    row: list[Content] = [*WANG]
    row[column] = "长" * 41
    ((number, reason),) = reasons(of(row))
    assert number == 2
    assert "超过 40 个字" in reason


def test_a_number_longer_than_six_refuses_the_row() -> None:
    found = of(["1234567", "王桂花"], ["123456", "李福"], head=["编号", "户主"])
    assert (names(found), reasons(found)) == (["李福"], [(2, "编号超过 6 个字，请改短。")])


def test_a_door_that_became_a_date_refuses_the_row() -> None:
    ((_, reason),) = reasons(of([1, "王桂花", Day(46083)]))
    assert "门牌被表格软件改成了日期" in reason


def test_a_row_that_says_no_door_no_name_and_no_number_is_refused() -> None:
    assert reasons(of([1, None, None, 2, "13800000001"])) == [(2, "没有户主、门牌，也没有编号，看不出是哪一户。")]
    assert reasons(of([None, "以上情况属实"])) == [(2, "只有一格有字，看不出是不是一户。")]


# Private numbers


def test_a_column_of_id_numbers_is_known_by_its_word() -> None:
    found = of(["王桂花", "1号", "-"], head=["户主", "门牌", "户主身份证号码"])
    assert found.warnings == ["「一组」「户主身份证号码」一列没有读，也没有存。"]


@pytest.mark.parametrize("number", [ID_NUMBER, int(ID_NUMBER), "990102 19900101 123x", "990102900101123"])
def test_a_column_of_id_numbers_is_known_by_half_of_its_values(number: Content) -> None:
    found = of(["王桂花", "1号", number], ["李福", "2号", "水塔下"], head=["户主", "门牌", "备注"])
    assert [row.landmark for row in found.rows] == ["", ""]
    assert found.warnings == ["「一组」C 列多半是证件号，没有读，也没有存。"]


def test_an_id_number_anywhere_is_stored_nowhere() -> None:
    head = ["户主", "门牌", "成年人数", "电话", "类型", "备注", "编号"]
    rows = [[*household(n)[1:], n] for n in range(1, 30)]
    for column in range(7):
        rows[column * 4][column] = f" {ID_NUMBER}" if column % 2 else int(ID_NUMBER)
    found = of(*rows, head=head)
    assert ID_NUMBER not in repr(found)
    assert sum(warning.count("证件号") for warning in found.warnings) == 1


values = st.none() | st.text(max_size=30) | st.integers() | st.floats() | st.booleans() | st.dates()


@given(st.lists(st.lists(values, max_size=9), max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_cells_becomes_places_or_refusals(rows: list[list[Value]]) -> None:
    head = dict(open_workbook(roster())[0].rows[1])
    cells = {n: {c: Cell(v) for c, v in enumerate(row, 1)} for n, row in enumerate(rows, 2)}
    found = read_roster([Sheet("一组", rows={1: head, **cells})])
    assert len(found.rows) + found.repeated + len(found.refused) <= len(rows)
    assert len({row.identity for row in found.rows}) == len(found.rows)
