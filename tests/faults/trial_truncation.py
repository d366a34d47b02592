"""A batch cut off behind each byte, on its way to the server or on the way back, headers included."""

from __future__ import annotations

import json
import zlib

from tests.faults.founding import SQLITE
from tests.faults.pocket import carried, ended, play
from tests.faults.road import Spoil
from tests.faults.town import served
from tests.faults.trial import Outcome

NAME = "request or answer cut off behind every byte"
EXPECTED = "refused whole or applied whole; 服务器已收 only for what the journal has; the next round heals"
GOAL, SHORT, BLOCK = 8000, 300, 300
LONGEST = 4000
SEAL = 64
"""Signs of a seal."""
STRIDE = 1543
"""Without a common divisor with LONGEST: 2 × LONGEST cases cut behind every byte both ways, few cases all over."""


def run(count: int, seed: int) -> Outcome:
    with served(SQLITE) as town, carried(town) as pocket:
        play(pocket, range(seed, seed + count), spoil, may_pass)
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
