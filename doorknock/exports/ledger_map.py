"""地图数据: GeoJSON of regions with their figures, and, for whoever may see doors, of doors as rounded points.

Regions have no outline here, so their geometry is null: a map that has outlines joins them by code. A door says whether
it is closed and never how: whoever was told and whoever declined look alike on every map.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from doorknock.access import may
from doorknock.coverage.telling import told
from doorknock.coverage.view import walk
from doorknock.db import table_of
from doorknock.exports import reading
from doorknock.exports.calling import Called
from doorknock.exports.ledger_coverage import seen
from doorknock.exports.ledgers import Ledger, Portion, Scope
from doorknock.lookup import among, given, rows
from doorknock.places.counters import Contribution
from doorknock.places.models import ERASED
from doorknock.words import lazy

DIGITS = 4
"""Of a degree: ten metres, as points are kept."""
WGS84 = ("", "wgs84", "wgs-84", "epsg:4326")
_counted = table_of(Contribution).c
_CLOSED = select(_counted.place_id).where(
    _counted.county == given("county"), among(_counted.place_id), _counted.campaign_id == given("campaign"),
    _counted.closed > 0,
)  # fmt: skip


def with_doors(scope: Scope) -> bool:
    """Whether the person may see doors here."""
    return may(scope.person, "doors", scope.region)


def total(scope: Scope) -> int:
    """How many regions and doors are gone through."""
    regions = sum(1 for _each in walk(seen(scope).node))
    return regions + (reading.count(scope.region) if with_doors(scope) else 0)


def portions(scope: Scope) -> Iterator[Portion]:
    """Features: first the regions and grids, then the doors that have a point."""
    view = seen(scope)
    nodes = list(walk(view.node))
    yield len(nodes), [feature(None, {"what": "region", **told(view, node)}) for node in nodes]
    if not with_doors(scope):
        return
    called, campaign = Called(scope.region), scope.campaign.id if scope.campaign else ""
    for doors in reading.doors(scope.region):
        ids = [door.survivor_id for door in doors if point(door)]
        closed = {row.place_id for row in rows(_CLOSED, county=doors[0].county, ids=ids, campaign=campaign)}
        placed = [door for door in doors if door.status != ERASED and point(door)]
        yield len(doors), [_door(door, called, closed) for door in placed]


def point(door: Any) -> list[float] | None:
    """Where a door lies, rounded; None where nobody said, or in coordinates that are not the world's."""
    geo = door.geo or {}
    if str(geo.get("crs") or "").lower() not in WGS84 or "lat" not in geo or "lon" not in geo:
        return None
    return [round(float(geo["lon"]), DIGITS), round(float(geo["lat"]), DIGITS)]


def _door(door: Any, called: Called, closed: set[str]) -> dict[str, Any]:
    said = {
        "what": "door", "id": door.id, "village": door.village_code, "group": door.group_code, "grid": door.grid,
        "door": called.number(door) or door.local_no, "kind": door.kind, "status": door.status,
        "closed": door.survivor_id in closed,
    }  # fmt: skip
    return feature(point(door), said)


def feature(at: list[float] | None, said: dict[str, Any]) -> dict[str, Any]:
    """One feature of GeoJSON."""
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": at} if at else None, "properties": said}


MAP = Ledger(
    key="map", word=lazy("地图数据"), says=lazy("GeoJSON，给地图软件用"), verb="coverage",
    deed="export.map", total=total, portions=portions, asks=frozenset({"campaign"}), formats=("geojson",), columns=(),
)  # fmt: skip
