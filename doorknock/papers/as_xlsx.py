"""A paper's tables as an Excel workbook: figures as numbers, words as words, ready to print on A4."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from doorknock import clock
from doorknock.papers.paper import KINDS, Block, Cell, Chart, Figure, Paper, Paragraph, Section, Table, Words, said
from doorknock.papers.shapes import width_of
from doorknock.words import _

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_KEPT_NAMES = {"history"}
"""Excel keeps these for itself."""
_WIDEST, _LEAST = 30.0, 76.0
"""How wide a column may be, and a page at least: of Excel's measure, half a Chinese sign each."""
_TEXT = 32_000
"""Signs that go into a cell; Excel takes 32,767."""


def as_xlsx(paper: Paper) -> bytes:
    """The .xlsx: a sheet for each table, before them one with the words where there is not just one table.

    Nothing in it is a formula or a link. A rate takes two columns, the percentage as a number and its counts as text.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _SAFE)
    now = clock.now().astimezone(clock.SHANGHAI).replace(tzinfo=None, microsecond=0)  # Excel knows no zones
    book.set_properties({"title": paper.title[:200], "created": now})
    writer = _Writer(book, paper)
    tables = list(_tables(paper))
    words = list(_words(paper.blocks))
    if len(tables) != 1:
        writer.page(_("文字"), words, None)
    for title, table in tables:
        writer.page(title, words if len(tables) == 1 else [title], table)
    book.close()
    return out.getvalue()


def _words(blocks: Iterable[Block]) -> Iterator[str]:
    """Headings and paragraphs."""
    for block in blocks:
        if isinstance(block, Section):
            yield block.heading
            yield from _words(block.blocks)
        elif isinstance(block, Paragraph):
            yield block.text


def _tables(paper: Paper) -> Iterator[tuple[str, Table]]:
    """Each table under its caption, or else its chart's title or the heading of its section."""
    for block in paper.blocks:
        inside, heading = (block.blocks, block.heading) if isinstance(block, Section) else ((block,), "")
        for part in inside:
            if isinstance(part, Chart):
                yield part.title or heading, part.table
            elif isinstance(part, Table):
                yield part.caption or heading, part


@dataclass(frozen=True)
class _Item:
    """What stands in a cell of the sheet, in which format, over so many columns."""

    value: str | int | float
    style: str
    span: int = 1


@dataclass(frozen=True)
class _Sheet:
    """A table as rows of items; rates have become two columns."""

    heads: list[str]
    rows: list[tuple[list[_Item], bool]]

    @classmethod
    def of(cls, table: Table) -> _Sheet:
        """The table so."""
        columns = list(zip(*(row.columns() for row in table.rows), strict=True)) or [()] * len(table.heads)
        split = [any(isinstance(cell, Figure) and cell.base is not None for cell in column) for column in columns]
        heads = []
        for head, twice in zip(table.heads, split, strict=True):
            heads += [head.text, _("分子/分母")] if twice else [head.text]
        return cls(heads, [(list(_items(row.cells, split)), row.total) for row in table.rows])

    def widths(self) -> list[float]:
        """How wide each column must be, as Excel measures."""
        needs = [max(width_of(head, 1), 3.0) for head in self.heads]
        for items, _total in self.rows:
            at = 0
            for item in items:
                if item.span == 1:
                    needs[at] = max(needs[at], width_of(_shown(item), 1))
                at += item.span
        widths = [min(2 * need + 2, _WIDEST) for need in needs]
        return [width * max(1.0, _LEAST / sum(widths)) for width in widths]


def _items(cells: Iterable[Cell], split: list[bool]) -> Iterator[_Item]:
    at = 0
    for cell in cells:
        span = cell.span if isinstance(cell, Words) else 1
        wide = span + sum(split[at : at + span])
        if isinstance(cell, Figure) and cell.base is not None:
            yield from _rate(cell)
        elif isinstance(cell, Figure):
            yield _Item(said(cell), "said", wide) if cell.value is None else _Item(cell.value, "number", wide)
        else:
            yield _Item(said(cell), "text", wide)
        at += span


def _rate(figure: Figure) -> Iterator[_Item]:
    if figure.value is None or not figure.base:
        yield _Item(figure.text if figure.value is None else figure.percent, "said")
    else:
        yield _Item(figure.value / figure.base, "rate")
    yield _Item(figure.counts, "said")


