"""走访台账: the visits that count, door by door in roster order, and at a door in the order in which they were made.

Install counts stand in no row: they are sums, and beside a door they would be a list of who has an app and who refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from doorknock.coverage.gaps import SLOTS
from doorknock.exports import reading
from doorknock.exports.calling import Called, campaign_things
from doorknock.exports.ledgers import Ledger, Portion, Scope, Told
from doorknock.exports.reading import Days
from doorknock.places.models import KINDS
from doorknock.visits.fold import OUTCOMES
from doorknock.words import lazy

MODES = {
    "planned": lazy("专门上门"), "incidental": lazy("顺路碰到"), "event": lazy("活动上"), "remote": lazy("电话或视频"),
}  # fmt: skip
SOURCES = {"phone": lazy("手机"), "paper": lazy("纸质代录"), "staff": lazy("工作台")}
YES = {"True": lazy("是")}


class Line(NamedTuple):
    """A visit at its door."""

    door: Any
    visit: Any
    called: Called
    things: dict[str, str]


def portions(scope: Scope) -> Iterator[Portion]:
    """The lines, portion by portion; none without a campaign."""
    if scope.campaign is None:
        return
    called, things = Called(scope.region), campaign_things(scope.campaign.materials)
    days = Days(scope.campaign.id, scope.first, scope.last)
    for doors in reading.doors(scope.region):
        made = reading.visits(reading.VALID, doors, days)
        if scope.names:
            called.meet(visit.worker_id for visits in made.values() for visit in visits)
        yield len(doors), [Line(door, visit, called, things) for door in doors for visit in made.get(door.id, ())]


def given_out(line: Line) -> str:
    """What was given, in words: 宣传单 2、门卡 1."""
    given = line.visit.facts.get("materials")
    if not given:
        return ""
    return line.called.between.join(
        f"{line.things.get(each['material'], each['material'])} {each.get('quantity', 1)}" for each in given
    )


def next_try(line: Line) -> str:
    """When somebody is to come again."""
    planned = line.visit.facts.get("next_try")
    if not planned:
        return ""
    return f"{planned.get('date') or ''} {line.called.say(SLOTS, planned.get('slot'))}".strip()


VISITS = Ledger(
    key="visits", word=lazy("走访台账"), says=lazy("一次走访一行，只有算数的"), verb="doors", deed="export.visits",
    total=lambda scope: reading.count(scope.region), portions=portions, asks=frozenset({"campaign", "days"}),
    columns=(
        Told(lazy("村"), take=lambda line: line.called.village(line.door)),
        Told(lazy("村组"), take=lambda line: line.called.group(line.door)),
        Told(lazy("门牌"), take=lambda line: line.called.number(line.door)),
        Told(lazy("编号"), width=8, take=lambda line: line.door.local_no),
        Told(lazy("类型"), width=8, take=lambda line: line.called.say(KINDS, line.door.kind)),
        Told(lazy("户主"), names=True, take=lambda line: line.door.contact_name),
        Told(lazy("电话"), names=True, width=14, take=lambda line: line.door.phone),
        Told(lazy("走访时间"), "instant", 17, take=lambda line: line.visit.visited_at),
        Told(lazy("走访结果"), width=16, take=lambda line: line.called.say(OUTCOMES, line.visit.outcome)),
        Told(lazy("怎么走的"), take=lambda line: line.called.say(MODES, line.visit.mode)),
        Told(lazy("听讲的大人"), "number", 10, take=lambda line: line.visit.adults_listened),
        Told(lazy("资料"), width=20, take=given_out),
        Told(lazy("下次去"), width=16, take=next_try),
        Told(lazy("住户说不用再来"), width=8, take=lambda line: line.called.say(YES, str(line.visit.do_not_return))),
        Told(lazy("备注"), names=True, width=24, take=lambda line: line.visit.facts.get("note")),
        Told(lazy("网格"), take=lambda line: line.called.grid(line.door)),
        Told(lazy("网格员"), names=True, take=lambda line: line.called.person(line.visit.worker_id)),
        Told(lazy("从哪里记的"), width=10, take=lambda line: line.called.say(SOURCES, line.visit.source)),
        Told(lazy("记下的时间"), "instant", 17, take=lambda line: line.visit.recorded_at),
        Told(lazy("记录编号"), width=36, take=lambda line: line.visit.id),
    ),
)  # fmt: skip
