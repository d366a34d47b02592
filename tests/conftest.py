"""Fixtures that every room's tests share: a fresh migrated database, the application on it, a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import databases as made
from tests import live, warm
from tests.live import LiveServer
from tests.postgres import Cluster, binaries
from tests.ready import Ready

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient, FlaskCliRunner

# A busy machine makes an honest example slow; only a wrong answer fails a property.
hypothesis.settings.register_profile("doorknock", deadline=None, print_blob=True)
hypothesis.settings.load_profile("doorknock")
warm.addresses()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what tests run on")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks `db` on every test that asks for a database, however indirectly."""
    for item in items:
        if isinstance(item, pytest.Function) and "databases" in item.fixturenames:
            item.add_marker("db")


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[made.Databases]:
    """Where databases come from: SQLite files, or with `--database postgresql` one private cluster a process."""
    folder = tmp_path_factory.mktemp("databases")
    source: made.Databases
    if pytestconfig.getoption("--database") == "sqlite":
        source = made.Sqlite(folder)
    elif programs := binaries():
        source = made.Postgresql(Cluster.start(programs), folder)
    else:
        made.missing("PostgreSQL")
    yield source
    source.close()


@pytest.fixture(scope="session")
def migrated_databases(databases: made.Databases) -> made.Databases:
    """The same, once the migrations have run; where they fail, every test says so with the first cause."""
    databases.prepare()
    return databases


@pytest.fixture
def database_url(migrated_databases: made.Databases) -> Iterator[str]:
    """A new database of the newest schema, without a row of ours."""
    url = migrated_databases.migrated()
    yield url
    migrated_databases.drop(url)


@pytest.fixture
def empty_database_url(databases: made.Databases) -> Iterator[str]:
    """A new database without a table, for tests of the migrations themselves."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, object]:
    """What `app` is built from; a module may override this fixture to add to it."""
    return made.settings(database_url, tmp_path)


@pytest.fixture
def app(settings: dict[str, object]) -> Iterator[Flask]:
    """The application on a fresh migrated database, its files under `tmp_path`, CSRF off."""
    from doorknock import create_app
    from doorknock.db import db

    app = create_app(settings)
    warm.templates(app)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, not signed in."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """A shell for the application's commands."""
    return app.test_cli_runner()


@pytest.fixture(scope="session", autouse=True)
def _ready() -> Iterator[None]:
    live.READY = Ready()
    yield
    live.READY.close()


@pytest.fixture
def live_server(database_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """The real application behind gunicorn on a fresh database, started; see LiveServer for stopping it."""
    server = LiveServer(database_url, tmp_path)
    server.start()
    yield server
    server.kill()
