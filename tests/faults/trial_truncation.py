"""A batch cut off behind each byte, on its way to the server or on the way back, headers included."""

from __future__ import annotations

import json
import random
import zlib
from functools import partial

from tests.faults.founding import SQLITE
from tests.faults.pocket import carried, play
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome

NAME = "request or answer cut off behind every byte"
EXPECTED = "refused whole or applied whole; 服务器已收 only for what the journal has; the next round heals"
VISITS = 3
"""In every case, to the same doors: requests of 1,193 to 1,240 bytes and answers of 1,709 to 1,752 were measured."""
LONGEST = 1850
"""Bytes of the longest exchange of which every byte is tried: a longer one is a breach."""
GOAL, SHORT, BLOCK = 2 * LONGEST, 300, 300
SEAL = 64
"""Signs of a seal."""
STRIDE = 1543
"""Without a common divisor with LONGEST: 2 × LONGEST cases cut behind every byte both ways, few cases all over."""
HALF = LONGEST // 2


def run(count: int, seed: int) -> Outcome:
    with served(SQLITE) as town, carried(town) as pocket:
        lengths: dict[int, int] = {}
        spoils = partial(spoil, lengths=lengths)
        met = play(pocket, range(seed, seed + count), spoils, may_pass, lambda _: (random.Random(VISITS), VISITS))
        for each, length in lengths.items():
            town.note(each, unreached(length))
        return Outcome(count, min(count, len(town.bad)), town.bad, dict(met))


def spoil(seed: int, lengths: dict[int, int]) -> Spoil:
    """Even cases cut the request, odd ones the answer, whose bytes go to ``lengths``."""

    def cut(data: bytes) -> bytes:
        lengths[seed] = len(data)
        return data[: place_of(seed, len(data))]

    return Spoil(response=cut) if seed % 2 else Spoil(request=cut)


def unreached(length: int) -> list[str]:
    """Where an exchange is so long that no case cuts it in its middle, this trial is not what it says."""
    return [f"{length} bytes, of which {length - LONGEST} are cut behind in no case"] if length > LONGEST else []


def place_of(seed: int, length: int) -> int:
    """How many bytes arrive: the first half of the places counts from the beginning, the second from the end.

    So every byte of an exchange is cut at, also where one has a few bytes more or less than another.
    """
    place = seed // 2 * STRIDE % LONGEST
    return place if place < HALF else max(0, length - 1 - (place - HALF))


def may_pass(seed: int, answer: bytes) -> bool:
    """Never where the request was cut; an answer, where all that is sealed has come."""
    return seed % 2 == 1 and is_all_there(answer)


def is_all_there(answer: bytes) -> bool:
    """Whether the text came whole with its seal, and only the wrapping's end, or the last newline, did not."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = _joined(body)
    try:
        text = zlib.decompressobj(31).decompress(body) if b"gzip" in head.lower() else body
        tail = json.loads(text.removesuffix(b"\n").rpartition(b"\n")[2])
    except (zlib.error, ValueError):
        return False
    return isinstance(tail, dict) and len(tail.get("seal") or "") == SEAL


def _joined(body: bytes) -> bytes:
    """What has come of the chunks."""
    text, size = b"", b"1"
    while int(size or b"0", 16):
        size, _, rest = body.partition(b"\r\n")
        if not size or not rest:
            break
        text, body = text + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return text
