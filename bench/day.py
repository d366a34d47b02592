"""A worker's day as a phone freezes it: visits with a mix of outcomes, some of them signed, numbered and chained."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from doorknock import clock
from doorknock.db import new_id

OUTCOMES = (
    ("met_covered", 48), ("nobody_home", 24), ("met_later", 8), ("remote_covered", 6), ("left_material", 5),
    ("met_declined", 4), ("minor_only", 2), ("away_reported", 2), ("unsafe_stop", 1),
)  # fmt: skip
"""How a hundred visits end."""
METHODS = (("screen", 60), ("paper", 10), ("oral", 15), ("declined", 10), ("not_asked", 5))
NOTES = ("", "", "", "下午三点以后有人", "狗凶，先在门口喊一声", "说等儿子回来再看")


def pick(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """One of the words, as often as its weight says."""
    words, weights = zip(*weighted, strict=True)
    return str(rng.choices(words, weights)[0])


def signature(rng: random.Random) -> list[list[int]]:
    """A name of three characters drawn with a finger: x, y, x, y … on a pad 1000 wide."""
    strokes = []
    for _ in range(rng.randint(14, 26)):
        x, y = rng.randrange(100, 900), rng.randrange(60, 300)
        line: list[int] = []
        for _ in range(rng.randint(6, 16)):
            x, y = x + rng.randint(-14, 18), y + rng.randint(-14, 18)
            line += [x, y]
        strokes.append(line)
    return strokes


def body_of(rng: random.Random, place_id: str, campaign_id: str, at: datetime) -> dict[str, Any]:
    """What a phone says of one visit."""
    outcome = pick(rng, OUTCOMES)
    said: dict[str, Any] = {
        "place_id": place_id, "campaign_id": campaign_id, "outcome": outcome,
        "mode": "remote" if outcome == "remote_covered" else "planned",
        "visited_at": clock.text_of(at), "started_at": clock.text_of(at - timedelta(minutes=4)),
    }  # fmt: skip
    if outcome in ("met_covered", "remote_covered"):
        app = {"installed_before": 0, "installed_now": 0, "wants_later": 0, "declined": 0, "no_smartphone": 0}
        adults = rng.randint(1, 4)
        for _ in range(adults):
            app[rng.choice(list(app))] += 1
        said |= {"adults_listened": adults, "app": app}
    if outcome in ("met_covered", "left_material"):
        said["materials"] = [{"material": "door_card", "quantity": 1}, {"material": "leaflet", "quantity": 2}]
    if outcome == "met_covered":
        method = pick(rng, METHODS)
        said["commitment"] = {"version": "1", "method": method}
        said["commitment"] |= {"signer_relation": "head", "strokes": signature(rng)} if method == "screen" else {}
        said["commitment"] |= {"paper_no": f"{rng.randrange(10**6):06d}"} if method == "paper" else {}
    if outcome in ("met_later", "nobody_home"):
        said["next_try"] = {"slot": "evening"}
    if outcome == "away_reported":
        said["away"] = {"kind": "working"}
    if note := rng.choice(NOTES):
        said["note"] = note
    return said


@dataclass
class Chain:
    """One enrolment's frozen lines, and the requests that carry them."""

    token: str
    cursor: dict[str, Any] | None = None
    n: int = 0
    prev: str = "0" * 64
    lines: list[bytes] = field(default_factory=list)

    def freeze(self, at: datetime, body: dict[str, Any]) -> bytes:
        """The next line."""
        self.n += 1
        said = {"n": self.n, "id": new_id(), "kind": "visit", "at": clock.text_of(at), "prev": self.prev, "body": body}
        line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        self.prev = hashlib.sha256(line).hexdigest()
        self.lines.append(line)
        return line

    def days(self, rng: random.Random, doors: list[str], campaign_id: str, count: int) -> None:
        """Freeze so many visits, a few minutes apart, going round the doors."""
        began = clock.now().replace(microsecond=0) - timedelta(hours=9)
        for i in range(count):
            at = began + timedelta(seconds=i * 9 * 3600 // count)
            self.freeze(at, body_of(rng, doors[i % len(doors)], campaign_id, at))

    def request(self, lines: list[bytes]) -> bytes:
        """The body of one sync request with these lines."""
        head = {
            "protocol": 1, "app_version": "bench", "sent_at": clock.text_of(clock.now()), "pending": len(lines),
            "cursor": self.cursor, "storage": {"free": 2_000_000_000, "persisted": True},
        }  # fmt: skip
        return b"".join(line + b"\n" for line in (json.dumps(head).encode(), *lines))

    def headers(self, body: bytes) -> dict[str, str]:
        """What our phone sends with it."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson",
            "Accept-Encoding": "gzip", "Content-Digest": f"sha-256=:{digest}:",
        }  # fmt: skip
