"""The county's workbook comes back filled and otherwise as it was, or is refused in a plain sentence."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import doorknock
from doorknock.errors import Problem
from doorknock.papers.as_docx import OURS
from doorknock.papers.county_sheet import fill
from doorknock.papers.marks import FIGURES, TEXTS, key_of, marks, of_each
from doorknock.papers.paper import Figure, Head, Paper, Paragraph, Row, Table
from doorknock.papers.sheet_cells import MARK, replaced
from tests.databases import ROOT
from tests.hostile import strings
from tests.papers import county, qinghe
from tests.papers.packages import parts_of, with_part
from tests.places.workbooks import LOCKED, MAIN, OLE, Page, packed, parts, workbook

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
UTF_16 = '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")
NAMES = [village[1] for village in qinghe.DAY]
GROWTH = """
import re, sys
from pathlib import Path
from doorknock.errors import Problem
from doorknock.papers.as_docx import OURS
from doorknock.papers.county_sheet import fill
from doorknock.papers.paper import Paper

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

data = Path(sys.argv[1]).read_bytes()
before = peak()
try:
    fill(data, Paper("daily", "", "日报", "", ()))
except Problem:
    pass
print(peak() - before)
"""


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def filled(template: bytes, paper: Paper | None = None) -> Any:
    return opened(fill(template, paper or qinghe.daily()).data)


def refusal(template: bytes, paper: Paper | None = None) -> str:
    with pytest.raises(Problem) as caught:
        fill(template, paper or qinghe.daily())
    assert (caught.value.code, caught.value.detail[-1]) == ("bad_template", "。")
    assert len(caught.value.detail) < 1500
    return caught.value.detail


def test_a_cell_that_is_only_a_mark_becomes_a_number_and_a_sentence_stays_one() -> None:
    sheet = filled(
        county.cells(
            A1="【今日走访】",
            B1=" 【 今日走访 】 ",
            A2="共【今日走访】次，待访【待访户数】户",
            A3="【今日见到人·改天】",
        )
    )
    assert [sheet[name].value for name in ("A1", "B1", "A2", "A3")] == [469, 469, "共469次，待访2,108户", 30]


def test_a_rate_is_a_number_where_the_cell_shows_percentages_and_a_text_elsewhere() -> None:
    sheet = filled(county.daily_form())
    assert sheet["B19"].value == 5092 / 7200
    assert sheet["C19"].value == "70.7%"


def test_a_row_with_the_village_repeats_in_the_blank_rows_below() -> None:
    sheet = filled(county.daily_form())
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=17)]
    assert [row[:5] for row in rows[:2]] == [["青禾社区", 66, 44, 3, 4], ["禾丰村", 41, 27, 2, 0]]
    assert [row[0] for row in rows] == NAMES
    assert [row[6] for row in rows] == [village[9] or None for village in qinghe.DAY]
    assert rows[10] == ["竹园村", "—", "—", "—", 0, "=IF(ISNUMBER(B15),C15/B15,0)", "今日无安排"]
    assert sheet["B18"].value == "=SUM(B5:B17)"
    assert sheet["A2"].value == "填报单位：青禾镇（第19期）"
    assert sheet["C2"].value == "截至11月21日办结 5,092 户，办结率70.7%（5,092/7,200）"
    assert sheet["B9"].border.left.style == "thin", "a prepared cell keeps its style"


def test_words_stand_where_the_first_figure_would_when_there_is_no_place_for_them() -> None:
    sheet = filled(county.cells(A1="【村】", B1="【今日走访】", C1="【今日见面宣传】"))
    assert [sheet[f"B{n}"].value for n in (1, 4, 11)] == [66, 19, "今日无安排"]
    assert [sheet[f"C{n}"].value for n in (1, 11)] == [44, "—"]


def test_rows_that_were_not_there_take_the_height_and_styles_of_the_first() -> None:
    def write(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1})
        sheet.set_row(1, 33)
        sheet.write_row("A2", ["【单位】", "【村】", "【今日走访】"], box)
        sheet.write("D2", 7, box)

    sheet = filled(county.form(write))
    assert [sheet.cell(14, column).value for column in range(1, 5)] == ["青禾镇", "河口村", 31, 7]
    assert (sheet.row_dimensions[14].height, sheet["C14"].border.top.style) == (33, "thin")
    assert sheet["A15"].value is None


def test_marks_over_a_column_fill_beside_the_names_in_the_countys_own_order() -> None:
    order = [*reversed(NAMES), "外镇村"]
    sheet = filled(county.listed_form(*order))
    known = {village[1]: village for village in qinghe.DAY}
    assert sheet["C1"].value == "走访"
    assert sheet["D1"].value == "今日无人在家"
    for row, name in enumerate(order[:-1], 2):
        words = "今日无安排" if known[name][2] is None else known[name][2]
        assert (sheet.cell(row, 2).value, sheet.cell(row, 3).value) == (name, words)
    assert sheet["C15"].value is None, "a village that is not ours stays as it is"
    assert sheet["C16"].value == "=SUM(C2:C15)"


def test_names_are_found_without_what_a_village_is_called() -> None:
    short = [name.removesuffix("村").removesuffix("社区") for name in NAMES]
    assert filled(county.listed_form(*short))["C3"].value == 41
    assert (
        filled(county.listed_form(*(f"{name}委会" if name.endswith("村") else name for name in NAMES)))["C3"].value
        == 41
    )


def test_a_village_that_is_missing_from_the_list_is_named() -> None:
    assert refusal(county.listed_form(*NAMES[:10])) == "C1 下面没有找到：竹园村、大垭村、河口村。"


def test_too_few_blank_rows_are_counted() -> None:
    template = county.cells(A5="【村】", B5="【今日走访】", A9="合计", B9="=SUM(B5:B8)")
    assert refusal(template) == "第 5 行的【村】下面要空 12 行，现在只空 3 行，请插入空行。"


def test_rows_merged_together_are_not_blank() -> None:
    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row("A1", ["【村】", "【今日走访】"])
        sheet.merge_range("B4:B5", "")

    assert "只空 3 行" in refusal(county.form(write))


def test_unknown_marks_are_listed_with_their_cells_and_what_was_probably_meant() -> None:
    said = refusal(county.cells(A1="【今日走防】", B7="本周【附件】【各村随便】", C1="【今日走访】"))
    assert said == "【今日走防】（A1）不认识，是不是【今日走访】；【附件】（B7）不认识；【各村随便】（B7）不认识。"


def test_of_many_unknown_marks_some_are_told_and_the_rest_counted() -> None:
    assert refusal(county.cells(**{f"A{n}": f"【甲{n}】" for n in range(1, 101)})).endswith("；还有 92 处。")


def test_a_template_without_marks_is_refused() -> None:
    assert "一个记号也没有" in refusal(county.cells(A1="今日走访"))


def test_marks_outside_of_cells_are_said_and_not_sent_unfilled() -> None:
    def in_a_box(_book: Any, sheet: Any) -> None:
        sheet.write("A1", "【今日走访】")
        sheet.insert_textbox("C3", "今天【今日走访】次")

    def in_the_header(_book: Any, sheet: Any) -> None:
        sheet.write("A1", "【今日走访】")
        sheet.set_header("&L【日期】")

    def in_a_table(_book: Any, sheet: Any) -> None:
        sheet.write("A1", "【今日走访】")
        sheet.add_table("C1:D3", {"columns": [{"header": "村"}, {"header": "【今日走访】"}]})

    for write in (in_a_box, in_the_header, in_a_table):
        assert "请写到格子里" in refusal(county.form(write))
    assert "公式里不能写记号（A2）" in refusal(county.cells(A1="【今日走访】", A2='="共"&"【今日走访】"'))


def test_what_the_paper_does_not_count_prints_a_dash_and_is_told() -> None:
    done = fill(county.cells(A1="【本阶段张贴】", A2="【今日走访】"), qinghe.daily())
    assert (done.without, opened(done.data)["A1"].value) == (["本阶段张贴"], "—")


def test_everything_else_stays_byte_for_byte() -> None:
    template = county.daily_form()
    before, after = parts_of(template), parts_of(fill(template, qinghe.daily()).data)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} <= {SHEET, BOOK}
    for tag in (b"<cols>.*</cols>", b"<mergeCells.*</mergeCells>", b"<dataValidations.*</extLst>", b"<pageSetup[^>]*>"):
        found = re.search(tag, before[SHEET])
        assert found
        assert found[0] in after[SHEET]
    formulas = re.compile(rb"<f>.*?</f>")
    assert formulas.findall(before[SHEET]) == formulas.findall(after[SHEET])


def test_no_old_result_of_a_formula_is_shown() -> None:
    made = parts_of(fill(county.daily_form(), qinghe.daily()).data)
    assert b"12345" not in made[SHEET]
    assert b"<v>99</v>" not in made[SHEET]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<calcPr calcId="1" fullCalcOnLoad="0"/>', b'<calcPr calcId="1" fullCalcOnLoad="1"/>'),
        (b"<calcPr/>", b'<calcPr fullCalcOnLoad="1"/>'),
        (b"<calcPr></calcPr>", b'<calcPr fullCalcOnLoad="1"/>'),
        (b"", b'<calcPr fullCalcOnLoad="1"/>'),
        (b"<definedNames/>", b'<definedNames/><calcPr fullCalcOnLoad="1"/>'),
        (b"<definedNames></definedNames><x/>", b'<definedNames></definedNames><calcPr fullCalcOnLoad="1"/><x/>'),
    ],
)
def test_every_formula_is_worked_out_when_the_file_is_opened(before: bytes, after: bytes) -> None:
    files = parts(Page("日报", [["【今日走访】"]]))
    book = files[BOOK].replace(b"</workbook>", before + b"</workbook>")
    done = parts_of(fill(packed(files | {BOOK: book}), qinghe.daily()).data)[BOOK]
    assert done == files[BOOK].replace(b"</workbook>", after + b"</workbook>")


def test_bold_within_a_sentence_stays_bold() -> None:
    made = openpyxl.load_workbook(io.BytesIO(fill(county.daily_form(), qinghe.daily()).data), rich_text=True)
    runs = made.worksheets[0]["C2"].value
    assert [str(run) for run in runs] == ["截至11月21日办结 ", "5,092", " 户，办结率70.7%（5,092/7,200）"]
    assert [bool(run.font.b) for run in runs if hasattr(run, "font")][:1] == [True]


@pytest.mark.parametrize("text", strings())
def test_whatever_is_said_stands_in_the_cell_as_text(text: str) -> None:
    rows = (Row((text or "村", Figure("day.visits", 5)), "990102103201"),)
    table = Table("", (Head("村", number=False), Head("走访")), rows)
    paper = Paper("daily", "", text, text, (Paragraph((text.replace("〔", "").replace("〕", ""),)), table))
    template = county.cells(A1="【村】", B1="【今日走访】", C1="【标题】", D1="题：【副标题】", E1="【正文】")
    made = fill(template, paper).data
    assert b"<f>" not in parts_of(made)[SHEET]
    sheet = opened(made)
    assert sheet["B1"].value == 5
    assert {sheet[name].data_type for name in ("A1", "C1", "D1", "E1") if sheet[name].value is not None} <= {"s"}
    assert str(sheet["D1"].value).startswith("题：")
    if "_x" not in text:
        assert sheet["D1"].value == f"题：{paper.subtitle}"[:32_000]


def test_a_text_that_looks_like_an_escape_of_excels_stays_as_it_is() -> None:
    paper = Paper("daily", "", "a_x0041_b", "", ())
    assert "a_x005F_x0041_b" in parts_of(fill(county.cells(A1="【标题】"), paper).data)[SHEET].decode()


def test_prefixed_and_scattered_parts_are_filled_too() -> None:
    """As other programs write: a prefix, cells without addresses, a byte order mark, texts in the cells."""
    inside = (
        '<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>【今日</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:r><x:t>【今日</x:t></x:r><x:r><x:t>走访】次</x:t></x:r></x:is></x:c></x:row>'
        '<x:row r="3"/><x:row r="5"><x:c r="C5" t="str"><x:v>【村】</x:v></x:c></x:row></x:sheetData>'
    )
    written = f'\ufeff<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="{MAIN}">{inside}</x:worksheet>'
    sheet = filled(with_part(county.cells(A1="x"), SHEET, written.encode()))
    assert (sheet["B1"].value, sheet["C5"].value, sheet["C17"].value) == ("469次", "青禾社区", "河口村")


@given(st.lists(st.sampled_from(["【", "】", "今日走访", "【今日走访】", "字", ""]), max_size=8))
def test_marks_are_found_however_the_text_is_cut_into_runs(texts: list[str]) -> None:
    done = replaced(texts, lambda word: f"<{word}>")
    assert len(done) == len(texts)
    assert "".join(done) == re.sub("【([^【】]{1,40})】", r"<\1>", "".join(texts))


def test_every_known_mark_is_listed_once_and_filled() -> None:
    known = marks()
    assert [mark.key for mark in known] == [*TEXTS, *FIGURES]
    assert len({mark.word for mark in known}) == len(known)
    whole = [mark for mark in known if mark.key not in ("village", "state")]
    done = fill(county.cells(**{f"A{n}": f"【{mark.word}】" for n, mark in enumerate(whole, 1)}), qinghe.summary())
    assert all(opened(done.data)[f"A{n}"].value != f"【{mark.word}】" for n, mark in enumerate(whole, 1))


def test_every_mark_of_the_manual_is_known() -> None:
    manual = (ROOT / "docs" / "用户手册.md").read_text(encoding="utf-8")
    words = MARK.findall(manual.split("### 报告拿出去")[1].split("## 常见的问题")[0])
    assert len(words) > 25
    assert [word for word in words if key_of(word) is None and of_each(word) is None] == []


def with_xml(inside: str) -> bytes:
    return workbook(Page("日报", [], written=inside))


def marked_and(name: str, content: bytes) -> bytes:
    return with_part(county.cells(A1="【今日走访】"), name, content)


def linked_outside() -> bytes:
    template = county.cells(A1="【今日走访】")
    name = "xl/_rels/workbook.xml.rels"
    link = b'<Relationship Id="rX" Type="x/externalLink" Target="file://qinghe/a.xlsx" TargetMode="External"/>'
    return with_part(template, name, parts_of(template)[name].replace(b"</Relationships>", link + b"</Relationships>"))


def with_macros() -> bytes:
    types = parts_of(county.cells(A1="【今日走访】"))["[Content_Types].xml"]
    types = types.replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    )
    return marked_and("[Content_Types].xml", types)


def rows(count: int, inside: str) -> str:
    return "<sheetData>" + "".join(f'<row r="{n}">{inside}</row>' for n in range(1, count + 1)) + "</sheetData>"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空的"),
    "a text": (lambda: "【今日走访】".encode(), "格式不对"),
    "a letter": (OURS.read_bytes, "格式不对"),
    "an old .xls": (lambda: OLE, "旧格式"),
    "a password": (lambda: LOCKED, "密码"),
    "half a file": (lambda: county.daily_form()[:2000], "坏了"),
    "a zip bomb": (lambda: marked_and("xl/media/a.png", bytes(230 * 2**20)), "太大"),
    "a smaller bomb": (lambda: marked_and("xl/media/a.png", bytes(70 * 2**20)), "太大"),
    "a document type": (lambda: marked_and("xl/theme/theme1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "不该有"),
    "1,048,576 rows": (lambda: with_xml(rows(1_048_576, "")), "太大"),
    "100,001 rows": (lambda: with_xml(rows(100_001, "")), "太大"),
    "200,000 cells": (lambda: with_xml(rows(1000, "<c/>" * 200)), "太大"),
    "many merged areas": (lambda: with_xml("<sheetData/>" + '<mergeCell ref="A1:B2"/>' * 6000), "太大"),
    "one row twice": (lambda: with_xml('<sheetData><row r="1"/><row r="1"/></sheetData>'), "坏了"),
    "one cell twice": (lambda: with_xml('<sheetData><row r="1"><c r="A1"/><c r="A1"/></row></sheetData>'), "坏了"),
    "a cell in another row": (lambda: with_xml('<sheetData><row r="1"><c r="A2"/></row></sheetData>'), "坏了"),
    "a cell nowhere": (lambda: with_xml("<sheetData><c/></sheetData>"), "坏了"),
    "no data": (lambda: with_xml("<x/>"), "坏了"),
    "another encoding": (lambda: marked_and(SHEET, UTF_16), "坏了"),
    "macros": (with_macros, "宏"),
    "a macro's part": (lambda: marked_and("xl/vbaProject.bin", b"x"), "宏"),
    "a control": (lambda: marked_and("xl/activeX/a.bin", b"x"), "控件"),
    "a data connection": (lambda: marked_and("xl/connections.xml", b"<x/>"), "宏"),
    "a link to another workbook": (linked_outside, "外面"),
    "another workbook's figures": (lambda: marked_and("xl/externalLinks/externalLink1.xml", b"<x/>"), "宏"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_broken_workbook_is_refused_in_plain_words(kind: str) -> None:
    make, said = HOSTILE[kind]
    assert said in refusal(make())


@pytest.mark.parametrize("kind", ["1,048,576 rows", "200,000 cells", "a zip bomb", "many merged areas"])
def test_it_is_refused_in_little_memory(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(HOSTILE[kind][0]())
    home = {"PYTHONPATH": str(Path(doorknock.__file__).parents[1])}
    said = subprocess.run([sys.executable, "-c", GROWTH, file], env=home, capture_output=True, check=True)
    assert int(said.stdout) * 1024 < 200 * 2**20


@given(st.data())
def test_a_form_with_a_byte_changed_is_filled_or_refused(data: st.DataObject) -> None:
    form = bytearray(county.daily_form())
    for _ in range(data.draw(st.integers(1, 4))):
        form[data.draw(st.integers(0, len(form) - 1))] = data.draw(st.integers(0, 255))
    try:
        fill(bytes(form), qinghe.daily())
    except Problem as refused:
        assert refused.code == "bad_template"  # noqa: PT017
