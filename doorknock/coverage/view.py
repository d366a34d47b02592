"""What one person may see of a region's figures: the campaign looked at, the tree, and what is held back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter

from sqlalchemy import select

from doorknock import clock, web
from doorknock.access import Person, may
from doorknock.campaigns import phases
from doorknock.campaigns.models import Campaign
from doorknock.campaigns.phases import Phase
from doorknock.coverage import figures, masking
from doorknock.coverage.figures import Counts, Node
from doorknock.coverage.masking import Cell
from doorknock.db import db, set_writing
from doorknock.places import review
from doorknock.places.counters import DAY
from doorknock.regions.models import Region, below, counties, region

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class View:
    """A region's figures in one campaign. ``declined`` and ``unsigned`` are the keys of the cells to hold back."""

    region: Region
    node: Node
    campaigns: list[Campaign]
    known: list[Campaign]
    phase: Phase | None = None
    """The phase that is looked at by itself, because it begins anew."""
    offered: Phase | None = None
    """The one that could be."""
    evening: date | None = None
    """The 18:00 as of which the figures are; None = now."""
    declined: frozenset[str] = NONE
    unsigned: frozenset[str] = NONE
    masked: bool = False
    grid_of: dict[str, str] = field(default_factory=dict)
    """Group → its grid."""
    nodes: dict[str, Node] = field(default_factory=dict)
    """All nodes at and below the region by key: a region's code, or "grid:" and a grid's."""

    @property
    def campaign(self) -> Campaign | None:
        """The campaign that is looked at, one of those with its key."""
        return self.campaigns[0] if self.campaigns else None

    @property
    def counted(self) -> list[Counts]:
        """What the counters are asked for."""
        return _counted(self.campaigns, self.phase)

    @property
    def then(self) -> datetime | None:
        """The instant as of which the figures are; None = now."""
        return clock.end_of(self.evening) if self.evening else None

    @property
    def evening_at(self) -> datetime:
        """The same, which is now where it is None."""
        return self.then or clock.now()

    def asked(self) -> dict[str, tuple[str, ...]]:
        """County → ids of the campaigns there, whose visits are looked at."""
        counties = sorted({c.county for c in self.campaigns})
        return {county: tuple(c.id for c in self.campaigns if c.county == county) for county in counties}


def key_of(node: Node) -> str:
    """A node's key; groups and grids have namespaces of their own."""
    return f"grid:{node.code}" if node.level == "grid" else node.code


def look(person: Person, top: Region, key: str | None, *, whole: bool = False) -> View:
    """The figures of a region for this person; ``key`` names the campaign, otherwise the one that fits today.

    Of a phase that begins anew its own figures, unless the ``whole`` campaign is asked for. Who reads masked figures
    reads them as of the last 18:00: whoever watches a figure move sees no single household in it.
    """
    _wake(top)
    known = figures.campaigns_in(top)
    chosen = pick(known, key, clock.today())
    masked = not may(person, "coverage.whole", top)
    evening = last_evening() if masked else None
    offered = _anew(chosen, evening or clock.today())
    phase = None if whole else offered
    home = (_home(person) or top) if masked else top
    tree = figures.tree(home, _counted(chosen, phase), evening)
    nodes, grid_of = _by_key(tree), _grids_of_groups(home)
    declined, unsigned = held_back(tree, grid_of) if masked else (NONE, NONE)
    return View(
        top, nodes[top.code], chosen, known, phase, offered, evening, declined, unsigned, masked, grid_of, nodes
    )  # fmt: skip


def last_evening() -> date:
    """The day of the last 18:00."""
    return clock.edition_of(clock.now()) - DAY


def _anew(chosen: list[Campaign], day: date) -> Phase | None:
    """The phase of the campaign that counts for itself on this day."""
    phase = phases.on(chosen[0], day) if len(chosen) == 1 else None
    return phase if phase and phase.anew else None


def _counted(chosen: list[Campaign], phase: Phase | None) -> list[Counts]:
    if phase is None:
        return [*chosen]
    return [phases.Counted(phase.county, phase.id, chosen[0].region_code)]


def pick(known: list[Campaign], key: str | None, day: date) -> list[Campaign]:
    """The campaigns (one a county) with this key; else of those running the last begun; else the nearest to today."""
    if found := [c for c in known if c.key == key]:
        return found
    running = [c for c in known if c.runs_on(day)]
    over = [c for c in known if c.ends < day]
    to_come = [c for c in known if c.starts > day]
    best = max(running, key=lambda c: (c.starts, c.key), default=None)
    best = best or max(over, key=lambda c: (c.ends, c.key), default=None)
    best = best or min(to_come, key=lambda c: (c.starts, c.key), default=None)
    return [c for c in known if best and c.key == best.key]


