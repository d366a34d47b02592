"""禾丰村 behind the real gunicorn, on either database, for trials that kill, cut and flood.

What its database has is read past the application, in one statement: an event half there would show.
"""

from __future__ import annotations

import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, text

from doorknock import create_app, web
from doorknock.db import db, set_writing
from doorknock.people import devices
from tests import databases
from tests.faults.founding import SQLITE, WORKER, command, doors, lay_out, person, village_on
from tests.live import LiveServer
from tests.postgres import SETTINGS, Cluster, binaries
from tests.wire.answer import Answer, NoAnswer, Raw, sealed
from tests.wire.client import Door, Phone
from tests.wire.lines import Event, Json, rfc3339

OUTCOMES = ("met_covered", "met_declined", "met_later", "nobody_home", "left_material")
CUT = (OSError, HTTPException, NoAnswer)
"""What a client meets when the line or the server goes away."""
TOLD = ("held", "tip", "attention", "covered", "scope", "epoch")
"""What every answer to the same request must say alike."""
_LINES = text("""
    SELECT j.n, j.event_id, j.state, v.id, c.row_id FROM journal j
    LEFT JOIN visit v ON v.county = j.county AND v.id = j.event_id
    LEFT JOIN change c ON c.county = j.county AND c.kind = 'visit' AND c.row_id = j.event_id
    WHERE j.device_id = :device ORDER BY j.n
""")
_BARE = text("""
    SELECT v.id FROM visit v LEFT JOIN journal j ON j.county = v.county AND j.event_id = v.id WHERE j.id IS NULL
""")


