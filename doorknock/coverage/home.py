"""总览: where are we, who is behind, what waits for me."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from doorknock import clock
from doorknock.access import Person
from doorknock.access import may as allowed
from doorknock.coverage import frame, freshness
from doorknock.coverage.figures import Node
from doorknock.coverage.freshness import Said
from doorknock.coverage.table import Figures, figures_of
from doorknock.coverage.view import View, walk
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.people.models import Person as Worker
from doorknock.regions.models import Region, region
from doorknock.sync.journal import NEEDS_EYES, JournalLine, Stray
from doorknock.visits.models import Visit
from doorknock.words import _, joined, lazy

CLOSING = time(18)
"""A day of reports runs from 18:00 to 18:00."""

PARTS = {
    "grid": (lazy("个网格"), lazy("网格")), "village": (lazy("个村"), lazy("村")), "town": (lazy("个镇"), lazy("镇")),
}  # fmt: skip
"""How the parts of a region are counted, and called, by their level."""


@dataclass(frozen=True)
class Unit:
    """One part of the region (a village of a town, a grid of a village) as the overview lists it."""

    node: Node
    href: str
    visits: int
    left: int
    fresh: Said
    phones: int
    behind: int


@dataclass(frozen=True)
class Task:
    """Something that waits for the person: how many, what, where."""

    count: int
    word: str
    detail: str
    href: str


@dataclass(frozen=True)
class Overview:
    """All that the page says."""

    figures: Figures
    units: list[Unit]
    kind: str
    each: str
    since: datetime
    visits: int

    @property
    def complete(self) -> list[Unit]:
        """The units all of whose phones were in touch."""
        return [u for u in self.units if u.phones and not u.behind]

    @property
    def late(self) -> list[Unit]:
        """The units with a phone out of touch."""
        return [u for u in self.units if u.behind]

    @property
    def without(self) -> list[Unit]:
        """The units where no phone is enrolled."""
        return [u for u in self.units if not u.phones]


def overview(view: View) -> Overview:
    """What the page says of a region."""
    since = window(clock.now())
    made = _made_since(view, since)
    below = view.node.grids if view.node.level == "village" else view.node.children
    grids = {n.code for n in walk(view.node) if n.level == "grid"}
    fresh = freshness.of_grids(grids)
    units = [_unit(view, node, fresh, made) for node in below]
    level = "grid" if view.node.level == "village" else below[0].level if below else ""
    kind, each = PARTS.get(level, (lazy("个区划"), lazy("区划")))
    visits = sum(made.get(code, 0) for code in grids)
    return Overview(figures_of(view, view.node), units, kind, each, since, visits)


def window(now: datetime) -> datetime:
    """When the running day of reports began: the last 18:00."""
    local = now.astimezone(clock.SHANGHAI)
    day = local.date() if local.time() >= CLOSING else local.date() - timedelta(days=1)
    return datetime.combine(day, CLOSING, clock.SHANGHAI)


def tasks(person: Person) -> list[Task]:
    """What waits for this person, each with its address; nothing that waits is left out for being zero."""
    home = region(person.home.path.rpartition("/")[2]) if person.home else None
    found = []
    if allowed(person, "review"):
        waiting = frame.waiting(home)
        found.append(Task(sum(waiting.values()), _("审核"), _by_village(waiting), "/office/review"))
    if allowed(person, "quarantine"):
        count = quarantined(home)
        detail = _("要看一看再决定收不收") if count else _("都收好了")
        found.append(Task(count, _("没算进去的记录"), detail, "/office/quarantine"))
    return [task for task in found if frame.exists(task.href)]


def quarantined(home: Region | None) -> int:
    """How many received lines of phones of this region need eyes."""
    here = (
        select(Device.county, Device.id).join(Worker, Worker.id == Device.worker_id)
        .join(Region, Region.code == Worker.region_code).where(frame.below(home)).subquery()
    )  # fmt: skip
    lines = (
        select(func.count()).select_from(JournalLine)
        .join(here, (here.c.county == JournalLine.county) & (here.c.id == JournalLine.device_id))
        .where(JournalLine.state.in_([s for s in NEEDS_EYES if s != "rejected"]))
    )  # fmt: skip
    strays = (
        select(func.count()).select_from(Stray)
        .join(here, (here.c.county == Stray.county) & (here.c.id == Stray.device_id))
        .where(Stray.resolved_at.is_(None))
    )  # fmt: skip
    return (db.session.scalar(lines) or 0) + (db.session.scalar(strays) or 0)


def _by_village(waiting: dict[str, int]) -> str:
    if not waiting:
        return _("没有等着的")
    names = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(waiting)))}
    said = [f"{names[code]} {count}" for code, count in list(waiting.items())[:3]]
    return joined(said) + (_(" 等 %(count)s 个村", count=len(waiting)) if len(waiting) > 3 else "")


def _unit(view: View, node: Node, fresh: dict[str, freshness.Freshness], made: dict[str, int]) -> Unit:
    grids = [n.code for n in walk(node) if n.level == "grid"]
    phones = freshness.together(fresh[code] for code in grids)
    grid = node.level == "grid"
    href = f"/office/gaps/{node.code[:12]}?grid={node.code}" if grid else f"/office/coverage/{node.code}"
    return Unit(
        node=node, href=href, visits=sum(made.get(code, 0) for code in grids), left=figures_of(view, node).left,
        fresh=phones.said(), phones=len(phones.phones), behind=len(phones.behind(clock.now())),
    )  # fmt: skip


def _made_since(view: View, since: datetime) -> dict[str, int]:
    """Grid → valid visits made since then, in the campaign."""
    ids = [c.id for c in view.campaigns]
    counties = sorted({c.county for c in view.campaigns})
    days = (Visit.day >= since.date()) & (Visit.visited_at >= since)
    query = (
        select(Visit.grid, func.count()).where(Visit.county.in_(counties), Visit.campaign_id.in_(ids), days)
        .where(Visit.superseded_by.is_(None), Visit.void.is_(False)).group_by(Visit.grid)
    )  # fmt: skip
    found: dict[str, int] = defaultdict(int)
    for grid, number in db.session.execute(query):
        found[grid] += number
    return found
