"""The worker's badge: a number of their own, and six digits on the phone that change each minute.

The digits come from a secret of the phone, which is derived and kept nowhere: a phone that was switched off shows digits
that no longer fit, and a new SECRET_KEY gives every phone a new one at its next round.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock
from doorknock.db import BY_COUNTY, Base, Code, County, db, table_of
from doorknock.people.contact import is_on
from doorknock.people.devices import Device
from doorknock.people.models import Person

MINUTE = timedelta(minutes=1)
SLACK = 3
"""Minutes before and after the phone's own minute whose digits fit."""
DIGITS = 6


class BadgeMiss(Base):
    """How often in a village on a day digits did not fit a worker's number; who asked is known to nobody."""

    __tablename__ = "badge_miss"
    __table_args__ = ({"info": BY_COUNTY},)
    county: Mapped[str] = mapped_column(County, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


def secret_of(device: Device) -> bytes:
    """32 bytes that only this phone and this server know."""
    key = f"doorknock badge\0{current_app.config['SECRET_KEY']}".encode()
    return hmac.digest(hashlib.sha256(key).digest(), device.id.encode(), "sha256")


def digits_at(secret: bytes, instant: datetime) -> str:
    """What the phone shows in the minute of this instant."""
    minute = int(instant.timestamp()) // 60
    found = hmac.digest(secret, minute.to_bytes(8, "big"), "sha256")
    return str(int.from_bytes(found[:8], "big") % 10**DIGITS).zfill(DIGITS)


def fits(device: Device, digits: str) -> bool:
    """Whether the phone shows, or showed or will show within a few minutes of its own clock, these digits."""
    there = clock.now() - timedelta(milliseconds=device.skew_ms or 0)
    secret = secret_of(device)
    shown = [digits_at(secret, there + step * MINUTE) for step in range(-SLACK, SLACK + 1)]
    return any([hmac.compare_digest(each, digits) for each in shown])


def shown_by(worker: Person, digits: str) -> bool:
    """Whether any phone of the worker that is switched on shows these digits."""
    phones = db.session.scalars(select(Device).where(Device.worker_id == worker.id, is_on()))
    return worker.active and any([fits(phone, digits) for phone in phones])


def worker_of(number: str) -> Person | None:
    """Whose number this is."""
    return db.session.scalar(select(Person).where(Person.work_no == number, Person.role == "worker"))


def fresh_number() -> str:
    """Six digits that no worker has; the first is no zero."""
    while True:
        number = str(secrets.randbelow(900_000) + 100_000)
        if db.session.scalar(select(Person.id).where(Person.work_no == number)) is None:
            return number


def note_miss(county: str, village_code: str) -> None:
    """One more for the station's count of today."""
    table = table_of(BadgeMiss)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(county=county, village_code=village_code, day=clock.today(), count=1)
    key = [table.c.county, table.c.village_code, table.c.day]
    db.session.execute(row.on_conflict_do_update(index_elements=key, set_={"count": table.c.count + 1}))
