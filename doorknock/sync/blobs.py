"""Photos and drawings by content hash: which ones events named, which ones came."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from sqlalchemy import ForeignKeyConstraint, String, Text, cast, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import shelf
from doorknock.db import BY_COUNTY, Base, County, Id, db
from doorknock.errors import Problem
from doorknock.lookup import given, rows
from doorknock.people.devices import Device
from doorknock.sync.journal import JournalLine
from doorknock.tasks.models import Posting
from doorknock.visits.models import Visit

MOST = 1_000_000
WANTED, STORED, LOST = "wanted", "stored", "lost"


class NamedBlob(Base):
    """A file that an event of this enrolment named."""

    __tablename__ = "named_blob"
    __table_args__ = (
        ForeignKeyConstraint(["county", "device_id"], ["device.county", "device.id"]),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default=WANTED)


_WANTED = select(NamedBlob.sha256).where(
    NamedBlob.county == given("county"), NamedBlob.device_id == given("device"), NamedBlob.state == WANTED
)


def named(line: JournalLine, hashes: Iterable[str]) -> None:
    """An event named these files: the phone will be asked for those that are not here."""
    for sha in hashes:
        key = (line.county, line.device_id, sha)
        if db.session.get(NamedBlob, key) is None:
            state = STORED if shelf.path_of(sha).exists() else WANTED
            db.session.add(NamedBlob(county=key[0], device_id=key[1], sha256=sha, state=state))
            db.session.flush()


def is_named(device: Device, sha: str) -> bool:
    """Whether an event of this enrolment that took effect named this file, and still does."""
    return db.session.get(NamedBlob, (device.county, device.id, sha)) is not None


def lost(line: JournalLine, sha: str) -> None:
    """The phone no longer has this file: stop asking."""
    found = db.session.get(NamedBlob, (line.county, line.device_id, sha))
    if found and found.state == WANTED:
        found.state = LOST


def wanted(device: Device) -> list[str]:
    """What this phone named and has not sent, in order."""
    return sorted(row.sha256 for row in rows(_WANTED, county=device.county, device=device.id))


def unname(county: str, hashes: Iterable[str]) -> list[str]:
    """Those of these files that nothing names now; they are not asked for, and the sweep takes what came of them."""
    db.session.flush()
    gone = sorted(alone(county, hashes))
    db.session.execute(delete(NamedBlob).where(NamedBlob.county == county, NamedBlob.sha256.in_(gone)))
    return gone


def alone(county: str, hashes: Iterable[str], visits: Collection[str] = ()) -> set[str]:
    """Those of these files that no visit and no posting names but these."""
    return {sha for sha in hashes if not _naming(county, sha) - set(visits)}


def _naming(county: str, sha: str) -> set[str]:
    visits = (Visit.county == county) & cast(Visit.facts, Text).contains(sha)
    postings = (Posting.county == county) & cast(Posting.photos, Text).contains(sha)
    either = select(Visit.id).where(visits).union_all(select(Posting.id).where(postings))
    return set(db.session.scalars(either))


def store(device: Device, sha: str, data: bytes) -> None:
    """Keep a file; Problem not_named, too_large or hash_mismatch. Doing it again changes nothing."""
    found = db.session.get(NamedBlob, (device.county, device.id, sha))
    if found is None:
        raise Problem("not_named")
    if len(data) > MOST:
        raise Problem("too_large")
    if hashlib.sha256(data).hexdigest() != sha:
        raise Problem("hash_mismatch")
    shelf.put(data)
    found.state = STORED
