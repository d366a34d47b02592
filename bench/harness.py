"""Paired timing: two ways to do one thing, taken turn about in one run, so that a busy machine slows both alike.

Seconds of a shared machine say little; the ratio of the medians is the figure to keep. What the README publishes is
said by ``publish``: one JSON line, which ``bench/run`` collects and ``bench/table.py`` sets as a table.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

Deed = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """Seconds of one deed over all turns."""

    name: str
    turns: int
    median: float
    slowest: float


@dataclass(frozen=True)
class Pair:
    """Two deeds of one run; `ratio` is how many times as long the first one takes as the second."""

    first: Figure
    second: Figure
    ratio: float

    def line(self) -> str:
        """Both medians and the ratio, for people."""
        one, two = self.first, self.second
        return (
            f"{one.name}: {_milliseconds(one.median)}, {two.name}: {_milliseconds(two.median)}, "
            f"ratio {self.ratio:.2f} ({one.turns} turns)"
        )

    def json(self) -> str:
        """The same, for machines, on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Published:
    """One row of the README's table. ``ok`` says whether the must holds, never whether the aim was reached."""

    figure: str
    must: str
    aim: str
    measured: str
    ok: bool


def publish(figure: str, *, must: str, aim: str, measured: str, ok: bool) -> Published:
    """Say a figure of the table, as one JSON line on the standard output; all texts are as the README shows them."""
    row = Published(figure, must, aim, measured, ok)
    print(json.dumps(asdict(row), ensure_ascii=False), flush=True)
    return row


def measure(name: str, deed: Deed, turns: int = 15) -> Figure:
    """The figure of one deed, after one turn that is not counted."""
    deed()
    return _figure(name, [_seconds(deed) for _ in range(turns)])


def compare(first: tuple[str, Deed], second: tuple[str, Deed], turns: int = 15) -> Pair:
    """Both figures from alternating turns, after one turn of each that is not counted."""
    deeds = [first, second]
    taken: dict[str, list[float]] = {name: [] for name, _ in deeds}
    for _, deed in deeds:
        deed()
    for turn in range(turns):
        # Who goes first changes, or one would always find the caches as the other left them.
        for name, deed in deeds if turn % 2 else reversed(deeds):
            taken[name].append(_seconds(deed))
    one, two = (_figure(name, taken[name]) for name, _ in deeds)
    return Pair(one, two, one.median / two.median)


def _figure(name: str, seconds: list[float]) -> Figure:
    return Figure(name, len(seconds), statistics.median(seconds), max(seconds))


def _seconds(deed: Deed) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
