"""What must hold of people and phones when an older copy of the database is put back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from doorknock import clock
from doorknock.db import db
from doorknock.people import revocations
from doorknock.people.devices import Device, EnrolCode
from doorknock.people.models import Person, Session, assign


def settle() -> tuple[int, int]:
    """Switch off again what was switched off since; all sessions and codes end. How many phones, how many persons."""
    found = _phones(), _persons()
    db.session.execute(delete(EnrolCode))
    db.session.execute(update(Session).where(Session.revoked_at.is_(None)).values(revoked_at=clock.now()))
    return found


def _phones() -> int:
    known = revocations.phones()
    back = db.session.scalars(select(Device).where(Device.revoked_at.is_(None), Device.id.in_(known))).all()
    for device in back:
        device.revoked_at = known[device.id]
    return len(back)


def _persons() -> int:
    count = 0
    for ident, said in revocations.persons().items():
        person = db.session.get(Person, ident)
        if person is None or person.active == said["active"]:
            continue
        person.active = said["active"]
        until = said["phones_until"]
        person.phones_until = datetime.fromisoformat(until) if until else None
        if not person.active:
            assign(person, [], first=False)
        count += 1
    return count
