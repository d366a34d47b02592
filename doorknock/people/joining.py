"""Who joins, changes and leaves: every deed within one's own power, each with its audit line.

Power (architecture §5a): the town makes and changes the workers and villages of its own region; an administrator makes
everybody of theirs. The town makes no police account, because the police approve what the town writes. Nobody changes
themselves or gives a role in a region that they do not reach, so nobody is ever raised above whoever did it.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from sqlalchemy import select, update

from doorknock import audit, clock
from doorknock.access import reaches
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.people import devices, revocations
from doorknock.people.contact import is_on
from doorknock.people.devices import Device
from doorknock.people.models import ROLES, Person, Session, assign, assignments, by_username, forget_tries
from doorknock.regions.models import Region
from doorknock.words import _

MAKES = {"town": ("worker", "village"), "admin": tuple(ROLES)}
LEVELS = {
    "worker": ("village", "town"), "village": ("village",), "town": ("town",), "police": ("town", "county"),
    "county": ("county",), "admin": ("province", "city", "county", "town"),
}  # fmt: skip
"""The levels at which a role can belong."""
DELIVERS_FOR = timedelta(days=7)
"""So long the phones of somebody who left still bring in what counts; then they are switched off by themselves."""
PASSWORD_OPENS = timedelta(days=3)
CODE_OPENS = timedelta(hours=1)
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another on paper."""


def makes(person: Person) -> tuple[str, ...]:
    """The roles that this person may give."""
    return MAKES.get(person.role, ())


def may_change(by: Person, person: Person) -> bool:
    """Whether one may change another's role, region, password and standing."""
    inside = person.home is not None and reaches(by, person.home)
    return by.id != person.id and person.role in makes(by) and inside


def refuse_beyond_power(by: Person, person: Person) -> None:
    """Refused where one may not change the other."""
    if not may_change(by, person):
        raise Refused(_("这个人的账号要由上级管理员改。"))


def _fits(by: Person, role: str, region: Region) -> None:
    if role not in makes(by) or not reaches(by, region):
        raise Refused(_("这个岗位要由上级管理员来建。"))
    if region.level not in LEVELS[role]:
        raise Refused(_("%(role)s不能放在%(region)s，请换一个区划。", role=ROLES[role], region=region.name))


def _named(name: str) -> str:
    if not 1 <= len(name.strip()) <= 20:
        raise Refused(_("姓名要 1 到 20 个字。"))
    return name.strip()


def join(username: str, name: str, role: str, region: Region, *, by: Person) -> Person:
    """A new person, who cannot log in yet: a worker never needs to, others are given a password or a code next."""
    _fits(by, role, region)
    if not _USERNAME.fullmatch(username):
        raise Refused(_("登录名用小写字母和数字，2 到 40 个，比如 liufang。"))
    if by_username(username) is not None:
        raise Refused(_("登录名 %(username)s 已经有人用了，请换一个。", username=username))
    person = Person(
        id=new_id(), username=username, name=_named(name), role=role, password_hash="", active=True, home=region,
        region_code=region.code, must_change=False,
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    audit.record("people.make", region.code, by=by.id, subject=person.id, role=role)
    return person


def change(person: Person, name: str, role: str, region: Region, *, by: Person) -> bool:
    """Another name, role or region; whether anything changed. Another role or region ends the person's sessions."""
    refuse_beyond_power(by, person)
    _fits(by, role, region)
    moved = (role, region.code) != (person.role, person.region_code)
    if not moved and _named(name) == person.name:
        return False
    if person.role == "worker" and (role != "worker" or region.county != home(person).county) and _busy(person):
        raise Refused(_("%(name)s 还管着网格或者有手机。请先把网格交给别人、停用手机。", name=person.name))
    person.name, person.role = _named(name), role
    person.home, person.region_code = region, region.code
    if moved:
        end_sessions(person)
    audit.record("people.edit", region.code, by=by.id, subject=person.id, role=role)
    return True


def home(person: Person) -> Region:
    """Where somebody belongs; Refused for the first administrator, who belongs nowhere."""
    if person.home is None:
        raise Refused(_("这个人没有归属的区划。"))
    return person.home


def _busy(person: Person) -> bool:
    now = clock.now()
    holds = any(a.until is None or a.until > now for a in assignments(person.id))
    return holds or db.session.scalar(select(Device.id).where(Device.worker_id == person.id, is_on())) is not None


def leave(person: Person, *, phones: str, by: Person) -> None:
    """Switch somebody off: sessions end, grids are put down, and the phones go "off" at once or may first "deliver"."""
    refuse_beyond_power(by, person)
    if not person.active:
        return
    now = clock.now()
    person.active, person.phones_until = False, now + DELIVERS_FOR if phones == "deliver" else None
    end_sessions(person)
    assign(person, [], first=False)
    for assignment in [a for a in assignments(person.id) if a.until and a.until > now]:
        assignment.until = now
    if phones != "deliver":
        for phone in db.session.scalars(select(Device).where(Device.worker_id == person.id, is_on())):
            devices.revoke(phone)
    revocations.note_person(person.id, active=False, phones_until=person.phones_until)
    audit.record("people.off", home(person).code, by=by.id, subject=person.id, phones=phones)


def come_back(person: Person, *, by: Person) -> None:
    """Switch somebody on again; grids and switched-off phones do not come back by themselves."""
    refuse_beyond_power(by, person)
    if person.active:
        return
    person.active, person.phones_until = True, None
    revocations.note_person(person.id, active=True, phones_until=None)
    audit.record("people.on", home(person).code, by=by.id, subject=person.id)


def give_password(person: Person, way: str, *, by: Person) -> str:
    """A fresh secret to log in with, shown once: a password for some days, or a code of eight digits that opens once.

    Whoever logs in with it chooses a password of their own first. All sessions end, and so does a lock.
    """
    refuse_beyond_power(by, person)
    if person.role == "worker":
        raise Refused(_("网格员不用密码，发一个手机登记码就行。"))
    if not person.active:
        raise Refused(_("这个人停用着，请先恢复。"))
    secret, lasts = made_password(), PASSWORD_OPENS
    if way == "code":
        secret, lasts = f"{secrets.randbelow(10**8):08d}", CODE_OPENS
    person.set_password(secret)
    person.must_change, person.single_use, person.temporary_until = True, way == "code", clock.now() + lasts
    end_sessions(person)
    forget_tries(f"name:{person.username}"[:80])  # whoever locked the name guessed at the old password
    audit.record("people.password", home(person).code, by=by.id, subject=person.id, way=way)
    return secret


def made_password() -> str:
    """Three groups of four letters and digits that read well on paper (59 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _each in range(4)) for _group in range(3))


def end_sessions(person: Person, *, but: str = "") -> int:
    """End all sessions of somebody but the one with this hash; how many there were."""
    now = clock.now()
    running = (Session.person_id == person.id) & Session.revoked_at.is_(None) & (Session.token_hash != but)
    hashes = db.session.scalars(select(Session.token_hash).where(running, Session.expires_at > now)).all()
    db.session.execute(update(Session).where(Session.token_hash.in_(hashes)).values(revoked_at=now))
    return len(hashes)
