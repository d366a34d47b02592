"""How the regions, grids, doors and people of a ledger are called, asked once for a whole export; and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from doorknock.db import table_of
from doorknock.lookup import among, rows
from doorknock.people.models import Person
from doorknock.regions.models import Grid, Region, grids_of, subtree
from doorknock.words import _

_person = table_of(Person).c
_PEOPLE = select(_person.id, _person.name).where(among(_person.id))


class Called:
    """The names within a region."""

    def __init__(self, top: Region) -> None:
        found = subtree(top)
        self.regions = {each.code: each.name for each in found}
        self.grids = {grid.code: grid.name for grid in _grids(found)}
        self.people: dict[str, str] = {}
        self.said: dict[tuple[int, object], str] = {}
        self.between = _("、")

    def say(self, words: Mapping[str, object], key: str | None) -> str:
        """The word for a key, translated once an export and not once a row; "" for a key that has none."""
        known = self.said.get((id(words), key))
        if known is None:
            known = self.said[id(words), key] = str(words.get(key or "", ""))
        return known

    def village(self, door: Any) -> str:
        """The village of a door."""
        return self.regions.get(door.village_code, "")

    def group(self, door: Any) -> str:
        """The group of a door; "" where it is in none."""
        return self.regions.get(door.group_code or "", "")

    def number(self, door: Any) -> str:
        """The door number as it was written; "" where there is none."""
        return door.address.get("door") or ""

    def grid(self, door: Any) -> str:
        """The grid of a door."""
        return self.grids.get(door.grid, "")

    def meet(self, ids: Iterable[str | None]) -> None:
        """Learn the names of these people, as far as they are not known yet."""
        if new := sorted({ident for ident in ids if ident} - self.people.keys()):
            self.people |= dict.fromkeys(new, "") | {row.id: row.name for row in rows(_PEOPLE, ids=new)}

    def person(self, ident: str | None) -> str:
        """Somebody whom ``meet`` has met; "" for nobody."""
        return self.people.get(ident or "", "")


def _grids(found: list[Region]) -> list[Grid]:
    return list(grids_of([each.code for each in found if each.level == "village"]))


def campaign_things(materials: list[Any]) -> dict[str, str]:
    """A campaign's materials: key → name."""
    return {str(each["key"]): str(each["name"]) for each in materials}
