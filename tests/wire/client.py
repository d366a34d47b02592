"""A phone that knows only the document: freezes, sends what is not held, pulls, stores."""

import gzip
import http.client
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.wire.answer import Answer, NoAnswer, Raw, decoded, sealed
from tests.wire.lines import FIRST, Event, Json, content_digest, freeze, rfc3339, to_json, uuid7

NDJSON = "application/x-ndjson"
PATIENCE = 8  # answers of 503 in a row before a phone of the rig gives up


def right_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Door:
    """HTTP to one server: a fresh connection for each request, as on a bad road."""

    base_url: str
    gzip: bool = True
    sent: Callable[[], None] = field(default=lambda: None)
    """Called each time when every byte of a request is out."""

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Raw:
        """Header names are written with underscores. 503 is waited out, within a bound."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.gzip:
            sent.setdefault("Accept-Encoding", "gzip")
        for _ in range(PATIENCE):
            raw = self.once(method, path, body, sent)
            if raw.status != 503:
                return raw
            time.sleep(min(float(raw.headers.get("retry-after", "1")), 3.0))
        return raw

    def once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Raw:
        parts = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was read
                connection.request(method, path, body=body or None, headers=headers)
            self.sent()
            response = connection.getresponse()
            kept = {name.lower(): value for name, value in response.getheaders()}
            return decoded(response.status, kept, response.read())
        finally:
            connection.close()

    def post_json(self, path: str, value: Json, **headers: str) -> Raw:
        return self.request("POST", path, to_json(value), Content_Type="application/json", **headers)


@dataclass(frozen=True)
class Row:
    grid: str | None
    seq: int
    data: Json


@dataclass
class Store:
    """What a phone keeps of the pull: rows by (kind, id), and the cursor, written last."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    cursor: Json | None = None

    def take(self, answer: Answer) -> None:
        head, tail = answer.head, answer.tail
        before = self.cursor or {"epoch": None, "grids": {}, "shared": 0}
        if before["epoch"] != head["epoch"]:
            self.rows.clear()
            before = {"epoch": head["epoch"], "grids": {}, "shared": 0}
        if set(before["grids"]) != set(head["scope"]) and any("grid" not in r for r in answer.rows):
            self.drop(lambda row: row.grid is None)
        self.drop(lambda row: row.grid is not None and row.grid not in head["scope"])
        now = tail["cursor"]["grids"]
        afresh = {grid for grid, seq in before["grids"].items() if now.get(grid, seq) < seq}
        self.drop(lambda row: row.grid in afresh)
        for row in answer.rows:
            self.put(row)
        self.cursor = tail["cursor"]

    def put(self, row: Json) -> None:
        key = (row["kind"], row["id"])
        grid = row.get("grid")
        if not row.get("removed"):
            self.rows[key] = Row(grid, row["seq"], row["data"])
        elif key in self.rows and self.rows[key].grid == grid:
            del self.rows[key]

    def drop(self, doomed: Callable[[Row], bool]) -> None:
        for key in [key for key, row in self.rows.items() if doomed(row)]:
            del self.rows[key]

    def view(self) -> dict[tuple[str, str], tuple[str | None, Json]]:
        """Everything held, without the change numbers: what two phones must agree on."""
        return {key: (row.grid, row.data) for key, row in self.rows.items()}


