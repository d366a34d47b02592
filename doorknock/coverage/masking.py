"""Which cells of a table must not be printed, so that no small number about people's choices can be worked out.

A small cell (under ``LEAST``) prints "<5". That alone protects nothing: a total less its other parts gives it away.
So further cells are held back until what is printed allows, for every small cell, every value from 0 to 4 that the
other columns allow. Nothing else is promised: tables of different days or campaigns are not compared here.

The shape that makes this easy to see: a cell that is held back holds back everything below it. So what is printed is
the top of the tree, and each printed total is one equation over the held-back cells right below it, with no other tie
between them. Whoever reads knows of such a cell only its label: under 5, or 5 and more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

LEAST = 5
"""Counts below this are held back."""
WIDTH = LEAST - 1
MANY = 1 << 40
"""More than any count: the upper end of a cell that nothing limits."""


@dataclass(slots=True)
class Cell:
    """A count, the bounds that other printed columns set to it, and the parts that it is the sum of."""

    key: str
    value: int
    least: int = 0
    most: int = MANY
    parts: list[Cell] = field(default_factory=list)

    @property
    def small(self) -> bool:
        """Whether it must not be printed; where its bounds meet, everybody knows it already."""
        return self.value < LEAST and self.least < self.most


def hidden(top: Cell) -> frozenset[str]:
    """The keys of all cells to hold back, small ones included."""
    found: set[str] = set()
    if not _settle(top, found):
        _hide(top, found)
    return frozenset(found)


def _settle(cell: Cell, found: set[str]) -> bool:
    """Decide everything below a cell; whether the cell itself may be printed."""
    back = [part for part in cell.parts if not _settle(part, found)]
    for part in back:
        _hide(part, found)
    if cell.small:
        return False
    spare = sorted((p for p in cell.parts if p not in back and p.least < p.most), key=lambda p: (p.value, p.key))
    while back and not _blurred(back):
        if not spare:
            return False
        _hide(spare[0], found)
        back.append(spare.pop(0))
    return True


def _blurred(back: list[Cell]) -> bool:
    """Whether the sum of these cells leaves each small one among and below them every value that it could have."""
    total = least = most = 0
    for part in back:
        low, high = _range(part)
        total, least, most = total + part.value, least + low, most + high
    return least + WIDTH <= total <= most - WIDTH


def _range(cell: Cell) -> tuple[int, int]:
    """The least and the greatest that readers can make of a cell that is held back with all below it."""
    low, high = (0, min(WIDTH, cell.most)) if cell.small else (min(LEAST, cell.value), cell.most)
    low = max(low, cell.least)
    if cell.parts:
        below = [_range(part) for part in cell.parts]
        low, high = max(low, sum(b[0] for b in below)), min(high, sum(b[1] for b in below))
    return low, high


def _hide(cell: Cell, found: set[str]) -> None:
    found.update(each.key for each in _all(cell))


def _all(cell: Cell) -> Iterator[Cell]:
    yield cell
    for part in cell.parts:
        yield from _all(part)
