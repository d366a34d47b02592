"""Copies of a whole database kept in memory, on SQLite and PostgreSQL alike: a fresh start, and an older backup."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, text

from doorknock.db import Base, db

Copy = dict[Table, list[dict[str, Any]]]


def copy() -> Copy:
    """Every row of every table."""
    found = {}
    for table in Base.metadata.sorted_tables:
        found[table] = [dict(row) for row in db.session.execute(table.select()).mappings()]
    db.session.rollback()
    return found


def put_back(saved: Copy) -> None:
    """Makes the database what it was when the copy was taken."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    if db.session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in tables)
        db.session.execute(text(f"TRUNCATE {names} CASCADE"))
    else:
        db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in reversed(tables):
            db.session.execute(table.delete())
    for table, rows in saved.items():
        if rows:
            db.session.execute(table.insert(), rows)
    db.session.commit()
