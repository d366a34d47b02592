"""What phones in the field say: the recorded requests of every released protocol version, told to today's server."""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from doorknock import clock, create_app
from doorknock.db import db
from doorknock.sync import boxes
from tests import databases
from tests.databases import ROOT
from tests.faults.founding import WORKER, asked, by_database, code, fresh, lay_out
from tests.faults.trial import Outcome
from tests.wire.answer import decoded, sealed
from tests.wire.boxing import boxed_for
from tests.wire.lines import Json, content_digest

CORPUS = ROOT / "tests" / "wire" / "corpus"
VERSIONS = sorted(CORPUS.glob("*.json"))
NAME = "recorded requests of every protocol version ever released, on both databases"
EXPECTED = "accepted: each event held, in effect, without a word to the worker"
GOAL = SHORT = 2 * len(VERSIONS)
ACCEPTED = {
    "POST /api/v1/devices": 201, "POST /api/v1/sync": 200, "POST /api/v1/sealed": 200, "PUT /api/v1/blobs": 204,
}  # fmt: skip


def run(count: int, seed: int) -> Outcome:
    """Each case is one recording on one database."""
    bad = []
    for database, seeds in by_database(seed, count).items():
        for each in seeds:
            recording = VERSIONS[(each - 1) // 2 % len(VERSIONS)]
            corpus = json.loads(recording.read_text(encoding="utf-8"))
            said = "; ".join(tell(corpus, database))
            bad += [f"seed {each}, {recording.stem} on {database}: {said}"] if said else []
    return Outcome(count, min(count, len(bad)), bad)


def tell(corpus: Json, database: str) -> list[str]:
    """Tells a fresh village the whole recording; what was not taken as it was meant."""
    with tempfile.TemporaryDirectory(prefix="doorknock-corpus-") as name, fresh(database, Path(name)) as (url, _):
        app = create_app(databases.settings(url, Path(name)))
        with app.app_context(), clock.pinned(clock.parse(corpus["recorded"])):
            lay_out(app, Path(name))
            ids = {f"place {row[0]}": row[1] for row in db.session.execute(text("SELECT local_no, id FROM place"))}
            ids["campaign"] = db.session.scalar(text("SELECT id FROM campaign"))
            db.session.rollback()
            made: dict[str, Callable[[], str]] = {"code": lambda: code(app, WORKER), "ask": lambda: asked(app)}
            ids |= {name: make() for name, make in made.items() if name in corpus["ids"]}
            replay = Replay(app, ids, corpus["ids"])
            found = [said for request in corpus["requests"] for said in replay.tell(request)]
            rows = db.session.execute(
                text("SELECT kind, code FROM journal WHERE state NOT IN ('applied', 'duplicate')")
            )
            found += [f"not in effect: {tuple(row)}" for row in rows]
            db.session.rollback()
            db.engine.dispose()
    return found


class Replay:
    """A recording told to a village of its own: its own ids, and the chain of the lines as they now are."""

    def __init__(self, app: Flask, ids: dict[str, str], recorded: dict[str, str]) -> None:
        self.app = app
        self.now = {recorded[name]: ident for name, ident in ids.items()}
        self.tokens = [recorded[name] for name in sorted(recorded) if name.startswith("token")]
        self.sent: dict[str, dict[int, str]] = {}
        self.handed: set[str] = set()

    def tell(self, request: Json) -> list[str]:
        """One request; what is wrong with its answer."""
        headers = {name: self._mine(value) for name, value in request["headers"].items()}
        token = headers.get("authorization", "").removeprefix("Bearer ")
        path: str = request["path"]
        name = f"{request['method']} {'/'.join(path.split('/')[:4])}"
        said = self._boxed(request["text"]) if name == "POST /api/v1/sealed" else self._told(request["text"], token)
        body = gzip.compress(said.encode()) if headers.get("content-encoding") == "gzip" else said.encode()
        if "content-digest" in headers:
            headers["content-digest"] = content_digest(body)
        response = self.app.test_client().open(path, method=request["method"], data=body, headers=headers)
        if response.status_code != ACCEPTED[name]:
            return [f"{name}: {response.status_code} {response.get_data(as_text=True)[:300]}"]
        if name == "POST /api/v1/devices":
            self.now[self.tokens.pop(0)] = response.get_json()["token"]
        if name == "POST /api/v1/sealed":
            return self._unreceived(response.get_json()["receipts"])
        return self._unheld(token, response) if name == "POST /api/v1/sync" else []

    def _mine(self, said: str) -> str:
        for before, now in self.now.items():
            said = said.replace(before, now)
        return said

    def _told(self, text: str, token: str) -> str:
        said = self._mine(text)
        if not said.startswith('{"protocol"'):
            return said
        head, *lines = said.rstrip("\n").split("\n")
        return "".join(f"{line}\n" for line in (head, *(self._chained(line, token) for line in lines)))

    def _chained(self, line: str, token: str) -> str:
        """A line names the hash of the one before it, as this village's ids make that one."""
        lines_of, event = self.sent.setdefault(token, {}), json.loads(line)
        before = lines_of.get(event["n"] - 1)
        prev = hashlib.sha256(before.encode()).hexdigest() if before else event["prev"]
        lines_of[event["n"]] = line.replace(event["prev"], prev, 1)
        return lines_of[event["n"]]

    def _boxed(self, text: str) -> str:
        """The recorded boxes, which open today, and what lay in them in boxes of this village."""
        head, *said = text.rstrip("\n").split("\n")
        made = [head]
        for each in said:
            inside = boxes.opened(each.encode())
            assert inside is not None, "a recorded box does not open"
            assert inside.line is not None, "a recorded box is empty"
            token = self._mine(inside.token)
            line = self._chained(self._mine(inside.line.decode()), token)
            self.handed.add(json.loads(line)["id"])
            made.append(boxed_for(boxes.public(), token, line.encode(), receipt=inside.receipt).decode())
        return "".join(f"{each}\n" for each in made)

    def _unreceived(self, receipts: list[Json]) -> list[str]:
        received = {ident for receipt in receipts for ident in json.loads(receipt["said"])["ids"]}
        return [f"no receipt for {ident}" for ident in sorted(self.handed - received)]

    def _unheld(self, token: str, response: Any) -> list[str]:
        named = {name.lower(): value for name, value in response.headers.items()}
        answer = sealed(decoded(response.status_code, named, response.data), token)
        held = {n for first, last in answer.held for n in range(first, last + 1)}
        lost = self.sent.get(token, {}).keys() ^ held
        return [f"not held: {sorted(lost)}" for _ in lost] + [f"set aside: {each}" for each in answer.head["attention"]]
