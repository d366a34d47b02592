"""Safe reading of .xlsx workbooks: values only, bounded in time and memory.

An own reader, because a roster comes from outside and the usual libraries materialise something
before they can be stopped: a dense range up to the furthest cell, every style, every shared string.
No formula is evaluated, and its remembered result is not trusted either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from doorknock.cells import MAX_TEXT, Cell, Runs, Value, Values
from doorknock.ooxml import Package, Part, Relations, SheetError

__all__ = ["Cell", "Sheet", "SheetError", "Value", "column_letters", "open_workbook"]

MAX_ROWS = 20_000
MAX_COLUMNS = 200
_LAST_ROW = 1_048_576


@dataclass(slots=True)
class Sheet:
    """One sheet. Row and column numbers are Excel's, both from 1.

    ``rows`` holds, ascending, only rows with something in them, and of those only the cells with
    something in them, so that a stray cell a million rows down costs one cell. ``merged`` maps the
    first cell of a merged area to its last. A hidden sheet comes with its name alone, for nobody
    saw what stands in it; hidden rows are read, for a forgotten filter hides rows that belong.
    """

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def open_workbook(data: bytes) -> list[Sheet]:
    """The sheets of an .xlsx file, in its order; at least one has a row.

    Raises SheetError and nothing else, whatever the bytes, within about 2 s and 200 MB.
    """
    package = Package(data)
    if "[Content_Types].xml" not in package:
        raise SheetError("not_workbook")
    book = Book(package, Relations(package, "").first("/officeDocument"))
    relations = Relations(package, book.part)
    values = Values(package, relations, book.epoch)
    sheets, room = [], MAX_ROWS
    for name, hidden, link in book.listed:
        kind, part = relations.targets.get(link, ("", ""))
        if not kind.endswith("/worksheet"):
            continue  # a chart or a macro sheet
        sheet = Sheet(name, hidden)
        sheets.append(sheet)
        if not hidden:
            _Rows(package, part, sheet, values, room)
            room -= len(sheet.rows)
    if room == MAX_ROWS:
        raise SheetError("no_sheet")
    return sheets


def column_letters(column: int) -> str:
    """The letters Excel shows over a column, numbered from 1."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Book(Part):
    """The list of sheets as (name, hidden, relation id), and the day that dates count from."""

    def __init__(self, package: Package, part: str) -> None:
        self.part = part
        self.listed: list[tuple[str, bool, str]] = []
        self.epoch = date(1899, 12, 30)
        self._seen = False
        if not part:
            raise SheetError("not_workbook")
        super().__init__(package, part)
        if not self._seen:
            raise SheetError("not_workbook")

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        if tag == "workbook":
            self._seen = True
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = date(1904, 1, 1)
        elif tag == "sheet":
            link = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.listed.append((attributes.get("name", "")[:31], hidden, link))


class _Rows(Part):
    """Fills a sheet with its rows, stopping at the first cell that is one too many."""

    def __init__(self, package: Package, part: str, sheet: Sheet, values: Values, room: int) -> None:
        self._sheet = sheet
        self._values = values
        self._room = room
        self._row = self._column = 0
        self._cells: dict[int, Cell] = {}
        self._kind = self._style = self._raw = ""
        self._formula = False
        self._runs = Runs()
        super().__init__(package, part)
        sheet.rows = dict(sorted(sheet.rows.items()))

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        if tag == "c":
            reference = attributes.get("r")
            self._column = _column(reference) if reference else self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._raw, self._formula = "", False
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number[:9]) if number else self._row + 1
            self._column = 0
            if not 0 < self._row <= _LAST_ROW:
                raise SheetError("damaged")
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        else:
            self._runs.opened(tag)

    def closed(self, tag: str, text: str, /) -> None:
        if tag == "c":
            if self._formula:
                self._keep(Cell(None, formula=True))
            elif self._raw:
                self._keep(Cell(self._values.read(self._kind, self._style, self._raw)))
        elif tag == "v":
            self._raw = text[:MAX_TEXT]
        elif tag == "is":
            self._raw = self._runs.taken()
        elif tag == "f":
            self._formula = True
        else:
            self._runs.closed(tag, text)

    def _keep(self, cell: Cell) -> None:
        if cell.value is None and not cell.formula:
            return
        if self._column > MAX_COLUMNS:
            raise SheetError("too_many_columns")
        if self._row not in self._sheet.rows and len(self._sheet.rows) >= self._room:
            raise SheetError("too_many_rows")
        self._sheet.rows.setdefault(self._row, {})[self._column] = cell

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [_CORNER.fullmatch(corner) for corner in (first, last)]
        if corners[0] and corners[1]:
            (top, left), (bottom, right) = ((int(c[2]), _column(c[1])) for c in corners if c)
            self._sheet.merged[top, left] = (bottom, right)


_CORNER = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def _column(reference: str) -> int:
    """The column of a reference such as B12, from 1."""
    column = 0
    letters = reference.rstrip("0123456789")
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise SheetError("damaged")
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column
