"""Rows written as sets, for a fraction of what the session's bookkeeping of every single object costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import FunctionType
from typing import Any

from sqlalchemy import Executable, Insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from doorknock import plans
from doorknock.db import Base, Row, db, table_of

AT_ONCE = 1000


@cache
def _empty_row(model: type[Base]) -> dict[str, Any]:
    """A row of the model where nothing is said: its columns with what they are by default."""
    return {column.name: getattr(column.default, "arg", None) for column in table_of(model).columns}


@cache
def _insertion(model: type[Base]) -> Insert:
    return table_of(model).insert()


@cache
def _plain(model: type[Base]) -> type[Any]:
    """What the model's objects can do, without what watches every value of theirs for the session."""
    can = {name: way for name, way in vars(model).items() if isinstance(way, property | FunctionType)}
    return type(f"New{model.__name__}", (), can | {"__init__": object.__init__})


def fresh(model: type[Row], **values: Any) -> Row:
    """What looks like an object of the model and is none: to be inserted as a set, or to be looked at only."""
    made: Row = _plain(model)()
    made.__dict__ = _empty_row(model) | values
    return made


def is_fresh(row: object, model: type[Base]) -> bool:
    """Whether ``fresh`` made this for the model."""
    return type(row) is _plain(model)


@cache
def _read_only(model: type[Base]) -> type[Any]:
    return type(f"Seen{model.__name__}", (_plain(model),), {"__setattr__": _refuse})


def _refuse(row: object, name: str, _value: object) -> None:
    raise AttributeError(f"{name} of a {type(row).__name__}: what is to change is read as an object of the session")


def seen(model: type[Row], values: dict[str, Any]) -> Row:
    """A copy of some columns, to be looked at only: whatever else is asked of it or told to it is an AttributeError."""
    made: Row = object.__new__(_read_only(model))
    vars(made).update(values)
    return made


def keep_in_step(row: object, **values: Any) -> None:
    """If this is a copy that ``seen`` made: what has just become of its row."""
    if not isinstance(row, Base):
        vars(row).update(values)


def insert_all(model: type[Row], rows: Sequence[Row]) -> None:
    """Insert what ``fresh`` made as a set, for a fraction of what the session's bookkeeping costs.

    It may name only what is in the database already. The session never hears of it, so nobody may change it later.
    """
    if rows:
        db.session.flush()
        names = list(_empty_row(model))
        plans.write(db.session.connection(), _insertion(model), [vars(row) for row in rows], names)


def take_stock(model: type[Base]) -> None:
    """After a large act has filled a table, and before it is searched: PostgreSQL plans by what it knows is there.

    Otherwise it takes all rows of a county for a handful, and reads all of them for every few hundred ids.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {table_of(model).name}")


def upsert(
    model: type[Base], rows: Sequence[Mapping[str, Any]], key: Iterable[str], *, adding: Iterable[str] = ()
) -> None:
    """Insert ``rows`` of a model; where the key is there already, overwrite all other given columns.

    With ``adding``, add to these columns instead and leave all others as they are.
    """
    if not rows:
        return
    connection = db.session.connection()
    statement = _upsertion(model, tuple(rows[0]), tuple(key), tuple(adding), connection.dialect.name)
    for start in range(0, len(rows), AT_ONCE):  # the driver's copies of 20,000 rows weigh more than the rows
        plans.write(connection, statement, rows[start : start + AT_ONCE])


@cache
def _upsertion(
    model: type[Base], names: tuple[str, ...], keys: tuple[str, ...], adding: tuple[str, ...], dialect: str
) -> Executable:
    make = postgresql_insert if dialect == "postgresql" else sqlite_insert
    statement, there = make(table_of(model)), table_of(model).c
    said = {name: statement.excluded[name] for name in names if name not in keys}
    change = {name: there[name] + said[name] for name in adding} or said
    return statement.on_conflict_do_update(index_elements=keys, set_=change)
