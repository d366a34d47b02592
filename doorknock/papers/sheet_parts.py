"""The parts of a workbook by position: where in the bytes each cell stands, so that a few can be replaced.

Everything that is not replaced stays as it was, byte for byte. Whoever calls has seen the parts through
``templates.opened``: no document type, bounded in size and depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from doorknock.ooxml import SheetError
from doorknock.papers.sheet_bytes import TAG, Piece, Rich
from doorknock.sheets import column_letters

MOST_CELLS = 100_000
"""Cells and rows in a whole workbook: far above any form, far below what fills the memory."""
_MOST_MERGED = 5_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass
class CellAt:
    """A cell: where it is, its style, and what stands in it. ``shared`` is the number of a shared string."""

    row: int
    column: int
    whole: Piece
    style: str = ""
    shared: int | None = None
    rich: Rich | None = None
    formula: Piece | None = None
    formula_text: str = ""
    raw: str = ""

    @property
    def name(self) -> str:
        """As Excel calls it: B5."""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.shared is None and self.rich is None and self.formula is None and not self.raw


@dataclass
class RowAt:
    """A row: its opening tag, its end, and its cells by column."""

    number: int
    opening: Piece
    end: int
    cells: dict[int, CellAt] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether it is one empty tag."""
        return self.end == self.opening.end


class _Walk:
    """Walks a part once; a subclass is told of each element with its piece."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.prefix = ""
        self._open: list[tuple[str, int]] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.XmlDeclHandler = self._declared
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, ValueError) as error:
            raise SheetError("damaged") from error

    def opened(self, tag: str, attributes: dict[str, str], piece: Piece) -> None:
        """An element begins; ``piece`` is its opening tag."""

    def closed(self, tag: str, text: str, piece: Piece) -> None:
        """An element ends; ``piece`` is all of it, ``text`` what stood since the last tag."""

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            raise SheetError("damaged")  # positions would not be those of our bytes

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        self._text.clear()
        self._open.append((tag, at))
        self.opened(tag.rpartition(":")[2], attributes, Piece(at, self._tag_end(at)))

    def _end(self, tag: str) -> None:
        _tag, start = self._open.pop()
        at = self._parser.CurrentByteIndex
        end = self._tag_end(start)
        if self.data[end - 2 : end] != b"/>":
            end = self._tag_end(at)
        text = "".join(self._text)
        self._text.clear()
        self.closed(tag.rpartition(":")[2], text, Piece(start, end))

    def _tag_end(self, at: int) -> int:
        found = TAG.match(self.data, at)
        if found is None:
            raise SheetError("damaged")
        return found.end()


class _Texts(_Walk):
    """Gathers the runs of texts that stand in an element of this kind."""

    kind = ""

    def __init__(self, data: bytes) -> None:
        self.rich: Rich | None = None
        self._aside = 0
        super().__init__(data)

    def opened(self, tag: str, attributes: dict[str, str], piece: Piece) -> None:
        if tag == self.kind:
            self.rich = Rich(piece)
        self._aside += tag == "rPh"

    def closed(self, tag: str, text: str, piece: Piece) -> None:
        if self.rich is None:
            return
        if tag == "rPh":
            self._aside -= 1
        if tag in ("rPh", "phoneticPr"):
            self.rich.aside.append(piece)
        elif tag == "t" and not self._aside:
            self.rich.nodes.append((piece, text))
        elif tag == self.kind:
            self.rich.whole = piece


class Strings(_Texts):
    """The shared strings, in order."""

    kind = "si"

    def __init__(self, data: bytes) -> None:
        self.found: list[Rich] = []
        super().__init__(data)

    def opened(self, tag: str, attributes: dict[str, str], piece: Piece) -> None:
        super().opened(tag, attributes, piece)
        if tag == "sst":
            self.prefix = _prefix(self._open[-1][0])

    def closed(self, tag: str, text: str, piece: Piece) -> None:
        super().closed(tag, text, piece)
        if tag == "si" and self.rich is not None:
            self.found.append(self.rich)
            self.rich = None


class Grid(_Texts):
    """A worksheet: its rows by number, its merged areas, and where its data end."""

    kind = "is"

    def __init__(self, data: bytes, room: int = MOST_CELLS) -> None:
        self.rows: dict[int, RowAt] = {}
        self.merged: list[Area] = []
        self.data_end = 0
        self.room = room
        self._row = self._column = 0
        self._cell: CellAt | None = None
        self._kind = ""
        super().__init__(data)
        if not self.data_end:
            raise SheetError("damaged")

    def opened(self, tag: str, attributes: dict[str, str], piece: Piece) -> None:
        super().opened(tag, attributes, piece)
        if tag == "row":
            self._row = int(attributes.get("r", "")[:8] or self._row + 1)
            self._column = 0
            self.room -= 1
            if self.room < 0:
                raise SheetError("too_big")
            if self._row in self.rows:
                raise SheetError("damaged")
            self.rows[self._row] = RowAt(self._row, piece, piece.end)
        elif tag == "c":
            self._open_cell(attributes, piece)
        elif tag == "mergeCell" and (area := area_of(attributes.get("ref", ""))):
            self.merged.append(area)
            if len(self.merged) > _MOST_MERGED:
                raise SheetError("too_big")
        elif tag == "sheetData":
            self.prefix = _prefix(self._open[-1][0])

    def closed(self, tag: str, text: str, piece: Piece) -> None:
        super().closed(tag, text, piece)
        if tag == "row":
            self.rows[self._row].end = piece.end
        elif tag == "sheetData":
            self.data_end = piece.end
        elif self._cell is not None:
            self._fill_cell(self._cell, tag, text, piece)

    def _open_cell(self, attributes: dict[str, str], piece: Piece) -> None:
        self.room -= 1  # of rows and cells together
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = column_of(found[1]) if found else self._column + 1
        row = self.rows.get(self._row)
        if self.room < 0:
            raise SheetError("too_big")
        if row is None or self._column in row.cells or (found and int(found[2]) != self._row):
            raise SheetError("damaged")
        self._cell = CellAt(self._row, self._column, piece, attributes.get("s", ""))
        self._kind = attributes.get("t", "n")
        row.cells[self._column] = self._cell

    def _fill_cell(self, cell: CellAt, tag: str, text: str, piece: Piece) -> None:
        if tag == "f":
            cell.formula, cell.formula_text = piece, text
        elif tag == "v" and self._kind == "s" and text.isascii() and text.isdigit():
            cell.shared = int(text[:8])
        elif tag == "v":
            cell.raw = text
        elif tag == "is":
            cell.rich, self.rich = self.rich, None
        elif tag == "c":
            cell.whole, self._cell = piece, None


def _prefix(tag: str) -> str:
    return tag.rpartition(":")[0] + ":" if ":" in tag else ""


def column_of(letters: str) -> int:
    """The column's number, from 1."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def area_of(reference: str) -> Area | None:
    """The area that a reference such as A1:G1 or B5 names."""
    first, _colon, last = reference.replace("$", "").partition(":")
    ends = [_REFERENCE.fullmatch(each) for each in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        return None
    return int(ends[0][2]), column_of(ends[0][1]), int(ends[1][2]), column_of(ends[1][1])


def each_cell(grid: Grid) -> Iterator[CellAt]:
    """Its cells, row by row."""
    for row in grid.rows.values():
        yield from row.cells.values()
