"""Whom and what the one who is logged in may reach: persons, villages and workers of one's own region and below."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from sqlalchemy import ColumnElement, Select, or_, select

from doorknock.access import reaches
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.people.models import Person
from doorknock.regions.models import Region, region, villages
from doorknock.words import _


def at_or_below(top: Region | None) -> ColumnElement[bool]:
    """A condition on Region: at or below the top; everywhere without one."""
    if top is None:
        return Region.code.is_not(None)
    return or_(Region.code == top.code, Region.path.startswith(top.path + "/", autoescape=True))


def colleagues(top: Region | None) -> Select[Person]:
    """The persons of a region and below; all, also those who belong nowhere, without one."""
    if top is None:
        return select(Person)
    return select(Person).where(Person.region_code.in_(select(Region.code).where(at_or_below(top))))


def workers(top: Region | None) -> Sequence[Person]:
    """The workers of a region and below who are in service, by region and login name."""
    query = colleagues(top).where(Person.role == "worker", Person.active.is_(True))
    return db.session.scalars(query.order_by(Person.region_code, Person.username)).unique().all()


def my_villages() -> list[Region]:
    """The villages of one's own region, in code order."""
    home: Region | None = g.person.home
    if home is not None:
        return villages(home)
    return list(db.session.scalars(select(Region).where(Region.level == "village").order_by(Region.code)))


def chosen_top(code: str) -> Region | None:
    """The region that a filter names if one reaches it, else one's own."""
    found = db.session.get(Region, code) if code else None
    return found if found is not None and reaches(g.person, found) else g.person.home


def person_by_id(person_id: str) -> Person:
    """The person with this id; Problem not_found."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise Problem("not_found")
    return found


def home_of(person: Person) -> Region:
    """Where somebody belongs; Refused for the first administrator, who belongs nowhere."""
    if person.home is None:
        raise Refused(_("这个人没有归属的区划。"))
    return person.home


def worker_home(person_id: str, **_rest: str) -> Region:
    """Where the person whom a request names belongs; Problem not_found where there is no such person or place."""
    return home_of(person_by_id(person_id))


def named_region(code: str, **_rest: str) -> Region:
    """The region that a request names."""
    return region(code)
