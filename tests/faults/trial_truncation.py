"""A batch cut off behind each byte, on its way to the server or on the way back, headers included."""

from __future__ import annotations

from tests.faults.founding import SQLITE
from tests.faults.pocket import carried, ended, play
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome

NAME = "request or answer cut off behind every byte"
EXPECTED = "refused whole or applied whole; 服务器已收 only for what the journal has; the next round heals"
GOAL, SHORT, BLOCK = 8000, 300, 300
LONGEST = 4000
END = len(b"\r\n0\r\n\r\n") + 8 + 2 + 1
"""HTTP's own words for the end, gzip's checksum, length and last bits, the newline behind the seal: where only these
are missing, all that is sealed has come."""
STRIDE = 1543
"""Without a common divisor with LONGEST: 2 × LONGEST cases cut behind every byte both ways, few cases all over."""


def run(count: int, seed: int) -> Outcome:
    with served(SQLITE) as town, carried(town) as pocket:
        play(pocket, range(seed, seed + count), spoil, is_behind_the_seal)
        longest = max(max(pair) for pair in pocket.road.lengths[-2 * count :])
        unreached = [f"an exchange had {longest} bytes: not every byte is tried"] if longest > LONGEST else []
        return Outcome(count, min(count, len(town.bad)), [*town.bad, *unreached, ended(pocket, seed)])


def spoil(seed: int) -> Spoil:
    """Even cases cut the request, odd ones the answer."""

    def cut(data: bytes) -> bytes:
        return data[: _at(seed, len(data))]

    return Spoil(response=cut) if seed % 2 else Spoil(request=cut)


def _at(seed: int, length: int) -> int:
    return seed // 2 * STRIDE % LONGEST % max(1, length)


def is_behind_the_seal(seed: int, length: int) -> bool:
    """Whether an answer's text came whole, its seal included, and only the wrapping's end did not."""
    return seed % 2 == 1 and _at(seed, length) >= length - END
