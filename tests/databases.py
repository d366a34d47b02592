"""Fresh databases for tests: each a cheap copy of one that was migrated once."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path
from typing import NoReturn, Protocol

import pytest
from sqlalchemy import make_url

from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent


class Databases(Protocol):
    """Where tests get databases: `migrated` (after one `prepare`) and `empty` give the URL of a new one."""

    def prepare(self) -> None: ...
    def migrated(self) -> str: ...
    def empty(self) -> str: ...
    def drop(self, url: str) -> None: ...
    def close(self) -> None: ...


class Sqlite:
    """One file a database, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        self.numbers = itertools.count(1)

    def prepare(self) -> None:
        migrate(f"sqlite:///{self.template}", self.folder)

    def migrated(self) -> str:
        copy = self._file()
        shutil.copyfile(self.template, copy)
        return f"sqlite:///{copy}"

    def empty(self) -> str:
        return f"sqlite:///{self._file()}"

    def drop(self, url: str) -> None:
        for file in self.folder.glob(f"{url.rpartition('/')[2]}*"):
            file.unlink()

    def close(self) -> None:
        shutil.rmtree(self.folder)

    def _file(self) -> Path:
        return self.folder / f"test{next(self.numbers)}.db"


class Postgresql:
    """One database a test, in a private cluster."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self.template = "template_migrated"
        self.numbers = itertools.count(1)

    def prepare(self) -> None:
        migrate(self.cluster.create(self.template), self.folder)

    def migrated(self) -> str:
        return self.cluster.create(self._name(), self.template)

    def empty(self) -> str:
        return self.cluster.create(self._name())

    def drop(self, url: str) -> None:
        self.cluster.drop(make_url(url).database or "")

    def close(self) -> None:
        self.cluster.stop()

    def _name(self) -> str:
        return f"test{next(self.numbers)}"


def migrate(url: str, folder: Path) -> None:
    """Brings an empty database to the newest schema and leaves nobody connected."""
    import flask_migrate

    from doorknock import create_app
    from doorknock.db import db

    app = create_app(settings(url, folder))
    with app.app_context():
        try:
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        except SystemExit as stop:  # its way to say what it has just logged; it would end the whole run
            raise RuntimeError("the migrations failed; their log says why") from stop
        for engine in db.engines.values():
            engine.dispose()


def settings(url: str, folder: Path) -> dict[str, object]:
    """What an application under test is built from; its files go to `folder`."""
    return {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": url,
        "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": "a secret for tests and for nothing else",
        "PUBLIC_URL": "http://localhost",
        "WTF_CSRF_ENABLED": False,
        "ACCESS_LOG": False,
        "PASSWORD_COST": (1, 8),  # a village has ten logins, and every test founds one
    }


def missing(what: str) -> NoReturn:
    """Ends a test for want of a program: a failure where CI=true, elsewhere a skip that says so."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing; `make setup` as root installs it", pytrace=False)
    pytest.skip(f"{what} is missing; `make setup` as root installs it")
