"""Charts as drawings: bars of rows in their own order, lines over days. The table beside says the same in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from doorknock.papers.paper import Cell, Chart, Figure, Row, Target, Words, said
from doorknock.papers.shapes import (
    DASHES,
    FILLS,
    INK,
    INK_2,
    LINE,
    PINE,
    Box,
    Dot,
    Drawing,
    Shape,
    Stroke,
    Text,
    width_of,
)
from doorknock.words import _, joined

WIDTH = 720
SIZE = 15.0
_MOST_LABELS = 12
"""Days that can stand side by side under a line; of more, some are named."""


def draw(chart: Chart, name: str, width: float = WIDTH, size: float = SIZE) -> Drawing:
    """The chart as a drawing of this width, its texts this large; ``name`` is unique on its page."""
    plan = _Plan(chart, width, size)
    drawing = Drawing(width, 0, chart.title, _told(plan), name)
    drawing.height = _bars(plan, drawing.shapes) if chart.kind == "bars" else _lines(plan, drawing.shapes)
    return drawing


@dataclass
class _Plan:
    chart: Chart
    width: float
    size: float

    def __post_init__(self) -> None:
        table = self.chart.table
        self.rows: list[Row] = [row for row in table.rows if not row.total]
        self.columns: list[list[Cell]] = [[row.columns()[c] for row in self.rows] for c in self.chart.columns]
        self.names = [table.heads[c].text for c in self.chart.columns]
        self.rates = any(isinstance(cell, Figure) and cell.base is not None for col in self.columns for cell in col)
        drawn = [value for col in self.columns for cell in col if (value := self.value(cell)) is not None]
        target = self.chart.target.value if self.chart.target else 0
        self.top = 100.0 if self.rates else _round_up(max([1.0, float(target), *drawn]))

    def value(self, cell: Cell) -> float | None:
        """Where a cell stands on the scale; None where there is nothing to draw."""
        if not isinstance(cell, Figure) or cell.value is None:
            return None
        if not self.rates:
            return float(max(0, cell.value))
        return min(100.0, max(0.0, 100 * cell.value / cell.base)) if cell.base else None

    def label(self, cell: Cell) -> str:
        """What stands beside a bar or a point."""
        return cell.percent if isinstance(cell, Figure) and cell.base is not None else said(cell)

    def tick(self, value: float) -> str:
        """A number of the scale."""
        return f"{value:,.0f}%" if self.rates else f"{value:,.0f}"


def _told(plan: _Plan) -> str:
    """What the chart shows, for who does not see it: the table holds the figures."""
    rows = len(plan.rows)
    what = joined(plan.names)
    if plan.chart.kind == "bars":
        told = _("%(rows)s 行，每行一条：%(what)s。数字在旁边的表里。", rows=rows, what=what)
    else:
        told = _("%(rows)s 天的折线：%(what)s。数字在旁边的表里。", rows=rows, what=what)
    return told + (_("虚线：%(target)s。", target=plan.chart.target.text) if plan.chart.target else "")


def _round_up(value: float) -> float:
    """The next round number that a scale can end with: four equal steps of whole numbers."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if 4 * step * factor >= value:
                return float(4 * step * factor)
        step *= 10


def _key(plan: _Plan, shapes: list[Shape], *, lines: bool) -> float:
    """What each pattern stands for, where there is more than one; how high that is."""
    if len(plan.names) < 2:
        return 0
    x, size = 0.0, plan.size
    for index, name in enumerate(plan.names):
        if lines:
            shapes.append(Stroke(((x, size * 0.7), (x + 2 * size, size * 0.7)), PINE, 2, DASHES[index % len(DASHES)]))
            shapes.append(Dot(x + size, size * 0.7, index))
        else:
            shapes.append(Box(x, size * 0.2, size * 1.4, size, FILLS[index % len(FILLS)]))
        shapes.append(Text(x + 2.3 * size, size * 1.1, ((name, False),), size, colour=INK_2))
        x += 3.5 * size + width_of(name, size)
    return size * 2


def _bars(plan: _Plan, shapes: list[Shape]) -> float:
    size = plan.size
    left = min(max((width_of(row.name, size) for row in plan.rows), default=0), plan.width * 0.35) + size
    ends = max((width_of(plan.label(cell), size) for col in plan.columns for cell in col), default=0)
    scale = max(plan.width - left - ends - size, 10.0) / plan.top
    y = _key(plan, shapes, lines=False) + _target_room(plan)
    first = y
    for row, cells in zip(plan.rows, zip(*plan.columns, strict=True), strict=True):
        height = size * (1.2 if len(cells) == 1 else 1.0)
        middle = y + height * len(cells) / 2
        shapes.append(Text(left - size * 0.6, middle + size * 0.36, ((row.name, False),), size, "end"))
        for index, cell in enumerate(cells):
            _bar(plan, shapes, cell, (left, y, height, scale), FILLS[index % len(FILLS)])
            y += height
        y += size * 0.55
    shapes.append(Stroke(((left, first - size * 0.2), (left, y)), INK, 1.5))
    if plan.chart.target:
        _target_across(plan, shapes, plan.chart.target, (left + plan.chart.target.value * scale, first, y))
    return y + size * 0.3


