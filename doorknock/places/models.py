"""A place 户/点: a household, shop or other door that somebody may knock at, and what changes it."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import changes
from doorknock.db import BY_COUNTY, Base, Code, County, Id, table_of
from doorknock.lookup import among, given, objects, rows, sight
from doorknock.places import pinyin
from doorknock.sets import keep_in_step
from doorknock.words import lazy

SPACE = uuid.UUID("8f0d9b64-3a3e-5d55-8f60-4f0b8a2d9a77")
KINDS = {
    "household": lazy("住户"), "shop": lazy("商铺"), "rental": lazy("出租房"), "workplace": lazy("单位"),
    "school": lazy("学校"), "site": lazy("工地"), "venue": lazy("活动点"),
}  # fmt: skip
ERASED = "erased"
STATUSES = ("active", "pending", "away", "wrong", "merged", ERASED)
AWAY_KINDS = {"working": lazy("外出务工"), "moved": lazy("已搬走"), "empty": lazy("空房")}
ADDRESS = ("settlement", "lane", "door", "building", "unit", "floor", "room")
EDITABLE = (
    "kind", "group", "lane", "local_no", "row_order", "landmark", "contact_name", "nickname", "phone", "adults",
    "needs", "geo",
)  # fmt: skip


class Place(Base):
    """One door. ``status`` follows from the decisions about it; ``survivor_id`` is where its visits count."""

    __tablename__ = "place"
    __table_args__ = (
        Index("ix_place_grid", "county", "grid", "row_order"),
        Index("ix_place_group", "county", "group_code"),
        Index("ix_place_survivor", "county", "survivor_id"),
        Index("ix_place_village", "county", "village_code", "row_order"),
        Index("ix_place_back", "county", "status", "back_on"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    grid: Mapped[str] = mapped_column(Code)
    group_code: Mapped[str | None] = mapped_column(Code, ForeignKey("region.code"))
    kind: Mapped[str] = mapped_column(String(12), default="household")
    lane: Mapped[str | None] = mapped_column(Text)
    local_no: Mapped[str | None] = mapped_column(String(6))
    row_order: Mapped[int] = mapped_column(Integer, default=0)
    address: Mapped[dict[str, Any]]
    landmark: Mapped[str | None] = mapped_column(Text)
    contact_name: Mapped[str | None] = mapped_column(Text)
    nickname: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(40))
    adults: Mapped[int | None]
    needs: Mapped[list[str]]
    geo: Mapped[dict[str, Any] | None]
    parent_place_id: Mapped[str | None] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(8), default="import")
    status: Mapped[str] = mapped_column(String(8), default="active")
    away_kind: Mapped[str | None] = mapped_column(Text)
    back_on: Mapped[date | None]
    merged_into: Mapped[str | None] = mapped_column(Id)
    survivor_id: Mapped[str] = mapped_column(Id)
    do_not_return: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    """When the household last told the office that nobody need come again; a visit may say so too."""
    reopened_at: Mapped[datetime | None]
    """When the household itself last lifted that; what was said before it no longer closes the door."""
    marks: Mapped[dict[str, Any]]
    """Per field corrected in the field: [instant, event id] of the correction that stands."""

    def wire(self) -> dict[str, Any]:
        """The row as phones know it."""
        address = {part: self.address.get(part) for part in ADDRESS}
        away = None
        if self.status == "away":
            away = {"kind": self.away_kind, "back_on": self.back_on.isoformat() if self.back_on else None}
        return {
            "kind": self.kind, "grid": self.grid, "group": self.group_code, "lane": self.lane,
            "local_no": self.local_no, "row_order": self.row_order, "address": address, "landmark": self.landmark,
            "contact_name": self.contact_name, "nickname": self.nickname, "phone": self.phone,
            "adults": self.adults, "needs": self.needs, "geo": self.geo, "parent_place_id": self.parent_place_id,
            "status": self.status, "away": away, "merged_into": self.merged_into,
            "do_not_return": self.do_not_return, "source": self.source,
            "reopened_at": self.reopened_at.isoformat() if self.reopened_at else None,
            "py": pinyin.tokens(self.contact_name, self.nickname),
        }  # fmt: skip

    def label(self, group_name: str | None) -> str:
        """How people call the door: its door number, else its number on the roster."""
        door = self.address.get("door") or self.local_no or ""
        return door if not group_name or door.startswith(group_name) else f"{group_name}{door}"

    def edit(self, fields: dict[str, Any], at: datetime, event_id: str) -> bool:
        """Take over the fields for which no later correction stands ((at, id) decides); whether any did."""
        mark = [at.isoformat(), event_id]
        taken = False
        marks = dict(self.marks)
        for name, value in _flat(fields).items():
            if tuple(marks.get(name, ["", ""])) >= tuple(mark):
                continue
            marks[name] = mark
            self._put(name, value)
            taken = True
        self.marks = marks
        return taken

    def put(self, fields: dict[str, Any]) -> None:
        """Set these fields as the office says; corrections from the field that stood there are over."""
        for name, value in fields.items():
            full = f"address.{name}" if name in ADDRESS and name != "lane" else name
            self._put(full, value)
            if full in self.marks:
                self.marks = {k: v for k, v in self.marks.items() if k != full}

    def _put(self, name: str, value: Any) -> None:
        if name.startswith("address."):
            self.address = self.address | {name.removeprefix("address."): value}
        elif name == "group":
            self.group_code = value
        elif name == "needs":
            self.needs = value or []
        else:
            setattr(self, name, value)

    def empty(self) -> None:
        """Nothing stays but where it lies: the household asked for that."""
        for name in ("lane", "local_no", "landmark", "contact_name", "nickname", "phone", "adults", "geo"):
            setattr(self, name, None)
        self.parent_place_id = self.away_kind = self.back_on = self.merged_into = self.closed_at = None
        self.reopened_at = None
        self.address, self.needs, self.marks = {}, [], {}
        self.kind, self.source, self.row_order, self.do_not_return = "household", "import", 0, False
        self.status, self.survivor_id = ERASED, self.id

    def move_to(self, grid: str) -> None:
        """The place now lies in this grid; phones of the old one are told to drop it."""
        if grid != self.grid:
            changes.remove(self.grid, "place", self.id)
            self.grid = grid


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    flat = {name: fields[name] for name in EDITABLE if name in fields}
    for never_empty in ("kind", "row_order"):
        if flat.get(never_empty, "") is None:
            del flat[never_empty]
    for part, value in (fields.get("address") or {}).items():
        if part in ADDRESS:
            flat[f"address.{part}"] = value
    return flat


def folded(text: str | None) -> str:
    """A text for comparing: NFKC and without spaces."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def roster_id(village: str, local_no: str | None, group: str, door: str | None, name: str | None) -> str:
    """The id that follows from a roster row's identity, so that a re-import after a restore gives the same."""
    if local_no:
        key = f"no {village} {folded(local_no)}"
    else:
        key = f"row {village} {folded(group)} {folded(door)} {folded(name)}"
    return str(uuid.uuid5(SPACE, key))


