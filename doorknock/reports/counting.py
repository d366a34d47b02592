"""What a report counts: the visits of some editions, grid by grid, and how the region stood, as known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from doorknock import clock
from doorknock.campaigns import phases, rest_days
from doorknock.campaigns.models import Campaign
from doorknock.coverage import figures, freshness
from doorknock.coverage.figures import Node, Sums
from doorknock.coverage.freshness import Freshness
from doorknock.coverage.view import walk
from doorknock.places.counters import DAY
from doorknock.regions.models import Region, subtree
from doorknock.reports import models
from doorknock.tasks import counts as tasks
from doorknock.tasks.counts import Counts
from doorknock.visits import made
from doorknock.visits.made import Made, Move, Since, Span


@dataclass(frozen=True)
class Asked:
    """Editions ``first`` to ``last`` of a campaign as known at ``moment`` (None: now, a draft).

    ``at`` = the 18:00 as of which doors stand as they do (None: now).
    """

    campaign: Campaign
    first: date
    last: date
    moment: datetime | None = None
    at: date | None = None

    @property
    def instant(self) -> datetime:
        """The moment; now for a draft."""
        return self.moment or clock.now()

    def span(self, first: date, last: date) -> Span:
        """These editions of the campaign."""
        return Span(self.campaign.county, (self.campaign.id,), first, last)


@dataclass
class Line:
    """One part of a region, or the whole: visits by outcome, what came late or was taken back, and how it stands.

    ``late`` and ``gone`` are about the edition before, ``older`` and ``older_gone`` about those before that one.
    """

    code: str
    name: str
    level: str
    sums: Sums
    stood: Sums
    """Its sums at the 18:00 before."""
    fresh: Freshness
    rests: bool
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    late: int = 0
    gone: int = 0
    older: int = 0
    older_gone: int = 0

    @property
    def visits(self) -> int:
        """All visits."""
        return sum(self.outcomes.values())

    @property
    def left(self) -> int:
        """还要去."""
        return self.sums["d"] - self.sums["closed"]

    def silent(self, now: datetime) -> int:
        """How many phones were out of touch; of a part with nothing planned, none."""
        return 0 if self.rests else len(self.fresh.behind(now))


@dataclass(frozen=True)
class Day:
    """One edition: visits when its 日报 was frozen, 补到 and what was taken back since."""

    day: date
    frozen: int
    late: int
    gone: int

    @property
    def visits(self) -> int:
        """What counts of it."""
        return self.frozen + self.late - self.gone


@dataclass(frozen=True)
class Counted:
    """A region and what lies below it, counted once for all reports about any of them."""

    asked: Asked
    nodes: Mapping[str, Node]
    """Regions down to villages."""
    grids: Mapping[str, Node]
    regions: Mapping[str, Region]
    made: Mapping[str, Made]
    fresh: Mapping[str, Freshness]
    resting: frozenset[str]
    stood: Mapping[str, Node]
    """Regions as the 18:00 before the first edition found them."""
    before: Mapping[str, datetime]
    """Region → the moment of its 日报 before; who has none goes by that day's 18:00."""
    top: Region
    _moves: dict[datetime, list[Move]] = field(default_factory=dict)
    _since: dict[tuple[date, date, datetime], dict[str, Since]] = field(default_factory=dict)
    _days: dict[tuple[date, datetime], dict[str, Made]] = field(default_factory=dict)
    _told: list[dict[str, Counts]] = field(default_factory=list)

    def whole(self, region: Region) -> Line:
        """The region as one line."""
        return self._line(self.nodes[region.code], region.code)

    def parts(self, region: Region) -> list[Line]:
        """Its towns, villages, or grids, in code order: those where the campaign is walked."""
        node = self.nodes[region.code]
        below = node.grids if node.level == "village" else node.children
        return [self._line(each, region.code) for each in below if self._walked(each)]

    def below(self, region: Region) -> list[Region]:
        """The regions of its parts; of a village none."""
        return [self.regions[part.code] for part in self.parts(region) if part.level != "grid"]

    def _walked(self, node: Node) -> bool:
        """Whether the campaign is walked in some village at or below (or round) a node."""
        villages = {grid.code[:12] for grid in _grids(node)}
        where = self.asked.campaign.region_code
        return any(where in self.regions[code].path.split("/") for code in villages)

    def days(self, region: Region) -> list[Day]:
        """Its editions one by one: what each 日报 found, and what has come and gone since."""
        asked, grids = self.asked, [grid.code for grid in _grids(self.nodes[region.code])]
        found = []
        for back in range((asked.last - asked.first).days + 1):
            day = asked.first + DAY * back
            if day < asked.campaign.starts:
                continue
            known = models.moments(region.county, asked.campaign.id, "daily", day).get(region.code) or clock.end_of(day)
            if known > asked.instant:
                break
            late, gone = _summed(self._came(day, day, known), grids)
            found.append(Day(day, sum(each.visits for each in self._made(day, known, grids)), late, gone))
        return found

    def told(self, region: Region) -> list[Counts]:
        """Village by village at and below it, what was held and put up in these editions."""
        if not self._told:
            since, until = clock.end_of(self.asked.first - DAY), clock.end_of(self.asked.last)
            self._told.append(tasks.of(self.top, since, until, known=self.asked.moment))
        villages = {code[:12] for code in (grid.code for grid in _grids(self.nodes[region.code]))}
        return [each for code, each in self._told[0].items() if code in villages]

    def _made(self, day: date, known: datetime, grids: Iterable[str]) -> Iterator[Made]:
        if (day, known) not in self._days:
            self._days[day, known] = made.by_grid(self.asked.span(day, day), known)
        found = self._days[day, known]
        return (found[code] for code in grids if code in found)

    def _line(self, node: Node, about: str) -> Line:
        grids = [grid.code for grid in _grids(node)]
        villages = {code[:12] for code in grids}
        rests = bool(villages) and villages <= self.resting
        working = [code for code in grids if rests or code[:12] not in self.resting]
        line = Line(
            code=node.code, name=node.name, level=node.level, sums=node.sums, stood=self.stood[node.code].sums,
            fresh=freshness.together(self.fresh[code] for code in working), rests=rests,
        )  # fmt: skip
        for code in grids:
            for outcome, count in self.made[code].outcomes.items() if code in self.made else ():
                line.outcomes[outcome] += count
        yesterday = self.asked.first - DAY
        known = self.before.get(about) or clock.end_of(yesterday)
        line.late, line.gone = _summed(self._came(yesterday, yesterday, known), grids)
        line.older, line.older_gone = _summed(self._came(date.min, yesterday - DAY, known), grids)
        return line

    def _came(self, first: date, last: date, known: datetime) -> dict[str, Since]:
        """What came and went of these editions since an instant after which none of them was running."""
        key = (first, last, known)
        if key not in self._since:
            until = clock.edition_of(known - timedelta(microseconds=1))
            if known not in self._moves:
                self._moves[known] = made.moved(self.asked.span(date.min, until), known, self.asked.moment)
            self._since[key] = made.by_moves(self._moves[known], self.asked.span(first, last))
        return self._since[key]