@dataclass
class Town:
    """The served village. ``bad`` collects one sentence for each broken promise."""

    server: LiveServer
    app: Flask
    cluster: Cluster | None
    places: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    cursor: Json | None = None
    """What the latest of the phones that came abreast has pulled."""

    @cached_property
    def engine(self) -> Engine:
        """A connection a question: a server that was killed leaves none behind."""
        return create_engine(self.server.database_url, poolclass=NullPool)

    def ask(self, statement: Any, **values: object) -> list[Any]:
        """Rows of one statement, read past the application and waiting for nobody who writes."""
        before = set_writing(False)
        try:
            with self.engine.connect() as connection:
                return list(connection.execute(text(statement) if isinstance(statement, str) else statement, values))
        finally:
            set_writing(before)

    def phone(self, username: str = WORKER, **door: Any) -> Phone:
        """A fresh enrolment; how it was made is no part of these trials."""
        with self.app.app_context():
            device, token = devices.enrol(person(username), "试验机", "rig")
            web.commit()
            return Phone(Door(self.server.url, **door), token=token, device_id=device.id)

    def abreast(self, **door: Any) -> Phone:
        """A fresh enrolment that has pulled what there is, so that its rounds bring only what is new."""
        phone = self.phone(**door)
        phone.store.cursor = self.cursor
        phone.sync()
        self.cursor = phone.store.cursor
        return phone

    def visits(self, phone: Phone, dice: random.Random, count: int) -> list[Event]:
        """Frozen visits to random doors."""
        return [
            phone.event("visit", {
                "place_id": dice.choice(self.places), "outcome": dice.choice(OUTCOMES),
                "visited_at": rfc3339(phone.now()), "adults_listened": dice.randint(0, 3), "note": f"第{i}次",
            })
            for i in range(count)
        ]  # fmt: skip

    def held(self, phone: Phone) -> list[int]:
        """The numbers of this enrolment that are in the journal."""
        return [row[0] for row in self.ask(_LINES, device=phone.device_id)]

    def torn(self, phone: Phone) -> list[str]:
        """Sentences about events of this enrolment that are half there, or there untold."""
        rows = self.ask(_LINES, device=phone.device_id)
        found = [f"event {row[1]} is half there: {tuple(row)}" for row in rows if len({row[1], row[3], row[4]}) != 1]
        bare = self.ask(_BARE)
        found += [f"visit {row[0]} has no line in the journal" for row in bare]
        told = self.ask("SELECT held FROM device WHERE id = :id", id=phone.device_id)[0][0]
        ranges = json.loads(told) if isinstance(told, str) else told
        wanted = [n for first, last in ranges for n in range(first, last + 1)]
        return found + ([f"told as held {ranges}, the journal differs"] if wanted != [row[0] for row in rows] else [])

    def whole(self, phone: Phone) -> list[str]:
        """After everything was delivered: each event there once, with its one effect."""
        wanted, there = sorted(phone.events), self.held(phone)
        return self.torn(phone) + ([f"held {there}, sent {wanted}"] if there != wanted else [])

    def unsound(self) -> list[str]:
        """What ``sync verify`` and ``sync rebuild`` find in the end."""
        verify = json.loads(command(self.app, "sync", "verify", "--json"))
        rebuild = json.loads(command(self.app, "sync", "rebuild", "--json"))
        found = [f"verify: {problem}" for problem in verify["problems"]]
        return found + ([f"rebuild: {rebuild}"] if rebuild["different"] else [])

    def workers(self) -> list[int]:
        """gunicorn's worker processes as they are now."""
        assert self.server.process is not None
        master = self.server.process.pid
        return [int(p) for p in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def kill_workers(self) -> None:
        """SIGKILL to whatever may be in the middle of a transaction; gunicorn makes new ones."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def note(self, seed: int, sentences: list[str]) -> None:
        """Count a case as broken, with what to type to see it again."""
        if sentences:
            self.bad.append(f"seed {seed} on {self.server.database_url.split(':')[0]}: {'; '.join(sentences)[:600]}")


def told(raw: Raw, token: str) -> Answer | None:
    """The answer, if a phone may believe it."""
    try:
        return sealed(raw, token)
    except NoAnswer:
        return None


def numbers(answer: Answer | None) -> list[int]:
    """What an answer acknowledges."""
    return [n for first, last in answer.held for n in range(first, last + 1)] if answer else []


def patiently(phone: Phone, seconds: float = 30) -> None:
    """Sync as a phone does, again and again, until the server has everything.

    TimeoutError, which is one of CUT, where the time is over before that: it says what was waited for.
    """
    ends = time.monotonic() + seconds
    while True:
        try:
            phone.sync()
        except CUT as error:
            if time.monotonic() > ends:
                raise TimeoutError(_waited_for(phone, seconds, error)) from error
            time.sleep(0.05)
        else:
            return


def _waited_for(phone: Phone, seconds: float, error: Exception) -> str:
    waiting = [event.n for event in phone.waiting()]
    wanted = f"to take events {waiting[0]} to {waiting[-1]}" if waiting else "to send its rows"
    who = f"{phone.door.base_url} {wanted} of enrolment {phone.device_id}"
    return f"waited {seconds:g} s for {who}; the last try: {type(error).__name__}: {str(error)[:200]}"


@contextmanager
def served(
    database: str, workers: int = 1, options: tuple[str, ...] = (), disk: Path | None = None, **settings: str
) -> Iterator[Town]:
    """A fresh village, served, its files and its database on ``disk`` where one is named.

    ``settings`` are PostgreSQL's.
    """
    with tempfile.TemporaryDirectory(prefix="doorknock-town-", dir=disk) as name:
        folder = Path(name)
        with _village(database, folder, disk, settings) as (url, cluster):
            app = create_app(databases.settings(url, folder))
            server = LiveServer(url, folder, workers=workers, options=options)
            if disk:
                server.ready = None  # begun as in the field: where its counts lie is its own affair
            try:
                town = Town(server, app, cluster, doors(app))
                server.start()
                yield town
            finally:
                server.kill()
                with app.app_context():
                    db.engine.dispose()


@contextmanager
def _village(
    database: str, folder: Path, disk: Path | None, settings: dict[str, str]
) -> Iterator[tuple[str, Cluster | None]]:
    """Its URL and its cluster. A file of SQLite's lies in ``folder`` anyway; a cluster is made on ``disk`` for it."""
    if disk is None or database == SQLITE:
        with village_on(database, folder, **settings) as there:
            yield there
        return
    cluster = Cluster.start(binaries() or databases.missing("PostgreSQL"), SETTINGS | settings, place=disk)
    try:
        url = cluster.create("village")
        databases.migrate(url, folder)
        app = create_app(databases.settings(url, folder))
        lay_out(app, folder)
        with app.app_context():
            db.engine.dispose()
        yield url, cluster
    finally:
        cluster.stop()