_place = table_of(Place).c
_fresh = select(Place).where(Place.county == given("county")).execution_options(populate_existing=True)
_BY_IDS = _fresh.where(among(Place.id))
_GRIDS = select(_place.id, _place.grid, _place.survivor_id).where(_place.county == given("county"), among(_place.id))
_ENDS = select(_place.survivor_id).where(_place.county == given("county"), among(_place.id)).correlate(None)
_FAMILIES = _fresh.where(Place.survivor_id.in_(_ENDS))
COUNTED = (
    "county", "id", "village_code", "grid", "group_code", "status", "survivor_id", "do_not_return", "closed_at",
    "reopened_at",
)  # fmt: skip
"""What counting asks of a place."""
_COUNTED = select(*(_place[name] for name in COUNTED)).where(
    _place.county == given("county"), _place.survivor_id.in_(_ENDS)
)


def by_ids(county: str, ids: Iterable[str]) -> dict[str, Place]:
    """The places with these ids, as the database has them now."""
    wanted = set(ids)
    return {p.id: p for p in objects(_BY_IDS, county=county, ids=wanted)} if wanted else {}


def grids_of(county: str, ids: Iterable[str]) -> set[str]:
    """The grids of these places and of those that their visits count for, without loading them."""
    known: set[str] = set()
    found: set[str] = set()
    wanted = set(ids)
    while wanted:
        known |= wanted
        here = rows(_GRIDS, county=county, ids=wanted)
        found |= {place.grid for place in here}
        wanted = {place.survivor_id for place in here} - known
    return found


def families(county: str, ids: Iterable[str]) -> dict[str, list[Place]]:
    """Per surviving place of these: it and all that was merged into it, as the database has them now."""
    found: dict[str, list[Place]] = {}
    for place in objects(_FAMILIES, county=county, ids=ids):
        found.setdefault(place.survivor_id, []).append(place)
    return found


def counted(county: str, ids: Iterable[str]) -> list[Place]:
    """All places of these families in copies of what counting asks of them: nothing else can be read or changed."""
    return sight(Place, _COUNTED, county=county, ids=ids)


def close(place: Place, *, closed: bool) -> None:
    """Whether nobody need come again; ``place`` may be a copy."""
    by_ids(place.county, [place.id])[place.id].do_not_return = closed
    keep_in_step(place, do_not_return=closed)
    changes.touch(place.grid, "place", place.id)
