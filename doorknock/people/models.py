"""Persons, the grids they hold, and the sessions of the office."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, bindparam, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from doorknock import clock, logs
from doorknock.db import BY_COUNTY, REFERENCE, Base, Code, County, Id, Instant, db, new_id, table_of
from doorknock.errors import Problem
from doorknock.lookup import copies, given, objects, rows
from doorknock.regions.models import Region
from doorknock.words import _, lazy

ROLES = {
    "worker": lazy("网格员"), "village": lazy("村"), "town": lazy("镇"), "police": lazy("派出所"),
    "county": lazy("县"), "admin": lazy("管理员"),
}  # fmt: skip
TRIES = 8
"""Wrong logins in a row before a name is locked; low enough against guessing, high enough for thick fingers."""
LOCKED_FOR = timedelta(minutes=15)
"""For so long; and wrong tries older than this no longer count."""
SESSION_LASTS = timedelta(hours=12)
"""A session ends then at the latest, however busy it was."""
SESSION_IDLE = timedelta(hours=2)
"""And it ends when nobody used it for so long: an office computer that somebody walked away from."""


@cache
def _hasher(rounds: int, kibibytes: int) -> tuple[PasswordHasher, str]:
    """The hasher of this cost, and a hash that no password fits: a wrong name costs as much as a wrong password."""
    made = PasswordHasher(time_cost=rounds, memory_cost=kibibytes, parallelism=1)
    return made, made.hash("nobody")


class Person(Base):
    """Somebody who logs in. A name never changes hands: persons are switched off, not deleted."""

    __tablename__ = "person"
    __table_args__ = ({"info": REFERENCE},)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    region_code: Mapped[str | None] = mapped_column(Code, ForeignKey("region.code"))
    active: Mapped[bool] = mapped_column(default=True)
    phones_until: Mapped[datetime | None]
    """Of somebody who was switched off: until when their phones still deliver what counts."""
    must_change: Mapped[bool] = mapped_column(default=False)
    """The password was made by the office: after logging in with it, a new one has to be chosen first."""
    temporary_until: Mapped[datetime | None]
    """Until when such a password opens."""
    single_use: Mapped[bool] = mapped_column(default=False)
    """Such a password opens once."""
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    """The second factor, encrypted (totp.py)."""
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    """The last step whose code was used, so that no code opens twice."""
    home: Mapped[Region | None] = relationship(lazy="joined")

    def set_password(self, password: str) -> None:
        """Keep its argon2 hash; the password itself is kept nowhere."""
        if not self.password_hash or not _matches(self.password_hash, password):
            hasher, _nobody = _hasher(*current_app.config["PASSWORD_COST"])
            self.password_hash = hasher.hash(password)

    def knows(self, password: str) -> bool:
        """Whether this is the person's password."""
        return _matches(self.password_hash, password)

    @property
    def too_late(self) -> bool:
        """Whether the office's password was not used in time."""
        return self.temporary_until is not None and self.temporary_until <= clock.now()


