"""「存成图片」: a whole paper as one drawing for a chat group, 1080 pixels wide.

The page's script makes a PNG of it on the clerk's own computer, with that computer's Chinese fonts: a server may have
none. Lines are broken by measured widths, a Chinese sign one em and a narrow one 0.55, which holds for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from doorknock.errors import Refused
from doorknock.papers import charts
from doorknock.papers.paper import Block, Cell, Chart, Figure, Paper, Paragraph, Row, Section, Table, Words, said
from doorknock.papers.shapes import (
    AMBER,
    CARD,
    EDGE,
    INK,
    INK_2,
    LINE,
    Box,
    Drawing,
    Run,
    Stroke,
    Text,
    width_of,
    wrapped,
)
from doorknock.words import _

WIDTH = 1080
TALLEST = 12_000
"""Beyond this phones shrink a picture until nobody can read it, and old browsers draw none."""
FAMILY = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, SimSun, sans-serif"
_MARGIN = 60
_ROOM = WIDTH - 2 * _MARGIN
_BODY, _SMALL = 34.0, 26.0
_LEADING = 1.3
_SIZES = (30.0, 28.0, 26.0, 24.0, 22.0, 20.0)
"""Of a table's text: the first at which it fits."""


def as_svg(paper: Paper) -> Drawing:
    """The paper as a drawing for ``papers/_drawing.html``; Refused where it is too long for a picture."""
    sheet = _Sheet(Drawing(WIDTH, 0, paper.title, paper.subtitle, "picture"))
    sheet.lines(((paper.title, True),), 46, middle=True, after=14)
    if paper.subtitle:
        sheet.lines(((paper.subtitle, False),), _SMALL, middle=True, colour=INK_2, after=26)
    _blocks(sheet, paper.blocks)
    for line in paper.signed:
        sheet.right(line)
    for note in paper.notes:
        sheet.lines(((note, False),), _SMALL, colour=INK_2, after=4)
    drawing = sheet.drawing
    drawing.height = sheet.y + _MARGIN - 20
    if drawing.height > TALLEST:
        raise Refused(_("这份太长，存成图片看不清。请下载 Word，或者打印。"))
    drawing.shapes.insert(0, Box(0, 0, WIDTH, drawing.height, CARD, CARD))
    drawing.shapes.insert(1, Box(20, 20, WIDTH - 40, drawing.height - 40, CARD, EDGE))
    return drawing


def _blocks(sheet: _Sheet, blocks: Iterable[Block]) -> None:
    for number, block in enumerate(blocks):
        if isinstance(block, Section):
            sheet.y += 12
            sheet.lines(((block.heading, True),), _BODY, after=8)
            _blocks(sheet, block.blocks)
        elif isinstance(block, Paragraph):
            runs = [(each.text, True) if isinstance(each, Figure) else (each, False) for each in block.pieces]
            sheet.lines(tuple(runs), _BODY, after=18)
        elif isinstance(block, Chart):
            sheet.lines(((block.title, True),), _BODY - 2, after=14)
            sheet.chart(block, f"picture-{number}")
            sheet.table(block.table, block.title)
        else:
            sheet.table(block)