def _bar(plan: _Plan, shapes: list[Shape], cell: Cell, at: tuple[float, float, float, float], fill: str) -> None:
    left, y, height, scale = at
    value = plan.value(cell)
    if value:
        shapes.append(Box(left, y, value * scale, height, fill))
    end = left + (value or 0) * scale + plan.size * 0.4
    colour = INK_2 if isinstance(cell, Words) or value is None else INK
    shapes.append(Text(end, y + height / 2 + plan.size * 0.36, ((plan.label(cell), False),), plan.size, colour=colour))


def _target_room(plan: _Plan) -> float:
    return plan.size * 1.7 if plan.chart.target else plan.size * 0.3


def _target_across(plan: _Plan, shapes: list[Shape], target: Target, at: tuple[float, float, float]) -> None:
    """The target of bars: a dashed line from top to bottom, named above, within the picture."""
    x, top, bottom = at
    half = width_of(target.text, plan.size) / 2
    middle = min(max(x, half), plan.width - half)
    shapes.append(Stroke(((x, top - plan.size * 0.3), (x, bottom)), INK, 2, "7 5"))
    shapes.append(Text(middle, top - plan.size * 0.6, ((target.text, True),), plan.size, "middle"))


def _lines(plan: _Plan, shapes: list[Shape]) -> float:
    size = plan.size
    left = width_of(plan.tick(plan.top), size) + size * 0.8
    top = _key(plan, shapes, lines=True) + size * 1.8
    height = size * 14
    right = plan.width - size * 3.2
    scale = height / plan.top
    for step in range(5):
        value = plan.top * step / 4
        y = top + height - value * scale
        shapes.append(Stroke(((left, y), (right, y)), LINE if step else INK, 1 if step else 1.5))
        shapes.append(Text(left - size * 0.5, y + size * 0.36, ((plan.tick(value), False),), size, "end", INK_2))
    across = _across(left, right, len(plan.rows))
    _days(plan, shapes, across, top + height + size * 1.5)
    if plan.chart.target:
        y = top + height - plan.chart.target.value * scale
        _target_along(plan, shapes, plan.chart.target, y, (left, right, across))
    for index, column in enumerate(plan.columns):
        points = [
            (x, top + height - drawn * scale, plan.label(cell)) if (drawn := plan.value(cell)) is not None else None
            for x, cell in zip(across, column, strict=True)
        ]
        _line(plan, shapes, points, index)
    return top + height + size * 2.2


def _across(left: float, right: float, count: int) -> list[float]:
    if count < 2:
        return [(left + right) / 2] * count
    return [left + (right - left) * (index + 0.5) / count for index in range(count)]


def _days(plan: _Plan, shapes: list[Shape], across: Sequence[float], y: float) -> None:
    """The days below, as many as have room; the last always."""
    if not across:
        return
    widest = max(width_of(row.name, plan.size) for row in plan.rows) + plan.size * 0.8
    step = max(1, -(-len(across) * int(widest + 1) // max(1, int(plan.width * 0.86))))
    last = len(across) - 1
    shapes.extend(
        Text(across[index], y, ((plan.rows[index].name, False),), plan.size, "middle", INK_2)
        for index in range(last, -1, -step)
    )


def _line(plan: _Plan, shapes: list[Shape], points: Sequence[tuple[float, float, str] | None], index: int) -> None:
    """One line; it stops where there is no figure, and every point or the last one is named."""
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point[:2])
            continue
        if len(run) > 1:
            shapes.append(Stroke(tuple(run), PINE, 2.5, DASHES[index % len(DASHES)]))
        shapes.extend(Dot(x, y, index) for x, y in run)
        run = []
    there = [point for point in points if point is not None]
    named = there if len(plan.columns) == 1 and len(there) <= _MOST_LABELS else there[-1:]
    for x, y, label in named:
        shapes.append(Text(x, y - plan.size * 0.7, ((label, True),), plan.size, "middle"))


def _target_along(
    plan: _Plan, shapes: list[Shape], target: Target, y: float, at: tuple[float, float, Sequence[float]]
) -> None:
    """The target of lines: dashed across, and marked on its day if that day is in the picture."""
    left, right, across = at
    shapes.append(Stroke(((left, y), (right, y)), INK, 2, "7 5"))
    for x, row in zip(across, plan.rows, strict=True):
        if row.name == target.at:
            shapes.append(Stroke(((x, y - plan.size * 0.6), (x, y + plan.size * 0.6)), INK, 2.5))
    shapes.append(Text(left + plan.size * 0.3, y - plan.size * 0.5, ((target.text, True),), plan.size))
