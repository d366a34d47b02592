"""The figures of a region: counters added up from groups and grids to the top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from doorknock import clock, web
from doorknock.campaigns.models import Campaign
from doorknock.campaigns.phases import Counted
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.places import counters, review
from doorknock.places.counters import MEASURES
from doorknock.regions.models import LEVELS, Grid, Region, below, counties
from doorknock.words import _, joined

Sums = dict[str, int]
Counts = Campaign | Counted
"""What figures are asked for: a campaign, or a phase of one that counts for itself."""
APP = ("asked", "installed_before", "installed_now", "wants_later", "app_declined", "no_smartphone", "places_installed")
SHOWN = ("attempted", "met", "covered", "declined", "closed", "signed", "offered", "visits")


@dataclass
class Node:
    """One region or grid with its sums; children in code order, grids at a village only."""

    code: str
    name: str
    level: str
    sums: Sums = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))
    children: list[Node] = field(default_factory=list)
    grids: list[Node] = field(default_factory=list)

    def add(self, sums: Mapping[str, int]) -> None:
        """Add a counter."""
        for name in MEASURES:
            self.sums[name] += sums[name]

    def own(self) -> dict[str, Any]:
        """The node's figures under their contract names, without children."""
        app = {name.removeprefix("app_"): self.sums[name] for name in APP}
        head = {"code": self.code, "name": self.name, "level": self.level}
        base = {"N": self.sums["n"], "away": self.sums["away"], "pending": self.sums["pending"], "D": self.sums["d"]}
        return head | base | {name: self.sums[name] for name in SHOWN} | {"app": app}

    def whole(self) -> dict[str, Any]:
        """The figures with all children, and the grids of a village."""
        found = self.own() | {"children": [child.whole() for child in self.children]}
        return found | ({"grids": [grid.own() for grid in self.grids]} if self.level == "village" else {})


def campaigns_in(top: Region) -> list[Campaign]:
    """The campaigns that concern a region: made for it, for one above it, or for one below it; in key order."""
    inside, above = select(Region.code).where(below(top)), top.path.split("/")
    concerned = Campaign.region_code.in_(inside) | Campaign.region_code.in_(above)
    return list(db.session.scalars(select(Campaign).where(concerned).order_by(Campaign.key, Campaign.county)))


def chosen(top: Region, key: str | None, day: date) -> list[Campaign]:
    """The campaign with this key (one a county), or the one running on the day; Refused where that is not one."""
    known = campaigns_in(top)
    if key is not None:
        if found := [c for c in known if c.key == key]:
            return found
        raise Refused(_("%(name)s 没有叫 %(key)s 的行动。", name=top.name, key=key))
    running = [c for c in known if c.runs_on(day)]
    keys = sorted({c.key for c in running})
    if not keys:
        raise Refused(_("%(name)s 今天没有正在进行的行动。请用 --campaign 写明看哪一次。", name=top.name))
    if len(keys) > 1:
        raise Refused(_("今天有几次行动同时进行，请用 --campaign 写明看哪一次：%(keys)s", keys=joined(keys)))
    return running


def wake_due(top: Region) -> None:
    """Before counting: places whose day of coming back has come are active again, in a transaction of its own."""
    due = [county for county in counties(top) if review.due(county)]
    if due:
        with web.apart():
            for county in due:
                review.wake(county, clock.today())


def tree(top: Region, campaigns: Iterable[Counts], at: date | None = None) -> Node:
    """The region's figures in these campaigns, with everything below it; with ``at`` as they stood at that 18:00."""
    columns = (Region.code, Region.name, Region.level, Region.parent_code)
    regions = db.session.execute(select(*columns).where(below(top)).order_by(Region.code)).all()
    nodes = {r.code: Node(r.code, r.name, r.level) for r in regions}
    grids = _grids(top, [r.code for r in regions if r.level == "village"])
    beats = {g.code: Node(g.code, g.name, "grid") for g in grids}
    _add_counters(list(campaigns), nodes, beats, {g.code: g.village_code for g in grids}, at)
    for grid in grids:
        if grid.village_code in nodes:
            nodes[grid.village_code].grids.append(beats[grid.code])
            nodes[grid.village_code].add(beats[grid.code].sums)
    # Lower levels first, so that each is whole when it is added to what lies above it.
    for region in sorted(regions, key=lambda r: (LEVELS.index(r.level), r.code), reverse=True):
        above = nodes.get(region.parent_code or "")
        if region.code == top.code or above is None:
            continue
        above.children.insert(0, nodes[region.code])
        if region.level != "group":
            above.add(nodes[region.code].sums)
    return nodes[top.code]


def _grids(top: Region, villages: list[str]) -> Sequence[Any]:
    """Plain rows of the grids of these villages, or of the grid that a group is in."""
    query = select(Grid.code, Grid.name, Grid.village_code).order_by(Grid.code)
    if top.level == "group":
        query = query.where(Grid.village_code == top.parent_code, Grid.code == top.grid_code)
    else:
        query = query.where(Grid.village_code.in_(villages))
    return db.session.execute(query).all()


def _add_counters(
    campaigns: list[Counts], nodes: dict[str, Node], beats: dict[str, Node], grids: dict[str, str], at: date | None
) -> None:
    """The counters of groups and grids; what lies above is the sum of its grids."""
    inside = _inside(campaigns, grids)
    for county in sorted({code[:6] for code in grids}):
        for row in counters.sums(county, [c.id for c in campaigns if c.county == county], at):
            if row["grid"] not in inside:
                continue
            beats[row["grid"]].add(row)
            group = nodes.get(row["group_code"])
            if group is not None:
                group.add(row)


def _inside(campaigns: list[Counts], grids: dict[str, str]) -> set[str]:
    """Of these grids with their villages those in a campaign's region: only they have doors to knock at."""
    villages = sorted(set(grids.values()))
    paths: dict[str, list[str]] = {}
    for start in range(0, len(villages), 500):
        query = select(Region.code, Region.path).where(Region.code.in_(villages[start : start + 500]))
        paths |= {code: path.split("/") for code, path in db.session.execute(query)}
    wanted = {c.region_code for c in campaigns}
    return {code for code, village in grids.items() if not wanted.isdisjoint(paths[village])}


def rate(part: int, base: int) -> str:
    """A percentage to one decimal with its base said elsewhere; "—" for an empty base."""
    return f"{100 * part / base:.1f}%" if base else "—"
