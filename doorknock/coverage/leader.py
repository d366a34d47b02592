"""The leader's page: three sentences with linked figures (where, what is missing, why), and what they rest on.

It stops at the group. 请核实口径 is a question about how something was counted, never about somebody.
"""

from __future__ import annotations

from dataclasses import dataclass

from doorknock.coverage import evenings, freshness, home, short, table
from doorknock.coverage.evenings import Chart
from doorknock.coverage.figures import Node
from doorknock.coverage.freshness import Said
from doorknock.coverage.short import Short, Threshold
from doorknock.coverage.table import Figures
from doorknock.coverage.view import View, walk

LARGE = 200
"""From so many closed doors on, no refusal at all, or everybody's signature, is worth asking about."""
FEW = 5
MOST_GROUPS = 36
"""What fits two A4 pages with the rest."""


@dataclass(frozen=True)
class Area:
    """A part of the region with what is to be asked about it."""

    node: Node
    figures: Figures
    fresh: Said
    no_refusal: bool
    all_signed: bool


@dataclass(frozen=True)
class Brief:
    """All that the page says. ``more`` = short groups that found no room."""

    figures: Figures
    each: str
    kind: str
    areas: list[Area]
    fresh: Said
    groups: list[Short]
    more: int
    chart: Chart | None

    @property
    def open_areas(self) -> list[Area]:
        """The areas with a short part of their own size, in code order."""
        least = Threshold()
        return [area for area in self.areas if least.met(area.figures.left, area.figures.d)]

    @property
    def asks(self) -> list[Area]:
        """Where the count itself is to be looked at."""
        return [area for area in self.areas if area.no_refusal or area.all_signed]

    @property
    def tried(self) -> int:
        """Open doors that somebody went to."""
        return self.figures.left - self.figures.untried


def brief(view: View) -> Brief:
    """What the leader reads of a region."""
    below = view.node.children
    level = below[0].level if below else "group"
    kind, each = home.PARTS.get(level, home.GROUPS)
    fresh = freshness.of_grids({n.code for n in walk(view.node) if n.level == "grid"}, view.then)
    groups = short.groups(view, Threshold(), doors=not view.masked)
    return Brief(
        figures=table.figures_of(view, view.node), each=str(each), kind=str(kind),
        areas=[_area(view, node, fresh) for node in below], fresh=freshness.together(fresh.values()).said(),
        groups=groups[:MOST_GROUPS], more=max(0, len(groups) - MOST_GROUPS), chart=evenings.chart(view),
    )  # fmt: skip


def _area(view: View, node: Node, fresh: dict[str, freshness.Freshness]) -> Area:
    grids = [fresh[n.code] for n in walk(node) if n.level == "grid"]
    if node.level == "group":
        grids = [fresh[code] for code in (view.grid_of.get(node.code, ""),) if code in fresh]
    no_refusal, all_signed = doubts(node, masked=view.masked)
    said = freshness.together(grids).said() if grids else Said("", behind=False)
    return Area(node, table.figures_of(view, node), said, no_refusal, all_signed)


def doubts(node: Node, *, masked: bool) -> tuple[bool, bool]:
    """Whether nobody refused, and whether everybody signed, in a large area.

    Who reads masked figures is asked at "under 5", which the page prints anyway: a note at exactly 0 would tell more.
    """
    sums = node.sums
    if sums["closed"] < LARGE:
        return False, False
    if masked:
        return sums["declined"] < FEW, sums["d"] - sums["signed"] < FEW
    return sums["declined"] == 0, sums["signed"] == sums["offered"] >= LARGE
