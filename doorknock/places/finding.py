"""Which door staff mean: the ways in which a door is written on paper, typed quickly, or called."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from doorknock.db import db
from doorknock.places import erased, listing
from doorknock.places.models import ERASED, SPACE, Place, by_ids, folded
from doorknock.regions.models import Region

_DASHES = str.maketrans(dict.fromkeys("./—_", "-"))
_WITH_UNIT = re.compile(r"(\d+)\D")


class Doors:
    """A village's doors by everything that they are called; names only for who may see them."""

    def __init__(self, village: Region, *, names: bool) -> None:
        self.village, self.names = village, names
        self.called = listing.group_names(village.code)
        here = (Place.county == village.county) & (Place.village_code == village.code) & (Place.status != ERASED)
        query = select(Place).where(here).order_by(Place.row_order, Place.id)
        self.places = list(db.session.scalars(query))
        self._by: list[dict[str, dict[str, Place]]] = [defaultdict(dict), defaultdict(dict), defaultdict(dict)]
        for place in self.places:
            self._learn(place)

    def _learn(self, place: Place) -> None:
        known = _keys(place, self.called.get(place.group_code or "", ""))
        for by, keys in zip(self._by, known if self.names else known[:2], strict=False):
            for key in keys:
                by[key][place.id] = place

    def meant(self, said: str) -> list[Place]:
        """The doors that this may mean: by number on the roster, else by group and door, else by name.

        A merged door stands for the one that it was merged into.
        """
        key = _key(said)
        found = next((by[key] for by in self._by if key and by.get(key)), {})
        ends = by_ids(self.village.county, [p.survivor_id for p in found.values() if p.status == "merged"])
        return list({p.survivor_id: ends.get(p.survivor_id, p) for p in found.values()}.values())

    def label(self, place: Place) -> str:
        """How people call the door, with its group."""
        return listing.label(place, self.called)

    def said(self, place: Place) -> str:
        """The door as a list shows it: with the name, for who may see names."""
        name = place.contact_name if self.names else None
        return f"{self.label(place)} {name}" if name else self.label(place)


def names_of(place: Place, group: str) -> set[str]:
    """Ids that stand for whatever this door is called, so that it is known when it was erased and nobody says how."""
    return {_id_of(place.village_code, key) for keys in _keys(place, group) for key in keys}


def erased_among(village: Region, said: Iterable[str]) -> set[str]:
    """Those of the texts by which an erased household was called, and nobody is now."""
    ids = {text: _id_of(village.code, _key(text)) for text in said}
    gone = erased.among(village.county, ids.values())
    doors = Doors(village, names=True) if gone else None
    return {text for text, ident in ids.items() if doors and ident in gone and not doors.meant(text)}


def _id_of(village: str, key: str) -> str:
    return str(uuid.uuid5(SPACE, f"called {village} {key}"))


def _keys(place: Place, group: str) -> list[set[str]]:
    """What the door is called by: its number on the roster, its group and door, its names."""
    said = [[place.local_no], _ways(group, listing.door_of(place, group)), [place.contact_name, place.nickname]]
    return [{_key(text) for text in texts if text} for texts in said]


def _key(text: str) -> str:
    return folded(text).lower().translate(_DASHES)


def _ways(group: str, number: str) -> set[str]:
    """一组3号 is also written 一组3, 1组3号, 1-3."""
    bare = found[1] if (found := _WITH_UNIT.fullmatch(number)) else number
    ways = {f"{group}{number}", f"{group}{bare}"}
    counted = numeral(group)
    if counted:
        rest = re.sub(r"^\W*", "", "".join(c for c in group if not _is_number(c)))
        ways |= {f"{counted}-{bare}", f"{counted}{rest}{bare}", f"{counted}{rest}{number}"}
    return ways


def numeral(text: str) -> int:
    """The number that stands in a group's name (二组 2, 第十二组 12); 0 where there is none."""
    digits = re.search(r"\d+", folded(text))
    if digits:
        return int(digits[0])
    total = 0
    for sign in text:
        value = int(unicodedata.numeric(sign, 0)) if _is_number(sign) else 0
        total = (total or 1) * 10 if value == 10 else total + value
    return total


def _is_number(sign: str) -> bool:
    return 0 < unicodedata.numeric(sign, 0) <= 10
