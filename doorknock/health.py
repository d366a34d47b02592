"""Is it alive, and is it ready to serve."""

from __future__ import annotations

import shutil
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text

from doorknock.access import open_to
from doorknock.db import db

door = Blueprint("health", __name__)
LEAST_FREE = 0.05


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
    """Database, schema version and disk; 503 while one of them is wrong."""
    found: dict[str, Any] = {"database": _database(), "schema": _schema(), "disk": _disk(), "epoch": _epoch()}
    ok = all(found.values())
    return jsonify(ok=ok, **found), 200 if ok else 503


def _database() -> bool:
    return bool(db.session.scalar(text("SELECT 1")) == 1)


def _schema() -> bool:
    config = current_app.extensions["migrate"].migrate.get_config()
    head = ScriptDirectory.from_config(config).get_current_head()
    current = MigrationContext.configure(db.session.connection()).get_current_revision()
    return bool(current == head)


def _epoch() -> bool:
    """An epoch is there once the first phone was enrolled; the table belongs to a room, so it is asked by name."""
    return db.session.scalar(text("SELECT count(*) FROM meta WHERE key = 'epoch'")) is not None


def _disk() -> bool:
    usage = shutil.disk_usage(str(current_app.config["DATA_DIR"]))
    return usage.free / usage.total > LEAST_FREE
