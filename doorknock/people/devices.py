"""Phones: one-time enrolment codes, enrolments (one phone × one worker), their tokens, revocation.

A token certifies itself: enrolment, worker, county and expiry under the server's key. So a server restored from a
backup that is older than an enrolment still knows its phone (``recovered``), and no restore revives a revoked one,
because revocations are kept in DATA_DIR as well.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock, plans
from doorknock.changes import county_of
from doorknock.db import BY_COUNTY, REFERENCE, Base, County, Id, Json, db, new_id, table_of
from doorknock.errors import Problem
from doorknock.lookup import given, rows
from doorknock.people import revocations
from doorknock.people.models import Person, count_try, forget_tries, hash_secret, refuse_locked
from doorknock.sets import fresh
from doorknock.words import _

CODE_LASTS = timedelta(minutes=15)
TOKEN_LASTS = timedelta(days=400)
TAKEN_AFTER_REVOKE = timedelta(days=30)
CODE_TRIES, CODE_LOCKED = 12, timedelta(minutes=5)
"""Wrong typed codes in a row from one address, and for how long nobody there types any more: a whole village may stand
behind one address. A scanned code has 192 bits, which nobody guesses: it is neither counted nor ever locked out.
"""
TYPED = 12
"""Signs of a code that was typed, at most."""


class Device(Base):
    """One enrolment: one phone of one worker, with its own numbers 1, 2, 3 … and its own chain of hashes."""

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_worker", "worker_id"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(Text, default="")
    app_version: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    renewed_from: Mapped[str | None] = mapped_column(Id)
    revoked_at: Mapped[datetime | None]
    recovered: Mapped[bool] = mapped_column(default=False)
    last_contact: Mapped[datetime | None]
    contacts: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    """Earlier last contacts, the newest first: one for each hour at which a report speaks of the phones, so that one
    that is made late does not call a phone silent that was not. RFC 3339; about a week of them."""
    pending: Mapped[int] = mapped_column(BigInteger, default=0)
    oldest: Mapped[datetime | None]
    skew_ms: Mapped[int | None] = mapped_column(BigInteger)
    storage: Mapped[dict[str, Any] | None]
    held: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Every number journaled for this enrolment, as sorted disjoint inclusive ranges."""
    covered: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    """The numbers that a verified backup holds, in the same shape."""


_ENROLLED = (
    select(table_of(Device), Person.active, Person.phones_until)
    .outerjoin(Person, Person.id == Device.worker_id)
    .where(Device.county == given("county"), Device.id == given("id"))
)
CONTACTS = 24
"""Earlier contacts that are kept of a phone: eight days of three."""
NOTED = (
    "revoked_at",
    "held",
    "last_contact",
    "contacts",
    "skew_ms",
    "pending",
    "oldest",
    "app_version",
    "storage",
)
_NOTE = (
    update(table_of(Device))
    .where(Device.county == given("of"), Device.id == given("phone"))
    .values({name: given(name) for name in NOTED})
)
_ROW = select(table_of(Device)).where(Device.county == given("county"), Device.id == given("id"))
_LOCKED = _ENROLLED.with_for_update(of=table_of(Device))


class EnrolCode(Base):
    """A one-time right to enrol a phone, as eight typed digits or as the secret of a QR code."""

    __tablename__ = "enrol_code"
    __table_args__ = ({"info": REFERENCE},)
    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    twin_hash: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def make_code(person: Person) -> tuple[str, str]:
    """A fresh one-time code: (eight digits to type, secret for the QR link). Both work once, together."""
    digits, secret = f"{secrets.randbelow(10**8):08d}", secrets.token_urlsafe(24)
    expires = clock.now() + CODE_LASTS
    for one, other in ((digits, secret), (secret, digits)):
        found = db.session.get(EnrolCode, hash_secret(one))
        if found:
            db.session.delete(found)
            db.session.flush()
        db.session.add(
            EnrolCode(
                secret_hash=hash_secret(one), twin_hash=hash_secret(other), person_id=person.id, expires_at=expires
            )
        )  # fmt: skip
    return digits, secret


def use_code(code: str, address: str) -> Person | None:
    """The person whose valid code this is, used up; None otherwise (a typed one is counted by address)."""
    plain = "".join(code.split())
    key = f"code:{address}"[:80] if len(plain) <= TYPED else ""
    if key:
        refuse_locked(key, _("扫二维码登记不受影响。"))
    found = db.session.get(EnrolCode, hash_secret(plain), with_for_update=True)
    if found is None or found.used_at or found.expires_at <= clock.now():
        if key:
            count_try(key, CODE_TRIES, CODE_LOCKED)
        return None
    for row in (found, db.session.get(EnrolCode, found.twin_hash)):
        if row:
            row.used_at = clock.now()
    if key:
        forget_tries(key)
    person = db.session.get(Person, found.person_id)
    return person if person and person.active else None


