"""Whatever bytes come in, a workbook is read or refused in plain words, quickly and in little memory."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import doorknock
from doorknock.sheets import Cell, SheetError, column_letters, open_workbook
from tests.places.workbooks import LOCKED, MAIN, OLE, Day, Formula, Page, Row, packed, parts, with_strings, workbook

GROWTH = """
import re, sys
from pathlib import Path
from doorknock.sheets import SheetError, open_workbook

def peak():  # of this program alone; ru_maxrss begins with what the starting process had
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

data = Path(sys.argv[1]).read_bytes()
before = peak()
try:
    open_workbook(data)
except SheetError:
    pass
print(peak() - before)
"""
PLAIN = [["户主", "门牌"], ["王桂花", "一组1号"]]
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def refusal(data: bytes) -> str:
    with pytest.raises(SheetError) as caught:
        open_workbook(data)
    assert caught.value.message.endswith("。")
    return caught.value.code


def grown(data: bytes, folder: Path) -> int:
    """By how many bytes a process grows at its peak while it opens this file."""
    file = folder / "roster.xlsx"
    file.write_bytes(data)
    home = {"PYTHONPATH": str(Path(doorknock.__file__).parents[1])}
    said = subprocess.run([sys.executable, "-c", GROWTH, file], env=home, capture_output=True, check=True)
    return int(said.stdout) * 1024


def written(inside: str) -> bytes:
    return workbook(Page("一组", [], written=inside))


def rows_of(count: int, cells: str) -> str:
    return "<sheetData>" + "".join(f'<row r="{n}">{cells}</row>' for n in range(1, count + 1)) + "</sheetData>"


def with_doctype(part: str) -> bytes:
    files = with_strings(parts(Page("一组", PLAIN)), "<sst/>")
    return packed(files | {part: LAUGHS.encode() + b"<x>&i;</x>"})


def bomb() -> bytes:
    return packed(parts(Page("一组", PLAIN)) | {"xl/media/image1.png": bytes(230 * 2**20)})


def small_bomb() -> bytes:
    return packed(parts(Page("一组", PLAIN)) | {"xl/media/image1.png": bytes(30 * 2**20)})


def lying_bomb() -> bytes:
    """A sheet that unpacks to 60 MB while the zip's directory says 1,000 bytes."""
    data = bytearray(written("<sheetData>" + " " * (60 * 2**20) + "</sheetData>"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bytes(data).replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def crowded() -> bytes:
    return packed(parts(Page("一组", PLAIN)) | {f"xl/{n}.xml": b"" for n in range(300)})


def crowd_of(count: int) -> bytes:
    return packed({f"{n:x}": b"" for n in range(count)})


def noise(size: int) -> str:
    return random.Random(1).randbytes(size // 2).hex()


def long_strings() -> bytes:
    text = "<sst>" + "<si><t>一</t></si>" * 600_000 + "</sst>"
    return packed(with_strings(parts(Page("一组", PLAIN)), text) | {"pad": noise(600_000).encode()})


def one_locked_entry() -> bytes:
    data = bytearray(workbook(Page("一组", PLAIN)))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty_file"),
    "a text": (lambda: "户主,门牌\n王桂花,1号".encode(), "not_workbook"),
    "a web page named .xls": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "not_workbook"),
    "a zip of something else": (lambda: packed({"a.txt": b"a"}), "not_workbook"),
    "a letter": (
        lambda: packed(
            {
                name.replace("xl/workbook.xml", "word/document.xml"): content.replace(
                    b"xl/workbook.xml", b"word/document.xml"
                )
                .replace(b"<workbook", b"<document")
                .replace(b"</workbook", b"</document")
                for name, content in parts(Page("一组", PLAIN)).items()
            }
            | {"word/_rels/document.xml.rels": b"<Relationships/>"}
        ),
        "not_workbook",
    ),
    "an old .xls": (lambda: OLE, "old_format"),
    "an .xlsb": (lambda: packed({"xl/workbook.bin": b""}), "old_format"),
    "an .ods": (lambda: packed({"content.xml": b""}), "old_format"),
    "a password": (lambda: LOCKED, "encrypted"),
    "a zip with a password": (one_locked_entry, "encrypted"),
    "too many bytes": (lambda: b"PK\x03\x04" + bytes(10 * 2**20), "too_many_bytes"),
    "a zip bomb": (bomb, "too_big"),
    "a small zip bomb": (small_bomb, "too_big"),
    "a bomb that lies": (lying_bomb, "damaged"),
    "300 parts": (crowded, "too_big"),
    "90,000 parts": (lambda: crowd_of(90_000), "too_big"),
    "entities in the book": (lambda: with_doctype("xl/workbook.xml"), "unsafe"),
    "entities in the links": (lambda: with_doctype("_rels/.rels"), "unsafe"),
    "entities in the strings": (lambda: with_doctype("xl/sharedStrings.xml"), "unsafe"),
    "entities in a sheet": (lambda: with_doctype("xl/worksheets/sheet1.xml"), "unsafe"),
    "entities in the styles": (lambda: with_doctype("xl/styles.xml"), "unsafe"),
    "one endless tag": (lambda: written(f'<c r="{noise(9 * 2**20)}"/>'), "unsafe"),
    "one endless remark": (lambda: written(f"<!--{noise(9 * 2**20)}-->"), "unsafe"),
    "a deep nest": (lambda: written("<a>" * 200_000), "unsafe"),
    "empty cells without end": (lambda: written("<sheetData><row>" + "<c/>" * 4_000_000), "too_big"),
    "strings without end": (long_strings, "too_big"),
    "20,001 rows": (lambda: written(rows_of(20_001, "<c><v>1</v></c>")), "too_many_rows"),
    "201 columns": (lambda: written(rows_of(1, "<c><v>1</v></c>" * 201)), "too_many_columns"),
    "a cell in the last column": (lambda: written(rows_of(1, '<c r="XFD1"><v>1</v></c>')), "too_many_columns"),
    "a column beyond the last": (lambda: written(rows_of(1, '<c r="ZZZZ1"><v>1</v></c>')), "damaged"),
    "a row beyond the last": (lambda: written('<sheetData><row r="99999999"/></sheetData>'), "damaged"),
    "a row that is no number": (lambda: written('<sheetData><row r="x"/></sheetData>'), "damaged"),
    "half a sheet": (lambda: written("<sheetData><row>"), "damaged"),
    "half a file": (lambda: workbook(Page("一组", PLAIN))[:600], "damaged"),
    "no sheets": (lambda: workbook(), "no_sheet"),
    "empty sheets": (lambda: workbook(Page("一组", []), Page("二组", [[None, " "]])), "no_sheet"),
    "hidden sheets": (lambda: workbook(Page("一组", PLAIN, state="veryHidden")), "no_sheet"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_is_refused_in_plain_words(kind: str) -> None:
    make, code = HOSTILE[kind]
    assert refusal(make()) == code


@pytest.mark.parametrize(
    "kind", ["a zip bomb", "90,000 parts", "strings without end", "empty cells without end", "one endless tag"]
)
def test_is_refused_in_little_memory(kind: str, tmp_path: Path) -> None:
    assert grown(HOSTILE[kind][0](), tmp_path) < 200 * 2**20


def test_the_largest_file_that_is_read_needs_little_memory_too(tmp_path: Path) -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>禾丰村{n}号</t></is></c>' for n in range(10))
    data = written(rows_of(20_000, cells))
    assert len(open_workbook(data)[0].rows) == 20_000
    assert grown(data, tmp_path) < 200 * 2**20


def test_values_come_as_their_kind() -> None:
    row: Row = ["王桂花", 3, 1.5, True, Day(46023), " ", None, Formula("A1+1", "9")]
    (sheet,) = open_workbook(workbook(Page("一组", [row])))
    assert {column: cell.value for column, cell in sheet.rows[1].items()} == {
        1: "王桂花",
        2: 3,
        3: 1.5,
        4: True,
        5: date(2026, 1, 1),
        8: None,
    }


def test_a_phone_stored_as_a_number_keeps_its_digits() -> None:
    data = written(rows_of(1, '<c><v>1.3812345678E10</v></c><c t="n"><v>13812345678.0</v></c>'))
    assert open_workbook(data)[0].rows[1] == {1: Cell(13812345678), 2: Cell(13812345678)}


@pytest.mark.parametrize("number", ["1e999", "nan", "inf", "1_000", "--1", "9" * 5000, "0x1F", ""])
def test_a_number_that_is_none_reads_as_blank(number: str) -> None:
    data = written(rows_of(1, f"<c><v>{number}</v></c><c><v>1</v></c>"))
    assert open_workbook(data)[0].rows[1] == {2: Cell(1)}


def test_a_formula_is_marked_and_its_remembered_result_is_not_read() -> None:
    data = workbook(Page("一组", [[Formula('HYPERLINK("http://example.invalid")', "领取补贴"), "=1+1"]]))
    assert open_workbook(data)[0].rows[1] == {1: Cell(None, formula=True), 2: Cell("=1+1")}


def test_shared_strings_join_their_runs_without_the_reading_aid() -> None:
    strings = (
        f'<x:sst xmlns:x="{MAIN}"><x:si><x:r><x:t>王</x:t></x:r><x:r><x:t>桂花</x:t></x:r>'
        "<x:rPh><x:t>wang</x:t></x:rPh></x:si><x:si><x:t>a_x000D_b_x005F_c</x:t></x:si></x:sst>"
    )
    page = Page("一组", [], written=rows_of(1, "".join(f'<c t="s"><v>{n}</v></c>' for n in (0, 1, 7))))
    (sheet,) = open_workbook(packed(with_strings(parts(page), strings)))
    assert sheet.rows[1] == {1: Cell("王桂花"), 2: Cell("a b_c")}


def test_rows_keep_their_numbers_however_far_apart() -> None:
    far = '<sheetData><row r="1048576"><c r="B1048576"><v>2</v></c></row><row r="3"><c><v>1</v></c></row></sheetData>'
    assert list(open_workbook(written(far))[0].rows) == [3, 1_048_576]


def test_65_000_bordered_rows_without_content_are_no_rows() -> None:
    data = written(rows_of(1, "<c><v>1</v></c>") + rows_of(65_000, '<c s="1"/><c s="1"/><c s="1"/>'))
    assert list(open_workbook(data)[0].rows) == [1]


def test_a_hidden_sheet_comes_with_its_name_alone() -> None:
    hidden, shown = open_workbook(workbook(Page("旧表", PLAIN, state="hidden"), Page("一组", PLAIN)))
    assert (hidden.name, hidden.hidden, hidden.rows) == ("旧表", True, {})
    assert len(shown.rows) == 2


def test_merged_areas_are_known_by_their_first_cell() -> None:
    data = workbook(Page("一组", PLAIN, merged=["A1:G1", "$A:$B", "x"]))
    assert open_workbook(data)[0].merged == {(1, 1): (1, 7)}


def test_columns_are_named_as_on_the_screen() -> None:
    assert [column_letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_refused_and_nothing_else_happens(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        refusal(start + data)


@pytest.mark.parametrize("seed", range(30))
def test_a_broken_file_is_read_or_refused_and_nothing_else_happens(seed: int) -> None:
    whole = workbook(Page("一组", PLAIN, merged=["A1:B1"]), Page("二组", [[Day(1), Formula("1"), 2.5]]))
    dice = random.Random(seed)
    for _ in range(40):
        _read_or_refuse(_spoiled(whole, dice))
        files = parts(Page("一组", PLAIN, merged=["A1:B1"]))
        name = dice.choice(sorted(files))
        _read_or_refuse(packed(files | {name: _spoiled(files[name], dice)}))


def _spoiled(data: bytes, dice: random.Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return bytes(spoiled[: dice.randint(1, len(spoiled))]) if dice.random() < 0.3 else bytes(spoiled)


def _read_or_refuse(data: bytes) -> None:
    with suppress(SheetError):
        assert open_workbook(data)
