"""The real application behind a pipe: one JSON request a line in, one JSON answer a line out, at the hour it is told.

Run as ``python -m tests.faults.bridge FOLDER [DATABASE_URL]``; without a URL it migrates a SQLite file in the folder.
"""

from __future__ import annotations

import base64
import contextvars
import gc
import json
import logging
import os
import random
import shutil
import sys
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import uuid_utils
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine

from doorknock import clock, create_app, web
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.sync import covering, epoch
from doorknock.sync.journal import JournalLine
from tests import databases
from tests.faults import evidence, office, shelf, village

Json = dict[str, Any]
STARTS = datetime(2026, 11, 20, tzinfo=UTC)


class Bridge:
    """One application on one database, and the copies of it that were taken."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.copies: dict[str, shelf.Copy] = {}
        self.twins = ThreadPoolExecutor(2)
        self.ahead = timedelta()
        with app.app_context(), clock.pinned(STARTS):
            self._found_village()
            self.copies["first"] = shelf.copy()

    def _found_village(self) -> None:
        file = self.folder / "village.json"
        file.write_text(json.dumps(village.content()), encoding="utf-8")
        assert self.command(["setup", str(file)])["exit"] == 0
        assert self.imports({"from": 1, "to": village.DOORS + 1, "adults": 2})["exit"] == 0

    def answer(self, asked: Json) -> Any:
        """What came of one request of the simulator."""
        now = datetime.fromtimestamp(asked["now"] / 1000, UTC) + self.ahead
        verbs: dict[str, Callable[[Json], Any]] = {
            "reset": self.reset, "http": self.http, "command": lambda a: self.command(a["args"]), "copy": self.copy,
            "restore": self.restore, "import": self.imports, "dump": lambda _: evidence.dump(), "plant": self.plant,
            "assign": office.assign, "revoke": office.revoke, "quarantine": office.quarantine, "staff": office.staff,
            "code": office.code, "ids": lambda _: evidence.ids(), "places": lambda _: evidence.places(),
            "clock": self.clock, "epoch": lambda _: epoch.current(), "erased": office.erased,
            "question": office.question, "withdraw": office.withdraw,
            "search": lambda a: evidence.search(a["words"]),
        }  # fmt: skip
        with self.app.app_context(), clock.pinned(now):
            try:
                return verbs[asked["op"]](asked)
            except (Refused, Problem) as refusal:
                web.rollback()
                return {"refused": str(refusal)}

    def reset(self, asked: Json) -> Json:
        """The village as on the first day; ids as the seed has them, so that a seed replays."""
        gc.collect()
        self.ahead = timedelta()
        shelf.put_back(self.copies["first"])
        data = Path(self.app.config["DATA_DIR"])
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        dice = random.Random(asked["seed"])
        # Real version-7 ids would differ from run to run, and a failing seed would not replay.
        vars(uuid_utils)["uuid7"] = lambda: uuid.UUID(int=dice.getrandbits(128), version=4)
        return {}

    def clock(self, asked: Json) -> Json:
        """The server's own clock is stepped: from now on it is so many minutes ahead."""
        self.ahead = timedelta(minutes=asked["minutes"])
        return {}

    def http(self, asked: Json) -> Any:
        """The answers to requests that arrive at the same time, and how much each enrolment has in the journal."""
        jobs = [(contextvars.copy_context(), each) for each in asked["requests"]]
        if len(jobs) == 1:
            answers = [self._serve(asked["requests"][0])]
        else:
            answers = list(self.twins.map(lambda job: job[0].run(self._serve_apart, job[1]), jobs))
        counts = select(JournalLine.device_id, func.count()).group_by(JournalLine.device_id)
        held = {row[0]: row[1] for row in db.session.execute(counts)}
        db.session.rollback()
        return {"answers": answers, "journal": held}

    def _serve_apart(self, request: Json) -> Json:
        with self.app.app_context():
            return self._serve(request)

    def _serve(self, request: Json) -> Json:
        body = base64.b64decode(request["body"])
        announced = {"CONTENT_LENGTH": str(request.get("announced", len(body)))}
        said = {name: request[name] for name in ("method", "headers")} | {"environ_overrides": announced}
        response = self.app.test_client(use_cookies=False).open(request["path"], data=body, **said)
        data = base64.b64encode(response.get_data()).decode()
        return {"status": response.status_code, "headers": dict(response.headers), "body": data}

    def command(self, args: list[str]) -> Json:
        """A command of the application: its exit code and what it printed."""
        done = self.app.test_cli_runner().invoke(args=args)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return {"exit": done.exit_code, "out": done.stdout, "err": done.stderr}

    def imports(self, asked: Json) -> Json:
        """The village sends a workbook of some doors."""
        file = village.roster(self.folder / "roster.xlsx", range(asked["from"], asked["to"]), asked["adults"])
        return self.command(["roster", "import", str(file), "--village", village.VILLAGE, "--json"])

    def copy(self, asked: Json) -> Json:
        """A backup, kept by name; one that was verified lets phones let go of what it holds."""
        self.copies[asked["name"]] = shelf.copy()
        if asked.get("verified"):
            covering.advance(epoch.current(), covering.held())
        return {}

    def restore(self, asked: Json) -> Json:
        """An older copy of the database is put back, by hand or by the command that renews the epoch."""
        shelf.put_back(self.copies[asked["name"]])
        if asked["renew"]:
            epoch.renew()
            web.commit()
        return {}

    def plant(self, asked: Json) -> Json:
        """Damage on purpose, for the test of the checks."""
        db.session.execute(text(asked["sql"]), asked.get("values", {}))
        db.session.commit()
        return {}


@event.listens_for(Engine, "connect")
def _hurry(connection: Any, _record: object) -> None:
    """Nobody pulls the plug here: SQLite need not wait for the disk."""
    if connection.__class__.__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")


def serve(folder: Path, url: str | None) -> None:
    """Answer until the pipe is closed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what commands print must not come between
    if url is None:
        url = f"sqlite:///{folder / 'village.db'}"
        databases.migrate(url, folder)
    bridge = Bridge(create_app(databases.settings(url, folder)), folder)
    gc.freeze()
    gc.disable()  # collected between seeds: half of the time would go into looking through what stays
    answers.write('{"ready": true}\n')
    answers.flush()
    for line in sys.stdin:
        answers.write(json.dumps(bridge.answer(json.loads(line)), ensure_ascii=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
