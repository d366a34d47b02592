"""What phones in the field say: the recorded requests of every released protocol version, told to today's server."""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from doorknock import clock, create_app
from doorknock.db import db
from tests import databases
from tests.databases import ROOT
from tests.faults.founding import WORKER, by_database, code, fresh, lay_out
from tests.faults.trial import Outcome
from tests.wire.answer import decoded, sealed
from tests.wire.lines import Json, content_digest

CORPUS = ROOT / "tests" / "wire" / "corpus"
VERSIONS = sorted(CORPUS.glob("*.json"))
NAME = "recorded requests of every protocol version ever released, on both databases"
EXPECTED = "accepted: each event held, in effect, without a word to the worker"
GOAL = SHORT = 2 * len(VERSIONS)
ACCEPTED = {"POST /api/v1/devices": 201, "POST /api/v1/sync": 200, "PUT /api/v1/blobs": 204}


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
            campaign = db.session.scalar(text("SELECT id FROM campaign"))
            db.session.rollback()
            replay = Replay(app, ids | {"campaign": campaign, "code": code(app, WORKER)}, corpus["ids"])
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

    def tell(self, request: Json) -> list[str]:
        """One request; what is wrong with its answer."""
        headers = {name: self._mine(value) for name, value in request["headers"].items()}
        token = headers.get("authorization", "").removeprefix("Bearer ")
        said = self._chained(self._mine(request["text"]), token)
        body = gzip.compress(said.encode()) if headers.get("content-encoding") == "gzip" else said.encode()
        if "content-digest" in headers:
            headers["content-digest"] = content_digest(body)
        path: str = request["path"]
        response = self.app.test_client().open(path, method=request["method"], data=body, headers=headers)
        name = f"{request['method']} {'/'.join(path.split('/')[:4])}"
        if response.status_code != ACCEPTED[name]:
            return [f"{name}: {response.status_code} {response.get_data(as_text=True)[:300]}"]
        if name == "POST /api/v1/devices":
            self.now[self.tokens.pop(0)] = response.get_json()["token"]
        return self._unheld(token, response) if name == "POST /api/v1/sync" else []

    def _mine(self, said: str) -> str:
        for before, now in self.now.items():
            said = said.replace(before, now)
        return said

    def _chained(self, said: str, token: str) -> str:
        """Each line names the hash of the one before it, as this village's ids make that one."""
        if not said.startswith('{"protocol"'):
            return said
        head, *lines = said.rstrip("\n").split("\n")
        lines_of = self.sent.setdefault(token, {})
        told = [head]
        for line in lines:
            event = json.loads(line)
            before = lines_of.get(event["n"] - 1)
            prev = hashlib.sha256(before.encode()).hexdigest() if before else event["prev"]
            lines_of[event["n"]] = line.replace(event["prev"], prev, 1)
            told.append(lines_of[event["n"]])
        return "".join(line + "\n" for line in told)

    def _unheld(self, token: str, response: Any) -> list[str]:
        named = {name.lower(): value for name, value in response.headers.items()}
        answer = sealed(decoded(response.status_code, named, response.data), token)
        held = {n for first, last in answer.held for n in range(first, last + 1)}
        lost = self.sent[token].keys() ^ held
        return [f"not held: {sorted(lost)}" for _ in lost] + [f"set aside: {each}" for each in answer.head["attention"]]
