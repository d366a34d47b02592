"""Reading what the server says: a sealed answer, a problem, or nothing that counts as an answer."""

import gzip
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from tests.wire.lines import Json

HEAD = {
    "server_time",
    "epoch",
    "held",
    "tip",
    "covered",
    "attention",
    "blobs_wanted",
    "scope",
    "forget",
}


class NoAnswer(Exception):
    """Nothing a phone may believe: cut, unsealed, or not of this protocol."""


@dataclass(frozen=True)
class Raw:
    """An HTTP response with its body decoded; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise NoAnswer(f"{self.status} {self.media} is not JSON: {self.body[:200]!r}") from None

    @property
    def code(self) -> str | None:
        """The stable code of a problem; None when this is no RFC 9457 problem."""
        if self.media != "application/problem+json":
            return None
        value = self.json()
        return value.get("code") if isinstance(value, dict) else None


@dataclass(frozen=True)
class Answer:
    """One sealed answer of the sync door."""

    status: int
    head: Json
    rows: list[Json]
    tail: Json
    sizes: list[int] = field(default_factory=list)

    @property
    def attention(self) -> list[tuple[int | None, str]]:
        """(number, code) of every entry, bad lines included."""
        listed = [(entry["n"], entry["code"]) for entry in self.head["attention"]]
        return sorted(listed, key=lambda pair: (pair[0] or 0, pair[1]))

    @property
    def held(self) -> list[list[int]]:
        ranges: list[list[int]] = self.head["held"]
        return ranges


def decoded(status: int, headers: dict[str, str], body: bytes) -> Raw:
    """The response with its gzip taken off."""
    if headers.get("content-encoding") == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise NoAnswer(f"broken gzip: {error}") from None
    return Raw(status, headers, body)


def sealed(raw: Raw, token: str) -> Answer:
    """The answer, if it is whole and its seal is the token's; raises NoAnswer otherwise."""
    if raw.media != "application/x-ndjson":
        raise NoAnswer(f"{raw.status} {raw.media}: {raw.body[:300]!r}")
    if not raw.body.endswith(b"\n"):
        raise NoAnswer("no newline at the end")
    lines = raw.body[:-1].split(b"\n")
    if len(lines) < 2:
        raise NoAnswer("a head and a tail are the least")
    covered = raw.body[: len(raw.body) - len(lines[-1]) - 1]
    head, *rows, tail = (json.loads(line) for line in lines)
    seal = hmac.new(token.encode(), covered, hashlib.sha256).hexdigest()
    if tail.get("seal") != seal:
        raise NoAnswer(f"seal is {tail.get('seal')!r}, expected {seal}")
    if missing := HEAD - head.keys():
        raise NoAnswer(f"the head lacks {sorted(missing)}")
    return Answer(raw.status, head, rows, tail, [len(line) + 1 for line in lines[1:-1]])
