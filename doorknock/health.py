"""Is it alive, and is it ready to serve: states and figures of the machine, never of people.

``GET /readyz`` → 200, or 503 where ``ok`` is false::

    {"ok": true, "database": true, "schema": true, "schema_version": "0007", "disk": true, "disk_free_percent": 41,
     "backup": true, "backup_age_hours": 5.2, "epoch": true}

``ok`` is database, schema and disk together: without one of them phones would be refused. ``backup`` (a verified one
younger than 36 hours; its age is null where there is none) and ``epoch`` (the database and the marker beside it speak
of the same life) are for those who watch the server. They must not take it off the network: the first phone that syncs
makes a new epoch by itself. What could not be asked is null.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from doorknock.access import open_to
from doorknock.db import db

door = Blueprint("health", __name__)
LEAST_FREE = 5
NEEDED = ("database", "schema", "disk")
Watch = Callable[[], dict[str, Any]]
_watches: dict[str, Watch] = {}


def watches(watch: Watch) -> Watch:
    """Registers a room's own look at things, by its name; it may ask the database, and answers states and figures."""
    _watches[watch.__name__] = watch
    return watch


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)


@door.get("/healthz")
@open_to("anyone: says only that the process answers")
def alive() -> Response:
    """The process answers."""
    return jsonify(ok=True)


@door.get("/readyz")
@open_to("anyone: states without figures of people")
def ready() -> tuple[Response, int]:
    """Whether it can serve, and what those who watch it want to know."""
    found = _disk() | _database()
    ok = all(found[name] for name in NEEDED)
    return jsonify(ok=ok, **found), 200 if ok else 503


def _database() -> dict[str, Any]:
    found: dict[str, Any] = {"database": False, "schema": None, "schema_version": None, "epoch": None}
    try:
        found["database"] = db.session.scalar(text("SELECT 1")) == 1
        found |= _schema()
        for watch in _watches.values():
            found |= watch()
    except SQLAlchemyError:
        db.session.rollback()
    return found


def _schema() -> dict[str, Any]:
    config = current_app.extensions["migrate"].migrate.get_config()
    head = ScriptDirectory.from_config(config).get_current_head()
    current = MigrationContext.configure(db.session.connection()).get_current_revision()
    return {"schema": current == head, "schema_version": current}


def _disk() -> dict[str, Any]:
    usage = shutil.disk_usage(str(current_app.config["DATA_DIR"]))
    free = usage.free * 100 // usage.total
    return {"disk": free > LEAST_FREE, "disk_free_percent": free}
