"""When the phones of a grid were last in touch, and which are missing: without it a figure says nothing of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from doorknock import clock
from doorknock.db import db
from doorknock.people.contact import expected_since
from doorknock.people.devices import Device
from doorknock.people.models import Assignment, Person, holding
from doorknock.words import _


@dataclass(frozen=True)
class Phone:
    """One working enrolment of somebody who holds a grid."""

    id: str
    last: datetime | None


@dataclass(frozen=True)
class Said:
    """Freshness in words, and whether it needs a look."""

    words: str
    behind: bool


@dataclass(frozen=True)
class Freshness:
    """The phones of some grids; ``hands`` = how many people hold these grids, ``at`` = as of when (None: now)."""

    hands: int
    phones: frozenset[Phone]
    at: datetime | None = None

    def behind(self, now: datetime) -> list[Phone]:
        """The phones that were not in touch since they should have been."""
        return [p for p in self.phones if p.last is None or p.last < expected_since(now)]

    def said(self, left: int | None = None) -> Said:
        """In words; ``left`` = how many doors of a single grid stood open."""
        if not self.phones:
            return Said(_("还没登记手机") if self.hands else _("还没有网格员"), behind=False)
        missing = self.behind(self.at or clock.now())
        if not missing:
            return Said(_("%(when)s 都联系过", when=clock.said(_earliest(self.phones) or clock.now())), behind=False)
        since = _earliest(missing)
        start = _("%(since)s 后", since=clock.said(since)) if since else _("登记后")
        if left is None:
            return Said(_("%(start)s %(missing)s 部没联系", start=start, missing=len(missing)), behind=True)
        who = _("没联系") if len(missing) == len(self.phones) else _("有 %(missing)s 部没联系", missing=len(missing))
        return Said(_("%(start)s%(who)s，名下还要去 %(left)s 户", start=start, who=who, left=left), behind=True)


def of_grids(codes: Iterable[str], then: datetime | None = None) -> dict[str, Freshness]:
    """Per grid: its hands and their phones that are switched on; a renewed enrolment stands for the one before.

    With ``then`` as it stood at that instant, one of ``clock.WATCHES``: phones that were enrolled later are left out,
    and so are those of which no contact is kept from so long ago.
    """
    now = then or clock.now()
    wanted = set(codes)
    people: dict[str, set[str]] = defaultdict(set)
    phones: dict[str, set[Phone]] = defaultdict(set)
    renewed = select(Device.renewed_from).where(Device.renewed_from.is_not(None), Device.created_at <= now)
    on = Device.revoked_at.is_(None) | (Device.revoked_at > now)
    held = (
        select(
            Assignment.grid,
            Assignment.person_id,
            Device.id,
            Device.created_at,
            Device.last_contact,
            Device.contacts,
        )
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(
            Device,
            (Device.worker_id == Person.id) & on & Device.id.not_in(renewed),
        )
        .where(Assignment.county.in_(sorted({code[:6] for code in wanted})))
        .where(holding(now), Person.active.is_(True))
    )
    for grid, person_id, device_id, made_at, last, contacts in db.session.execute(held):
        if grid in wanted:
            people[grid].add(person_id)
            if device_id and made_at <= now and (found := _last(last, contacts, now)):
                phones[grid].add(Phone(device_id, found[0]))
    return {code: Freshness(len(people[code]), frozenset(phones[code]), then) for code in wanted}


def _last(last: datetime | None, contacts: list[str], then: datetime) -> Sequence[datetime | None]:
    """The last contact up to an instant; [] where it is not known any more."""
    if last is None or last <= then:
        return [last]
    return sorted(each for each in map(clock.parse, contacts) if each <= then)[-1:]


def together(parts: Iterable[Freshness]) -> Freshness:
    """Several grids as one; a phone of two grids counts once."""
    known = list(parts)
    phones: frozenset[Phone] = frozenset().union(*(p.phones for p in known))
    return Freshness(max((p.hands for p in known), default=0), phones, known[0].at if known else None)


def _earliest(phones: Iterable[Phone]) -> datetime | None:
    lasts = [p.last for p in phones]
    return None if None in lasts else min((last for last in lasts if last is not None), default=None)
