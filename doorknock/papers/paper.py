"""A finished paper as data: what every form of it is drawn from, and what is kept when it is frozen.

Nothing here knows the database. A part makes its texts legible when it is made, so no form has to ask again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from doorknock.coverage.figures import rate
from doorknock.papers.legible import Broken, legible
from doorknock.words import _, lazy

KINDS = {
    "daily": lazy("日报"), "bulletin": lazy("通报"), "weekly": lazy("周报"), "monthly": lazy("月报"),
    "summary": lazy("阶段总结"),
}  # fmt: skip
NOTHING = "—"
"""Stands where there is no figure: never 0, never 0%."""

MARK = re.compile("〔([^〔〕]*)〕")
"""How a figure stands in a sentence that is being edited. 〔2026〕, as in the number of a document, is no mark."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a paper: its texts are made legible when it is made."""

    is_a: ClassVar[str] = ""

    def _tidy(self, *names: str) -> None:
        for name in names:
            object.__setattr__(self, name, legible(getattr(self, name)))

    def _hold(self, name: str, *kinds: type) -> None:
        held = getattr(self, name)
        if not isinstance(held, tuple) or not all(isinstance(each, kinds) for each in held):
            raise Broken(f"{name} of another kind")


@dataclass(frozen=True, slots=True)
class Figure(Part):
    """A number that the system counted, called by its key (see ``marks``), with the address of its records.

    ``value`` None is no figure and prints ``NOTHING``, or ``text`` where one is given ("<5"). With a ``base`` it is a
    rate. ``text`` is what stands in a sentence; left empty, it is written here.
    """

    is_a: ClassVar[str] = "figure"
    key: str
    value: int | None
    base: int | None = None
    text: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        for number in (self.value, self.base):
            if number is not None and type(number) is not int:
                raise Broken("no whole number")
        if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", str(self.key)):
            raise Broken("a key that no mark can call")
        if self.href and not re.fullmatch(r"/office/[\x21-\x7e]*", self.href):
            raise Broken("an address that is not the office's")
        self._tidy("text")
        if not self.text:
            object.__setattr__(self, "text", self._said())

    @property
    def percent(self) -> str:
        """The rate alone; ``NOTHING`` for an empty base or no figure."""
        return NOTHING if self.value is None or self.base is None else rate(self.value, self.base)

    @property
    def counts(self) -> str:
        """Numerator and denominator, "" where there is no base."""
        return "" if self.value is None or self.base is None else f"{self.value:,}/{self.base:,}"

    def _said(self) -> str:
        if self.value is None or self.base == 0:
            return NOTHING
        return (
            f"{self.value:,}"
            if self.base is None
            else _("%(percent)s（%(counts)s）", percent=self.percent, counts=self.counts)
        )


@dataclass(frozen=True, slots=True)
class Words(Part):
    """Words in the place of figures, over so many columns: 今日无安排. ``look``: it needs a look, as a silent phone."""

    is_a: ClassVar[str] = "words"
    text: str
    span: int = 1
    look: bool = False

    def __post_init__(self) -> None:
        self._tidy("text")
        if type(self.span) is not int or self.span < 1:
            raise Broken("words over no column")


Piece = str | Figure
Cell = str | Figure | Words


@dataclass(frozen=True, slots=True)
class Paragraph(Part):
    """A paragraph: texts, and figures standing in them."""

    is_a: ClassVar[str] = "paragraph"
    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        self._hold("pieces", str, Figure)
        tidied = tuple(each if isinstance(each, Figure) else legible(each) for each in self.pieces)
        if any(not m[1].isdigit() for each in tidied if isinstance(each, str) for m in MARK.finditer(each)):
            raise Broken("a text that looks like a figure's mark")
        object.__setattr__(self, "pieces", tidied)

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "".join(each.text if isinstance(each, Figure) else each for each in self.pieces)


@dataclass(frozen=True, slots=True)
class Head(Part):
    """The head of a column; figures stand at the right. ``key``: what the column's figures are called."""

    is_a: ClassVar[str] = "head"
    text: str
    number: bool = True
    key: str = ""

    def __post_init__(self) -> None:
        self._tidy("text", "key")


