"""取数口令: what lets another program of the same office read figures, never names.

A town or county makes one for its own region, says what for and until when, and sees it once: only its hash is kept. It
reads what its maker's office may see, so a county's is masked as the county's pages are, whoever works there later.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, clock
from doorknock.access import may
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, new_id
from doorknock.errors import Problem, Refused
from doorknock.fields import canonical_uuid
from doorknock.people.models import Person, hash_secret
from doorknock.regions.models import Region, region
from doorknock.words import _, lazy

MOST_DAYS = 365
A_MINUTE = 60
"""Answers that one token gets in a minute."""
LISTED_FOR = timedelta(days=30)
"""How long one that is over still stands on the page."""
NAME = (2, 60)
_SHAPE = re.compile(r"qm-([0-9]{6})-([\w-]{43})", re.ASCII)


@dataclass(frozen=True)
class Readable:
    """What a token may be made for; ``verb``: what its maker needs; ``deed``: the word in the log."""

    word: str
    says: str
    verb: str
    deed: str


TABLES = {
    "coverage": Readable(lazy("覆盖合计"), lazy("各区划的数"), "coverage", "token.coverage"),
    "visits": Readable(lazy("走访"), lazy("一次一条，没有姓名、电话、备注"), "doors", "token.visits"),
}
"""By the name that stands in the token's addresses."""


class ReadToken(Base):
    """One token. ``role`` and ``home_code`` are those of whoever made it, and decide what is masked."""

    __tablename__ = "read_token"
    __table_args__ = (UniqueConstraint("county", "secret_hash"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    secret_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(60))
    """Who reads with it and what for."""
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    tables: Mapped[list[str]]
    role: Mapped[str] = mapped_column(String(10))
    home_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    read_on: Mapped[dict[str, Any]]
    """Table → the last Shanghai day on which it was read: the log has one line a table and day."""
    answers: Mapped[int] = mapped_column(default=0)
    minute: Mapped[datetime | None]
    in_minute: Mapped[int] = mapped_column(default=0)

    @property
    def works(self) -> bool:
        """Whether it still opens."""
        return self.revoked_at is None and self.expires_at > clock.now()

    @property
    def words(self) -> str:
        """What it may read, as a page says it."""
        return _("、").join(str(TABLES[name].word) for name in self.tables if name in TABLES)


@dataclass
class Reader:
    """Who reads with a token, as access asks for a person: somebody of the office that made it."""

    id: str
    role: str
    home: Region | None
    active: bool = True


def make(here: Region, tables: Sequence[str], name: str, until: date | None, *, by: Person) -> tuple[ReadToken, str]:
    """A new token, and the only time that it is said. Refused, in words, where it may not be. The caller commits."""
    home = by.home
    wanted = [table for table in TABLES if table in tables]
    told, today = " ".join(name.split()), clock.today()
    if home is None or not wanted:
        raise Refused(_("请勾上它能取什么。"))
    if not all(may(by, TABLES[table].verb, here) for table in wanted):
        raise Refused(_("县里的口令只能取合计，不能取一次一次的走访。"))
    if not NAME[0] <= len(told) <= NAME[1]:
        raise Refused(_("请写明给谁用、做什么，%(least)s 到 %(most)s 个字。", least=NAME[0], most=NAME[1]))
    if until is None or not today <= until <= today + timedelta(days=MOST_DAYS):
        raise Refused(_("请选用到哪一天，最长一年。"))
    secret = secrets.token_urlsafe(32)
    token = ReadToken(
        county=here.county, id=new_id(), secret_hash=hash_secret(secret), name=told, region_code=here.code,
        tables=wanted, role=by.role, home_code=home.code, made_by=by.id, made_at=clock.now(),
        expires_at=clock.start_of(until + timedelta(days=1)), read_on={},
    )  # fmt: skip
    db.session.add(token)
    db.session.flush()
    audit.record("token.make", here.code, by=by.id, subject=token.id, purpose=told, tables=wanted)
    return token, f"qm-{here.county}-{secret}"


def revoke(token: ReadToken, *, by: Person) -> None:
    """It opens nothing any more; again changes nothing. The caller commits."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record("token.revoke", token.region_code, by=by.id, subject=token.id, purpose=token.name)


def listed(here: Region) -> list[tuple[ReadToken, str]]:
    """The tokens of a region, newest first, with the names of who made them; those over for long are left out."""
    edge = clock.now() - LISTED_FOR
    lasting = ReadToken.revoked_at.is_(None) | (ReadToken.revoked_at > edge)
    mine = (ReadToken.county == here.county) & (ReadToken.region_code == here.code) & lasting
    query = select(ReadToken, Person.name).join(Person, Person.id == ReadToken.made_by)
    query = query.where(mine, or_(ReadToken.expires_at > edge, ReadToken.revoked_at > edge))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(ReadToken.made_at.desc(), ReadToken.id))]


def token_of(ident: str, here: Region) -> ReadToken:
    """The token with this id of this region; Problem not_found."""
    known = canonical_uuid(ident)
    found = db.session.get(ReadToken, (here.county, known)) if known else None
    if found is None or found.region_code != here.code:
        raise Problem("not_found", _("没有这个取数口令。"))
    return found


def use(said: str, table: str) -> ReadToken:
    """The token that was shown, counted as used once more for this table. The caller commits, whatever is read then.

    Raises Problem unknown_key, not_granted, or too_often with Retry-After.
    """
    shape = _SHAPE.fullmatch(said)
    known = (ReadToken.county == shape[1]) & (ReadToken.secret_hash == hash_secret(shape[2])) if shape else None
    found = db.session.scalar(select(ReadToken).where(known).with_for_update()) if known is not None else None
    if found is None or not found.works:
        raise Problem("unknown_key", headers={"WWW-Authenticate": "Bearer"})
    if table not in found.tables:
        raise Problem("not_granted")
    now = clock.now()
    if found.minute is None or now - found.minute >= timedelta(minutes=1):
        found.minute, found.in_minute = now, 0
    if found.in_minute >= A_MINUTE:
        left = timedelta(minutes=1) - (now - found.minute)
        raise Problem("too_often", headers={"Retry-After": str(int(left.total_seconds()) + 1)})
    found.in_minute, found.answers, found.used_at = found.in_minute + 1, found.answers + 1, now
    today = clock.today().isoformat()
    if found.read_on.get(table) != today:
        found.read_on = found.read_on | {table: today}
        audit.record(TABLES[table].deed, found.region_code, by=found.made_by, subject=found.id, purpose=found.name)
    return found


def reader_of(token: ReadToken) -> Reader:
    """On whose behalf a token reads."""
    return Reader(token.made_by, token.role, region(token.home_code))


def by_key(key: tuple[str, str]) -> ReadToken:
    """The token with this (county, id)."""
    return db.session.get_one(ReadToken, key)
