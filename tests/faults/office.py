"""What the office does between two syncs, by the very verbs that its pages and commands use."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from doorknock import clock, web
from doorknock.commitments import deeds as promises
from doorknock.commitments.models import Commitment
from doorknock.db import db
from doorknock.people import devices
from doorknock.people.devices import Device
from doorknock.people.models import Person, by_username
from doorknock.people.models import assign as hold
from doorknock.places.models import ERASED, Place
from doorknock.privacy import erase, photos
from doorknock.regions.models import region
from doorknock.sync import quarantine as aside
from doorknock.visits import asks, deeds
from doorknock.visits.models import Visit
from tests.faults import village

Json = dict[str, Any]


def _person(username: str) -> Person:
    found = by_username(username)
    assert found is not None
    return found


def code(asked: Json) -> Json:
    """A one-time code for this worker's phone."""
    digits, _ = devices.make_code(_person(asked["username"]))
    web.commit()
    return {"code": digits}


def assign(asked: Json) -> Json:
    """From now on the worker holds exactly these grids."""
    hold(_person(asked["username"]), asked["grids"], first=False)
    web.commit()
    return {}


def revoke(asked: Json) -> Json:
    """Switch an enrolment off."""
    device = db.session.scalar(select(Device).where(Device.id == asked["device_id"]))
    if device is not None:
        devices.revoke(device)
    web.commit()
    return {"found": device is not None}


def quarantine(asked: Json) -> Json:
    """Accept or reject one line that needs eyes: the one at ``pick``, a number from 0 to 1."""
    top = region(village.VILLAGE)
    waiting = aside.entries(top)
    if not waiting:
        return {"none": True}
    found = aside.entry(top, waiting[int(asked["pick"] * len(waiting))].row.id)
    assert found is not None
    by = _person("chenxiuying")
    said = {"event": found.row.event_id, "code": found.code}
    if asked["accept"]:
        aside.accept(found, by=by)
    else:
        aside.reject(found, by=by, reason="核对过,不收。")
    web.commit()
    return said


def staff(asked: Json) -> Json:
    """Void a visit, or move it to another door, under the office's own name."""
    visits = db.session.scalars(select(Visit).where(Visit.void.is_(False)).order_by(Visit.id)).all()
    if not visits:
        return {"none": True}
    found = visits[int(asked["pick"] * len(visits))]
    by = _person("chenxiuying").id
    if asked["to"]:
        deeds.move(found, asked["to"], by=by, reason="记错门了")
    else:
        deeds.void(found, by=by, reason="重复记了")
    web.commit()
    return {"visit": found.id}


def question(asked: Json) -> Json:
    """Put a question about a door that stands, at ``pick``, to whoever has its grid."""
    doors = db.session.scalars(select(Place).where(Place.status != ERASED).order_by(Place.id)).all()
    found = doors[int(asked["pick"] * len(doors))]
    survivor = db.session.get_one(Place, (found.county, found.survivor_id))
    holders = sorted(asks.workers(survivor.grid), key=lambda person: person.username)
    if not holders:
        return {"none": True}
    by = _person("chenxiuying").id
    row = asks.ask(found, holders[0], asked["question"], by=by, about=asks.About(), due=None)
    web.commit()
    return {"ask": row.id, "place": found.id}


def withdraw(asked: Json) -> Json:
    """Take a commitment back that stands, as the household said at the office."""
    standing = select(Commitment).where(Commitment.superseded_by.is_(None), Commitment.withdrawn_at.is_(None))
    found = db.session.scalars(standing.order_by(Commitment.id)).all()
    if not found:
        return {"none": True}
    taken = found[int(asked["pick"] * len(found))]
    promises.withdraw(taken, day=max(clock.today(), clock.day_of(taken.at)), by=_person("chenxiuying").id)
    web.commit()
    return {"commitment": taken.id}


def erased(asked: Json) -> Json:
    """A household asked to be erased: the one at ``pick`` of those that were visited, else of all that stand."""
    standing = select(Place).where(Place.status != ERASED).order_by(Place.id)
    visited = standing.where(Place.id.in_(select(Visit.place_id)))
    doors = db.session.scalars(visited).all() or db.session.scalars(standing).all()
    found = doors[int(asked["pick"] * len(doors))]
    unnamed = erase.household(found, by=_person("chenxiuying").id)
    web.commit()
    photos.delete_files(unnamed)
    return {"place": found.id}