@dataclass
class Phone:
    """One enrolment: its token, its numbered chain, its store."""

    door: Door
    now: Callable[[], datetime] = right_now
    digest: bool = True
    gzip: bool = True
    limit: int | None = None
    token: str = ""
    device_id: str = ""
    worker: Json = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    facts: dict[int, Json] = field(default_factory=dict)
    held: list[list[int]] = field(default_factory=list)
    store: Store = field(default_factory=Store)
    last: Answer | None = None

    # -- enrolment ---------------------------------------------------------------------------

    def enrol(self, **proof: str) -> Raw:
        """Enrol with code=… or username=… and password=…; on 201 the phone is ready."""
        raw = self.door.post_json("/api/v1/devices", {**proof, "name": "试验机", "app_version": "rig"})
        if raw.status == 201:
            self.adopt(raw.json())
        return raw

    def adopt(self, enrolled: Json) -> None:
        self.token, self.device_id = enrolled["token"], enrolled["device_id"]
        self.worker = enrolled["worker"]

    def renewed(self) -> tuple[Raw, "Phone"]:
        """Ask for a successor of this enrolment: a new phone with empty chain and store."""
        body = {"renew": True, "name": "试验机", "app_version": "rig"}
        raw = self.door.post_json("/api/v1/devices", body, **self.bearer)
        phone = Phone(self.door, self.now)
        if raw.status == 201:
            phone.adopt(raw.json())
        return raw, phone

    def refrozen_from(self, older: "Phone") -> None:
        """Write every fact of another enrolment again: new numbers, the same ids."""
        for n in sorted(older.facts):
            self.write(older.facts[n])

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    # -- the chain ---------------------------------------------------------------------------

    def event(self, kind: str, body: Json, at: str | None = None, fact_id: str = "") -> Event:
        """Freeze a new event under the next number; it waits until it is held."""
        moment = self.now()
        return self.write(
            {
                "id": fact_id or uuid7(moment),
                "kind": kind,
                "at": at or rfc3339(moment),
                "body": body,
            }
        )

    def write(self, fact: Json, prev: str | None = None) -> Event:
        n = max(self.events, default=0) + 1
        chained = self.events[n - 1].hash if n > 1 else FIRST
        event = freeze(n, chained if prev is None else prev, fact)
        self.events[n], self.facts[n] = event, fact
        return event

    def waiting(self) -> list[Event]:
        """What the server does not hold; nothing else decides what to send."""
        return [event for n, event in sorted(self.events.items()) if not self.holds(n)]

    def holds(self, n: int) -> bool:
        return any(first <= n <= last for first, last in self.held)

    # -- one exchange ------------------------------------------------------------------------

    def head(self, **changes: Any) -> Json:
        head: Json = {
            "protocol": 1,
            "app_version": "rig",
            "sent_at": rfc3339(self.now()),
            "pending": len(self.waiting()),
            "oldest": None,
            "storage": {"free": 10**9, "persisted": True},
            "cursor": self.store.cursor,
        }
        if self.limit is not None:
            head["limit"] = self.limit
        return head | changes

    def post(self, body: bytes, **headers: str) -> Raw:
        """Bytes as they are; the digest and the token are added where not given."""
        if self.digest:
            headers.setdefault("Content_Digest", content_digest(body))
        headers = {**self.bearer, "Content_Type": NDJSON, **headers}
        return self.door.request("POST", "/api/v1/sync", body, **headers)

    def post_lines(self, lines: Iterable[bytes], **changes: Any) -> Raw:
        body = b"".join(line + b"\n" for line in (to_json(self.head(**changes)), *lines))
        if not self.gzip:
            return self.post(body)
        return self.post(gzip.compress(body), Content_Encoding="gzip")

    def send(self, lines: Sequence[bytes | Event] = (), **changes: Any) -> Answer:
        """One round with these lines: the answer is checked, believed and stored."""
        raw = self.post_lines([x.line if isinstance(x, Event) else x for x in lines], **changes)
        if raw.status != 200:
            raise NoAnswer(f"{raw.status} {raw.code}: {raw.body[:500]!r}")
        answer = sealed(raw, self.token)
        self.held, self.last = answer.held, answer
        self.store.take(answer)
        return answer

    def lose(self, lines: Sequence[Event]) -> None:
        """Send, and never see the answer: the server knows, the phone does not."""
        self.post_lines([event.line for event in lines])

    def sync(self) -> Answer:
        """Rounds of at most 100 events until all is held and nothing more is to come."""
        for _ in range(400):
            answer = self.send(self.waiting()[:100])
            if not self.waiting() and not answer.tail["more"]:
                return answer
        raise NoAnswer(f"no quiet after 400 rounds; waiting {[e.n for e in self.waiting()]}")

    def fresh(self) -> "Store":
        """What a phone with this token and an empty store would pull now."""
        mirror = Phone(self.door, self.now, token=self.token)
        mirror.sync()
        return mirror.store

    # -- looking into the store --------------------------------------------------------------

    def rows(self, kind: str) -> dict[str, Row]:
        return {key[1]: row for key, row in self.store.rows.items() if key[0] == kind}

    @property
    def attention(self) -> list[tuple[int | None, str]]:
        return self.last.attention if self.last else []
