"""A server restored from a backup that is older than its phones' cursors, and than some of their enrolments.

Each case lives through an evening of 禾丰村: phones record and sync, a backup is made and verified, they go on (new
enrolments, a phone and a person switched off, a household erased, answers lost), and the backup is restored. Now and
then the plug is pulled while it is. Then everybody syncs as phones do, and nobody is asked for anything.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from doorknock import create_app, web
from doorknock.db import db
from doorknock.people import devices, joining
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.places.models import Place
from doorknock.privacy import erase
from doorknock.sync.journal import JournalLine
from tests import databases
from tests.faults.founding import POSTGRESQL, by_database
from tests.faults.trial import Outcome, broken_by
from tests.hefeng import Hefeng
from tests.postgres import Cluster, binaries
from tests.wire.client import Phone

NAME = "restore older than the phones' cursors and some enrolments"
EXPECTED = "every missing event is re-sent without a human; erased and revoked stay so"
GOAL = 200
SHORT = 5
WORKERS = ("wang", "zhou", "li")
OUTCOMES = ("met_covered", "nobody_home", "met_declined", "met_later", "left_material")
TOLD = 5
"""Sentences about one case."""
CUT_OFF = 0.25
"""In so many of the cases somebody pulls the plug while it restores."""
Plant = Callable[["Evening"], None]


def run(count: int, seed: int) -> Outcome:
    """Cases ``seed`` to ``seed + count - 1``: the even ones on SQLite, the odd ones on PostgreSQL."""
    notes = []
    for database, cases in by_database(seed, count).items():
        with source_of(database) as source:
            wrong = {case: broken_by(partial(play, case, source)) for case in cases}
        notes += [f"seed {case} on {database}: {'; '.join(said[:TOLD])}" for case, said in wrong.items() if said]
    return Outcome(count, len(notes), notes)


@contextmanager
def source_of(database: str) -> Iterator[databases.Databases]:
    """Where fresh databases of this kind come from, each a copy of one that was migrated once."""
    with tempfile.TemporaryDirectory(prefix="doorknock-source-") as name:
        folder = Path(name) / "databases"
        folder.mkdir()
        made: databases.Databases = databases.Sqlite(folder)
        if database == POSTGRESQL:
            made = databases.Postgresql(Cluster.start(binaries() or databases.missing("PostgreSQL")), folder)
        try:
            made.prepare()
            yield made
        finally:
            made.close()


def play(case: int, source: databases.Databases, plant: Plant | None = None) -> list[str]:
    """One evening; every promise that was broken. ``plant`` breaks something just before the restore."""
    url = source.migrated()
    with tempfile.TemporaryDirectory(prefix="evening-") as name:
        app = create_app(databases.settings(url, Path(name)))
        try:
            evening = Evening(random.Random(case), Hefeng(app, Path(name)).found())
            return evening.live(plant)
        finally:
            with app.app_context():
                db.engine.dispose()
            source.drop(url)


@dataclass
class Evening:
    """The village, its phones, and what was done to them."""

    dice: random.Random
    village: Hefeng
    phones: list[Phone] = field(default_factory=list)
    off: list[Phone] = field(default_factory=list)
    erased: str = ""
    saved: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def app(self) -> Flask:
        """The village's application."""
        return self.village.app

    def live(self, plant: Plant | None) -> list[str]:
        """The whole evening; what was broken."""
        file = self.village.folder / "evening.backup"
        self.phones = [self.village.phone(worker) for worker in WORKERS]
        self.walk()
        self.saved = self.village.flask("backup", str(file), "--verify", "--json")["events"]
        self.after_the_backup()
        life = self.phones[0].sync().head["epoch"]
        before, sent = self.figures(), {name for phone in [*self.phones, *self.off] for name in ids(phone)}
        if plant:
            plant(self)
        if not (self.dice.random() < CUT_OFF and self.cut_off(file)):
            self.village.flask("restore", str(file), "--json")
        self.walk(rounds=1, quiet=False)
        self.check(life, before, sent)
        return self.wrong

    def cut_off(self, file: Path) -> bool:
        """The restore is killed at some moment: it has come through whole, or not at all. Whether it has."""
        before, saved = self.lines(), self.saved
        config = self.app.config
        environment = os.environ | {
            "DATABASE_URL": str(config["SQLALCHEMY_DATABASE_URI"]), "DATA_DIR": str(config["DATA_DIR"]),
            "SECRET_KEY": str(config["SECRET_KEY"]), "PUBLIC_URL": str(config["PUBLIC_URL"]),
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "restore", str(file)], cwd=databases.ROOT, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=self.dice.uniform(0.5, 5))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        after = self.lines()
        self.expect(after in (before, saved), f"a restore cut off left {after} lines, neither {before} nor {saved}")
        return after == saved != before

    def lines(self) -> int:
        """How many lines the journal has."""
        with self.app.app_context():
            found = db.session.scalar(select(func.count()).select_from(JournalLine)) or 0
            db.session.remove()
            db.engine.dispose()
        return found

    def walk(self, rounds: int = 3, *, quiet: bool = True) -> None:
        """Everybody records and syncs; now and then an answer is lost on the way."""
        for _ in range(rounds):
            for phone in self.phones:
                for _each in range(self.dice.randrange(4) if quiet else 0):
                    self.record(phone)
                if quiet and self.dice.random() < 0.3:
                    phone.lose(phone.waiting())
                else:
                    phone.sync()

    def record(self, phone: Phone) -> None:
        """A visit at some door, or a report about one."""
        numbers = [number for number, ident in self.village.ids.items() if ident in phone.rows("place")]
        number = self.dice.choice(sorted(numbers))
        if self.dice.random() < 0.8:
            minutes = self.dice.randrange(1, 280)
            self.village.visit(phone, number, self.dice.choice(OUTCOMES), minutes)
        else:
            self.village.report(phone, number, self.dice.choice(("away", "wrong")), 281)

    def after_the_backup(self) -> None:
        """What the backup does not know: enrolments, events, somebody switched off, a household erased."""
        self.off = [self.phones.pop(self.dice.randrange(len(self.phones)))]
        self.phones += [self.village.phone(self.dice.choice(WORKERS)) for _ in range(self.dice.randrange(1, 4))]
        self.walk()
        leaver = self.village.phone("sun")
        with self.app.app_context():
            devices.revoke(db.session.scalars(select(Device).where(Device.id == self.off[0].device_id)).one())
            joining.leave(_person("sun"), phones="off", by=_person("tang"))
            web.commit()
        self.off.append(leaver)
        self._erase()
        self.walk(rounds=1)
        for phone in self.phones:
            phone.sync()

    def _erase(self) -> None:
        """As the office does it."""
        self.erased = self.dice.choice(sorted(self.village.ids.values()))
        with self.app.app_context():
            place = db.session.scalars(select(Place).where(Place.id == self.erased)).one()
            erase.household(place, by=None)
            web.commit()

    def figures(self) -> str:
        """The village's figures as text."""
        return json.dumps(self.village.figures(), sort_keys=True)

    def check(self, life: str, before: str, sent: set[str]) -> None:
        """What must hold when everybody is quiet."""
        self._delivered(life)
        self.expect(self.figures() == before, f"figures were {before} and are {self.figures()}")
        for phone in self.off:
            self.expect(phone.post_lines([]).status == 403, "a phone that was switched off is on again")
        told = self.village.flask("sync", "verify", "--json")
        self.expect(told["ok"], f"sync verify: {told['problems']}")
        rebuilt = self.village.flask("sync", "rebuild", "--json")
        self.expect(rebuilt["different"] == 0, f"sync rebuild comes out different: {rebuilt}")
        with self.app.app_context():
            journal = list(db.session.scalars(select(JournalLine.event_id)))
        self.expect(len(journal) == len(set(journal)), "an event is in the journal twice")
        self.expect(sent <= set(journal), f"{len(sent - set(journal))} events never came back")
        self._stays_erased()

    def _delivered(self, life: str) -> None:
        for phone in self.phones:
            answer = phone.sync()
            who = phone.worker.get("username")
            self.expect(answer.head["epoch"] != life, f"{who} was not told of the new life")
            self.expect(phone.attention == [], f"{who} is asked to look: {phone.attention}")
            self.expect(phone.store.view() == phone.fresh().view(), f"{who} sees other rows than a fresh phone")

    def _stays_erased(self) -> None:
        with self.app.app_context():
            place = db.session.scalars(select(Place).where(Place.id == self.erased)).one()
            words = [place.contact_name or "", place.phone or "", place.landmark or ""]
        self.expect(not any(words), f"the erased household is there again: {words}")

    def expect(self, holds: bool, said: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(said)


def ids(phone: Phone) -> set[str]:
    """The events that a phone has recorded."""
    return {event.id for event in phone.events.values()}


def _person(username: str) -> Person:
    return db.session.scalars(select(Person).where(Person.username == username)).one()
