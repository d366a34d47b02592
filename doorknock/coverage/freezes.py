"""What is frozen when: the day's 日报 at 18:00, the 通报 at 21:00."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from doorknock import clock
from doorknock.coverage import frame
from doorknock.words import _, lazy

REPORTS = "/office/reports"
TODAY = ((clock.EVENING, lazy("日报")), (time(21), lazy("通报")))


@dataclass(frozen=True)
class Freeze:
    """A report of today; ``href`` is empty where no room of reports answers."""

    at: str
    word: str
    detail: str
    href: str


def today() -> list[Freeze]:
    """The reports of this day, in the order of their hours."""
    now = clock.now().astimezone(clock.SHANGHAI)
    href = REPORTS if frame.exists(REPORTS) else ""
    return [Freeze(f"{hour:%H:%M}", str(word), _detail(now, hour), href) for hour, word in TODAY]


def _detail(now: datetime, hour: time) -> str:
    left = datetime.combine(now.date(), hour, clock.SHANGHAI) - now
    if left <= timedelta():
        return _("到点了；以后到的另列，叫补到")
    hours, minutes = divmod(-(-left // timedelta(minutes=1)), 60)
    if hours:
        return _("还有 %(hours)s 小时 %(minutes)s 分钟", hours=hours, minutes=minutes)
    return _("还有 %(minutes)s 分钟", minutes=minutes)