def enrol(person: Person, name: str, app_version: str, renewed_from: str | None = None) -> tuple[Device, str]:
    """A new enrolment and its token."""
    county = county_of(person.region_code or "000000")
    device = Device(
        county=county, id=new_id(), worker_id=person.id, name=name[:80], app_version=app_version[:40],
        created_at=clock.now(), renewed_from=renewed_from, last_contact=clock.now(), held=[], pending=0,
    )  # fmt: skip
    db.session.add(device)
    return device, make_token(device)


def make_token(device: Device) -> str:
    """The bearer token of an enrolment; nothing of it is stored."""
    body = {
        "c": device.county, "d": device.id, "w": device.worker_id,
        "x": int((clock.now() + TOKEN_LASTS).timestamp()),
    }  # fmt: skip
    packed = _b64(json.dumps(body, separators=(",", ":")).encode())
    return f"{packed}.{_sign(packed)}"


def certify(token: str) -> None:
    """Problem unknown_token unless the token is one of ours and still good; asks no database."""
    _claim(token)


def claimed(token: str) -> str | None:
    """The id of the enrolment that a token of ours speaks for; None for another's, or one that is too old."""
    try:
        return str(_claim(token)["d"])
    except Problem:
        return None


def device_of(token: str, *, lock: bool = False) -> Device:
    """The enrolment that a token certifies, taken up as ``recovered`` where its row is gone. Problem unknown_token.

    It is to be looked at; what changes of it is written by ``note``.
    """
    claim = _claim(token)
    found = rows(_LOCKED if lock else _ENROLLED, county=claim["c"], id=claim["d"])
    device, active, phones_until = _read(found[0]) if found else _take_up(claim)
    if device.revoked_at is None:
        off = revocations.phones().get(device.id) or (clock.now() if _left(active, phones_until) else None)
        device.revoked_at = off
        if off and lock:
            note(device, revoked_at=off)
    return device


def _read(row: Any) -> tuple[Device, bool | None, datetime | None]:
    *_, active, phones_until = row
    known = {name: value for name, value in row._asdict().items() if name not in ("active", "phones_until")}
    return fresh(Device, **known), active, phones_until


def _left(active: bool | None, phones_until: datetime | None) -> bool:
    """Whether a worker is gone or switched off, and the days in which their phones may still deliver are over."""
    return not active and (phones_until is None or phones_until <= clock.now())


def _take_up(claim: dict[str, Any]) -> tuple[Device, bool, datetime | None]:
    worker = db.session.get(Person, claim["w"])
    if worker is None:
        raise Problem("unknown_token")
    device = Device(
        county=claim["c"], id=claim["d"], worker_id=claim["w"], created_at=clock.now(), recovered=True, held=[],
        name="", app_version="", pending=0,
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    return device, worker.active, worker.phones_until


def note(device: Device, **told: Any) -> None:
    """Write down what there is to know of a phone after a round, and let the object know it."""
    before, last = device.last_contact, told.get("last_contact")
    if before and last and clock.watch_of(before) != clock.watch_of(last):
        device.contacts = [clock.text_of(before), *device.contacts][:CONTACTS]
    for name, value in told.items():
        setattr(device, name, value)
    known = {name: getattr(device, name) for name in NOTED}
    plans.write(db.session.connection(), _NOTE, [known | {"of": device.county, "phone": device.id}])


def as_committed(county: str, ident: str) -> Any:
    """The enrolment's row as it is now, to be looked at only."""
    return rows(_ROW, county=county, id=ident)[0]


def still_taken(device: Device) -> bool:
    """Whether events of a revoked phone are still taken (into quarantine)."""
    return device.revoked_at is None or clock.now() - device.revoked_at < TAKEN_AFTER_REVOKE


def revoke(device: Device) -> None:
    """Switch the phone off, also for every later restore of the database."""
    device.revoked_at = device.revoked_at or clock.now()
    revocations.note_phone(device.id, device.revoked_at)


def _claim(token: str) -> dict[str, Any]:
    packed, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(packed).encode()):
        raise Problem("unknown_token")
    claim: dict[str, Any] = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    if claim["x"] < clock.now().timestamp():
        raise Problem("unknown_token")
    return claim


def _sign(packed: str) -> str:
    key = hashlib.sha256(b"doorknock device token\0" + current_app.config["SECRET_KEY"].encode()).digest()
    return _b64(hmac.new(key, packed.encode(), hashlib.sha256).digest())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
