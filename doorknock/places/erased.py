"""What was erased because a household asked: the ids that never return, and what is left of such a door.

The row of the door stays as an empty plate: where it lies, and nothing else, so that the visits made there still count
as work done. It is in no list, on no phone and in no rate; its ids are refused wherever they come from again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import changes, clock
from doorknock.changes import Deed
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db
from doorknock.errors import Refused
from doorknock.lookup import among as among_these
from doorknock.lookup import given, rows
from doorknock.places.models import ERASED, Place, folded, roster_id
from doorknock.sets import upsert
from doorknock.words import _

KIND = "erase"
EVERYONE = ""


class Erasure(Base):
    """An id that was erased: of a door, of an event, or what a roster row of that door would be known by.

    ``device_id`` names a phone that wrote about it and is told to forget; ``grid`` tells all phones of that grid.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        Index("ix_erasure_device", "county", "device_id"),
        Index("ix_erasure_grid", "county", "grid"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id, primary_key=True, default=EVERYONE)
    grid: Mapped[str | None] = mapped_column(Code)
    at: Mapped[datetime]


def note(county: str, ids: Iterable[str], *, device: str = EVERYONE, grid: str | None = None) -> None:
    """Remember these ids, for this phone or for everyone; again changes nothing but the date."""
    rows = [{"county": county, "id": i, "device_id": device, "grid": grid, "at": clock.now()} for i in sorted(set(ids))]
    upsert(Erasure, rows, ("county", "id", "device_id"))


_AMONG = select(Erasure.id).where(Erasure.county == given("county"), among_these(Erasure.id))
_TOLD = (Erasure.device_id == given("device")) | among_these(Erasure.grid, "grids")
_FORGET = select(Erasure.id).where(Erasure.county == given("county"), _TOLD)
_EMPTY = select(Place.id).where(Place.county == given("county"), Place.status == ERASED, Place.grid == given("grid"))


def among(county: str, ids: Iterable[str]) -> set[str]:
    """Those of the ids that were erased."""
    wanted = {i for i in ids if i}
    return {row.id for row in rows(_AMONG, county=county, ids=wanted)} if wanted else set()


def everywhere(county: str) -> set[str]:
    """All ids that were erased in a county, whoever wrote of them."""
    mine = (Erasure.county == county) & (Erasure.device_id == EVERYONE)
    return set(db.session.scalars(select(Erasure.id).where(mine)))


Keeper = Callable[[str, set[str]], None]
_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> Keeper:
    """Registers who keeps outside the database what is erased afterwards, so that no copy put back has it again."""
    _keepers.append(keeper)
    return keeper


def late(county: str, ids: Iterable[str]) -> None:
    """These turn out to be an erased household's only now: said outside the database first. The caller notes them."""
    if fresh := set(ids) - among(county, ids):
        for keeper in _keepers:
            keeper(county, fresh)


def to_forget(county: str, device_id: str, grids: Iterable[str]) -> list[str]:
    """What a phone is told to forget: what it wrote about itself, and the doors of its grids."""
    return sorted({row.id for row in rows(_FORGET, county=county, device=device_id, grids=grids)})


def refuse(*places: Place) -> None:
    """Refused where one of these doors, as read under the locks of their grids, was erased.

    Every act of the office asks: somebody may still have a household's page open while it is erased.
    """
    if any(place.status == ERASED for place in places):
        raise Refused(_("这一户的记录，住户要求删掉了。"))


def doors_in(grid: str) -> set[str]:
    """The ids of the empty plates in a grid: neither they nor what was recorded there goes to phones."""
    return {row.id for row in rows(_EMPTY, county=changes.county_of(grid), grid=grid)}


def roster_names(place: Place, group: str) -> set[str]:
    """The ids that a row about this door would be given, so that an import does not bring it back."""
    door = (folded(group), folded(place.address.get("door")), folded(place.contact_name))
    numbered = {roster_id(place.village_code, folded(place.local_no), *door)} if place.local_no else set()
    return {place.id, *numbered, roster_id(place.village_code, None, *door)}


def empty(place: Place, grid: str, group: str | None, *, by: str | None) -> Deed:
    """Nothing of the door stays but that it lies in this grid and group, from now on and after every rebuild."""
    deed = changes.record(KIND, {place.grid, grid}, by, {"place_id": place.id, "grid": grid, "group": group})
    replay(deed)
    return deed


def replay(deed: Deed) -> None:
    """Empty the door again (rebuild); a recount draws the consequences."""
    place = db.session.get_one(Place, (deed.county, deed.body["place_id"]))
    place.empty()
    place.move_to(deed.body["grid"])
    place.group_code = deed.body["group"]
    changes.remove(place.grid, "place", place.id)
    db.session.flush()
