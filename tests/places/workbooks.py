"""Workbooks made in memory, part by part, so that a test can also make what no program would save."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from doorknock.sheets import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = ["序号", "户主", "门牌", "成年人数", "电话", "类型", "备注"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(1000)


class Formula(NamedTuple):
    """A formula and the result its program remembered."""

    text: str
    result: str = ""


class Day(NamedTuple):
    """A number in a cell that is formatted as a date."""

    serial: int


Content = str | int | float | bool | None | Formula | Day


Row = Sequence[Content]


@dataclass
class Page:
    """A sheet to be written: rows from row 1 on, merged areas such as "A1:G1"."""

    name: str
    rows: Sequence[Row]
    merged: Sequence[str] = ()
    state: str = "visible"
    written: str = field(default="", repr=False)
    """The whole inside of the worksheet element, where a test writes it itself."""


def workbook(*pages: Page) -> bytes:
    """An .xlsx with these sheets."""
    return packed(parts(*pages))


def roster(*rows: Row, group: str = "一组", head: Sequence[str] = HEAD) -> bytes:
    """A workbook with one sheet: the usual head, then these rows."""
    return workbook(Page(group, [head, *rows]))


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(*pages: Page) -> dict[str, bytes]:
    """The files inside an .xlsx with these sheets, by name."""
    links = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(pages) + 1)]
    listed = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{n}" state="{page.state}" r:id="r{n}"/>'
        for n, page in enumerate(pages, 1)
    )
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _links([*links, ("styles", "styles.xml")]),
        "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    for n, page in enumerate(pages, 1):
        inside = page.written or _inside(page)
        files[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{MAIN}">{inside}</worksheet>'
    return {name: content.encode() for name, content in files.items()}


def with_strings(files: dict[str, bytes], strings: str) -> dict[str, bytes]:
    """The same files and a part of shared strings holding this XML."""
    links = files["xl/_rels/workbook.xml.rels"].decode()
    link = f'<Relationship Id="rs" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    return files | {
        "xl/_rels/workbook.xml.rels": links.replace("</Relationships>", f"{link}</Relationships>").encode(),
        "xl/sharedStrings.xml": strings.encode(),
    }


def _links(targets: Sequence[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'


def _inside(page: Page) -> str:
    rows = "".join(_row(number, row) for number, row in enumerate(page.rows, 1) if row)
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in page.merged)
    return f"<sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells>"


def _row(number: int, row: Row) -> str:
    cells = "".join(_cell(f"{column_letters(n)}{number}", value) for n, value in enumerate(row, 1))
    return f'<row r="{number}">{cells}</row>'


def _cell(reference: str, value: Content) -> str:
    if value is None:
        return f'<c r="{reference}"/>'
    if isinstance(value, Formula):
        inside = f"<f>{escape(value.text)}</f><v>{escape(value.result)}</v>"
        return f'<c r="{reference}" t="str">{inside}</c>'
    if isinstance(value, Day):
        return f'<c r="{reference}" s="1"><v>{value.serial}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{reference}" t="inlineStr">{text}</c>'
    return f'<c r="{reference}"><v>{value!r}</v></c>'
