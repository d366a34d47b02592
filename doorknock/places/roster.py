"""Importing a roster 户表: what the file means against what is known, and doing it once or as often as wanted.

Reading the workbook is ``reading``; here its rows meet the database. A field that was corrected in the field stays as
it is unless the office ticks it.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from doorknock import audit, changes
from doorknock.db import db
from doorknock.places import erased, pasting, review
from doorknock.places.models import ERASED, Place, by_ids, folded, roster_id
from doorknock.places.reading import Reading, Refusal, RosterRow, count, read_roster
from doorknock.regions.models import Region, groups, region
from doorknock.sets import take_stock
from doorknock.words import _, lazy

AT_ONCE = 500
"""Rows of an import that are written, and counted, together."""
FIELDS = ("kind", "lane", "landmark", "contact_name", "nickname", "phone", "adults")
ADDRESS = ("settlement", "door")
NAMES = {
    "kind": lazy("类型"), "lane": lazy("巷"), "landmark": lazy("备注"), "contact_name": lazy("姓名"),
    "nickname": lazy("当地叫法"), "phone": lazy("电话"), "adults": lazy("成年人数"), "settlement": lazy("自然村"),
    "door": lazy("门牌"), "group": lazy("组"), "local_no": lazy("编号"),
}  # fmt: skip

ERASED_ROW = lazy("这一户的记录住户要求删掉了，没有收。换了人家的，请给它一个新编号。")


@dataclass(frozen=True)
class Kept:
    """A field that was corrected in the field, and that the file would write differently."""

    row: RosterRow
    place: Place
    field: str
    told: Any
    """What the file says; ``now`` is what stands."""
    now: Any

    @property
    def word(self) -> str:
        """The field as the office calls it."""
        return NAMES.get(self.field, self.field)

    @property
    def when(self) -> datetime | None:
        """When the field was corrected."""
        mark = self.place.marks.get(self.field) or self.place.marks.get(f"address.{self.field}")
        return datetime.fromisoformat(mark[0]) if mark else None

    @property
    def token(self) -> str:
        """What ticking it sends."""
        return f"{self.place.id}:{self.field}"


@dataclass
class Plan:
    """What an import would do: per row the place's id and the changed fields, and what is said about the rest."""

    village: Region
    reading: Reading
    rows: list[tuple[RosterRow, str, Place | None, dict[str, Any]]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    missing: list[Place] = field(default_factory=list)

    @property
    def added(self) -> int:
        """Rows that make a new place."""
        return sum(place is None for _, _, place, _ in self.rows)

    @property
    def changed(self) -> int:
        """Rows that change a known place."""
        return sum(place is not None and bool(fields) for _, _, place, fields in self.rows)

    def summary(self) -> dict[str, Any]:
        """The answer of the command and of the page."""
        counts = count(row for row, *_ in self.rows)
        return {
            "places": counts.places, "added": self.added, "changed": self.changed,
            "unchanged": counts.places - self.added - self.changed, "repeated": self.reading.repeated,
            "blank": self.reading.blank, "by_group": self._by_group(), "adults": counts.adults,
            "with_phone": counts.with_phone, "warnings": self.warnings,
            "refused": [asdict(refusal) for refusal in self.refused],
        }  # fmt: skip

    def _by_group(self) -> dict[str, int]:
        names = {folded(g.name): g.name for g in groups(self.village.code)}
        return dict(Tally(names[folded(row.group)] for row, *_ in self.rows))


def plan(data: bytes, village: Region, *, tick: frozenset[str] = frozenset()) -> Plan:
    """What importing this workbook or paste would do; nothing is written. SheetError for a file that can't be read.

    ``tick``: tokens (``Kept.token``) of the corrected fields that the office wants overwritten.
    """
    reading = read_roster(pasting.opened(data))
    made = Plan(village, reading, refused=list(reading.refused), warnings=list(reading.warnings))
    known = _Known(village)
    for row in reading.rows:
        group = known.groups.get(folded(row.group))
        if group is None or group.grid_code is None:
            why = _("不在这个村的组名单里") if group is None else _("还没有划进网格")
            made.refused.append(
                Refusal(row.sheet, row.row, _("「%(group)s」%(why)s，这一行没有收。", group=row.group, why=why))
            )
            continue
        if known.erased(row):
            made.refused.append(Refusal(row.sheet, row.row, str(ERASED_ROW)))
            continue
        _match(made, known, row, group, tick)
    made.missing = [p for p in known.imported if p.id not in known.met]
    made.refused.sort(key=lambda r: (r.sheet, r.row))
    if made.missing:
        made.warnings.append(_("户表里有 %(missing)s 户这次文件里没有，都留着没动。", missing=len(made.missing)))
    if made.kept:
        made.warnings.append(_("%(kept)s 处是网格员在现场改过的，没有用文件覆盖。", kept=len(made.kept)))
    return made


class _Known:
    """The village's places, by everything that a row can be recognised by."""

    def __init__(self, village: Region) -> None:
        self.groups = {folded(g.name): g for g in groups(village.code)}
        self.names = {g.code: folded(g.name) for g in self.groups.values()}
        here = (Place.county == village.county) & (Place.village_code == village.code)
        self.places = list(db.session.scalars(select(Place).where(here)))
        self.imported = [p for p in self.places if p.source == "import" and p.status != ERASED]
        self.by_id = {p.id: p for p in self.places}
        self.by_no = {folded(p.local_no): p for p in self.imported if p.local_no}
        self.by_door: dict[tuple[str, str, str], list[Place]] = {}
        for place in self.imported:
            self.by_door.setdefault(self.door(place), []).append(place)
        self.met: set[str] = set()
        self.village = village
        self.gone = erased.everywhere(village.county)

    def erased(self, row: RosterRow) -> bool:
        """Whether the row is of a household that asked to be erased; asked by every id that it could have had."""
        door = (folded(row.group), folded(row.door), folded(row.contact_name))
        ids = {roster_id(self.village.code, row.local_no, *door), roster_id(self.village.code, None, *door)}
        known = self.by_no.get(folded(row.local_no)) if row.local_no else None
        return bool(ids & self.gone) and known is None

    def door(self, place: Place) -> tuple[str, str, str]:
        """(group, door, name) as rows are compared."""
        return (
            self.names.get(place.group_code or "", ""), folded(place.address.get("door")), folded(place.contact_name)
        )  # fmt: skip


def _match(made: Plan, known: _Known, row: RosterRow, group: Region, tick: frozenset[str]) -> None:
    door = (folded(row.group), folded(row.door), folded(row.contact_name))
    place_id = roster_id(made.village.code, row.local_no, *door)
    place = known.by_no.get(folded(row.local_no)) if row.local_no else known.by_id.get(place_id)
    if row.local_no and place is None:
        unnumbered = [p for p in known.by_door.get(door, []) if not p.local_no and p.id not in known.met]
        place = unnumbered[0] if len(unnumbered) == 1 else known.by_id.get(place_id)
    if place is None and not row.local_no:
        same = [p for p in known.by_door.get(door, []) if p.id not in known.met]
        place = same[0] if len(same) == 1 else None
    if place is not None:
        known.met.add(place.id)
        place_id = place.id
    wanted = _wanted(row, group)
    if place is not None:
        wanted = _changes(made, place, row, wanted, tick)
    made.rows.append((row, place_id, place, wanted))


def _wanted(row: RosterRow, group: Region) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(row, name) or None for name in FIELDS}
    fields |= {name: getattr(row, name) or None for name in ADDRESS}
    fields["adults"] = row.adults
    return fields | {"group": group.code, "local_no": row.local_no, "row_order": row.row_order}


