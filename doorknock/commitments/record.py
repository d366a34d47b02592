"""The whole record of a household, as it may read it: every field that is stored, who changed it, asked and looked.

Only what is stored is said. Names of people who worked on it appear where the reader may see names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from doorknock import clock
from doorknock.audit import AuditLine
from doorknock.campaigns import models as campaigns
from doorknock.commitments import household
from doorknock.commitments.household import Household
from doorknock.db import db
from doorknock.people.models import ROLES, Person
from doorknock.places import listing, story
from doorknock.places.models import ADDRESS, Place
from doorknock.places.story import Chapter
from doorknock.visits import asks
from doorknock.visits.asks import Said
from doorknock.visits.history import Step
from doorknock.words import _, lazy

FIELDS = ("kind", "local_no", "lane", "landmark", "nickname", "geo")
APP = {
    "installed_before": lazy("原来就有"), "installed_now": lazy("今天装好"), "wants_later": lazy("以后再说"),
    "declined": lazy("不装"), "no_smartphone": lazy("没有智能手机"),
}  # fmt: skip
SEEN = {"household.show": lazy("给住户看过"), "roster.edit": lazy("改过户表")}
"""Deeds of the office about one door that say who looked at it."""


@dataclass(frozen=True)
class Visited:
    """One visit with everything that it keeps, in sentences."""

    step: Step
    facts: list[str]


@dataclass(frozen=True)
class Look:
    """Somebody of the office had this record before them."""

    at: datetime
    what: str
    who: str


@dataclass(frozen=True)
class Record:
    """Everything that is stored of a household."""

    held: Household
    fields: list[tuple[str, str]]
    visits: list[Visited]
    asked: list[Said]
    chapters: list[Chapter]
    looks: list[Look]


def of_place(place: Place, *, names: bool) -> Record:
    """The record of this place and of what was merged into it."""
    held = household.of_place(place, names=names)
    known = {m["key"]: m for c in campaigns.of_county(place.county) for m in c.materials}
    return Record(
        held, _fields(held.place, names=names), [Visited(s, facts(s, known)) for s in held.visits],
        asks.said_of(place, names=names), story.of_place(held.place, names=names), _looks(held.place, names=names),
    )  # fmt: skip


def _fields(place: Place, *, names: bool) -> list[tuple[str, str]]:
    called = listing.group_names(place.village_code)
    values: dict[str, Any] = {name: getattr(place, name) for name in FIELDS}
    values |= {name: place.address.get(name) for name in ADDRESS if name != "door"}  # the plate says group and door
    shown = [name for name in values if values[name] and (names or name not in listing.PRIVATE)]
    told = [(str(listing.FIELD_WORDS[name]), listing.value_words(name, values[name], called)) for name in shown]
    return [*told, (_("来处"), _("户表导入") if place.source == "import" else _("网格员现场加的"))]


def facts(step: Step, known: dict[str, Any]) -> list[str]:
    """What a visit keeps besides day, outcome and note."""
    visit, kept = step.visit, step.visit.facts
    lines = [_("听的大人 %(count)s 位", count=visit.adults_listened)] if visit.adults_listened else []
    for given in kept.get("materials") or []:
        what = known.get(given.get("material"), {})
        name, unit = what.get("name", given.get("material")), what.get("unit", _("份"))
        lines.append(_("给了%(name)s %(count)s %(unit)s", name=name, count=given.get("quantity"), unit=unit))
    told = [f"{word} {getattr(visit, name)}" for name, word in APP.items() if getattr(visit, name)]
    lines += [_("防诈骗程序：%(told)s，只记人数", told=_("，").join(told))] if told else []
    lines += [_("住户说不用再来")] if visit.do_not_return else []
    return [*lines, *_kept(kept)]


def _kept(kept: dict[str, Any]) -> Iterable[str]:
    if photos := kept.get("photos"):
        yield _("资料或门牌的照片 %(count)s 张", count=len(photos))
    if kept.get("geo"):
        yield _("位置一个点，到十米左右")
    if quiz := kept.get("quiz"):
        yield _("问答 %(asked)s 题，答对 %(correct)s 题", asked=quiz.get("asked", 0), correct=quiz.get("correct", 0))
    if kept.get("answers"):
        yield _("问卷 %(count)s 项", count=len(kept["answers"]))
    if planned := kept.get("next_try"):
        yield _("约了下次：%(when)s", when=planned.get("date") or planned.get("slot"))
    if kept.get("receipt_code"):
        yield _("走访凭条 %(code)s", code=kept["receipt_code"])


def _looks(place: Place, *, names: bool) -> list[Look]:
    """Who of the office had it before them, latest first: lines of the log about this very door."""
    mine = (AuditLine.county == place.county) & (AuditLine.subject == place.id) & AuditLine.verb.in_(list(SEEN))
    lines = list(db.session.scalars(select(AuditLine).where(mine).order_by(AuditLine.at.desc())))
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_({a.person_id for a in lines})))}
    return [Look(a.at.astimezone(clock.SHANGHAI), str(SEEN[a.verb]), _who(people.get(a.person_id or ""), names=names))
            for a in lines]  # fmt: skip


def _who(person: Person | None, *, names: bool) -> str:
    if person is None:
        return ""
    return person.name if names else str(ROLES[person.role])
