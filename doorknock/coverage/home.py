"""总览: where are we, who is behind and why, and whether what is printed adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from doorknock import clock
from doorknock.campaigns import rest_days
from doorknock.coverage import figures, freezes, freshness, gaps, reminders
from doorknock.coverage.figures import Node
from doorknock.coverage.freezes import Freeze
from doorknock.coverage.freshness import Freshness, Said
from doorknock.coverage.reminders import Silent
from doorknock.coverage.table import Figures, figures_of
from doorknock.coverage.view import View, walk
from doorknock.places.counters import DAY
from doorknock.visits import made
from doorknock.visits.fold import OUTCOMES, PLAIN
from doorknock.words import _, lazy

PARTS = {
    "grid": (lazy("个网格"), lazy("网格")), "village": (lazy("个村"), lazy("村")), "town": (lazy("个镇"), lazy("镇")),
}  # fmt: skip
"""How the parts of a region are counted, and called, by their level."""
GROUPS = (lazy("个组"), lazy("组"))


@dataclass(frozen=True)
class Unit:
    """One part of the region (a village of a town, a grid of a village) as the overview lists it.

    ``visits`` were made in the running edition; ``late_left`` = 还要去 of its grids with a phone out of touch.
    """

    node: Node
    href: str
    visits: int
    figures: Figures
    more: int
    fresh: Said
    phones: int
    behind: int
    late_left: int
    rests: bool

    @property
    def short(self) -> str:
        """The digits that tell it from its neighbours."""
        return self.node.code[6:9] if self.node.level == "town" else self.node.code[-3:]

    @property
    def asks(self) -> str:
        """What an address asks for that is about this unit."""
        grid = self.node.level == "grid"
        return f"region={self.node.code[:12]}&grid={self.node.code}" if grid else f"region={self.node.code}"

    @property
    def state(self) -> str:
        """One of rests, without (no phone enrolled), behind, complete."""
        if self.rests:
            return "rests"
        return "behind" if self.behind else "complete" if self.phones else "without"


@dataclass(frozen=True)
class Part:
    """A term of a printed sum; ``key`` names it in addresses."""

    key: str
    word: str
    count: int


@dataclass(frozen=True)
class Check:
    """A printed sum: the total as one table says it, its terms as another does."""

    total: int
    parts: list[Part]

    @property
    def holds(self) -> bool:
        """Whether it adds up."""
        return self.total == sum(part.count for part in self.parts)


@dataclass(frozen=True)
class Overview:
    """All that the page says; ``since`` = when the running edition began, ``before`` = the figures at that instant."""

    figures: Figures
    before: Figures
    units: list[Unit]
    kind: str
    each: str
    edition: date
    since: datetime
    made: Check
    doors: Check
    silent: list[Silent]
    freezes: list[Freeze]

    def are(self, state: str) -> list[Unit]:
        """The units of this state."""
        return [unit for unit in self.units if unit.state == state]

    @property
    def silent_phones(self) -> int:
        """How many phones are out of touch."""
        return sum(each.phones for each in self.silent)

    @property
    def late_left(self) -> int:
        """还要去 of the grids with a phone out of touch."""
        return sum(unit.late_left for unit in self.are("behind"))

    @property
    def since_words(self) -> str:
        """Since when these phones were not in touch; of several the earliest."""
        lasts = {each.since for each in self.silent}
        if None in lasts:
            return _("登记后")
        since = clock.said(min(last for last in lasts if last is not None))
        return _("%(since)s 后", since=since) if len(lasts) == 1 else _("最早 %(since)s 后", since=since)

    @property
    def since_day(self) -> str:
        """The day on whose 18:00 the running edition began: 昨天, and in the evening 今天."""
        return clock.said_day(clock.day_of(self.since))

    @property
    def why(self) -> list[Part]:
        """Why doors are still open."""
        return self.doors.parts[1:]


def overview(view: View) -> Overview:
    """What the page says of a region."""
    edition = clock.edition_of(clock.now())
    before = figures.tree(view.region, view.counted, edition - DAY)
    spans = [made.Span(county, ids, edition, edition) for county, ids in view.asked().items()]
    counts = {grid: each for span in spans for grid, each in made.by_grid(span).items()}
    below = view.node.grids if view.node.level == "village" else view.node.children
    grids = {n.code for n in walk(view.node) if n.level == "grid"}
    maker = _Units(view, {n.code: n for n in walk(before)}, counts, edition)
    units = [maker.of(node) for node in below]
    level = "grid" if view.node.level == "village" else below[0].level if below else ""
    kind, each = PARTS.get(level, (lazy("个区划"), lazy("区划")))
    return Overview(
        figures=figures_of(view, view.node), before=figures_of(view, before), units=units,
        kind=kind, each=each, edition=edition, since=clock.end_of(edition - DAY),
        made=Check(_all(spans, grids), _by_outcome(counts, grids)), doors=_doors(view),
        silent=maker.silent(), freezes=freezes.today(),
    )  # fmt: skip


class _Units:
    def __init__(self, view: View, before: dict[str, Node], counts: dict[str, made.Made], edition: date) -> None:
        self.view, self.before, self.counts = view, before, counts
        self.fresh = freshness.of_grids({n.code for n in walk(view.node) if n.level == "grid"})
        self.resting = {
            code for county, ids in view.asked().items() for code in rest_days.on(county, ids, edition)
        }  # fmt: skip

    def of(self, node: Node) -> Unit:
        grids = [n for n in walk(node) if n.level == "grid"]
        phones = freshness.together(self.fresh[n.code] for n in grids)
        grid = node.level == "grid"
        href = f"/office/gaps/{node.code[:12]}?grid={node.code}" if grid else f"/office/coverage/{node.code}"
        villages = {n.code[:12] for n in grids}
        shown, before = figures_of(self.view, node), self.before.get(node.code)
        return Unit(
            node=node, href=href, visits=sum(self.counts[n.code].visits for n in grids if n.code in self.counts),
            figures=shown, more=shown.closed.part - (before.sums["closed"] if before else 0), fresh=phones.said(),
            phones=len(phones.phones), behind=len(phones.behind(clock.now())), late_left=self._late(grids),
            rests=bool(villages) and villages <= self.resting,
        )  # fmt: skip

    def silent(self) -> list[Silent]:
        """The phones out of touch, those of resting villages left out."""
        working = {code: each for code, each in self.fresh.items() if code[:12] not in self.resting}
        grids = [n for n in walk(self.view.node) if n.level == "grid"]
        return reminders.silent(working, {n.code: figures_of(self.view, n).left for n in grids})

    def _late(self, grids: Iterable[Node]) -> int:
        return sum(figures_of(self.view, n).left for n in grids if _late(self.fresh[n.code]))


def _late(fresh: Freshness) -> bool:
    return bool(fresh.behind(clock.now()))


def _all(spans: Iterable[made.Span], grids: Iterable[str]) -> int:
    return sum(each.visits for span in spans for each in made.by_edition(span, grids).values())


def _by_outcome(counts: dict[str, made.Made], grids: set[str]) -> list[Part]:
    outcomes = {key: sum(counts[grid].outcomes.get(key, 0) for grid in grids & set(counts)) for key in OUTCOMES}
    return [Part(key, str(PLAIN[key]), count) for key, count in outcomes.items() if count]


def _doors(view: View) -> Check:
    """D by the counters; its parts by the doors themselves: closed ones, and open ones with why."""
    sums = view.node.sums
    why = gaps.by_why(gaps.Asked(view.region, view.campaign, view.phase)) if view.campaign else {}
    open_ = [Part(key, str(word), why.get(key, 0)) for key, word in gaps.WHYS.items()]
    return Check(sums["d"], [Part("closed", str(lazy("走完了")), sums["closed"]), *open_])
