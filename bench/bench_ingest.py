"""Taking visits in over HTTP, every check and counter on, beside bare inserts of like rows in the same run."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from bench import county, floor, servers
from bench.day import Chain
from bench.harness import compare, publish
from bench.machine import cpu_seconds
from bench.phones import Phone, together
from doorknock.db import db
from doorknock.places.models import Place
from doorknock.visits.models import Visit
from tests.live import LiveServer

PHONES, ROUNDS, BATCH, TURNS = 8, 4, 50, 7
"""Eight phones at once, as ODK Central was measured; a turn is 1,600 visits."""
MUST = {"SQLite": (12, 25), "PostgreSQL": (8, 20)}


@contextmanager
def databases(kind: str) -> Iterator[tuple[str, floor.Floor, Path]]:
    """The server's database, the floor's beside it, and a folder."""
    if kind == "SQLite":
        with servers.sqlite() as (url, folder):
            yield url, floor.Sqlite(folder), folder
        return
    with servers.postgresql() as (cluster, folder):
        yield cluster.create("bench"), floor.Postgresql(cluster.create("bare")), folder


def phones_of(app: Flask, port: int) -> list[Phone]:
    """A phone of each grid's worker, with all the lines that it will send."""
    made = []
    with app.app_context():
        county.fill(county.Shape(grids=PHONES))
        for i, (grid, _, _) in enumerate(county.Shape(grids=PHONES).beats(), 1):
            chain = Chain(county.token_of(f"w{i}"))
            doors = db.session.scalars(select(Place.id).where(Place.grid == grid).order_by(Place.id)).all()
            chain.days(random.Random(i), list(doors), county.CAMPAIGN, (TURNS + 1) * ROUNDS * BATCH)
            made.append(Phone(port, chain))
        db.session.remove()
    return made


def counted(app: Flask, sent: int) -> None:
    """RuntimeError unless every visit is there once and every counter says so."""
    with app.app_context():
        there = db.session.scalar(select(func.count()).select_from(Visit))
        if there != sent or not county.agrees(PHONES * county.Shape().doors):
            raise RuntimeError(f"sent {sent} visits, {there} are there; or the counters do not agree")


def measure(kind: str) -> None:
    """Print and publish the ratio on this database."""
    with databases(kind) as (url, bare, folder):
        app = county.application(url, folder)
        server = LiveServer(url, folder, workers=2)
        phones = phones_of(app, server.port)
        rows = [row for phone in phones for row in floor.rows_of(phone.chain.lines)]
        random.Random(1).shuffle(rows)
        turns = iter([rows[i :: TURNS + 1] for i in range(TURNS + 1)])
        server.start()
        try:
            for phone in phones:
                phone.sync(0)  # the first pull
            before = cpu_seconds(server.process.pid) if server.process else 0
            taken = compare(
                (f"{kind}: {PHONES * ROUNDS * BATCH} visits over HTTP", lambda: together(phones, ROUNDS, BATCH)),
                ("as many bare rows", lambda: floor.write(bare, next(turns), BATCH)),
                turns=TURNS,
            )
            spent = cpu_seconds(server.process.pid) - before if server.process else 0
            for phone in phones:
                phone.checked()
        finally:
            server.stop()
        counted(app, sum(phone.sent for phone in phones))
    print(taken.line(), f"; {1000 * spent / sum(phone.sent for phone in phones):.2f} ms of the server's CPU a visit")
    share, visits = 100 / taken.ratio, PHONES * ROUNDS * BATCH
    must, aim = MUST[kind]
    publish(
        f"ingest of visits over HTTP, batches of {BATCH}, {kind}, of raw inserts of like rows",
        must=f"{must} %", aim=f"{aim} %", ok=share >= must,
        measured=f"{share:.1f} % ({visits / taken.first.median:,.0f} of {visits / taken.second.median:,.0f} rows/s)",
    )  # fmt: skip


if __name__ == "__main__":
    for kind in sys.argv[1:] or MUST:
        measure(kind)
