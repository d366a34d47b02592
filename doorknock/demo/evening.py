"""What stands open on the evening on which the demo begins: promises, reports, decisions, quarantine, a silent phone.

Each story stands at a door of ``town.KNOWN``; phones bring it through the wire, staff decide it by the verbs of their
pages.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from doorknock import clock, web
from doorknock.db import new_id
from doorknock.demo.phone import Phone
from doorknock.demo.week import at
from doorknock.people.models import Person, by_username
from doorknock.places import review, standing
from doorknock.places.models import by_ids

LIU, ZHOU, CHEN = "w1", "w2", "w3"
"""刘芳 and 周建明 share 禾丰村, 陈玉兰 walks 上河村."""


class Doors:
    """The doors that one phone knows, by how people call them."""

    def __init__(self, phone: Phone) -> None:
        self.by_name = {place["address"]["door"]: (ident, place) for ident, place in phone.rows["place"].items()}

    def __getitem__(self, name: str) -> str:
        return self.by_name[name][0]

    def ids(self) -> list[str]:
        """Doors of this phone, in no order that matters."""
        return [ident for ident, _ in self.by_name.values()]

    def place(self, name: str) -> dict[str, Any]:
        """The door's row."""
        return self.by_name[name][1]


def play(phones: dict[str, Phone], last: date) -> None:
    """Play the stories of the three days before ``last``, the day on which people walked last."""
    doors = {name: Doors(phones[name]) for name in (LIU, ZHOU, CHEN)}
    _tries(phones[LIU], doors[LIU], last)
    _reports(phones[LIU], doors[LIU], last - timedelta(days=2))
    _away(phones[ZHOU], doors[ZHOU], last - timedelta(days=3))
    _bring(phones, last - timedelta(days=2))
    _decide(last - timedelta(days=1))
    _met_again(phones[ZHOU], doors[ZHOU], last - timedelta(days=1))
    _held_back(phones, doors, last - timedelta(days=1))
    _bring(phones, last - timedelta(days=1))


def _visit(phone: Phone, day: date, hour: int, minute: int, place_id: str, outcome: str, **more: Any) -> str:
    moment = at(day, hour, minute)
    body = {"place_id": place_id, "outcome": outcome, "visited_at": clock.text_of(moment), **more}
    return phone.record("visit", moment, body)


def _tries(phone: Phone, doors: Doors, last: date) -> None:
    """Nobody home twice in the morning, an evening that was promised, a household that wants no more visits."""
    before, yesterday = last - timedelta(days=2), last - timedelta(days=1)
    for day in (before, yesterday):
        _visit(phone, day, 9, 40, doors["三组13号"], "nobody_home")
    promised = {"slot": "evening", "date": clock.today().isoformat()}
    _visit(phone, yesterday, 16, 50, doors["三组12号"], "met_later", next_try=promised)
    _visit(phone, yesterday, 15, 20, doors["二组2号"], "met_declined", do_not_return=True)
    signed = {"version": "1", "method": "paper", "paper_no": "0107", "signer_relation": "head"}
    wrong_door = _visit(phone, yesterday, 10, 5, doors["三组14号"], "met_covered", adults_listened=2, commitment=signed)
    phone.record("correction", at(yesterday, 10, 20), {"supersedes": wrong_door, "void": True, "reason": "记错门了"})


def _reports(phone: Phone, doors: Doors, day: date) -> None:
    """What the village has to decide: one away, one moved, a wrong line, two doors that are one, three new ones."""
    back = clock.day_of(at(day, 12, 0) + timedelta(days=70)).replace(day=1)
    away = {"kind": "外出务工", "back_on": back.isoformat()}
    _visit(phone, day, 10, 10, doors["一组3号"], "away_reported", away=away)
    _visit(phone, day, 10, 30, doors["一组5号"], "away_reported", away={"kind": "已搬走"})
    _visit(phone, day, 11, 0, doors["一组9号"], "wrong_entry", note="这一户和二组的写重了")
    double = {"place_id": doors["二组8号"], "report": "duplicate", "duplicate_of": doors["二组7号"]}
    phone.record("place_report", at(day, 11, 20), double)
    near = doors.place("三组14号")
    for number, name in enumerate(("新来的租户", "收粮的老郑", "修车铺"), 1):
        phone.record("place_new", at(day, 14, number * 5), {
            "place_id": new_id(), "grid": near["grid"], "group": near["group"], "adults": 2,
            "kind": "shop" if number == 3 else "rental", "contact_name": name, "landmark": "路口新楼",
            "address": {"door": f"新楼{number}号"},
        })  # fmt: skip


def _away(phone: Phone, doors: Doors, day: date) -> None:
    back = clock.day_of(at(day, 12, 0) + timedelta(days=40)).replace(day=1)
    for name in ("五组4号", "五组6号"):
        told = {"kind": "外出务工", "back_on": back.isoformat()}
        _visit(phone, day, 9, 30, doors[name], "away_reported", away=told)


def _bring(phones: dict[str, Phone], day: date) -> None:
    with clock.pinned(at(day, 18, 10)):
        for name in (LIU, ZHOU, CHEN):
            phones[name].sync()


def _decide(day: date) -> None:
    """The village's evening: the two away doors of 五组 are confirmed, the rest still waits."""
    cadre = _person("hefeng")
    village = cadre.region_code or ""
    with clock.pinned(at(day, 8, 30)):
        for item in standing.open_items(village):
            if item.kind == "away" and _door_of(item).startswith("五组"):
                review.decide(item, "accept", by=cadre.id)
        web.commit()


def _met_again(phone: Phone, doors: Doors, day: date) -> None:
    """Somebody who was away is there again: the village is asked."""
    _visit(phone, day, 16, 0, doors["五组6号"], "met_covered", adults_listened=1)


def _held_back(phones: dict[str, Phone], doors: dict[str, Doors], day: date) -> None:
    """What cannot take effect by itself: another's grid, a clock two days fast, a form that no server knows."""
    _visit(phones[ZHOU], day, 15, 30, doors[LIU]["三组14号"], "met_covered", adults_listened=1)
    fast = day + timedelta(days=3)
    _visit(phones[ZHOU], fast, 16, 20, doors[ZHOU]["五组4号"], "left_material")
    _visit(phones[CHEN], day, 16, 40, doors[CHEN].ids()[0], "talked")


def silent(phone: Phone, last: date) -> None:
    """A phone that was in touch in the morning; three records did not get through."""
    morning = at(last, 8, 5)
    for minutes, place_id in zip((50, 35, 20), Doors(phone).ids(), strict=False):
        moment = morning - timedelta(minutes=minutes)
        body = {"place_id": place_id, "outcome": "nobody_home", "visited_at": clock.text_of(moment)}
        phone.record("visit", moment, body)
    with clock.pinned(morning):
        phone.sync(leaving=3)


def _person(username: str) -> Person:
    found = by_username(username)
    if found is None:
        raise LookupError(username)
    return found


def _door_of(item: standing.Item) -> str:
    place = by_ids(item.county, [item.place_id])[item.place_id]
    return str(place.address.get("door") or "")
