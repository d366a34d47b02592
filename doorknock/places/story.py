"""What became of a place itself, newest first: imported, corrected in the field, changed by staff, moved, decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from doorknock.changes import Deed
from doorknock.db import db
from doorknock.people.models import ROLES, Person
from doorknock.places import listing
from doorknock.places.decided import WORDS
from doorknock.places.edits import FieldEdit
from doorknock.places.models import Place, by_ids
from doorknock.places.reviewing import TOLD
from doorknock.places.standing import Decision, Report
from doorknock.regions.models import grids_of
from doorknock.words import _, lazy

DONE = {
    "move": lazy("移了组"), "door_close": lazy("记下：不用再来"), "door_reopen": lazy("住户本人取消了「不用再来」"),
    "withdraw": lazy("撤回了承诺书"),
}  # fmt: skip
SILENT = ("row_order",)
"""Fields that every import renews and nobody reads as a change."""


@dataclass(frozen=True)
class Change:
    """One field: what it is called, what stood there, what stands there now; texts are "" where hidden."""

    word: str
    before: str
    after: str


@dataclass(frozen=True)
class Chapter:
    """One thing that happened to the place: when, what, who, and which fields changed."""

    at: datetime
    what: str
    who: str
    changes: list[Change]
    undone: datetime | None = None


def of_place(place: Place, *, names: bool) -> list[Chapter]:
    """The whole story; ``names``: whether the reader may see names of people and what private fields said."""
    own = [*_own(FieldEdit, place), *_own(Report, place), *_own(Decision, place)]
    acts = sorted([*_deeds(place), *own, *_taken_in(place)], key=_order)
    teller = _Teller(place, acts, names=names)
    told = [chapter for act in acts if (chapter := teller.tell(act)) is not None]
    return told[::-1]


def _deeds(place: Place) -> list[Deed]:
    """The office's facts about this place, found by its village's grids and then by its id."""
    grids = {g.code for g in grids_of([place.village_code])} | {place.grid}
    here = (Deed.county == place.county) & Deed.grid.in_(sorted(grids))
    mine = here & Deed.kind.in_(["roster", *DONE]) & (Deed.body["place_id"].as_string() == place.id)
    return list(db.session.scalars(select(Deed).where(mine)))


def _own(model: Any, place: Place) -> list[Any]:
    mine = (model.county == place.county) & (model.place_id == place.id)
    return list(db.session.scalars(select(model).where(mine)))


def _taken_in(place: Place) -> list[Decision]:
    """The decisions that merged other doors into this one."""
    here = (Decision.county == place.county) & (Decision.kind == "duplicate")
    others = select(Place.id).where(Place.county == place.county, Place.survivor_id == place.id, Place.id != place.id)
    return list(
        db.session.scalars(select(Decision).where(here, Decision.place_id.in_(others), Decision.into == place.id))
    )


def _order(act: Any) -> tuple[int, str]:
    return act.seq, act.id


class _Teller:
    """Follows the fields from the first act to the last, so that each change knows what stood there before."""

    def __init__(self, place: Place, acts: Iterable[Any], *, names: bool) -> None:
        self.names = names
        self.place = place
        self.called = listing.group_names(place.village_code)
        self.stood: dict[str, Any] = {}
        ids = {getattr(act, "by", None) or getattr(act, "worker_id", None) for act in acts} - {None}
        people = select(Person).where(Person.id.in_(sorted(ids)))
        self.people = {p.id: p for p in db.session.scalars(people)}

    def tell(self, act: Any) -> Chapter | None:
        """The act as a chapter; None for one that said nothing new."""
        if isinstance(act, Decision):
            return self._decided(act)
        if isinstance(act, Report):
            return None if act.by_visit else Chapter(act.at, str(TOLD[act.kind]), self._who(act.worker_id), [])
        if isinstance(act, FieldEdit):
            return Chapter(act.at, _("网格员在现场改了"), self._who(act.worker_id), self._changes(act.fields))
        return self._done(act)

    def _done(self, deed: Deed) -> Chapter | None:
        who = self._who(deed.by)
        if deed.kind == "roster":
            first, changed = not self.stood, self._changes(deed.body["fields"])
            if first:
                return Chapter(deed.at, _("导入户表时有的"), who, [])
            what = _("村里改了") if deed.body.get("by_hand") else _("再导入户表时改了")
            return Chapter(deed.at, what, who, changed) if changed else None
        moved = {"group": deed.body.get("group")} if deed.kind == "move" else {}
        return Chapter(deed.at, str(DONE[deed.kind]), who, self._changes(moved))

    def _decided(self, act: Decision) -> Chapter:
        if act.kind == "wake":
            return Chapter(act.at, _("到了说好的日子，自己回到应访"), "", [])
        if act.into == self.place.id:
            door = listing.label(by_ids(act.county, [act.place_id])[act.place_id], self.called)
            return Chapter(act.at, _("%(door)s并了进来", door=door), self._who(act.by), [], act.undone_at)
        return Chapter(act.at, str(WORDS[(act.kind, act.verdict)]), self._who(act.by), [], act.undone_at)

    def _changes(self, fields: dict[str, Any]) -> list[Change]:
        found = []
        for name, value in fields.items():
            before = self.stood.get(name)
            self.stood[name] = value
            if name in SILENT or before == value:
                continue
            word = str(listing.FIELD_WORDS.get(name, name))
            told = ("", "") if name in listing.PRIVATE and not self.names else self._told(name, before, value)
            found.append(Change(word, *told))
        return found

    def _told(self, name: str, before: Any, after: Any) -> tuple[str, str]:
        return listing.value_words(name, before, self.called), listing.value_words(name, after, self.called)

    def _who(self, ident: str | None) -> str:
        person = self.people.get(ident or "")
        if person is None:
            return ""
        return person.name if self.names else str(ROLES[person.role])
