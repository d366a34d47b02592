"""Phones on a real socket: each keeps one connection and sends its frozen lines in batches, as ours does."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bench.day import Chain


@dataclass
class Phone:
    """A chain of lines and the road to a server."""

    port: int
    chain: Chain
    sent: int = 0
    answers: list[bytes] = field(default_factory=list)
    """As they came, still packed, to be checked when the clock has stopped."""

    def __post_init__(self) -> None:
        """Open the road."""
        self.road = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def sync(self, many: int) -> None:
        """One round with so many of the next lines; RuntimeError for any answer but 200."""
        body = self.chain.request(self.chain.lines[self.sent : self.sent + many])
        self.road.request("POST", "/api/v1/sync", body, self.chain.headers(body))
        answer = self.road.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {data[:300]!r}")
        self.sent += many
        self.answers.append(data)
        plain = gzip.decompress(data)
        self.chain.cursor = json.loads(plain[plain.rindex(b"\n", 0, -1) :])["cursor"]

    def checked(self) -> None:
        """Look at everything that was answered: RuntimeError unless all is sealed, held, and nothing needs eyes."""
        for data in self.answers:
            before, newline, last = gzip.decompress(data)[:-1].rpartition(b"\n")
            seal = hmac.new(self.chain.token.encode(), before + newline, hashlib.sha256).hexdigest()
            head: dict[str, Any] = json.loads(before.partition(b"\n")[0])
            if json.loads(last)["seal"] != seal or head["attention"]:
                raise RuntimeError(f"not a good answer: {head}")
        if self.sent and head["held"] != [[1, self.sent]]:
            raise RuntimeError(f"sent {self.sent}, held {head['held']}")
        self.answers.clear()


def together(phones: list[Phone], rounds: int, batch: int) -> None:
    """All phones at once, each so many rounds of so many lines."""

    def send(phone: Phone) -> None:
        phone.road.close()  # it opens again by itself; what was idle the server has closed meanwhile
        for _ in range(rounds):
            phone.sync(batch)

    with ThreadPoolExecutor(len(phones)) as pool:
        list(pool.map(send, phones))
