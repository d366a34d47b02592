"""The tree of regions and the grids that lie across its villages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.changes import county_of
from doorknock.db import BY_COUNTY, REFERENCE, Base, Code, County, db
from doorknock.errors import Problem
from doorknock.words import _, lazy

LEVELS = ("province", "city", "county", "town", "village", "group")
LEVEL_NAMES = {
    "province": lazy("省"), "city": lazy("市"), "county": lazy("县"), "town": lazy("镇"), "village": lazy("村"),
    "group": lazy("组"), "grid": lazy("网格"),
}  # fmt: skip


class Region(Base):
    """A place in the administrative tree; ``path`` is the codes from the top down to itself, joined by slashes."""

    __tablename__ = "region"
    __table_args__ = (Index("ix_region_path", "path"), {"info": REFERENCE})
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(10))
    parent_code: Mapped[str | None] = mapped_column(Code, ForeignKey("region.code"))
    path: Mapped[str] = mapped_column(String(120))
    grid_code: Mapped[str | None] = mapped_column(Code)
    """Of a group: the grid that it belongs to."""

    @property
    def county(self) -> str:
        """The county part of the code, also where the county level is skipped."""
        return county_of(self.code)

    def holds(self, path: str) -> bool:
        """Whether the region with this path is this one or lies below it."""
        return (path + "/").startswith(self.path + "/")


class Grid(Base):
    """A worker's beat inside one village; its code adds three digits to the village's."""

    __tablename__ = "grid"
    __table_args__ = (Index("ix_grid_village", "county", "village_code"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))


def region(code: str) -> Region:
    """The region with this code; Problem not_found otherwise."""
    found = db.session.get(Region, code)
    if found is None:
        raise Problem("not_found", _("没有编码是 %(code)s 的区划。", code=code))
    return found


def grid(code: str) -> Grid | None:
    """The grid with this code, or None."""
    return db.session.get(Grid, (county_of(code), code))


def ancestors(found: Region) -> list[Region]:
    """From the top down to the region itself."""
    codes = found.path.split("/")
    rows = {r.code: r for r in db.session.scalars(select(Region).where(Region.code.in_(codes)))}
    return [rows[code] for code in codes]


def subtree(top: Region) -> list[Region]:
    """The region and everything below it, in code order."""
    return list(db.session.scalars(select(Region).where(below(top)).order_by(Region.code)))


def below(top: Region) -> ColumnElement[bool]:
    """A condition on Region: the region or anything below it."""
    return (Region.code == top.code) | Region.path.startswith(top.path + "/", autoescape=True)


def counties(top: Region) -> list[str]:
    """The counties at or below a region, or the one that it lies in."""
    if LEVELS.index(top.level) >= LEVELS.index("county"):
        return [top.county]
    return sorted(set(db.session.scalars(select(func.substr(Region.code, 1, 6)).where(below(top)).distinct())))


def villages(top: Region) -> list[Region]:
    """The villages at or below a region, in code order."""
    return [r for r in subtree(top) if r.level == "village"]


def groups(village_code: str) -> list[Region]:
    """The groups of a village, in code order."""
    found = select(Region).where(Region.parent_code == village_code, Region.level == "group")
    return list(db.session.scalars(found.order_by(Region.code)))


def grids_of(village_codes: Iterable[str]) -> Sequence[Grid]:
    """The grids of these villages, in code order."""
    found = select(Grid).where(Grid.village_code.in_(list(village_codes)))
    return db.session.scalars(found.order_by(Grid.code)).all()


def wire_rows(grid_codes: Sequence[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """The shared rows (kind, id, data) that a phone with these grids needs: its regions from the top, and its grids."""
    grids = [g for g in (grid(code) for code in grid_codes) if g is not None]
    regions: dict[str, Region] = {}
    for village_code in sorted({g.village_code for g in grids}):
        village = region(village_code)
        for found in [*ancestors(village), *groups(village_code)]:
            regions[found.code] = found
    rows = [
        ("region", r.code, {"name": r.name, "level": r.level, "parent": r.parent_code, "grid": r.grid_code})
        for r in regions.values()
    ]
    return rows + [("grid", g.code, {"name": g.name, "village": g.village_code}) for g in grids]
