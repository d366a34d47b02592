"""How a phone is doing, in words: its last contact, what is still in it, its clock, its storage, its program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, or_, select

from doorknock import clock
from doorknock.db import db
from doorknock.people.devices import Device
from doorknock.words import _

QUIET = timedelta(hours=3)
"""A phone that is silent for longer during the working day is said to be out of touch."""
MORNING, EVENING = time(8), time(17)
"""Before there were three hours of work today, the evening before is what counts."""
GIGABYTE, MEGABYTE = 1_000_000_000, 1_000_000


def expected_since(now: datetime) -> datetime:
    """Since when a phone should have been in touch."""
    local = now.astimezone(clock.SHANGHAI)
    if (local - QUIET).date() == local.date() and (local - QUIET).time() >= MORNING:
        return now - QUIET
    return datetime.combine(local.date() - timedelta(days=1), EVENING, clock.SHANGHAI)


def is_on() -> ColumnElement[bool]:
    """A condition on Device: switched on, and not followed by a renewed enrolment of the same phone."""
    renewed = select(Device.renewed_from).where(Device.renewed_from.is_not(None))
    return Device.revoked_at.is_(None) & Device.id.not_in(renewed)


def is_quiet() -> ColumnElement[bool]:
    """A condition on Device: not in touch since it should have been."""
    return or_(Device.last_contact.is_(None), Device.last_contact < expected_since(clock.now()))


def quiet(phone: Device) -> bool:
    """Whether this phone was not in touch since it should have been."""
    return phone.last_contact is None or phone.last_contact < expected_since(clock.now())


def contact_words(phone: Device) -> str:
    """When a phone was last in touch: 17:32, or 08:05 后没联系 where that is too long ago."""
    if phone.last_contact is None:
        return _("登记后没联系过")
    when = clock.said(phone.last_contact)
    return _("%(when)s 后没联系", when=when) if quiet(phone) else when


def pending_words(phone: Device) -> str:
    """What the phone said last of its unsent records; nothing where it had sent all."""
    if not phone.pending:
        return ""
    said = _("上次说还有 %(count)s 条没传", count=phone.pending)
    return said + (_("，最早 %(when)s", when=clock.said(phone.oldest)) if phone.oldest else "")


def handover_words(phone: Device, name: str) -> str:
    """What to know of a phone whose grids go to somebody else: 刘芳的手机 08:05 后没联系，上次说还有 3 条没传。"""
    parts = [_("%(name)s的手机 %(contact)s", name=name, contact=contact_words(phone)), pending_words(phone)]
    return _("，").join(part for part in parts if part) + _("。交上来的照样收。")


def skew_words(skew_ms: int | None) -> str:
    """How far a phone's clock is off, as people say it."""
    if skew_ms is None:
        return "—"
    minutes = round(abs(skew_ms) / 60_000)
    if minutes < 1:
        return _("准")
    length = _("%(minutes)s 分钟", minutes=minutes) if minutes < 120 else _("%(hours)s 小时", hours=round(minutes / 60))
    return _("慢 %(length)s", length=length) if skew_ms > 0 else _("快 %(length)s", length=length)


def storage_words(storage: dict[str, Any] | None) -> str:
    """How much room the phone has left, and whether its system may clear what the program keeps."""
    told = storage or {}
    free, persisted = told.get("free"), told.get("persisted")
    parts = []
    if isinstance(free, int | float) and not isinstance(free, bool) and free > 0:
        room = f"{free / GIGABYTE:.1f} GB" if free >= GIGABYTE else f"{free / MEGABYTE:.0f} MB"
        parts.append(_("还剩 %(room)s", room=room))
    if isinstance(persisted, bool):
        parts.append(_("系统不会清") if persisted else _("系统可能清掉"))
    return _("，").join(parts) or "—"


def lost_words(storage: dict[str, Any] | None) -> str:
    """When the phone found that its storage had been cleared; empty where it never said so."""
    told = (storage or {}).get("lost")
    try:
        at = clock.parse(told) if isinstance(told, str) else None
    except ValueError:
        at = None
    return _("%(when)s 发现手机里的数据被清过", when=clock.said(at)) if at else ""


def newest_version(seen: Iterable[str]) -> str:
    """The newest of the versions that phones were seen with: builds are hashes, and only the one we serve is known
    to be newer than all others. Empty until a phone has it, so that no phone is called old for a release of today."""
    served = str(current_app.config["BUILD"])
    return served if served in set(seen) else ""


def versions() -> set[str]:
    """Every version that some phone was seen with."""
    return set(db.session.scalars(select(Device.app_version).distinct()))


def until_words(instant: datetime) -> str:
    """An instant to come, as people say it: 11月29日 17:32."""
    local = instant.astimezone(clock.SHANGHAI)
    return _("%(month)s月%(day)s日 %(time)s", month=local.month, day=local.day, time=f"{local:%H:%M}")
