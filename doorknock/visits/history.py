"""What happened at a door, for people: every visit, correction and void, newest first, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from doorknock.changes import Deed
from doorknock.db import db
from doorknock.people.models import ROLES, Person
from doorknock.places import listing
from doorknock.places.models import AWAY_KINDS, Place, by_ids
from doorknock.places.models import families as kin_of
from doorknock.visits.fold import PLAIN
from doorknock.visits.models import Visit, families
from doorknock.words import _


@dataclass(frozen=True)
class Step:
    """One line of the history. ``who`` is a name only for who may see names; ``became``: why it no longer counts."""

    visit: Visit
    word: str
    who: str
    became: str
    place: str
    typed_by: str = ""
    """Who typed it in the office from a paper slip."""

    @property
    def outcome(self) -> str:
        """What came of it, in one word."""
        return _("作废") if self.visit.void else PLAIN.get(self.visit.outcome or "", _("走访"))

    @property
    def counts(self) -> bool:
        """Whether it stands."""
        return self.visit.superseded_by is None and not self.visit.void

    @property
    def by_staff(self) -> bool:
        """Whether the office did it."""
        return self.visit.source == "staff"

    @property
    def note(self) -> str:
        """The reason given, or the worker's note."""
        return self.visit.reason or str(self.visit.facts.get("note") or "")


def of_place(place: Place, *, names: bool) -> list[Step]:
    """The history of a place with what was merged into it; a visit that was moved away is still there, and says so."""
    kin = kin_of(place.county, [place.id])[place.survivor_id]
    here = {p.id for p in kin}
    rows = families(place.county, here)
    known = by_ids(place.county, {v.place_id for v in rows})
    called = listing.group_names(place.village_code)
    labels = {ident: listing.label(p, called) for ident, p in known.items()}
    typists = _typists(rows)
    people = _people(rows, typists.values())
    by_id = {v.id: v for v in rows}
    shown = [v for v in rows if v.place_id in here]
    shown.sort(key=lambda v: (v.at, v.id), reverse=True)
    return [
        Step(
            v, _word(v), _who(v.worker_id, people, names=names), _became(v, by_id, here, labels),
            _elsewhere(v, place, labels), _who(typists.get(v.id), people, names=names),
        )
        for v in shown
    ]  # fmt: skip


def _typists(rows: list[Visit]) -> dict[str, str]:
    """Who typed the visits that came on paper, by the deeds that made them."""
    ids = sorted({v.id for v in rows if v.source == "paper"})
    county = rows[0].county if rows else ""
    typed = select(Deed.id, Deed.by).where(Deed.county == county, Deed.id.in_(ids), Deed.by.is_not(None))
    return {ident: by or "" for ident, by in db.session.execute(typed)} if ids else {}


def _people(rows: list[Visit], more: Iterable[str]) -> dict[str, Person]:
    ids = sorted({v.worker_id for v in rows if v.worker_id} | set(more))
    return {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def _word(visit: Visit) -> str:
    if visit.void:
        return _("作废了前一条")
    word = PLAIN.get(visit.outcome or "", _("走访"))
    if visit.outcome == "away_reported" and visit.away_kind:
        word += _("（%(away_kind)s）", away_kind=AWAY_KINDS.get(visit.away_kind, visit.away_kind))
    if visit.source == "staff":
        return _("%(word)s，从别的户改来", word=word)
    return _("改正：%(word)s", word=word) if visit.supersedes else word


def _who(ident: str | None, people: Mapping[str, Person], *, names: bool) -> str:
    person = people.get(ident or "")
    if person is None:
        return ""
    return person.name if names else ROLES[person.role]


def _became(visit: Visit, by_id: Mapping[str, Visit], here: set[str], labels: Mapping[str, str]) -> str:
    """Why a superseded visit no longer counts, by the member of its family that stands."""
    by = by_id.get(visit.superseded_by or "")
    if by is None:
        return ""
    if by.void:
        return _("作废了")
    return _("改正过") if by.place_id in here else _("改记到%(door)s", door=labels[by.place_id])


def _elsewhere(visit: Visit, place: Place, labels: Mapping[str, str]) -> str:
    return "" if visit.place_id == place.id else _("记在%(door)s", door=labels[visit.place_id])
