"""覆盖合计: the counts of a region and everything below it, as the coverage page prints them to whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from doorknock.coverage.figures import Node
from doorknock.coverage.table import Figures, Rate, figures_of
from doorknock.coverage.view import View, look, walk
from doorknock.exports.ledgers import Ledger, Portion, Scope, Told
from doorknock.regions.models import LEVEL_NAMES
from doorknock.tabular import Value
from doorknock.words import lazy


class Line(NamedTuple):
    """A region or a grid, with what is printed of it."""

    node: Node
    above: str
    figures: Figures


def seen(scope: Scope) -> View:
    """The region's figures as the person who asks may see them."""
    return look(scope.person, scope.region, scope.campaign.key if scope.campaign else None)


def total(scope: Scope) -> int:
    """How many lines there will be."""
    return sum(1 for _each in walk(seen(scope).node))


def portions(scope: Scope) -> Iterator[Portion]:
    """All lines at once: they are counters, some thousands for a county."""
    view = seen(scope)
    lines = list(_lines(view, view.node, ""))
    yield len(lines), lines


def _lines(view: View, node: Node, above: str) -> Iterator[Line]:
    yield Line(node, above, figures_of(view, node))
    for part in [*node.children, *node.grids]:
        yield from _lines(view, part, node.name)


def count(rate: Rate) -> Value:
    """The part of a rate, or what is printed where it is held back."""
    return f"{rate.hidden_note}{rate.hidden}" if rate.hidden else rate.part


def plain(printed: str) -> Value:
    """A count that was printed, as a number again where it is one."""
    digits = printed.replace(",", "")
    return int(digits) if digits.isdigit() else printed


COVERAGE = Ledger(
    key="coverage", word=lazy("覆盖合计"), says=lazy("一个区划一行，只有数，没有哪一户"), verb="coverage",
    deed="export.coverage", total=total, portions=portions, asks=frozenset({"campaign"}), doors=False,
    columns=(
        Told(lazy("编码"), width=16, take=lambda line: line.node.code),
        Told(lazy("上级"), take=lambda line: line.above),
        Told(lazy("名称"), take=lambda line: line.node.name),
        Told(lazy("级别"), width=6, take=lambda line: str(LEVEL_NAMES[line.node.level])),
        Told(lazy("户数"), "number", 9, take=lambda line: line.figures.n),
        Told(lazy("长期不在家"), "number", 9, take=lambda line: line.figures.away),
        Told(lazy("应访"), "number", 9, take=lambda line: line.figures.d),
        Told(lazy("走访过"), "number", 9, take=lambda line: line.figures.attempted.part),
        Told(lazy("见到人"), "number", 9, take=lambda line: line.figures.met.part),
        Told(lazy("讲到"), "number", 9, take=lambda line: count(line.figures.covered)),
        Told(lazy("见面婉拒"), "number", 9, take=lambda line: plain(line.figures.declined)),
        Told(lazy("办结"), "number", 9, take=lambda line: line.figures.closed.part),
        Told(lazy("还要去"), "number", 9, take=lambda line: line.figures.left),
        Told(lazy("办结率"), width=9, take=lambda line: line.figures.closed.text),
        Told(lazy("签订"), "number", 9, take=lambda line: count(line.figures.signed)),
        Told(lazy("走访次数"), "number", 9, take=lambda line: line.figures.visits),
    ),
)  # fmt: skip
