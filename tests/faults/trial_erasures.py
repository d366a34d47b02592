"""Households erased while phones are late, corrections move visits, and older copies of the database are put back.

Every event carries a word of its own. Whose word it is follows from where its visit stands in the end; after an erasure
no word of that household may be found in any table, any file or any answer, whatever arrives or is put back afterwards.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import select

from doorknock import create_app, web
from doorknock.db import Base, db
from doorknock.privacy import erase
from tests import databases
from tests.faults import shelf
from tests.faults.founding import by_database
from tests.faults.trial import Outcome, broken_by
from tests.faults.trial_restore import source_of
from tests.hefeng import Hefeng
from tests.wire.client import Phone

NAME = "a household erased"
EXPECTED = "no word of it anywhere, whatever old phone or old copy comes back; journal and figures hold"
GOAL = 200
SHORT = 4
TOLD = 3
"""Sentences about one case."""
DOORS = ("1001", "1002", "1003", "1004")


@dataclass
class Told:
    """A word that was written about a door; of a visit the family that it belongs to."""

    word: str
    door: str
    root: str = ""
    order: int = 0


@dataclass
class Case:
    """One village and one row of dice."""

    village: Hefeng
    dice: random.Random
    phones: list[Phone] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    copies: list[shelf.Copy] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)
    clock: int = 0

    def play(self) -> list[str]:
        """What was found broken; nothing where every promise held."""
        self.phones = [self.village.phone("wang") for _each in range(3)]
        for _step in range(self.dice.randint(12, 24)):
            self.dice.choices((self.write, self.sync, self.erase, self.copy, self.put_back), (10, 6, 2, 2, 2))[0]()
        self.erase()
        for phone in self.phones:
            phone.sync()
        return self.broken()

    def write(self) -> None:
        phone, door = self.dice.choice(self.phones), self.dice.choice(DOORS)
        self.clock += 1
        at, place = self.village.at(self.clock / 10), {"place_id": self.village.ids[door]}
        word = f"暗号{self.clock}号完"
        own = [t for t in self.told if t.root and t.word in self._words_of(phone)]
        match self.dice.choice(("visit", "visit", "visit", "move", "move", "void", "edit")):
            case "edit":
                phone.event("place_edit", place | {"nickname": word}, at)
                self.told.append(Told(word, door))
            case "move" if own:
                old = self.dice.choice(own)
                body = place | {"supersedes": old.root, "outcome": "met_covered", "note": word}
                phone.event("correction", body, at)
                self.told.append(Told(word, door, old.root, self.clock))
            case "void" if own:
                root = self.dice.choice(own).root
                phone.event("correction", {"supersedes": root, "void": True, "reason": word}, at)
                stood = next(t.door for t in self.told if t.root == root)
                self.told.append(Told(word, stood, root, self.clock))
            case _:
                signed = {"commitment": {"method": "oral", "signer_name": word}} if self.dice.random() < 0.4 else {}
                event = phone.event("visit", place | {"outcome": "met_covered", "note": word} | signed, at)
                self.told.append(Told(word, door, event.id, self.clock))

    def _words_of(self, phone: Phone) -> set[str]:
        said = b"".join(event.line for event in phone.events.values()).decode()
        return {t.word for t in self.told if t.word in said}

    def sync(self) -> None:
        phone = self.dice.choice(self.phones)
        phone.sync()

    def erase(self) -> None:
        left = [door for door in DOORS if door not in self.gone]
        if len(left) < 2:
            return
        door = self.dice.choice(left)
        address = f"/office/places/one/{self.village.ids[door]}/erase"
        self.village.office("chen").post(address, said="1")
        self.gone.add(door)

    def copy(self) -> None:
        with self.village.app.app_context():
            self.copies.append(shelf.copy())

    def put_back(self) -> None:
        if self.copies:
            with self.village.app.app_context():
                shelf.put_back(self.dice.choice(self.copies))
                if self.dice.random() < 0.5:
                    erase.replay()
                    web.commit()
            self.dice.choice(self.phones).sync()

    def broken(self) -> list[str]:
        """Words that are there and should not be, and whatever verify and rebuild find."""
        here = everything(self.village)
        found = [f"{t.word} of {t.door} is still there" for t in self.told if self._is_gone(t) and t.word in here]
        verify = self.village.flask("sync", "verify", "--json")
        rebuild = self.village.flask("sync", "rebuild", "--json")
        found += [f"verify: {problem}" for problem in verify["problems"]]
        found += [f"rebuild: {rebuild}"] if rebuild["different"] else []
        rows = self.village.phone("wang").store.rows
        plates = {self.village.ids[door] for door in self.gone}
        return found + [f"a phone still gets {key}" for key, row in rows.items()
                        if key[1] in plates or row.data.get("place_id") in plates]  # fmt: skip

    def _is_gone(self, told: Told) -> bool:
        """A door's word goes with the door, a visit's with the door where its family stands now that all has come."""
        if not told.root:
            return told.door in self.gone
        family = [t for t in self.told if t.root == told.root]
        return max(family, key=lambda t: t.order).door in self.gone


def everything(village: Hefeng) -> str:
    """Every text and byte of every table, and every file beside the database."""
    found: list[str] = []
    with village.app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                found += [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in row]
    home = Path(village.app.config["DATA_DIR"])
    files = (p.read_text(encoding="utf-8", errors="replace") for p in home.rglob("*") if p.is_file())
    return "\n".join([*found, *files])


def run(count: int, seed: int) -> Outcome:
    """Cases by number, in a block as alone: even ones on SQLite, odd ones on PostgreSQL."""
    notes = []
    for database, numbers in by_database(seed, count).items():
        with source_of(database) as source:
            found = {number: broken_by(partial(one, source, number)) for number in numbers}
        notes += [f"seed {number} on {database}: {'; '.join(said[:TOLD])}" for number, said in found.items() if said]
    return Outcome(count, len(notes), notes)


def one(source: databases.Databases, number: int) -> list[str]:
    """Play one case on a fresh database."""
    url = source.migrated()
    with tempfile.TemporaryDirectory(prefix="doorknock-erasures-") as name:
        app = create_app(databases.settings(url, Path(name)))
        try:
            return Case(Hefeng(app, Path(name)).found(), random.Random(number)).play()
        finally:
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()
            source.drop(url)
