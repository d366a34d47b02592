"""The rows of the coverage table, as the page prints them: numerator, denominator, and what is held back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from doorknock.coverage import freshness
from doorknock.coverage.figures import Node, rate
from doorknock.coverage.freshness import Freshness, Said
from doorknock.coverage.view import View, key_of, walk
from doorknock.words import _, lazy

UNDER = "<5"
LEFT_OUT = lazy("略")
"""Stands where a figure would give a small one away."""
APP = {
    "installed_before": lazy("原来就有"), "installed_now": lazy("今天装好"), "wants_later": lazy("以后再说"),
    "app_declined": lazy("不装"), "no_smartphone": lazy("没有智能手机"),
}  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """A part of a base; ``hidden`` is printed instead where the part is held back."""

    part: int
    base: int
    hidden: str = ""
    hidden_note: str = ""

    @property
    def percent(self) -> float | None:
        """0 to 100 with two decimals, for the bar; None for an empty base or a hidden part."""
        return None if self.hidden or not self.base else round(100 * self.part / self.base, 2)

    @property
    def text(self) -> str:
        """The percentage, "—" for an empty base."""
        return rate(self.part, self.base)

    @property
    def counts(self) -> str:
        """Numerator and denominator, with thousands apart."""
        return f"{self.part:,}/{self.base:,}"


@dataclass(frozen=True)
class Figures:
    """What is printed of one node."""

    n: int
    away: int
    pending: int
    d: int
    closed: Rate
    attempted: Rate
    met: Rate
    covered: Rate
    signed: Rate
    signed_of_offered: Rate | None
    declined: str
    visits: int

    @property
    def left(self) -> int:
        """还要去."""
        return self.d - self.closed.part

    @property
    def untried(self) -> int:
        """Of these, the doors that nobody went to yet."""
        return self.d - self.attempted.part


@dataclass(frozen=True)
class Row:
    """One line of the tree."""

    node: Node
    depth: int
    figures: Figures
    fresh: Said
    href: str
    toggle: str
    is_open: bool


def figures_of(view: View, node: Node) -> Figures:
    """A node's figures as this person may see them."""
    s, d = node.sums, node.sums["d"]
    key = key_of(node)
    covered = Rate(s["covered"], d, LEFT_OUT if key in view.declined else "")
    few = s["d"] - s["signed"] < 5
    signed = Rate(s["signed"], d)
    if key in view.unsigned:
        signed = Rate(s["signed"], d, UNDER if few else LEFT_OUT, _("没签") if few else "")
    declined = f"{s['declined']:,}"
    if key in view.declined:
        declined = UNDER if s["declined"] < 5 else LEFT_OUT
    return Figures(
        n=s["n"], away=s["away"], pending=s["pending"], d=d, closed=Rate(s["closed"], d), met=Rate(s["met"], d),
        attempted=Rate(s["attempted"], d), covered=covered, signed=signed, declined=declined, visits=s["visits"],
        signed_of_offered=None if view.masked else Rate(s["signed"], s["offered"]),
    )  # fmt: skip


def app_counts(view: View, node: Node) -> list[tuple[str, str]]:
    """A village's install counts in words, where its campaign counts them; [] elsewhere."""
    asked = view.campaign is not None and view.campaign.parts.get("app")
    if node.level != "village" or not asked:
        return []
    counts = {word: node.sums[name] for name, word in APP.items()}
    return [(word, UNDER if view.masked and count < 5 else f"{count:,}") for word, count in counts.items()]


def rows(view: View, open_codes: Iterable[str], key: str | None) -> list[Row]:
    """The region's line and those of everything that is opened, in code order; grids after a village's groups."""
    opened = {view.node.code, *open_codes} & {n.code for n in view.nodes.values() if n.children or n.grids}
    here = {n.code for n in view.nodes.values() if n.level == "grid"} | set(view.grid_of.values())
    fresh = freshness.of_grids(here, view.then)
    maker = _Rows(view, opened, key, fresh)
    return list(maker.of(view.node, 0))


class _Rows:
    def __init__(self, view: View, opened: set[str], key: str | None, fresh: dict[str, Freshness]) -> None:
        self.view, self.opened, self.key, self.fresh = view, opened, key, fresh

    def of(self, node: Node, depth: int) -> Iterator[Row]:
        shown = figures_of(self.view, node)
        is_open = node.code in self.opened and node.level not in ("group", "grid")
        yield Row(node, depth, shown, self._said(node, shown), self._href(node), self._toggle(node), is_open)
        if is_open:
            for below in [*node.children, *node.grids]:
                yield from self.of(below, depth + 1)

    def _said(self, node: Node, shown: Figures) -> Said:
        if node.level == "grid":
            return self.fresh[node.code].said(left=shown.left)
        if node.level == "group":
            grid = self.fresh.get(self.view.grid_of.get(node.code, ""))
            return grid.said() if grid else Said("", behind=False)
        grids = [self.fresh[n.code] for n in walk(node) if n.level == "grid"]
        return freshness.together(grids).said()

    def _href(self, node: Node) -> str:
        asks = {"campaign": self.key} if self.key else {}
        if node.level == "grid":
            return f"/office/gaps/{node.code[:12]}?{urlencode(asks | {'grid': node.code})}"
        page = "gaps" if node.level == "group" else "coverage"
        return f"/office/{page}/{node.code}" + (f"?{urlencode(asks)}" if asks else "")

    def _toggle(self, node: Node) -> str:
        if node.code == self.view.node.code or not (node.children or node.grids):
            return ""
        kept = sorted(self.opened ^ {node.code})
        asks = [("open", code) for code in kept if code != self.view.node.code]
        asks += [("campaign", self.key)] if self.key else []
        return f"/office/coverage/{self.view.node.code}?{urlencode(asks)}"
