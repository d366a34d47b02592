"""Reading a sync request: the body as sent, its digest and encoding, the head, and one event a line."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from doorknock import clock
from doorknock.errors import Problem
from doorknock.fields import canonical_uuid
from doorknock.words import _

PROTOCOL = 1
ZERO = "0" * 64
MOST_BYTES = 64 * 1024 * 1024
"""Of a decoded body; a gzip that grows beyond it is refused before it is unpacked further."""
MOST_LINE = 1024 * 1024
_HEX = re.compile("[0-9a-f]{64}")
_KIND = re.compile("[A-Za-z0-9_.:-]{1,40}")


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it came: ``raw`` is its bytes without the newline, ``fact`` the hash of what it says."""

    n: int
    id: str
    kind: str
    at: datetime
    prev: str
    body: dict[str, Any]
    raw: bytes
    sha: str
    fact: str


@dataclass(frozen=True, slots=True)
class Request:
    """A whole sync request; ``bad`` are the line numbers (the head is 1) that are no events."""

    head: dict[str, Any]
    lines: list[Line]
    bad: list[int]
    sent_at: datetime | None


def decode(data: bytes, announced: int | None, encoding: str, digest: str | None) -> bytes:
    """The body's bytes, whole and unpacked; Problem damaged or too_large otherwise."""
    if announced is not None and len(data) < announced:
        raise Problem("damaged", _("长度不够"))
    if digest is not None and not _digest_fits(data, digest):
        raise Problem("damaged", _("校验不对"))
    if encoding.strip().lower() in ("gzip", "x-gzip"):
        data = _unzip(data)
    elif encoding.strip().lower() not in ("", "identity"):
        raise Problem("malformed", _("不认识的压缩方式"))
    if not data.endswith(b"\n"):
        raise Problem("damaged", _("没有传完"))
    return data


def _digest_fits(data: bytes, header: str) -> bool:
    """Whether a digest of ours is there and right: one that noise made unreadable must not read as none."""
    found = re.search(r"sha-256=:([A-Za-z0-9+/=]*):", header)
    if not found:
        return False
    try:
        return base64.b64decode(found[1], validate=True) == hashlib.sha256(data).digest()
    except binascii.Error:
        return False


def _unzip(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise Problem("damaged", _("压缩包坏了")) from error
    if unpacker.unconsumed_tail:
        raise Problem("too_large")
    if not unpacker.eof or unpacker.unused_data:
        raise Problem("damaged", _("压缩包不完整"))
    return plain


def parse(data: bytes) -> Request:
    """The head and the events; Problem malformed or unknown_protocol for a head that cannot be served."""
    first, *rest = data[:-1].split(b"\n")
    head = _head(first)
    lines, bad = [], []
    for number, raw in enumerate(rest, 2):
        line = read_line(raw)
        if line is None:
            bad.append(number)
        else:
            lines.append(line)
    sent_at = clock.parse(head["sent_at"]) if head.get("sent_at") else None
    return Request(head=head, lines=lines, bad=bad, sent_at=sent_at)


def _head(raw: bytes) -> dict[str, Any]:
    try:
        head = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Problem("malformed") from error
    if not isinstance(head, dict) or not _whole(head.get("protocol")):
        raise Problem("malformed")
    if head["protocol"] != PROTOCOL:
        raise Problem("unknown_protocol", protocols=[PROTOCOL])
    for name, fits in _HEAD.items():
        if head.get(name) is not None and not fits(head[name]):
            raise Problem("malformed", name)
    return head


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _instant(value: Any) -> bool:
    try:
        return bool(clock.parse(value))
    except (TypeError, ValueError):
        return False


def _cursor(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    grids = value.get("grids")
    whole = grids is None or (isinstance(grids, dict) and all(_whole(v) for v in grids.values()))
    return whole and (value.get("shared") is None or _whole(value["shared"]))


_HEAD: dict[str, Callable[[Any], bool]] = {
    "sent_at": _instant,
    "oldest": _instant,
    "pending": _whole,
    "limit": _whole,
    "cursor": _cursor,
    "app_version": lambda value: isinstance(value, str),
    "storage": lambda value: isinstance(value, dict),
}


def read_line(raw: bytes) -> Line | None:
    """The event that a line holds, or None where it is no event."""
    if len(raw) > MOST_LINE:
        return None
    try:
        event = decoded(raw)
        at = clock.parse(event["at"])
        fact = fact_of(event)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    ident = canonical_uuid(event.get("id"))
    n, kind, prev, body = (event.get(name) for name in ("n", "kind", "prev", "body"))
    if ident is None or not _whole(n) or n < 1 or not isinstance(body, dict):
        return None
    if not isinstance(kind, str) or not _KIND.fullmatch(kind) or not isinstance(prev, str) or not _HEX.fullmatch(prev):
        return None
    return Line(
        n=n, id=ident, kind=kind, at=at, prev=prev, body=body, raw=raw, sha=hashlib.sha256(raw).hexdigest(), fact=fact
    )  # fmt: skip


def _refuse(name: str) -> None:
    raise ValueError(name)


def number(text: str) -> float:
    """The value of a JSON number that is written with a point or an exponent: 1.0 and 1 are the same number."""
    value = float(text)
    return int(value) if value.is_integer() else value


_decode = json.JSONDecoder(parse_constant=_refuse, parse_float=number).decode


def decoded(raw: bytes) -> Any:
    """The JSON value of a line as facts compare it; ValueError for what is none."""
    return _decode(raw.decode(json.detect_encoding(raw), "surrogatepass"))


def fact_of(event: dict[str, Any]) -> str:
    """The hash of what an event says: id, kind, the text of ``at``, and the body as JSON values."""
    said = [canonical_uuid(event["id"]), event["kind"], event["at"], event["body"]]
    return hashlib.sha256(_sorted(said).encode()).hexdigest()


_sorted = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