@dataclass(frozen=True, slots=True)
class Row(Part):
    """One row: what it is about, then its cells. ``code``: the region's; ``total`` rows are ruled off."""

    is_a: ClassVar[str] = "row"
    cells: tuple[Cell, ...]
    code: str = ""
    total: bool = False

    def __post_init__(self) -> None:
        self._hold("cells", str, Figure, Words)
        cells = tuple(legible(each) if isinstance(each, str) else each for each in self.cells)
        object.__setattr__(self, "cells", cells)
        self._tidy("code")

    @property
    def width(self) -> int:
        """How many columns it takes."""
        return sum(each.span if isinstance(each, Words) else 1 for each in self.cells)

    @property
    def name(self) -> str:
        """What the row is about."""
        return said(self.cells[0])

    def placed(self) -> list[tuple[int, Cell]]:
        """Each cell with the column that it stands in, or begins in."""
        found, column = [], 0
        for cell in self.cells:
            found.append((column, cell))
            column += cell.span if isinstance(cell, Words) else 1
        return found

    def columns(self) -> list[Cell]:
        """One cell for each column: words stand in the first that they span, nothing in the others."""
        return [at for each in self.cells for at in [each, *[""] * (each.span - 1 if isinstance(each, Words) else 0)]]


@dataclass(frozen=True, slots=True)
class Table(Part):
    """A table; Broken unless every row is as wide as the head."""

    is_a: ClassVar[str] = "table"
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        self._tidy("caption")
        self._hold("heads", Head)
        self._hold("rows", Row)
        if not self.heads or any(not row.cells or row.width != len(self.heads) for row in self.rows):
            raise Broken("a row that is not as wide as its head")


@dataclass(frozen=True, slots=True)
class Target(Part):
    """A line across a chart that says by when how much is meant to be reached; ``at`` names a row."""

    is_a: ClassVar[str] = "target"
    text: str
    value: int
    at: str = ""

    def __post_init__(self) -> None:
        self._tidy("text", "at")


@dataclass(frozen=True, slots=True)
class Chart(Part):
    """A picture of some columns of a table, which always stands beside it: "bars" by row, or "lines" over rows.

    Columns of rates are drawn as percentages, on a scale to 100; the total row is not drawn.
    """

    is_a: ClassVar[str] = "chart"
    kind: str
    title: str
    table: Table
    columns: tuple[int, ...] = (1,)
    target: Target | None = None

    def __post_init__(self) -> None:
        self._tidy("kind", "title")
        self._hold("columns", int)
        if self.kind not in ("bars", "lines") or not self.columns:
            raise Broken("an unknown chart")
        if not all(0 < column < len(self.table.heads) for column in self.columns):
            raise Broken("a chart of a column that is not there")


@dataclass(frozen=True, slots=True)
class Section(Part):
    """A part of a longer paper under its heading."""

    is_a: ClassVar[str] = "section"
    heading: str
    blocks: tuple[Paragraph | Table | Chart, ...]

    def __post_init__(self) -> None:
        self._tidy("heading")
        self._hold("blocks", Paragraph, Table, Chart)


Block = Paragraph | Table | Chart | Section


@dataclass(frozen=True, slots=True)
class Paper(Part):
    """A paper. ``notes`` stand small below, ``signed`` at its end (who, when); ``facts`` are texts by their mark."""

    is_a: ClassVar[str] = "paper"
    kind: str
    region_code: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    more: tuple[Figure, ...] = ()
    """Figures that are printed nowhere, for templates that ask for them."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Broken("an unknown kind of paper")
        self._tidy("region_code", "title", "subtitle")
        self._hold("blocks", Paragraph, Table, Chart, Section)
        self._hold("more", Figure)
        object.__setattr__(self, "notes", tuple(legible(each) for each in self.notes))
        object.__setattr__(self, "signed", tuple(legible(each) for each in self.signed))
        object.__setattr__(self, "facts", tuple((legible(key), legible(text)) for key, text in self.facts))

    def parts(self) -> Iterator[Paragraph | Table | Chart]:
        """Its blocks in reading order, those of sections included."""
        for block in self.blocks:
            yield from block.blocks if isinstance(block, Section) else (block,)

    def tables(self) -> list[Table]:
        """Its tables in reading order, those beside charts included."""
        found = (part.table if isinstance(part, Chart) else part for part in self.parts())
        return [each for each in found if isinstance(each, Table)]


def said(cell: Cell) -> str:
    """A cell as text."""
    return cell if isinstance(cell, str) else cell.text