def _shown(item: _Item) -> str:
    if isinstance(item.value, str):
        return item.value
    return f"{item.value:,}" if item.style == "number" else "100.0%"


class _Writer:
    """Writes the workbook of one paper, sheet by sheet."""

    def __init__(self, book: Any, paper: Paper) -> None:
        self.book, self.paper = book, paper
        self.kind = str(KINDS[paper.kind])
        self.taken = set(_KEPT_NAMES)
        self.formats = _formats(book)

    def page(self, name: str, words: list[str], table: Table | None) -> None:
        """A sheet: the paper's title, these words, the table, who signs and the notes."""
        sheet = self._sheet(name)
        made = _Sheet.of(table) if table else _Sheet([""], [])
        widths = made.widths() if table else [84.0]
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        if sum(widths) > 95:
            sheet.set_landscape()
        across = _Across(sheet, widths, self.formats)
        across.write(self.paper.title, "title")
        for text, style in [(self.paper.subtitle, "subtitle"), *((each, "words") for each in words)]:
            if text and text != self.paper.title:
                across.write(text, style)
        if table:
            self._table(sheet, made, across)
        for text, style in [*((s, "signed") for s in self.paper.signed), *((n, "note") for n in self.paper.notes)]:
            across.write(text, style)

    def _sheet(self, name: str) -> Any:
        short = _NOT_IN_A_NAME.sub(" ", name).encode("utf-16-le")[:52].decode("utf-16-le", "ignore")  # 31 at most
        plain = short.strip(" '") or self.kind
        found, number = plain, 1
        while found.lower() in self.taken:
            number += 1
            found = f"{plain}{number}"
        self.taken.add(found.lower())
        sheet = self.book.add_worksheet(found)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
        sheet.center_horizontally()
        sheet.set_footer("&C&P / &N")
        return sheet

    def _table(self, sheet: Any, made: _Sheet, across: _Across) -> None:
        sheet.repeat_rows(across.row)
        sheet.freeze_panes(across.row + 1, 1)
        sheet.set_row(across.row, 32)
        for number, head in enumerate(made.heads):
            sheet.write_string(across.row, number, head[:_TEXT], self.formats["head"])
        for items, total in made.rows:
            across.row += 1
            sheet.set_row(across.row, 20)
            at = 0
            for item in items:
                style = self.formats[item.style + (" total" if total else "")]
                if item.span > 1:
                    sheet.merge_range(across.row, at, across.row, at + item.span - 1, "", style)
                if isinstance(item.value, str):
                    sheet.write_string(across.row, at, item.value[:_TEXT], style)
                else:
                    sheet.write_number(across.row, at, item.value, style)
                at += item.span
        across.row += 1


class _Across:
    """Texts over all columns, one below the other; ``row`` is the next."""

    def __init__(self, sheet: Any, widths: list[float], formats: dict[str, Any]) -> None:
        self.sheet, self.columns, self.width, self.formats = sheet, len(widths), sum(widths), formats
        self.row = 0

    def write(self, text: str, style: str) -> None:
        """The text, in as many lines as it takes."""
        if self.columns > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.columns - 1, "", self.formats[style])
        self.sheet.write_string(self.row, 0, text[:_TEXT], self.formats[style])
        lines = -(-width_of(text, 2.1) // max(self.width - 2, 1))
        self.sheet.set_row(self.row, 30 if style == "title" else min(400, 17 * max(1, lines) + 3))
        self.row += 1


def _formats(book: Any) -> dict[str, Any]:
    font: dict[str, Any] = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
    cell = font | {"border": 1}
    right = cell | {"align": "right"}
    given = {
        "text": cell | {"text_wrap": True, "indent": 1}, "said": right, "number": right | {"num_format": "#,##0"},
        "rate": right | {"num_format": "0.0%"},
    }  # fmt: skip
    given |= {f"{name} total": how | {"bold": True, "top": 2} for name, how in given.items()}
    given |= {
        "title": font | {"font_size": 18, "bold": True, "align": "center"},
        "subtitle": font | {"font_size": 10, "align": "center"}, "signed": font | {"align": "right"},
        "words": font | {"text_wrap": True}, "note": font | {"font_size": 10, "text_wrap": True},
        "head": cell | {"bold": True, "align": "center", "text_wrap": True},
    }  # fmt: skip
    return {name: book.add_format(how) for name, how in given.items()}
