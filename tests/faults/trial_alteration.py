"""Bytes changed, put in or taken out on the way, by a middlebox or by noise, headers included."""

from __future__ import annotations

import random

from tests.faults.founding import SQLITE
from tests.faults.pocket import carried, case
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome

NAME = "request or answer altered on the way"
EXPECTED = "refused whole or applied whole; 服务器已收 only for what the journal has; the next round heals"
GOAL, SHORT, BLOCK = 10_000, 300, 300


def run(count: int, seed: int) -> Outcome:
    with served(SQLITE) as town, carried(town) as pocket:
        for each in range(seed, seed + count):
            town.note(each, case(pocket, random.Random(each), spoil(each), most=3))
        town.note(seed, pocket.unequal() + town.unsound())
        return Outcome(count, min(count, len(town.bad)), town.bad)


def spoil(seed: int) -> Spoil:
    """Even cases alter the request, odd ones the answer."""
    dice = random.Random(seed * 31 + 7)

    def alter(data: bytes) -> bytes:
        bytes_ = bytearray(data)
        for _ in range(dice.choice([1, 1, 1, 2, 5])):
            if bytes_:
                _once(bytes_, dice)
        return bytes(bytes_)

    return Spoil(response=alter) if seed % 2 else Spoil(request=alter)


def _once(data: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(data))
    kind = dice.randrange(4)
    if kind == 0:
        data[at : at + 1] = b""
    elif kind == 1:
        data[at:at] = bytes([dice.randrange(256)])
    else:
        data[at] ^= 1 << dice.randrange(8)
