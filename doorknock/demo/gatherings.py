"""What was held and put up in the week before the demo begins, and what the town asks of its villages meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from doorknock import clock, web
from doorknock.demo import town
from doorknock.demo.evening import CHEN, LIU, ZHOU
from doorknock.demo.phone import Phone
from doorknock.demo.week import at
from doorknock.people.models import by_username
from doorknock.regions.models import region
from doorknock.tasks import giving, telling

HEFENG, SHANGHE = town.VILLAGES[0][0], town.VILLAGES[1][0]
PLAQUES = {LIU: (("001", 18), ("002", 21), ("003", 9)), ZHOU: (("004", 21), ("005", 6)), CHEN: (("001", 28),)}
"""Plaques that each of the three hung: group, pieces."""


def give(last: date) -> None:
    """A week before, the town asks for a talk each week, plaques at the doors, and a gathering that is overdue now."""
    today = clock.today()
    days = {"starts": str(today - timedelta(days=6)), "ends": str(today + timedelta(days=23))}
    weekly = {
        "kind": "talk",
        "name": "每周一场宣讲",
        "every": "week",
        "weekday": str(today.isoweekday()),
        "target": "1",
    }
    plaques = {"kind": "posting", "name": "挂宣传门牌", "every": "once", "target_kind": "doors"}
    once = {"kind": "activity", "name": "赶集那天摆一次点", "every": "once", "target": "1"}
    over = {"ends": str(today - timedelta(days=2))}
    with clock.pinned(at(last - timedelta(days=5), 8, 0)):
        for said in (weekly | days, plaques | days, once | days | over):
            giving.give(region(town.TOWN), said, by=_id("town"))
        web.commit()


def record(phones: dict[str, Phone], last: date) -> None:
    """Three workers tell of them on their phones; the syncs of the evenings bring them in."""
    before, yesterday = last - timedelta(days=2), last - timedelta(days=1)
    for name, groups in PLAQUES.items():
        for number, (group, pieces) in enumerate(groups):
            told = {"kind": "plaque", "group": _grid(name)[:12] + group, "spot": "门框边", "count": pieces}
            _tell(phones[name], "posting", before, 10 + number, told | {"grid": _grid(name)})
    posters = {"kind": "poster", "grid": _grid(LIU), "spot": "村口公告栏", "count": 6}
    _tell(phones[LIU], "posting", before, 16, posters)
    talk = {"kind": "talk", "grid": _grid(LIU), "name": "三组院坝里讲刷单", "people": 32, "handouts": 40}
    _tell(phones[LIU], "activity", yesterday, 17, talk)
    fair = {"kind": "fair", "grid": _grid(CHEN), "name": "上河集", "people": 120, "handouts": 85}
    _tell(phones[CHEN], "activity", before, 11, fair)


def write_down(last: date) -> None:
    """The village itself tells of the loudspeaker."""
    said = {"kind": "broadcast", "name": "大喇叭早晚各播一遍", "day": str(last - timedelta(days=1))}
    with clock.pinned(at(last, 8, 20)):
        telling.activity(region(HEFENG), said, by=_id("hefeng"))
        web.commit()


def _tell(phone: Phone, kind: str, day: date, hour: int, body: dict[str, Any]) -> None:
    phone.record(kind, at(day, hour, 15), body)


def _grid(worker: str) -> str:
    return {LIU: f"{HEFENG}001", ZHOU: f"{HEFENG}002", CHEN: f"{SHANGHE}001"}[worker]


def _id(username: str) -> str:
    found = by_username(username)
    return found.id if found else ""
