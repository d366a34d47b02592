"""doorknock (敲门行动): the house. Loose files here are the ground floor; folders are rooms, listed from low to high.

Law: the ground imports no room; a room imports the ground and lower rooms only. The factory opens the rooms by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from doorknock import access, config, errors, headers, logs, unsafe, watch, web
from doorknock.db import db, migrate, prepare

ROOMS = (
    "regions",
    "people",
    "campaigns",
    "places",
    "visits",
    "commitments",
    "tasks",
    "materials",
    "batches",
    "sync",
    "coverage",
    "papers",
    "exports",
    "reports",
    "privacy",
    "backup",
    "demo",
)
"""From low to high. What must reach upward does so by name: a table's name, a page's URL."""

DOORS = ("models", "recount", "pages", "api", "public", "commands", "gauges")
"""The files of a room that the factory opens, where they are there; each may offer ``register(app)``."""


def create_app(settings: Mapping[str, object] | None = None) -> Flask:
    """A ready application: settings from the environment, overridden by ``settings`` (tests hand in their own)."""
    app = logs.House(__name__, root_path=config.ROOT, static_folder=None, template_folder="templates")
    app.config.from_mapping(config.from_environment())
    app.config.from_mapping(settings or {})
    config.settle_secret(app.config)
    config.settle_cookies(app.config)
    unsafe.refuse(app.config)
    logs.register(app)
    prepare(app)
    db.init_app(app)
    migrate.init_app(app, db)
    for floor in (errors, watch, headers, web, access):  # what stands first here sees a request first, its answer last
        floor.register(app)
    for door in ("assets", "health", "metrics"):
        import_module(f"doorknock.{door}").register(app)
    for room in ROOMS:
        _open(app, room)
    unsafe.refuse_database(app)
    return app


def _open(app: Flask, room: str) -> None:
    for door in DOORS:
        name = f"doorknock.{room}.{door}"
        if find_spec(name) is None:
            continue
        register = getattr(import_module(name), "register", None)
        if register is not None:
            register(app)
