"""重复: two doors side by side, which of them stays, and what it takes over from the other.

The item's door is merged into the other one (the contract); or the item's door stays and the other is merged into it:
then the other gets the accepted decision, this one a rejected (it is not the one that goes). A new door that turns out
to be a known one is accepted and merged into it. Such pairs are undone together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from doorknock import changes
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.places import erased, listing, review, roster
from doorknock.places.models import KINDS, Place, by_ids, folded
from doorknock.places.standing import Item, item, item_id
from doorknock.regions.models import region
from doorknock.words import _, joined

SHOWN = (
    "group", "door", "local_no", "kind", "contact_name", "nickname", "phone", "adults", "landmark", "lane",
    "settlement", "building", "unit", "floor", "room", "needs",
)  # fmt: skip
TAKEN = ("contact_name", "nickname", "phone", "adults", "landmark", "lane", "kind")
"""What the door that stays can take over; where it lies and its number are its own."""


@dataclass(frozen=True)
class Merge:
    """What the reviewer means: ``said`` is what they typed or chose, ``other`` the door that it names."""

    said: str
    other: Place | None
    swapped: bool
    take: tuple[str, ...] = ()

    @property
    def other_id(self) -> str | None:
        """The other door's id."""
        return self.other.id if self.other else None


@dataclass(frozen=True)
class Difference:
    """A field that the two doors say differently: as the one that goes has it, and the one that stays."""

    name: str
    goes: str
    stays: str
    offered: bool
    """Whether the one that stays could take it over."""

    @property
    def word(self) -> str:
        """The field as the office calls it."""
        return listing.FIELD_WORDS[self.name]


def differences(goes: Place, stays: Place, *, names: bool) -> list[Difference]:
    """Only what differs: texts that are the same after NFKC, and spaces, are the same."""
    shown = [name for name in SHOWN if names or name not in listing.PRIVATE]
    pairs = [(name, _said(goes, name), _said(stays, name)) for name in shown]
    return [Difference(name, a, b, offered=name in TAKEN and bool(a)) for name, a, b in pairs if folded(a) != folded(b)]


def _said(place: Place, name: str) -> str:
    value: Any = {"group": place.group_code}.get(name) or getattr(place, name, None) or place.address.get(name)
    if name == "group":
        return listing.group_names(place.village_code).get(place.group_code or "", "")
    if name == "kind":
        return str(KINDS.get(place.kind, place.kind))
    if isinstance(value, list):
        return joined(value)
    return "" if value is None else str(value)


def merge(found: Item, other: Place, *, by: str | None, swapped: bool, take: tuple[str, ...] = ()) -> None:
    """The two become one: the item's door goes, or with ``swapped`` it stays. ``take``: fields that go over as well."""
    mine = by_ids(found.county, [found.place_id])[found.place_id]
    goes, stays = (other, mine) if swapped else (mine, other)
    fields = {name: getattr(goes, name) for name in take if name in TAKEN and getattr(goes, name) not in (None, "")}
    ends = by_ids(found.county, {goes.survivor_id, stays.survivor_id})
    changes.lock({goes.grid, stays.grid} | {end.grid for end in ends.values()})
    erased.refuse(*by_ids(found.county, {goes.id, stays.id}).values())
    if found.kind == "new":
        _adopt(found, goes, stays, by)
    elif swapped:
        _swap(found, goes, stays, by)
    else:
        review.decide(found, "accept", by=by, into=stays.id)
    if fields:
        _take_over(stays, fields, by)


def _swap(found: Item, goes: Place, stays: Place, by: str | None) -> None:
    db.session.refresh(found)
    other = item(item_id(goes.id, "duplicate"), goes.county)
    review.waits(found, "reject")
    if other is not None and other.status in ("accepted", "rejected"):
        raise Refused(_("另一户的重复已经定过了。要改，请先撤回。"))
    _refuse_round(goes, stays)
    batch = new_id()
    review.put(goes, "duplicate", "accept", by=by, target=stays, batch=batch)
    review.put(stays, "duplicate", "reject", by=by, batch=batch)
    review.after([goes, stays], stays)


def _adopt(found: Item, goes: Place, stays: Place, by: str | None) -> None:
    db.session.refresh(found)
    if review.waits(found, "accept"):
        _refuse_round(goes, stays)
        batch = new_id()
        review.put(goes, "new", "accept", by=by, batch=batch)
        review.put(goes, "duplicate", "accept", by=by, target=stays, batch=batch)
        review.after([goes], stays)


def _refuse_round(goes: Place, stays: Place) -> None:
    if goes.status == "merged" or goes.id in (stays.survivor_id, stays.id):
        raise Refused(_("不能并到自己，也不能绕一圈并回来。"))


def _take_over(stays: Place, fields: dict[str, Any], by: str | None) -> None:
    """The same deed as a changed row of the roster: a rebuild writes it again."""
    body = {"place_id": stays.id, "village": stays.village_code, "grid": stays.grid, "fields": fields}
    changes.record("roster", [stays.grid], by, body)
    roster.take_row(region(stays.village_code), stays.id, stays, stays.grid, fields)
