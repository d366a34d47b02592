"""A batch cut off behind each byte, on its way to the server or on the way back, headers included."""

from __future__ import annotations

import random

from tests.faults.founding import SQLITE
from tests.faults.pocket import carried, case
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome

NAME = "request or answer cut off behind every byte"
EXPECTED = "refused whole or applied whole; 服务器已收 only for what the journal has; the next round heals"
GOAL, SHORT, BLOCK = 8000, 300, 300
LONGEST = 4000
STRIDE = 1543
"""Without a common divisor with LONGEST: 2 × LONGEST cases cut behind every byte both ways, few cases all over."""


def run(count: int, seed: int) -> Outcome:
    bad: list[str] = []
    with served(SQLITE) as town, carried(town) as pocket:
        for each in range(seed, seed + count):
            town.note(each, case(pocket, random.Random(each), spoil(each), most=3))
        town.note(seed, pocket.unequal() + town.unsound())
        bad = town.bad
        longest = max(max(pair) for pair in pocket.road.lengths[-2 * count :])
    unreached = [f"an exchange had {longest} bytes: not every byte is tried"] if longest > LONGEST else []
    return Outcome(count, min(count, len(bad)), [*bad, *unreached])


def spoil(seed: int) -> Spoil:
    """Even cases cut the request, odd ones the answer."""
    at = seed // 2 * STRIDE % LONGEST

    def cut(data: bytes) -> bytes:
        return data[: at % len(data)] if data else data

    return Spoil(response=cut) if seed % 2 else Spoil(request=cut)
