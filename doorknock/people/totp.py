"""The second factor: a code that changes every thirty seconds (TOTP), and ten recovery codes on paper.

The secret lies in the database only encrypted, under a key derived from SECRET_KEY, so a stolen backup opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock
from doorknock.db import REFERENCE, Base, Id, db
from doorknock.errors import Refused
from doorknock.people.models import Person
from doorknock.words import _

ROLES = ("town", "police", "county", "admin")
"""Who may set one up, and must where REQUIRE_TOTP says so."""
STEP = 30
WINDOW = 1
"""Steps before and after the present one whose codes are taken: phones' clocks are a little off."""
RECOVERY_CODES = 10
TICKET_LASTS = 300
"""Seconds from the password to the code."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class RecoveryCode(Base):
    """One of ten codes that stand in for the phone once each; only its hash is kept, salted and slow."""

    __tablename__ = "recovery_code"
    __table_args__ = ({"info": REFERENCE},)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None]


def demanded(person: Person) -> bool:
    """Whether this person has to set up a second factor before anything else."""
    return bool(current_app.config["REQUIRE_TOTP"]) and person.role in ROLES and person.totp_secret is None


def fresh_secret() -> str:
    """A new secret of 160 bits, in base 32."""
    return pyotp.random_base32()


def address(person: Person, secret: str) -> str:
    """What the QR code for an authenticator says."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=_("敲门行动"))


def seal(secret: str) -> str:
    """The secret, encrypted."""
    return _cipher().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; Refused where somebody changed it, or it was sealed under another SECRET_KEY."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused(_("验证器的设置读不出来，请管理员重设。")) from error


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("cipher")))


def _key(use: str) -> bytes:
    return hashlib.sha256(f"doorknock totp {use}\0{current_app.config['SECRET_KEY']}".encode()).digest()


def step_of(secret: str, code: str) -> int | None:
    """The step, within the window round now, whose code this is; None for a wrong code."""
    digits = "".join(code.split())
    now = int(clock.now().timestamp()) // STEP
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    made = pyotp.TOTP(secret)
    fitting = [s for s in range(now - WINDOW, now + WINDOW + 1) if hmac.compare_digest(made.at(s * STEP), digits)]
    return max(fitting, default=None)


def use(person: Person, code: str) -> bool:
    """Whether this code opens, used up: each step's code once and never an older one, each recovery code once."""
    if person.totp_secret is None:
        return False
    step = step_of(unseal(person.totp_secret), code)
    if step is None:
        return _use_recovery(person, code)
    if person.totp_step is not None and step <= person.totp_step:
        return False
    person.totp_step = step
    return True


def _use_recovery(person: Person, code: str) -> bool:
    found = db.session.get(RecoveryCode, _recovery_hash(person, code), with_for_update=True)
    if found is None or found.used_at is not None:
        return False
    found.used_at = clock.now()
    return True


def set_up(person: Person, sealed: str, code: str) -> list[str]:
    """Take the secret whose code this is as the person's own; ten fresh recovery codes to be shown once."""
    step = step_of(unseal(sealed), code)
    if step is None:
        raise Refused(_("六位数不对。请看验证器里现在的数，手机的时间要准。"))
    person.totp_secret, person.totp_step = seal(unseal(sealed)), step
    return fresh_codes(person)


def fresh_codes(person: Person) -> list[str]:
    """Ten recovery codes in the place of all earlier ones."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_recovery_code() for _each in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(code_hash=_recovery_hash(person, code), person_id=person.id) for code in codes)
    return codes


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _each in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _recovery_hash(person: Person, code: str) -> str:
    """As slow to try out as a password, under a salt that each person and each server has for itself: fifty bits that
    lie in a stolen backup must not be guessed from it.
    """
    plain = "".join(c for c in code.lower() if c in _ALPHABET)
    salt = hmac.new(_key("recovery"), person.id.encode(), hashlib.sha256).digest()[:16]
    rounds, kibibytes = current_app.config["PASSWORD_COST"]
    return hash_secret_raw(plain.encode(), salt, rounds, kibibytes, 1, 32, Type.ID).hex()


def codes_left(person: Person) -> int:
    """How many recovery codes are still unused."""
    unused = select(RecoveryCode).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())


def take_away(person: Person) -> None:
    """Without a second factor again: it has to be set up anew."""
    person.totp_secret = person.totp_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def ticket(person: Person) -> str:
    """A signed word that this person's password was right a moment ago; worth nothing without a code."""
    return _signer().dumps([person.id, person.password_hash[-16:]])


def ticket_person(said: str) -> Person | None:
    """Whose ticket it is; None where it is too old, made up, or the password has changed since."""
    try:
        person_id, tail = _signer().loads(said, max_age=TICKET_LASTS)
    except (BadSignature, ValueError):
        return None
    person = db.session.get(Person, person_id)
    fits = person is not None and person.active and person.password_hash[-16:] == tail
    return person if fits else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="doorknock login ticket")
