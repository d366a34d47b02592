"""One event frozen as one line of bytes, and the small arithmetic around it."""

import base64
import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

Json = dict[str, Any]
SHANGHAI = timezone(timedelta(hours=8))
FIRST = "0" * 64


def uuid7(when: datetime) -> str:
    """A version 7 UUID: 48 bits of milliseconds, then chance."""
    milliseconds = int(when.timestamp() * 1000)
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76
    value |= secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def rfc3339(when: datetime) -> str:
    """The instant as Shanghai reads it, to the millisecond."""
    return when.astimezone(SHANGHAI).isoformat(timespec="milliseconds")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def content_digest(body: bytes) -> str:
    """The header of RFC 9530 over the body as it is sent."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def to_json(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Event:
    """A frozen event; `line` has no newline."""

    n: int
    id: str
    line: bytes

    @property
    def hash(self) -> str:
        return sha256(self.line)


def freeze(n: int, prev: str, fact: Json) -> Event:
    """Freeze {id, kind, at, body} under the number n after the line whose hash is prev."""
    line = to_json(
        {
            "n": n,
            "id": fact["id"],
            "kind": fact["kind"],
            "at": fact["at"],
            "prev": prev,
            "body": fact["body"],
        }
    )
    return Event(n, fact["id"], line)
