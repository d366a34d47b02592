"""The server's clock. Everything that asks the time asks here, so that a test or the demo can say what time it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from doorknock.words import _

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = time(18)
"""When a day's reports are frozen."""
WATCHES = (time(8), EVENING, time(21))
"""The hours at which reports speak of which phones are in touch."""
AFTER_EVENING = timedelta(hours=6)
"""From the evening's 18:00 to midnight."""
_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))")


_USUAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:[0-5]\d)", re.ASCII)
"""What nearly all look like, and Python itself reads; the rest (a 61st second, a seventh digit) is read below."""


def now() -> datetime:
    """The present instant, in UTC."""
    return _pinned.get() or datetime.now(UTC)


def today() -> date:
    """The Shanghai day that it is now."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The Shanghai day in which an instant falls."""
    return instant.astimezone(SHANGHAI).date()


def edition_of(instant: datetime) -> date:
    """The day whose 日报 an instant belongs to: days end at 18:00 Shanghai, and 18:00 itself begins the next one."""
    return day_of(instant + AFTER_EVENING)


def end_of(edition: date) -> datetime:
    """The instant at which an edition ends (18:00 Shanghai on that day), in UTC; it is the next one's first."""
    return datetime.combine(edition, EVENING, SHANGHAI).astimezone(UTC)


def watch_of(instant: datetime) -> tuple[date, int]:
    """The day and the part of it in which an instant falls; parts begin at the hours of ``WATCHES``."""
    local = instant.astimezone(SHANGHAI)
    return local.date(), sum(hour <= local.time() for hour in WATCHES)


def start_of(day: date) -> datetime:
    """The instant at which a Shanghai day begins, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


@contextmanager
def pinned(instant: datetime) -> Iterator[None]:
    """Within this context it is ``instant``."""
    token = _pinned.set(instant)
    try:
        yield
    finally:
        _pinned.reset(token)


def parse(text: str) -> datetime:
    """The instant, in UTC, that an RFC 3339 text with offset names; ValueError for anything else."""
    if _USUAL.fullmatch(text):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(text).astimezone(UTC)
    found = _RFC3339.fullmatch(text)
    if not found:
        raise ValueError("not RFC 3339 with an offset")
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    micro = int((found[7] or "0")[:6].ljust(6, "0"))
    leap = second == 60
    offset = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0))
    if offset >= timedelta(hours=24):
        raise ValueError("offset out of range")
    moment = datetime(year, month, day, hour, minute, 59 if leap else second, micro, UTC)
    try:
        return moment + timedelta(seconds=leap) + (offset if found[8] == "-" else -offset)
    except OverflowError as error:
        raise ValueError("instant out of range") from error


def text_of(instant: datetime) -> str:
    """The instant as RFC 3339 in Shanghai time, to the microsecond where it has any."""
    return instant.astimezone(SHANGHAI).isoformat()


def said(instant: datetime) -> str:
    """A past instant as people say it: 17:32 today, 昨天 17:32, 11月19日 17:32, 2025年11月19日."""
    local = instant.astimezone(SHANGHAI)
    days = (today() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return _("昨天 %(time)s", time=f"{local:%H:%M}")
    return f"{said_day(local.date())} {local:%H:%M}" if local.year == today().year else said_day(local.date())


def said_day(day: date) -> str:
    """A day as people say it: 今天, 昨天, 11月19日, 2025年11月19日."""
    days = (today() - day).days
    if days in (0, 1):
        return (_("今天"), _("昨天"))[days]
    if day.year == today().year:
        return _("%(month)s月%(day)s日", month=day.month, day=day.day)
    return _("%(year)s年%(month)s月%(day)s日", year=day.year, month=day.month, day=day.day)
