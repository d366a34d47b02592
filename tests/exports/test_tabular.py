"""Tables as files: no text is a formula, no digit is lost, and whatever stands in a name is there when reopened."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from doorknock import sheets, tabular
from doorknock.places.fields import text_of
from doorknock.tabular import Column, Csv, Row, Table, Value, Xlsx, guarded, unguarded
from tests import hostile

STRINGS = [said for said in hostile.strings() if said]
SIGNS = "=+-@\t\r＝＋－＠﹦﹢"
FORMULAS = [f"{sign}1+1" for sign in SIGNS] + [said for said in hostile.of("formula") if said.lstrip("'")[0] in SIGNS]
NUMBERS = (
    "13900000001", "0139", "007", "990102103201001", "12345678901234567890", "3-5", "3/5", "1e5", "1E400", "1.0",
    "12:30", "3月5日", "2026-11-21", "１２", "100%", "-7", "+86 139", "(12)", "¥5", "TRUE", "false",
)  # fmt: skip
"""What a spreadsheet would read as a number, a day or a truth, and give back otherwise."""


def written(path: Path, form: str, rows: Sequence[Row], kinds: str = "text") -> Path:
    """A file of these rows."""
    columns = [Column(f"列{n}", kind) for n, kind in enumerate(kinds.split())]  # type: ignore[arg-type]  # kinds by name
    table: Table = Csv(path, columns) if form == "csv" else Xlsx(path, columns, "表")
    table.rows(rows)
    table.close([("用途", "试一试")])
    return path


def of_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[1:]


def of_xlsx(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path).worksheets[0].values][1:]


def formulas(path: Path) -> list[Any]:
    """The cells that the parser takes for formulas, and whatever the XML calls one."""
    book = load_workbook(path)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    with zipfile.ZipFile(path) as parts:
        return cells + [name for name in parts.namelist() if b"<f>" in parts.read(name) or b"<f " in parts.read(name)]


def seen(said: str) -> str:
    """A string as a table shows it: what no table can hold as a picture, lines ended as in a cell."""
    return tabular.visible(said)


# ---- .csv


def test_a_csv_opens_in_wps_without_a_question(tmp_path: Path) -> None:
    data = written(tmp_path / "x.csv", "csv", [["王水根"], ["一行\n又一行"], [None]]).read_bytes()
    assert data == '\ufeff列0\r\n王水根\r\n"一行\n又一行"\r\n""\r\n'.encode()


@pytest.mark.parametrize("said", [*FORMULAS, "\u200b=1+1", " =1+1"])
def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path: Path, said: str) -> None:
    ((cell,),) = of_csv(written(tmp_path / "x.csv", "csv", [[said]]))
    assert cell.startswith("'")
    assert unguarded(cell).rstrip("\t") == seen(said).rstrip("\t")


@pytest.mark.parametrize("said", NUMBERS)
def test_a_csv_loses_no_digit_and_makes_no_day_of_a_door(tmp_path: Path, said: str) -> None:
    ((cell,),) = of_csv(written(tmp_path / "x.csv", "csv", [[said]]))
    assert cell.endswith("\t"), "with a tab behind, no program takes it for a number"
    assert unguarded(cell).removesuffix("\t") == said
    assert text_of(cell) == text_of(said), "as the import reads it"


def test_every_hostile_string_comes_back_from_a_csv(tmp_path: Path) -> None:
    found = of_csv(written(tmp_path / "x.csv", "csv", [[said, "下一格"] for said in STRINGS], "text text"))
    assert [row[1] for row in found] == ["下一格"] * len(STRINGS)
    assert [unguarded(row[0]).removesuffix("\t") for row in found] == [
        seen(said).removesuffix("\t") for said in STRINGS
    ]


@given(st.text())
def test_a_guard_is_taken_off_again_whatever_it_guards(said: str) -> None:
    assert unguarded(guarded(said)) == said
    assert guarded(said) in (said, f"'{said}")


@given(st.text(alphabet="'=+-@\t\r\n ＝王1", max_size=6))
def test_what_is_guarded_begins_like_no_formula(said: str) -> None:
    assert not re.match(r"[=+\-@\t\r＝＋－＠]", guarded(said))


# ---- .xlsx


@pytest.mark.parametrize("said", [*hostile.of("formula"), *FORMULAS])
def test_a_workbook_holds_no_formula_but_the_text_itself(tmp_path: Path, said: str) -> None:
    path = written(tmp_path / "x.xlsx", "xlsx", [[said]])
    assert formulas(path) == []
    ((cell,),) = of_xlsx(path)
    assert unguarded(str(cell)) == seen(said), "as the import reads it"


def test_numbers_in_a_column_of_text_stay_text(tmp_path: Path) -> None:
    assert of_xlsx(written(tmp_path / "x.xlsx", "xlsx", [[said] for said in NUMBERS])) == [[said] for said in NUMBERS]


def test_every_hostile_string_comes_back_from_a_workbook(tmp_path: Path) -> None:
    path = written(tmp_path / "x.xlsx", "xlsx", [[said, "下一格"] for said in STRINGS], "text text")
    assert formulas(path) == []
    found = of_xlsx(path)
    assert [row[1] for row in found] == ["下一格"] * len(STRINGS)
    wrong = {}
    for said, (cell, _next) in zip(STRINGS, found, strict=True):
        whole = len(said.encode("utf-16-le", "replace")) <= 2 * 32_767
        if whole and unguarded(str(cell)) != seen(said):
            wrong[said[:40]] = str(cell)[:60]
    assert wrong == {}
    (sheet, *_rest) = sheets.open_workbook(path.read_bytes())
    assert len(sheet.rows) == len(STRINGS) + 1, "our own reader opens it, too"


@pytest.mark.parametrize("piece", ["王", "👨", "a"])
def test_a_text_too_long_for_a_cell_is_cut_where_a_sign_ends_and_says_how_much_is_missing(
    tmp_path: Path, piece: str
) -> None:
    long = piece * 40_000
    ((cell,),) = of_xlsx(written(tmp_path / "x.xlsx", "xlsx", [[long]]))
    kept, _mark, told = str(cell).partition("……")
    assert set(kept) == {piece}
    assert f"后面还有 {40_000 - len(kept)} 个字" in told
    assert len(str(cell).encode("utf-16-le")) // 2 <= 32_767
    ((whole,),) = of_csv(written(tmp_path / "x.csv", "csv", [[long]]))
    assert whole == long


def test_days_and_instants_are_shanghai_ones_and_numbers_are_numbers(tmp_path: Path) -> None:
    late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    row: list[Value] = [date(2026, 11, 21), late, 7, 0, None, ""]
    kinds = "day instant number number number text"
    ((day, instant, seven, zero, *empty),) = of_xlsx(written(tmp_path / "x.xlsx", "xlsx", [row], kinds))
    assert (day, instant, seven, zero) == (datetime(2026, 11, 21), datetime(2026, 11, 21, 0, 30), 7, 0)  # noqa: DTZ001  # as a workbook has them
    assert empty == [None, None]
    assert of_csv(written(tmp_path / "x.csv", "csv", [row], kinds)) == [
        ["2026-11-21", "2026-11-21 00:30:00", "7", "0", "", ""]
    ]


def test_more_rows_than_a_sheet_holds_go_on_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "ROWS_A_SHEET", 10)
    path = written(tmp_path / "x.xlsx", "xlsx", [[str(n)] for n in range(25)])
    book = load_workbook(path)
    assert book.sheetnames == ["表", "表2", "表3", "说明"]
    values = [row[0] for sheet in book.worksheets[:3] for row in list(sheet.values)[1:]]
    assert values == [str(n) for n in range(25)]
    assert list(book["说明"].values) == [("用途", "试一试")]
