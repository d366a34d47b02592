"""What drawings are made of. The template ``papers/_drawing.html`` turns them into SVG, and escapes what they say.

Every fill that tells something apart has a pattern as well as a colour, so that black and white tells it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

INK, INK_2, PINE, AMBER = "#1b2a33", "#3c4951", "#0d5446", "#6f3c00"
EDGE, LINE, CARD = "#6b7a74", "#d5dcd9", "#ffffff"
FILLS = ("#8cc4b3", "rising", "dots", CARD)
"""Of a first, second, third and any further series of bars: a colour, or the pattern of that name."""
DASHES = ("", "9 5", "2 5", "14 4 2 4")
"""The same for lines."""
Attributes = dict[str, str | float]


@dataclass(frozen=True)
class Box:
    """A rectangle; ``fill`` is a colour or the name of a pattern."""

    is_a: ClassVar[str] = "box"
    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = PINE

    def moved(self, x: float, y: float) -> Box:
        """The same elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)

    @property
    def patterned(self) -> bool:
        """Whether the fill is a pattern's name."""
        return not self.fill.startswith("#")


@dataclass(frozen=True)
class Stroke:
    """A line through points."""

    is_a: ClassVar[str] = "stroke"
    points: tuple[tuple[float, float], ...]
    colour: str = INK
    width: float = 1
    dash: str = ""

    def moved(self, x: float, y: float) -> Stroke:
        """The same elsewhere."""
        return replace(self, points=tuple((a + x, b + y) for a, b in self.points))

    @property
    def path(self) -> str:
        """As the attribute of a polyline."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True)
class Dot:
    """A point of a line: "round", "square" or "corner", so that lines differ in more than colour."""

    is_a: ClassVar[str] = "dot"
    x: float
    y: float
    sign: int = 0
    radius: float = 4

    def moved(self, x: float, y: float) -> Dot:
        """The same elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)

    @property
    def path(self) -> str:
        """Its outline as the points of a polygon; "" for a round one."""
        x, y, r = self.x, self.y, self.radius
        if self.sign % 3 == 1:
            return f"{x - r:g},{y - r:g} {x + r:g},{y - r:g} {x + r:g},{y + r:g} {x - r:g},{y + r:g}"
        return f"{x:g},{y - r:g} {x + r:g},{y + r:g} {x - r:g},{y + r:g}" if self.sign % 3 == 2 else ""


@dataclass(frozen=True)
class Text:
    """One line of text: runs of (words, whether bold), set at the start, the middle or the end of it."""

    is_a: ClassVar[str] = "text"
    x: float
    y: float
    runs: tuple[tuple[str, bool], ...]
    size: float
    anchor: str = "start"
    colour: str = INK

    def moved(self, x: float, y: float) -> Text:
        """The same elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


Shape = Box | Stroke | Dot | Text


@dataclass
class Drawing:
    """A picture of so many pixels. ``told`` says in words what it shows; ``name`` keeps its patterns apart."""

    width: float
    height: float
    title: str
    told: str
    name: str = "d"
    shapes: list[Shape] = field(default_factory=list)


def width_of(text: str, size: float) -> float:
    """About how many pixels a text takes: a Chinese sign one em, a narrow one 0.55, a blank 0.3."""
    return sum(1 if _is_wide(sign) else 0.3 if sign == " " else 0.55 for sign in text) * size


def _is_wide(sign: str) -> bool:
    return sign > "\x7f" and (unicodedata.east_asian_width(sign) in "WFA" or sign in "—…“”‘’·")


_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:%/+\-]*|\s+|.", re.DOTALL)
_NEVER_FIRST = frozenset("，。、；：！？）》」』”’…—·%,.;:!?)")
_NEVER_LAST = frozenset("（《「『“‘(")
Run = tuple[str, bool]


def wrapped(runs: Sequence[Run], size: float, room: float) -> list[tuple[Run, ...]]:
    """Runs of text broken into lines of at most ``room`` pixels.

    Numbers stay whole where a line holds them, and no line begins with a stop or ends with an opening bracket.
    """
    lines: list[list[list[Run]]] = [[]]
    used = 0.0
    for unit in _units(runs, size, room):
        width = _wide(unit, size)
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0.0
        if lines[-1] or unit[0][0].strip():
            lines[-1].append(unit)
            used += width
    _leave_none_alone(lines, size)
    return [_merged([run for unit in line for run in unit]) for line in lines if line]


def _leave_none_alone(lines: list[list[list[Run]]], size: float) -> None:
    """A last line of one or two signs takes some from the line above."""
    if len(lines) > 1:
        last, above = lines[-1], lines[-2]
        while sum(_wide(unit, size) for unit in last) < 3 * size and len(above) > 8:
            last.insert(0, above.pop())


def _wide(unit: Sequence[Run], size: float) -> float:
    return sum(width_of(words, size) for words, _bold in unit)


def _units(runs: Sequence[Run], size: float, room: float) -> Iterator[list[Run]]:
    """What a line is not broken within; where that is wider than a whole line, sign by sign."""
    unit: list[Run] = []
    for token, bold in ((token, bold) for words, bold in runs for token in _WORD.findall(words)):
        if unit and (token[0] in _NEVER_FIRST or unit[-1][0][-1] in _NEVER_LAST):
            unit.append((token, bold))
            continue
        yield from _fitting(unit, size, room)
        unit = [(token, bold)]
    yield from _fitting(unit, size, room)


def _fitting(unit: list[Run], size: float, room: float) -> Iterator[list[Run]]:
    if _wide(unit, size) <= room:
        yield from [unit] if unit else []
    else:
        yield from ([(sign, bold)] for words, bold in unit for sign in words)


def _merged(line: Sequence[Run]) -> tuple[Run, ...]:
    found: list[Run] = []
    for words, bold in line:
        if found and found[-1][1] == bold:
            found[-1] = (found[-1][0] + words, bold)
        else:
            found.append((words, bold))
    return tuple(found)
