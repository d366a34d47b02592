"""Alembic's way in. Two dangers of SQLite are shut off here.

Batch migrations drop and re-create a table; with foreign keys on, that deletes its child rows, and the switch is
without effect inside a transaction: so they are off before it opens, checked after it, and on again.
"""

from __future__ import annotations

import logging

from alembic import context
from flask import current_app

from doorknock.db import db

log = logging.getLogger("alembic.env")


def run() -> None:
    """Bring the application's own database up or down."""
    if not hasattr(db, "engine"):
        raise RuntimeError("no engine")
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        sqlite = connection.dialect.name == "sqlite"
        if sqlite and raw is not None:
            raw.execute("PRAGMA foreign_keys=OFF")
        options = dict(current_app.extensions["migrate"].configure_args)
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        if sqlite and raw is not None:
            connection.rollback()
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()
            raw.execute("PRAGMA foreign_keys=ON")
            if broken:
                raise RuntimeError(f"rows without their parent after the migration: {broken[:5]}")


run()
