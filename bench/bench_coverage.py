"""The county's coverage page over 174,000 places: with two million visits beside a tenth of them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from bench import county, servers
from bench.harness import Deed, compare, publish
from doorknock.db import db
from doorknock.people.sessions import COOKIE
from doorknock.places.models import Place
from doorknock.visits.models import Visit

SHAPE = county.Shape(towns=12, villages=25, grids=4, groups=2, doors=145)
FEW, TIMES, TURNS = 200_000, 9, 15
"""A tenth of the visits, and how many times more they are copied."""


@contextmanager
def databases(kind: str) -> Iterator[tuple[str, str, Path]]:
    """Two databases of one content, of which the second then gets more visits; and a folder."""
    if kind == "SQLite":
        with servers.sqlite() as (url, folder):
            fill(url, folder)
            shutil.copyfile(folder / "bench.db", folder / "many.db")
            yield url, f"sqlite:///{folder / 'many.db'}", folder
        return
    with servers.postgresql() as (cluster, folder):
        url = cluster.create("few")
        fill(url, folder)
        yield url, cluster.create("many", template="few"), folder


def fill(url: str, folder: Path) -> None:
    """The county with few visits; nobody stays connected."""
    app = county.application(url, folder)
    with app.app_context():
        county.fill(SHAPE, FEW)
        if not county.agrees():
            raise RuntimeError("the county was not filled truthfully")
        close()


def close() -> None:
    """Leave the database."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def reader(app: Flask) -> Deed:
    """Reads the county's page as its clerk."""
    with app.app_context():
        secret = county.session_of(county.TOP)
        visits, places = (db.session.scalar(select(func.count()).select_from(m)) or 0 for m in (Visit, Place))
        db.session.remove()
    client = app.test_client()
    client.set_cookie(COOKIE, secret)
    print(f"{places:,} places, {visits:,} visits")

    def read() -> None:
        answer = client.get(f"/office/coverage/{county.TOP}")
        if (
            answer.status_code != 200
            or f"{SHAPE.towns * SHAPE.villages * SHAPE.grids * SHAPE.doors:,}" not in answer.text
        ):
            raise RuntimeError(f"{answer.status_code}: not the county's page")

    return read


def measure(kind: str) -> None:
    """Print and publish."""
    with databases(kind) as (few, many, folder):
        big = county.application(many, folder)
        with big.app_context():
            county.again(TIMES)
            if not county.agrees():
                raise RuntimeError("the copies are not truthful")
            db.session.remove()
        pair = compare(
            (f"{kind}: the page with many visits", reader(big)),
            ("with a tenth of them", reader(county.application(few, folder))),
            turns=TURNS,
        )
        with big.app_context():
            close()
    print(pair.line())
    publish(
        f"coverage page: county of 174,000 places, 2 million visits against 0.2 million, {kind}",
        must="≤ 1.3 ×", aim="1.0 ×, ≤ 100 ms", ok=pair.ratio <= 1.3,
        measured=f"{pair.ratio:.2f} ×, {pair.first.median * 1000:.0f} ms",
    )  # fmt: skip


if __name__ == "__main__":
    for kind in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        measure(kind)