def _changes(made: Plan, place: Place, row: RosterRow, wanted: dict[str, Any], tick: frozenset[str]) -> dict[str, Any]:
    now = {name: getattr(place, name) for name in (*FIELDS, "local_no", "row_order")}
    now |= {name: place.address.get(name) for name in ADDRESS} | {"group": place.group_code}
    new = {name: value for name, value in wanted.items() if now[name] != value}
    if not row.local_no:
        new.pop("local_no", None)  # a file without numbers says nothing about them
    corrected = {name.removeprefix("address.") for name in place.marks}
    for name in sorted(corrected & new.keys()):
        kept = Kept(row, place, name, told=new[name], now=now[name])
        if kept.token not in tick:
            del new[name]
            made.kept.append(kept)
    return new


def carry_out(made: Plan, *, by: str | None, progress: Callable[[int], None] = lambda _done: None) -> None:
    """Do what was planned, as acts of the office, and count it. The caller commits.

    Refused where one of the doors was erased since.
    """
    todo = [(row, ident, place, new) for row, ident, place, new in made.rows if place is None or new]
    grids = {g.code: g.grid_code for g in groups(made.village.code) if g.grid_code}
    _lock(made.village, grids.values(), [place for _, _, place, _ in todo if place])
    fresh: set[str] = set()
    touched: list[Place] = []
    for done, (_row, ident, place, new) in enumerate(todo):
        grid = grids[new.get("group") or (place.group_code if place else "") or ""]
        both = {grid, place.grid} if place else {grid}
        changes.record(
            "roster", both, by, {"place_id": ident, "village": made.village.code, "grid": grid, "fields": new}
        )
        touched.append(take_row(made.village, ident, place, grid, new))
        if place is None:
            fresh.add(ident)
        if done % 50 == 0:
            progress(done)
        if done % AT_ONCE == 0:
            db.session.flush()  # what is written need not be remembered
    progress(len(todo))
    db.session.flush()
    audit.record("roster.import", made.village.code, by=by, added=made.added, changed=made.changed)
    if len(touched) > AT_ONCE:
        take_stock(Place)
    if touched:
        for start in range(0, len(touched), AT_ONCE):
            review.after(touched[start : start + AT_ONCE])
        changes.announce(made.village.county, fresh)


def _lock(village: Region, grids: Iterable[str], places: list[Place]) -> None:
    changes.lock({*grids, *(place.grid for place in places)})
    erased.refuse(*by_ids(village.county, [place.id for place in places]).values())


def take_row(village: Region, ident: str, place: Place | None, grid: str, new: dict[str, Any]) -> Place:
    """Make the place or change the given fields of it."""
    if place is None:
        place = Place(
            county=village.county, id=ident, village_code=village.code, grid=grid, source="import", status="active",
            survivor_id=ident, address={}, needs=[], marks={}, kind="household", row_order=0, do_not_return=False,
        )  # fmt: skip
        db.session.add(place)
    place.put(new)
    place.move_to(grid)
    changes.touch(grid, "place", ident)
    return place


def replay(deed: changes.Deed) -> None:
    """Write a recorded row of the roster down again (rebuild)."""
    body = deed.body
    place = db.session.get(Place, (deed.county, body["place_id"]))
    take_row(region(body["village"]), body["place_id"], place, body["grid"], body["fields"])
    db.session.flush()
