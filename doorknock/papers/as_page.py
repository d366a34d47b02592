"""A paper as the macros of ``papers/_paper.html`` draw it: each chart with its drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from doorknock.papers import charts
from doorknock.papers.paper import Block, Chart, Paper, Section
from doorknock.papers.shapes import Drawing


@dataclass(frozen=True)
class Shown:
    """One block, with its drawing if it is a chart and with the blocks inside if it is a section."""

    block: Block
    drawing: Drawing | None = None
    inside: list[Shown] = field(default_factory=list)


def shown(paper: Paper) -> list[Shown]:
    """The paper's blocks in order, for ``sheet(paper, shown)``."""
    return list(_shown(paper.blocks, "chart"))


def _shown(blocks: Iterable[Block], prefix: str) -> Iterator[Shown]:
    for number, block in enumerate(blocks, 1):
        name = f"{prefix}-{number}"
        if isinstance(block, Section):
            yield Shown(block, inside=list(_shown(block.blocks, name)))
        else:
            yield Shown(block, charts.draw(block, name) if isinstance(block, Chart) else None)
