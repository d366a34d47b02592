"""The database: one session, typed models, ids minted here, and the same behaviour on SQLite and PostgreSQL.

Two dangers are shut off here. Python's SQLite driver begins transactions late, so two writers can both read and then
both write (updates lost without an error): here a writer begins IMMEDIATE. And SQLite does not check foreign keys
unless told to on each connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import uuid_utils
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, MetaData, String, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

from doorknock.gate import Gate, turn
from doorknock.jsons import text_of

Row = TypeVar("Row", bound="Base")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BY_COUNTY = {"dist": "county"}
"""Marks a table that can be distributed by county: every key and foreign key of it contains the county."""
REFERENCE = {"dist": "reference"}
"""Marks a small table that every node holds whole (regions, people)."""

PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000",
    "wal_autocheckpoint=4000",  # pages: the log is written back seldom, each page once for many commits
)  # fmt: skip
_writing: ContextVar[bool] = ContextVar("writing", default=True)


@lru_cache(maxsize=4096)
def _as_text(instant: datetime) -> str:
    """For SQLite; the same instants come again and again in the rows of one batch."""
    return instant.astimezone(UTC).isoformat(" ", "microseconds")[:26]


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, stored as UTC without a zone on both databases.

    On SQLite it is the text that SQLAlchemy itself would write, written and read by datetime, which is much faster.
    """

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        if dialect.name == "sqlite":
            return lambda value: None if value is None else _as_text(value)
        return lambda value: None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        if dialect.name == "sqlite":
            return lambda value: None if value is None else datetime.fromisoformat(f"{value}+00:00")
        return lambda value: None if value is None else value.replace(tzinfo=UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
County = String(6)
Code = String(15)
Id = String(36)


class Base(DeclarativeBase):
    """Every table. ``info`` says how it could be distributed; test_metadata reads it."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: Instant, dict[str, Any]: Json, list[Any]: Json, list[str]: Json},
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate(directory="migrations", render_as_batch=True, compare_type=True)


def new_id() -> str:
    """A fresh UUIDv7 as lower-case text."""
    return str(uuid_utils.uuid7())


def prepare(app: Flask) -> None:
    """Make the folders that the settings name, and set the engine's options."""
    url = make_url(str(app.config["SQLALCHEMY_DATABASE_URI"]))
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    Path(str(app.config["DATA_DIR"])).mkdir(parents=True, exist_ok=True, mode=0o700)
    # A refused statement is quoted in the fault that it raises: without the rows that it was about.
    options: dict[str, Any] = {"hide_parameters": True, "json_serializer": text_of}
    if url.get_backend_name() == "postgresql":
        waits = {"connect_timeout": 5, "options": "-c lock_timeout=15s"}  # as long as SQLite waits, then 503
        options |= {"pool_pre_ping": True, "pool_size": 10, "connect_args": waits}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the begin event below says BEGIN, not the driver
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    file = connection.engine.url.database
    if _writing.get() and file and "gate" not in connection.info:
        connection.info["gate"] = Gate(file)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "invalidate")
def _on_return(_connection: object, record: ConnectionPoolEntry, *_why: object) -> None:
    """A transaction is over when its connection goes back to the pool."""
    if gate := record.info.pop("gate", None):
        gate.leave()


def one_by_one() -> AbstractContextManager[None]:
    """For a request that reads much, writes, and packs an answer: on SQLite its process does nothing like it beside."""
    url = db.engine.url
    file = url.database if url.get_backend_name() == "sqlite" else None
    return turn(file) if file else nullcontext()


def set_writing(writes: bool) -> bool:
    """Say for the rest of this request whether its transactions write; the answer is what was said before."""
    before = _writing.get()
    _writing.set(writes)
    return before


def one_instant() -> None:
    """From here on this context only reads, and reads one instant of the database, however long it reads."""
    db.session.rollback()
    set_writing(False)
    if db.engine.dialect.name == "postgresql":  # a reading transaction of SQLite is like this anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def table_of(model: type[Base]) -> Table:
    """The model's table."""
    found = model.__table__
    assert isinstance(found, Table)  # noqa: S101  # narrows the type only
    return found
