"""The twelve characters of a printed code: seven at random and five that only the server can make.

No 0, O, 1 or I, which a hand copies wrongly. The last five are a MAC over the kind of code and the first seven, so
that a made-up or miscopied code is known for one without asking the database; one in 33 million made-up codes passes,
and then still has to be one that was given out. A material's code never passes as a slip's.
"""

from __future__ import annotations

import hmac
import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RANDOM, MAC = 7, 5
BATCH, SLIP = "batch", "slip"
_IGNORED = str.maketrans("", "", " -·\u3000")
_NARROW = {ord(full): chr(ord(full) - 0xFEE0) for full in map(chr, range(0xFF01, 0xFF5F))}


def fresh(key: bytes, kind: str) -> str:
    """A new code of this kind."""
    start = "".join(secrets.choice(LETTERS) for _ in range(RANDOM))
    return start + _mac(key, kind, start)


def read(key: bytes, kind: str, typed: str) -> str | None:
    """The code that somebody typed, in whatever case, width and groups; None where no server made it.

    A malformed code costs as much time as a false one.
    """
    code = typed[:60].translate(_NARROW).translate(_IGNORED).upper()
    formed = len(code) == RANDOM + MAC and all(letter in LETTERS for letter in code)
    start = code[:RANDOM] if formed else LETTERS[:RANDOM]
    right = hmac.compare_digest(_mac(key, kind, start).encode(), (code[RANDOM:] if formed else "-" * MAC).encode())
    return code if right and formed else None


def grouped(code: str) -> str:
    """As it is printed: ``ABCD-EFGH-JKLM``."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _mac(key: bytes, kind: str, start: str) -> str:
    digest = int.from_bytes(hmac.digest(key, f"{kind}:{start}".encode(), "sha256"), "big")
    return "".join(LETTERS[digest >> (5 * i) & 31] for i in range(MAC))