class _Sheet:
    """A sheet being written from the top down; ``y`` is where the next thing begins."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.y = float(_MARGIN)

    def lines(
        self, runs: tuple[Run, ...], size: float, *, middle: bool = False, colour: str = INK, after: float = 0
    ) -> None:
        """Text over the whole width."""
        for line in wrapped(runs, size, _ROOM):
            self.y += size * 1.5
            x, anchor = (WIDTH / 2, "middle") if middle else (_MARGIN, "start")
            self.drawing.shapes.append(Text(x, self.y - size * 0.38, line, size, anchor, colour))
        self.y += after

    def right(self, text: str) -> None:
        """A line at the right."""
        self.y += _BODY * 1.5
        at = (WIDTH - _MARGIN, self.y - _BODY * 0.38)
        self.drawing.shapes.append(Text(*at, ((text, False),), _BODY, "end"))

    def chart(self, chart: Chart, name: str) -> None:
        """The chart as wide as the sheet."""
        drawn = charts.draw(chart, name, _ROOM, 26)
        self.drawing.shapes += [shape.moved(_MARGIN, self.y) for shape in drawn.shapes]
        self.y += drawn.height + 10

    def table(self, table: Table, above: str = "") -> None:
        """The table with its caption, in the largest text with which it fits."""
        if table.caption and table.caption != above:
            self.lines(((table.caption, True),), _BODY - 4, after=6)
        size, widths = _fitted(table)
        self._row(table, Row(tuple(head.text for head in table.heads)), widths, size, head=True)
        self._rule(2.5, INK)
        for row in table.rows:
            if row.total:
                self._rule(2.5, INK)
            self._row(table, row, widths, size)
            if not row.total:
                self._rule(1, LINE)
        self.y += 24

    def _rule(self, width: float, colour: str) -> None:
        at = ((float(_MARGIN), self.y), (float(WIDTH - _MARGIN), self.y))
        self.drawing.shapes.append(Stroke(at, colour, width))

    def _row(self, table: Table, row: Row, widths: list[float], size: float, *, head: bool = False) -> None:
        laid = [self._laid(row, cell, sum(widths[:column]), widths[column:], size) for column, cell in row.placed()]
        tallest = max(1, *(len(each.lines) for each in laid))
        height = tallest * size * _LEADING + size * (0.3 if head else 0.45)
        for each, (column, cell) in zip(laid, row.placed(), strict=True):
            rest = height - len(each.lines) * size * _LEADING
            number = table.heads[column].number and not isinstance(cell, Words)
            colour = INK_2 if head else AMBER if isinstance(cell, Words) and cell.look else INK
            for index, line in enumerate(each.lines):
                x = each.left + (each.room if number else 0)
                y = self.y + (rest if head else rest / 2) + size * (_LEADING * index + 1)
                self.drawing.shapes.append(Text(x, y, line, size, "end" if number else "start", colour))
        self.y += height

    def _laid(self, row: Row, cell: Cell, before: float, widths: list[float], size: float) -> _Laid:
        room = sum(widths[: cell.span if isinstance(cell, Words) else 1]) - size * 0.7
        lines = [line for text in _texts(cell) for line in wrapped(((text, row.total),), size, room)]
        return _Laid(lines, _MARGIN + before + size * 0.35, room)


class _Laid(NamedTuple):
    """A cell's lines, where they begin, and how much room they have."""

    lines: list[tuple[Run, ...]]
    left: float
    room: float


def _texts(cell: Cell) -> list[str]:
    return [cell.percent, cell.counts] if isinstance(cell, Figure) and cell.counts else [said(cell)]


def _fitted(table: Table) -> tuple[float, list[float]]:
    """A size of text, and widths of columns that together take the whole room."""
    size, widths = 0.0, [0.0]
    for size in _SIZES:
        widths = _widths(table, size)
        if sum(widths) <= _ROOM:
            break
    spare = _ROOM - sum(widths)
    if spare < 0:  # what is too wide even then wraps
        return size, [width * _ROOM / sum(widths) for width in widths]
    return size, [width + spare / len(widths) for width in widths]


def _widths(table: Table, size: float) -> list[float]:
    """What each column needs: heads may take two lines, long words a line and more."""
    needs = [max(width_of(head.text, size) / 2 + size * 0.5, size * 2) for head in table.heads]
    for row in table.rows:
        _need(row, needs, size)
    return [need + size * 0.9 for need in needs]


def _need(row: Row, needs: list[float], size: float) -> None:
    for column, cell in enumerate(row.columns()):
        if not (isinstance(cell, Words) and cell.span > 1):
            widest = max(width_of(text, size) for text in _texts(cell))
            needs[column] = max(needs[column], min(widest, size * 13))
