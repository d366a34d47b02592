"""Sets of event numbers as sorted, disjoint, inclusive ranges: ``[[1, 57], [60, 60]]``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Ranges = list[list[int]]


def contains(ranges: Ranges, n: int) -> bool:
    """Whether the number is in one of the ranges."""
    i = bisect_right(ranges, n, key=lambda r: r[0]) - 1
    return i >= 0 and ranges[i][1] >= n


def merged(ranges: Ranges, numbers: Iterable[int]) -> Ranges:
    """The ranges with these numbers added."""
    found: Ranges = []
    for low, high in sorted([*ranges, *([n, n] for n in numbers)]):
        if found and low <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], high)
        else:
            found.append([low, high])
    return found


def size(ranges: Ranges) -> int:
    """How many numbers the ranges hold."""
    return sum(high - low + 1 for low, high in ranges)
