"""A phone in Python: it freezes events, pushes and pulls over the real wire, and keeps what it pulled."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient

from doorknock import clock
from doorknock.db import new_id


class WireError(Exception):
    """The server's answer was not what the protocol promises."""


class Phone:
    """One enrolment of one worker."""

    def __init__(self, client: FlaskClient, username: str, password: str) -> None:
        self.client = client
        asked = {"username": username, "password": password, "name": f"{username} 的手机", "app_version": "demo"}
        answer = client.post("/api/v1/devices", json=asked)
        if answer.status_code != 201:
            raise WireError(answer.get_data(as_text=True))
        self.token: str = answer.json["token"] if answer.json else ""
        self.lines: list[bytes] = []
        self.held = 0
        self.cursor: dict[str, Any] | None = None
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}

    def record(self, kind: str, at: datetime, body: dict[str, Any]) -> str:
        """Freeze an event as the next line; its id."""
        prev = hashlib.sha256(self.lines[-1]).hexdigest() if self.lines else "0" * 64
        ident = new_id()
        said = {
            "n": len(self.lines) + 1, "id": ident, "kind": kind, "at": clock.text_of(at.replace(microsecond=0)),
            "prev": prev, "body": body,
        }  # fmt: skip
        self.lines.append(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
        return ident

    def sync(self, *, leaving: int = 0) -> dict[str, Any]:
        """Send what the server does not hold, take what is new; the answer's head.

        ``leaving`` = how many of the newest lines the bad road leaves on the phone, which says so.
        """
        waiting = self.lines[self.held :]
        sent = waiting[: len(waiting) - leaving]
        head = {
            "protocol": 1, "app_version": "demo", "sent_at": clock.text_of(clock.now()), "pending": len(waiting),
            "oldest": json.loads(waiting[len(sent)])["at"] if leaving else None, "cursor": self.cursor,
        }  # fmt: skip
        body = b"".join(line + b"\n" for line in [json.dumps(head).encode(), *sent])
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        answer = self.client.post(
            "/api/v1/sync", data=body, content_type="application/x-ndjson",
            headers={"Authorization": f"Bearer {self.token}", "Content-Digest": f"sha-256=:{digest}:"},
        )  # fmt: skip
        data = answer.get_data()
        answer.close()
        if answer.status_code != 200:
            raise WireError(data.decode())
        return self._take(data)

    def _take(self, data: bytes) -> dict[str, Any]:
        before, _, last = data[:-1].rpartition(b"\n")
        seal = hmac.new(self.token.encode(), before + b"\n", hashlib.sha256).hexdigest()
        head, *rows = [json.loads(line) for line in before.split(b"\n")]
        tail = json.loads(last)
        if tail["seal"] != seal:
            raise WireError("the seal does not fit")
        for row in rows:
            kept = self.rows.setdefault(row["kind"], {})
            if row.get("removed"):
                kept.pop(row["id"], None)
            else:
                kept[row["id"]] = row["data"]
        self.held = head["held"][0][1] if head["held"] else 0
        self.cursor = tail["cursor"]
        return dict(head)