def count(top: Region, asked: Asked) -> Counted:
    """The region with everything below it."""
    counts = phases.counted([asked.campaign], asked.at or clock.day_of(asked.instant))
    tree = figures.tree(top, counts, asked.at)
    nodes = {node.code: node for node in walk(tree) if node.level not in ("group", "grid")}
    stood = {node.code: node for node in walk(figures.tree(top, counts, asked.first - DAY)) if node.level != "group"}
    grids = {grid.code: grid for grid in _grids(tree)}
    campaign = asked.campaign
    return Counted(
        asked=asked, nodes=nodes, grids=grids, stood=stood,
        regions={each.code: each for each in subtree(top) if each.code in nodes},
        made=made.by_grid(asked.span(asked.first, asked.last), asked.moment),
        fresh=freshness.of_grids(grids, asked.moment),
        resting=frozenset(rest_days.on(campaign.county, [campaign.id], asked.last)),
        before=models.moments(campaign.county, campaign.id, "daily", asked.first - DAY), top=top,
    )  # fmt: skip


def _grids(node: Node) -> Iterator[Node]:
    return (each for each in walk(node) if each.level == "grid")


def _summed(since: Mapping[str, Since], grids: Iterable[str]) -> tuple[int, int]:
    found = [since[code] for code in grids if code in since]
    return sum(each.late for each in found), sum(each.gone for each in found)
