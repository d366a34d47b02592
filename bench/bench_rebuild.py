"""``sync rebuild`` of a journal: every event replayed through the verb that took it in, everything compared.

Measured on fewer entries than the figure names, at two sizes over the same doors: what 500,000 take follows from the
greater one and from what each entry more has cost. It must not cost more in a greater journal, so that is looked at.
"""

from __future__ import annotations

import logging
import random
import sys
import time

from flask import Flask
from sqlalchemy import select, text

from bench import county, servers
from bench.day import Chain
from bench.harness import publish
from doorknock import web
from doorknock.db import db
from doorknock.demo import town
from doorknock.places import roster
from doorknock.places.models import Place
from doorknock.regions.models import region
from doorknock.sync import rebuild

SHAPE, DOORS = county.Shape(grids=8, groups=1, doors=0), 10_000
VILLAGE = f"{county.CODE}001201"
SIZES = (20_000, 100_000)
WHOLE, BATCH = 500_000, 500


def take_in(app: Flask, chains: list[Chain], doors: list[list[str]], count: int) -> None:
    """So many visits more, over the wire."""
    client = app.test_client()
    for i, chain in enumerate(chains):
        before = len(chain.lines)
        chain.days(random.Random(f"{i} {before}"), doors[i], county.CAMPAIGN, count // len(chains))
        for start in range(before, len(chain.lines), BATCH):
            body = chain.request(chain.lines[start : start + BATCH])
            answer = client.post("/api/v1/sync", data=body, headers=chain.headers(body))
            if answer.status_code != 200:
                raise RuntimeError(answer.get_data(as_text=True)[:300])


def replayed(app: Flask, count: int) -> float:
    """Seconds of a rebuild; RuntimeError unless it comes out equal."""
    with app.app_context():
        db.session.execute(text("ANALYZE"))  # as the database does by itself within a minute
        web.commit()
        start = time.perf_counter()
        found = rebuild.rebuild(lambda _line: None)
        seconds = time.perf_counter() - start
        web.rollback()
        db.session.remove()
    if found["events"] != count or found["different"]:
        raise RuntimeError(f"not equal: {found}")
    return seconds


def measure(kind: str) -> None:
    """Print and publish."""
    with servers.database(kind) as (url, folder):
        app = county.application(url, folder)
        with app.app_context():
            county.fill(SHAPE)
            names = tuple(f"group201{i:03d}" for i in range(1, SHAPE.grids + 1))
            book = town.workbook("大村", names, DOORS, random.Random(1))
            roster.carry_out(roster.plan(book, region(VILLAGE)), by=None)
            web.commit()
            chains = [Chain(county.token_of(f"w{i}")) for i in range(1, SHAPE.grids + 1)]
            grids = [grid for grid, _, _ in SHAPE.beats()]
            doors = [list(db.session.scalars(select(Place.id).where(Place.grid == grid))) for grid in grids]
            db.session.remove()
        seconds, there = [], 0
        for size in SIZES:
            take_in(app, chains, doors, size - there)
            there = size
            seconds.append(replayed(app, size))
            print(f"{kind}: {size:,} entries replayed in {seconds[-1]:.1f} s", flush=True)
    each = (seconds[1] - seconds[0]) / (SIZES[1] - SIZES[0])
    whole = (seconds[1] + each * (WHOLE - SIZES[1])) / 60
    linear = each <= 1.3 * seconds[1] / SIZES[1]
    publish(
        f"rebuild of 500,000 journal entries, {kind}", must="≤ 10 min", aim="≤ 4 min", ok=whole <= 10 and linear,
        measured=f"{whole:.1f} min, from {SIZES[1]:,} and {1000 * each:.2f} ms an entry",
    )  # fmt: skip


if __name__ == "__main__":
    logging.disable(logging.INFO)
    for kind in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        measure(kind)
