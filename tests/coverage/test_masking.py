"""Small numbers about people's choices cannot be worked out from what the county's table prints."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from doorknock.coverage.masking import LEAST, Cell, hidden

FAR = 12
"""No leaf of a made-up table is larger than readers think it could be."""


def town(*villages: int) -> Cell:
    return Cell("town", sum(villages), parts=[Cell(f"v{n}", value) for n, value in enumerate(villages)])


def test_a_table_of_large_numbers_is_printed_whole() -> None:
    assert hidden(town(40, 12, 9)) == set()


def test_a_small_cell_takes_the_smallest_sibling_that_blurs_it_with_it() -> None:
    assert hidden(town(40, 3, 12)) == {"v1", "v2"}


def test_a_sibling_that_is_too_small_to_blur_takes_one_more_with_it() -> None:
    assert hidden(town(40, 50, 3, 5)) == {"v0", "v2", "v3"}


def test_where_all_parts_are_small_the_total_goes_too() -> None:
    assert hidden(town(4, 4)) == {"town", "v0", "v1"}


def test_a_small_total_hides_everything_below() -> None:
    assert hidden(town(2, 1)) == {"town", "v0", "v1"}


def test_a_village_of_nobody_is_no_secret() -> None:
    table = Cell("town", 40, parts=[Cell("v0", 40), Cell("v1", 0, most=0)])
    assert hidden(table) == set()


def test_what_other_columns_tell_already_is_no_secret() -> None:
    table = Cell("town", 43, least=43, parts=[Cell("v0", 40, least=40), Cell("v1", 3, least=3, most=3)])
    assert hidden(table) == set()


def test_the_sibling_that_goes_too_takes_what_lies_below_it() -> None:
    below = [Cell("g0", 10), Cell("g1", 11)]
    table = Cell("town", 24, parts=[Cell("v0", 3), Cell("v1", 21, parts=below)])
    assert hidden(table) == {"v0", "v1", "g0", "g1"}


@st.composite
def tables(draw: st.DrawFn) -> Cell:
    """A town of up to four groups in one to three villages; now and then readers know how large a group can be."""
    villages = []
    for v, size in enumerate(draw(st.sampled_from([(1,), (2,), (3,), (1, 2), (2, 2), (1, 3), (1, 1, 1)]))):
        groups = []
        for g in range(size):
            value = draw(st.integers(0, 10))
            most = draw(st.sampled_from([FAR, FAR, value, min(FAR, value + 2)]))
            groups.append(Cell(f"v{v}g{g}", value, draw(st.sampled_from([0, 0, value // 2])), most))
        villages.append(_sum(f"v{v}", groups))
    return _sum("town", villages)


def _sum(key: str, parts: list[Cell]) -> Cell:
    least, most = sum(p.least for p in parts), sum(p.most for p in parts)
    return Cell(key, sum(p.value for p in parts), least, most, parts)


def leaves(cell: Cell) -> Iterator[Cell]:
    for part in cell.parts:
        yield from leaves(part)
    if not cell.parts:
        yield cell


def cells(cell: Cell) -> Iterator[Cell]:
    yield cell
    for part in cell.parts:
        yield from cells(part)


def possible(table: Cell, back: frozenset[str]) -> Iterator[dict[str, int]]:
    """Every filling of the table that agrees with all that is printed: the brute force of a curious reader."""
    ends = list(leaves(table))
    choices = [
        range(leaf.least, leaf.most + 1) if leaf.key in back else range(leaf.value, leaf.value + 1) for leaf in ends
    ]
    for filling in itertools.product(*choices):
        values = dict(zip((leaf.key for leaf in ends), filling, strict=True))
        _add_up(table, values)
        if all(_agrees(cell, values[cell.key], back) for cell in cells(table)):
            yield values


def _add_up(cell: Cell, values: dict[str, int]) -> int:
    if cell.parts:
        values[cell.key] = sum(_add_up(part, values) for part in cell.parts)
    return values[cell.key]


def _agrees(cell: Cell, value: int, back: frozenset[str]) -> bool:
    if cell.key not in back:
        return value == cell.value
    return value < LEAST if cell.small else value >= min(LEAST, cell.value)


@settings(max_examples=40)
@given(tables())
def test_what_is_printed_tells_nothing_of_a_small_cell_beyond_its_label(table: Cell) -> None:
    back, everything = hidden(table), frozenset(cell.key for cell in cells(table))
    small = {cell.key for cell in cells(table) if cell.small}
    assert small <= back
    if small:
        assert values_of(small, possible(table, back)) == values_of(small, possible(table, everything))


def values_of(keys: set[str], fillings: Iterator[dict[str, int]]) -> dict[str, set[int]]:
    seen: dict[str, set[int]] = {key: set() for key in keys}
    for filling in fillings:
        for key, values in seen.items():
            values.add(filling[key])
    return seen


@settings(max_examples=200)
@given(tables())
def test_what_is_held_back_holds_back_all_below_it(table: Cell) -> None:
    back = hidden(table)
    for cell in cells(table):
        if cell.key in back:
            assert {part.key for part in cell.parts} <= back