class Assignment(Base):
    """A worker holds a grid from ``since`` (None: from the beginning) until ``until`` (None: without an end).

    Both may lie in the future: a substitute (代班) holds the grid for some days, and whoever is away takes it up again.
    """

    __tablename__ = "grid_assignment"
    __table_args__ = (Index("ix_grid_assignment_person", "person_id"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    grid: Mapped[str] = mapped_column(Code)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    stands_for: Mapped[str | None] = mapped_column(Id)
    """Of a substitute's: the person in whose place the grid is held."""

    def covers(self, instant: datetime, slack: timedelta) -> bool:
        """Whether the grid was held at any moment within ``slack`` of the instant."""
        return (self.since is None or self.since <= instant + slack) and (
            self.until is None or self.until >= instant - slack
        )


class Session(Base):
    """An office login: a row that can be revoked; the cookie holds only the secret whose hash is the key."""

    __tablename__ = "login_session"
    __table_args__ = ({"info": REFERENCE},)
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(40), default="")
    """Kind of browser and of device as two words, no more."""

    @property
    def seen(self) -> datetime:
        """When it was last used, to a few minutes."""
        return self.seen_at or self.created_at


class LoginTries(Base):
    """Wrong tries in a row under one name or from one address, counted in the database for all processes."""

    __tablename__ = "login_tries"
    __table_args__ = ({"info": REFERENCE},)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    """The last wrong one: what is long past is no guessing, and an address is not kept for longer than it is needed."""


def _matches(password_hash: str | None, password: str) -> bool:
    hasher, nobody = _hasher(*current_app.config["PASSWORD_COST"])
    try:
        fits = hasher.verify(password_hash or nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(fits) and bool(password_hash)


def by_username(username: str) -> Person | None:
    """The person with this login name, or None."""
    return db.session.scalar(select(Person).where(Person.username == username))


def check_login(username: str, password: str) -> Person | None:
    """The person whose name and password these are; None if they do not fit. Counts the tries either way.

    Raises Problem locked (with Retry-After) after too many. The caller commits also when the answer is None.
    """
    key = f"name:{username}"[:80]
    refuse_locked(key)
    person = by_username(username)
    fits = _matches(person.password_hash if person else None, password)
    right = bool(fits and person and person.active and not person.too_late)
    logs.login(username, right=right, factor="password")
    if right and person:
        if person.totp_secret is None:
            forget_tries(key)  # with a second factor the tries end only when that fits too
        return person
    count_try(key)
    return None


def refuse_locked(key: str, way_out: str = "") -> None:
    """Raise Problem locked while this key is locked. Until the transaction ends nobody else is judged under the key,
    so that tries sent all at once are no more tries than others.
    """
    tries = _held(key)
    if tries.locked_until and tries.locked_until > clock.now():
        wait = int((tries.locked_until - clock.now()).total_seconds()) + 1
        detail = _("请过 %(minutes)s 分钟再试。", minutes=-(-wait // 60)) + way_out
        raise Problem("locked", detail, headers={"Retry-After": str(wait)})


def count_try(key: str, most: int = TRIES, locked_for: timedelta = LOCKED_FOR) -> None:
    """One more wrong try; the limit locks the key for a while."""
    tries, now = _held(key), clock.now()
    past = tries.last_at is None or now - tries.last_at > LOCKED_FOR
    tries.count, tries.last_at = 1 if past else tries.count + 1, now
    if tries.count >= most:
        tries.count, tries.locked_until = 0, now + locked_for


def _held(key: str) -> LoginTries:
    query = select(LoginTries).where(LoginTries.key == key).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        try:
            with db.session.begin_nested():
                db.session.add(found := LoginTries(key=key, count=0))
        except IntegrityError:  # another was quicker
            found = db.session.scalars(query).one()
    return found


def forget_tries(key: str) -> None:
    """A right try: start counting afresh."""
    tries = db.session.get(LoginTries, key)
    if tries:
        db.session.delete(tries)


def hash_secret(secret: str) -> str:
    """What is kept of a random secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(person: Person, browser: str = "") -> str:
    """A new session of this person; the answer is the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            token_hash=hash_secret(secret),
            person_id=person.id,
            created_at=clock.now(),
            expires_at=clock.now() + SESSION_LASTS,
            seen_at=clock.now(),
            browser=browser,
        )
    )
    return secret


def session_person(secret: str) -> Person | None:
    """Who is logged in with this secret; None where the session is unknown, over, idle too long or revoked."""
    found = db.session.get(Session, hash_secret(secret))
    if found is None or found.revoked_at or found.expires_at <= clock.now():
        return None
    if found.seen + SESSION_IDLE <= clock.now():
        return None
    person = db.session.get(Person, found.person_id)
    return person if person and person.active else None


def close_session(secret: str) -> None:
    """Log out: the session is revoked, wherever its cookie is."""
    found = db.session.get(Session, hash_secret(secret))
    if found:
        found.revoked_at = clock.now()


def holding(at: Any) -> ColumnElement[bool]:
    """A condition on Assignment: it holds at this instant."""
    begun = or_(Assignment.since.is_(None), Assignment.since <= at)
    return begun & or_(Assignment.until.is_(None), Assignment.until > at)


_HELD = select(Assignment).where(Assignment.person_id == given("person"))
_TERMS = select(table_of(Assignment)).where(Assignment.person_id == given("person"))
_HELD_AT = select(Assignment.grid).where(
    Assignment.person_id == given("person"), holding(bindparam("instant", type_=Instant()))
)


def grids_now(person_id: str) -> list[str]:
    """The codes of the grids that a worker holds now, as their own or as a substitute, in order."""
    return sorted({row.grid for row in rows(_HELD_AT, person=person_id, instant=clock.now())})


def assignments(person_id: str) -> list[Assignment]:
    """All that a worker holds, has held or will hold."""
    return list(objects(_HELD, person=person_id))


def terms(person_id: str) -> list[Assignment]:
    """The same to be looked at only."""
    return copies(Assignment, _TERMS, person=person_id)


def own_grids(person_id: str) -> list[str]:
    """The codes of the grids that are a worker's own, also while a substitute alone holds them."""
    query = select(Assignment.grid).where(Assignment.person_id == person_id, Assignment.until.is_(None))
    return sorted(set(db.session.scalars(query)))


def assign(person: Person, grids: list[str], *, first: bool) -> bool:
    """From now on exactly these grids are the person's own; whether anything changed. A substitute's term stays.

    A new person's first grids count from the beginning: their phone may hold visits older than the office's data entry.
    """
    wanted, now = set(grids), clock.now()
    own = [a for a in assignments(person.id) if a.until is None]
    gone = [a for a in own if a.grid not in wanted]
    for assignment in gone:
        if assignment.since and assignment.since > now:
            db.session.delete(assignment)  # would have been taken up again later
        else:
            assignment.until = now
    new = wanted - {a.grid for a in own}
    since = None if first else now
    for code in sorted(new):
        db.session.add(Assignment(county=code[:6], id=new_id(), grid=code, person_id=person.id, since=since))
    return bool(new or gone)
