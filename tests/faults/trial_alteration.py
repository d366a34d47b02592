"""Bytes changed, put in or taken out on the way, by a middlebox or by noise, headers included."""

from __future__ import annotations

import random

from tests.faults.founding import SQLITE
from tests.faults.pocket import carried, play
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome

NAME = "request or answer altered on the way"
EXPECTED = "refused whole or applied whole; 服务器已收 only for what the journal has; the next round heals"
GOAL, SHORT, BLOCK = 10_000, 300, 300


def run(count: int, seed: int) -> Outcome:
    with served(SQLITE) as town, carried(town) as pocket:
        met = play(pocket, range(seed, seed + count), spoil, lambda *_: True)
        return Outcome(count, min(count, len(town.bad)), town.bad, dict(met))


def spoil(seed: int) -> Spoil:
    """Even cases alter the request, odd ones the answer."""
    dice = random.Random(seed * 31 + 7)

    def alter(data: bytes) -> bytes:
        changed = bytearray(data)
        times = dice.choice([1, 1, 1, 2, 5])
        while times > 0 or changed == data:
            _once(changed, dice)
            times -= 1
        return bytes(changed)

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