Held = tuple[frozenset[str], frozenset[str]]
_KNOWN: dict[int, tuple[object, Held]] = {}
"""Answers of ``held_back`` by all that they follow from: at a county's size one takes as long as the rest of a page."""
_MOST_KNOWN = 12


def held_back(whole: Node, grid_of: dict[str, str]) -> Held:
    """The cells to hold back: about declining (covered too: closed less covered gives it away), and about signing."""
    asked = (tuple(_judged(whole)), tuple(sorted(grid_of.items())))
    known = _KNOWN.get(hash(asked))
    if known is not None and known[0] == asked:
        return known[1]
    beats = {node.code: _beat(node, village, grid_of) for village in walk(whole) for node in village.grids}
    declined = masking.hidden(_cells(whole, _declined, beats))
    only_declined = masking.hidden(_cells(whole, _closed_uncovered, beats))
    found = declined | only_declined, masking.hidden(_cells(whole, _unsigned, beats))
    while len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.pop(next(iter(_KNOWN)), None)
    _KNOWN[hash(asked)] = asked, found
    return found


def _judged(node: Node) -> Iterator[tuple[object, ...]]:
    """All that bounds are made of, with the tree's shape."""
    for each in walk(node):
        yield each.level, each.code, *_SUMS(each.sums)


JUDGED = ("d", "attempted", "met", "covered", "declined", "closed", "signed")
"""The sums that the bounds of a cell are made of."""
_SUMS = itemgetter(*JUDGED)
Bounds = tuple[int, int, int]
"""A count, and the least and the most that the printed columns say it could be."""
Count = Callable[[figures.Sums], Bounds]


def _declined(sums: figures.Sums) -> Bounds:
    return sums["declined"], 0, min(sums["met"], sums["closed"])


def _closed_uncovered(sums: figures.Sums) -> Bounds:
    return sums["closed"] - sums["covered"], 0, min(sums["met"], sums["closed"])


def _unsigned(sums: figures.Sums) -> Bounds:
    return sums["d"] - sums["signed"], sums["d"] - sums["attempted"], sums["d"]


Beat = tuple[list[Node], figures.Sums]
"""The groups of a grid, and the sums of its doors that are in none of them."""


def _beat(grid: Node, village: Node, grid_of: dict[str, str]) -> Beat:
    groups = [child for child in village.children if grid_of.get(child.code) == grid.code]
    return groups, {name: grid.sums[name] - sum(each.sums[name] for each in groups) for name in JUDGED}


def _cells(node: Node, count: Count, beats: dict[str, Beat]) -> Cell:
    cell = Cell(key_of(node), *count(node.sums))
    if node.level != "village":
        cell.parts = [_cells(child, count, beats) for child in node.children]
        return cell
    taken: set[str] = set()
    for grid in node.grids:
        groups, rest = beats[grid.code]
        beat = Cell(key_of(grid), *count(grid.sums))
        beat.parts = [Cell(each.code, *count(each.sums)) for each in groups]
        beat.parts.append(Cell(f"rest:{grid.code}", *count(rest)))
        taken.update(each.code for each in groups)
        cell.parts.append(beat)
    cell.parts += [Cell(each.code, *count(each.sums)) for each in node.children if each.code not in taken]
    return cell


def _grids_of_groups(home: Region) -> dict[str, str]:
    query = select(Region.code, Region.grid_code).where(below(home), Region.grid_code.is_not(None))
    return {code: grid for code, grid in db.session.execute(query) if grid}


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, groups before the grids of their village."""
    yield node
    for part in [*node.children, *node.grids]:
        yield from walk(part)


def _by_key(node: Node) -> dict[str, Node]:
    return {key_of(each): each for each in walk(node)}


def _wake(top: Region) -> None:
    """Places whose day of coming back has come count again: the one thing that a look may write, and it rarely does."""
    if not any(review.due(county) for county in counties(top)):
        return
    db.session.rollback()
    set_writing(True)
    figures.wake_due(top)
    web.commit()
    set_writing(False)


def _home(person: Person) -> Region | None:
    return region(person.home.path.rpartition("/")[2]) if person.home else None
