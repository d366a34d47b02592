"""The spine on one village of 1,000 doors: taking a batch in, a first pull, a count; each beside its bare floor."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench.harness import compare
from doorknock import clock, create_app, web
from doorknock.coverage import figures
from doorknock.db import db
from doorknock.demo import town
from doorknock.demo.phone import Phone
from doorknock.places import roster, setup
from doorknock.regions.models import region
from doorknock.visits.models import Visit

DOORS, BATCH = 1000, 50
VILLAGE, GROUPS = town.VILLAGES[0][0], town.VILLAGES[0][2]


def found(folder: Path) -> Flask:
    """A fresh instance with the town and one big village."""
    app = create_app({
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'bench.db'}", "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": "only for this measurement", "TESTING": True,
    })  # fmt: skip
    with app.app_context():
        upgrade(str(Path(__file__).parent.parent / "migrations"))
        setup.load(town.setup_file(clock.today()))
        web.commit()
        roster.carry_out(roster.plan(town.workbook("大村", GROUPS, DOORS, random.Random(1)), region(VILLAGE)), by=None)
        web.commit()
        db.session.remove()
    return app


def batch(phone: Phone, doors: list[str], turn: int) -> None:
    """A worker's day: fifty visits, some signed, sent in one round."""
    at = clock.now() - timedelta(hours=3)
    for i in range(BATCH):
        door = doors[(turn * BATCH + i) % len(doors)]
        body = {
            "place_id": door,
            "outcome": "met_covered",
            "adults_listened": 2,
            "app": {"installed_before": 1, "declined": 1},
        }
        if i % 2:
            body["commitment"] = {"version": "1", "method": "screen", "strokes": [[[i, j] for j in range(30)]] * 4}
        phone.record("visit", at + timedelta(minutes=i), body)
    phone.sync()


def bare(connection: sqlite3.Connection, numbers: count[int]) -> None:
    """The floor: fifty rows of the same size, one durable transaction, a key and two indexes."""
    with connection:
        rows = [(n, n % 97, n % 1000, "x" * 950) for n in (next(numbers) for _ in range(BATCH))]
        connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?)", rows)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = found(folder)
        floor = sqlite3.connect(folder / "bare.db")
        floor.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE bare (id INTEGER PRIMARY KEY, a, b, body);"
            "CREATE INDEX ba ON bare (a); CREATE INDEX bb ON bare (b)"
        )
        with app.test_client() as client:
            phone = Phone(client, "w1", town.PASSWORD)
            phone.sync()
            doors = sorted(phone.rows["place"])
            turns, numbers = count(), count()
            taken = compare(
                (f"{BATCH} visits through the wire", lambda: batch(phone, doors, next(turns))),
                (f"{BATCH} bare rows", lambda: bare(floor, numbers)),
                turns=9,
            )
            print(taken.line(), f"= {BATCH / taken.first.median:.0f} visits/s")
            rows = [{"id": ident, "data": data} for ident, data in phone.rows["place"].items()]

            def first_pull() -> None:
                phone.cursor = None
                phone.sync()

            pulled = compare(
                (f"first pull of {len(rows)} doors and their visits", first_pull),
                ("the same doors as bare JSON", lambda: [json.dumps(row, ensure_ascii=False) for row in rows]),
                turns=9,
            )
            print(pulled.line())
        with app.app_context():
            top = region(VILLAGE)
            campaigns = figures.chosen(top, None, clock.today())
            counted = compare(
                ("the village's figures from the counters", lambda: figures.tree(top, campaigns)),
                (
                    "its visits loaded and looked at once",
                    lambda: [v.outcome for v in db.session.scalars(db.select(Visit))],
                ),
                turns=15,
            )
            print(counted.line())
        floor.close()


if __name__ == "__main__":
    main()
