"""A paper as a workbook: opened again by other readers, numbers are numbers and nothing is a formula."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from doorknock.papers.as_xlsx import as_xlsx
from doorknock.papers.paper import Figure, Head, Paper, Paragraph, Row, Table
from doorknock.sheets import open_workbook
from tests.hostile import strings
from tests.papers import qinghe
from tests.papers.packages import parts_of


def opened(paper: Paper) -> Any:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(paper)))


def test_the_day_is_one_sheet_with_numbers_that_add_up() -> None:
    book = opened(qinghe.daily())
    (sheet,) = book.worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sheet.title == "日报"
    assert [row[0] for row in rows[:3]] == ["青禾镇敲门行动日报", qinghe.daily().subtitle, qinghe.told().text]
    assert rows[3] == ["村", *qinghe.HEADS, "说明"]
    villages, total = rows[4:17], rows[17]
    assert total[:8] == ["全镇", *qinghe.SUMS]
    for column in range(1, 8):
        assert sum(row[column] for row in villages if isinstance(row[column], int)) == total[column]
    assert villages[10] == ["竹园村", *["—"] * 6, 0, "今日无安排"]
    assert rows[18][0].startswith("昨天补到")


def test_it_prints_on_a4_with_its_head_on_every_page() -> None:
    sheet = opened(qinghe.daily()).worksheets[0]
    assert (sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage) == (9, True)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "B5")
    assert sheet.column_dimensions["A"].width > 8


def test_a_rate_is_a_number_beside_its_counts_and_words_span() -> None:
    book = opened(qinghe.summary())
    assert book.sheetnames == ["文字", "各村办结率", "一周走访", "两个村没有数"]
    rows = [[cell.value for cell in row] for row in book["两个村没有数"].iter_rows(min_row=4)]
    assert rows[0] == ["村", "走访", "办结率", "分子/分母"]
    assert rows[1] == ["禾丰村", 41, 286 / 383, "286/383"]
    assert rows[2][:2] == ["竹园村", "今日无安排"]
    assert rows[4] == ["山口村", 0, "—", "0/0"]
    assert "B6:D6" in {str(area) for area in book["两个村没有数"].merged_cells.ranges}
    assert book["两个村没有数"]["C5"].number_format == "0.0%"
    assert [book["文字"][f"A{n}"].value for n in (3, 5)] == ["一、组织部署", "二、主要做法"]


def test_our_own_reader_opens_it_too() -> None:
    (sheet,) = open_workbook(as_xlsx(qinghe.daily()))
    assert [cell.value for cell in sheet.rows[18].values()][:8] == ["全镇", *qinghe.SUMS]


def test_what_is_not_known_or_held_back_is_no_number() -> None:
    heads = (Head("村", number=False), Head("婉拒"))
    rows = (Row(("禾丰村", Figure("declined", None, text="<5"))), Row(("上河村", Figure("declined", None))))
    sheet = opened(Paper("weekly", "", "周报", "", (Table("", heads, rows),))).worksheets[0]
    assert [cell.value for cell in sheet["B"]][-2:] == ["<5", "—"]


@pytest.mark.parametrize("text", strings())
def test_whatever_is_said_is_text_in_it_and_no_digit_is_lost(text: str) -> None:
    rows = (Row((text, Figure("left", 10**12), "13800000103")),)
    table = Table(text, (Head(text, number=False), Head("待访"), Head(text, number=False)), rows)
    words = Paragraph((text.replace("〔", "").replace("〕", ""),))
    made = as_xlsx(Paper("daily", "", text or "日报", text, (words, table), (text,), (text,)))
    inside = parts_of(made)["xl/worksheets/sheet1.xml"]
    assert b"<f>" not in inside
    assert b"<hyperlink" not in inside
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert 10**12 in [cell.value for cell in cells]
    assert "13800000103" in [cell.value for cell in cells]


def test_many_tables_of_one_name_have_sheets_of_their_own() -> None:
    table = Table("History", (Head("村", number=False),), (Row(("禾丰村",)),))
    book = opened(Paper("daily", "", "日报", "", (table, table, Table("[a]:*?/\\", table.heads, table.rows))))
    assert book.sheetnames == ["文字", "History2", "History3", "a"]
