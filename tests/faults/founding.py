"""The ground that trials stand on: a fresh database of either kind, with 禾丰村 laid out in it."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from doorknock import create_app, web
from doorknock.db import db
from doorknock.people import devices
from doorknock.people.models import Person, by_username
from doorknock.places.models import Place
from doorknock.visits import asks
from tests import databases
from tests.faults import village
from tests.postgres import SETTINGS, Cluster, binaries

SQLITE, POSTGRESQL = "sqlite", "postgresql"
WORKER = "zhaojian"
"""Holds both grids, and so all doors."""


def by_database(seed: int, count: int) -> dict[str, list[int]]:
    """The cases of a block by the database they are played on: even ones on SQLite, odd ones on PostgreSQL."""
    all_of_them = range(seed, seed + count)
    found = {SQLITE: [s for s in all_of_them if s % 2 == 0], POSTGRESQL: [s for s in all_of_them if s % 2]}
    return {database: seeds for database, seeds in found.items() if seeds}


def command(app: Flask, *arguments: str) -> str:
    """What a command prints, refused or not; it does not crash."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=arguments)
        db.session.rollback()
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.stdout


@contextmanager
def fresh(database: str, folder: Path, **settings: str) -> Iterator[tuple[str, Cluster | None]]:
    """The URL of a new migrated database, and the cluster that it lies in; ``settings`` are PostgreSQL's."""
    if database == SQLITE:
        source = databases.Sqlite(folder)
        source.prepare()
        yield source.migrated(), None
        return
    cluster = Cluster.start(binaries() or databases.missing("PostgreSQL"), SETTINGS | settings)
    try:
        inside = databases.Postgresql(cluster, folder)
        inside.prepare()
        yield inside.migrated(), cluster
    finally:
        cluster.stop()


@contextmanager
def village_on(database: str, folder: Path, **settings: str) -> Iterator[tuple[str, Cluster | None]]:
    """As ``fresh``, with the village in it and its files in ``folder``. Laid out once a process, and copied."""
    if settings:
        with fresh(database, folder, **settings) as (url, cluster):
            _lay_out(url, folder)
            yield url, cluster
        return
    home, cluster = _model(database)
    shutil.copytree(home / "data", folder / "data")
    if cluster is None:
        shutil.copyfile(home / "village.db", folder / "village.db")
        yield f"sqlite:///{folder / 'village.db'}", None
        return
    name = folder.name.replace("-", "_").lower()
    try:
        yield cluster.create(name, "village"), cluster
    finally:
        cluster.drop(name)


@cache
def _model(database: str) -> tuple[Path, Cluster | None]:
    """Where the village that others are copied from has its files, and the cluster that it lies in."""
    home = Path(tempfile.mkdtemp(prefix="doorknock-model-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    cluster = None
    url = f"sqlite:///{home / 'village.db'}"
    if database == POSTGRESQL:
        cluster = Cluster.start(binaries() or databases.missing("PostgreSQL"))
        atexit.register(cluster.stop)
        url = cluster.create("village")
    databases.migrate(url, home)
    _lay_out(url, home)
    return home, cluster


def _lay_out(url: str, folder: Path) -> None:
    app = create_app(databases.settings(url, folder))
    lay_out(app, folder)
    with app.app_context():
        db.engine.dispose()


def code(app: Flask, username: str) -> str:
    """A one-time code to enrol a phone with."""
    with app.app_context():
        digits, _ = devices.make_code(person(username))
        web.commit()
        return digits


def person(username: str) -> Person:
    found = by_username(username)
    assert found is not None
    return found


def lay_out(app: Flask, folder: Path) -> list[str]:
    """Lay the village out; the ids of its doors."""
    file = folder / "village.json"
    file.write_text(json.dumps(village.content()), encoding="utf-8")
    roster = village.roster(folder / "roster.xlsx", range(1, village.DOORS + 1))
    command(app, "setup", str(file))
    command(app, "roster", "import", str(roster), "--village", village.VILLAGE, "--json")
    return doors(app)


def doors(app: Flask) -> list[str]:
    """The ids of the village's doors, by their numbers."""
    with app.app_context():
        ids = [row[0] for row in db.session.execute(text("SELECT id FROM place ORDER BY local_no"))]
        db.session.rollback()
        return ids


def asked(app: Flask) -> str:
    """The id of a question that 禾丰村 puts to the worker about door 1001."""
    with app.app_context():
        place = db.session.scalars(select(Place).where(Place.local_no == "1001")).one()
        by = person("chenxiuying").id
        row = asks.ask(place, person(WORKER), "这户那天去了吗？", by=by, about=asks.About(), due=None)
        web.commit()
        return row.id
