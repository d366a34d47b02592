"""户表: the doors of a region under the very words by which the import reads a roster, so that it can come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from doorknock.exports import reading
from doorknock.exports.calling import Called
from doorknock.exports.ledger_visits import YES
from doorknock.exports.ledgers import Ledger, Portion, Scope, Told
from doorknock.places import listing
from doorknock.places.columns import NAMES
from doorknock.places.models import ERASED, KINDS
from doorknock.words import joined, lazy


class Line(NamedTuple):
    """A door."""

    door: Any
    called: Called


def portions(scope: Scope) -> Iterator[Portion]:
    """The doors but those that a household had erased."""
    called = Called(scope.region)
    for doors in reading.doors(scope.region):
        yield len(doors), [Line(door, called) for door in doors if door.status != ERASED]


ROSTER = Ledger(
    key="roster", word=lazy("户表"), says=lazy("一户一行，现在的样子"), verb="doors", deed="export.roster",
    total=lambda scope: reading.count(scope.region), portions=portions,
    columns=(
        Told(lazy("村"), take=lambda line: line.called.village(line.door)),
        Told(NAMES["group"], take=lambda line: line.called.group(line.door)),
        Told(NAMES["local_no"], width=8, take=lambda line: line.door.local_no),
        Told(NAMES["door"], take=lambda line: line.called.number(line.door)),
        Told(NAMES["settlement"], take=lambda line: line.door.address.get("settlement")),
        Told(NAMES["lane"], take=lambda line: line.door.lane),
        Told(NAMES["contact_name"], names=True, take=lambda line: line.door.contact_name),
        Told(NAMES["nickname"], names=True, take=lambda line: line.door.nickname),
        Told(NAMES["phone"], names=True, width=14, take=lambda line: line.door.phone),
        Told(NAMES["adults"], "number", 9, take=lambda line: line.door.adults),
        Told(NAMES["kind"], width=8, take=lambda line: line.called.say(KINDS, line.door.kind)),
        Told(NAMES["landmark"], width=20, take=lambda line: line.door.landmark),
        Told(lazy("需要"), take=lambda line: joined(line.door.needs)),
        Told(lazy("现在"), width=20, take=lambda line: listing.in_words(line.door)),
        Told(lazy("住户说不用再来"), width=8, take=lambda line: line.called.say(YES, str(line.door.do_not_return))),
        Told(lazy("网格"), take=lambda line: line.called.grid(line.door)),
    ),
)  # fmt: skip
