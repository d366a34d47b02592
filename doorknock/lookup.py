"""Questions that are asked again and again: built once for the life of the process, with their values filled in later.

Building an expression costs many times what the database takes to answer it. Lists are handed over whole, as one
value, so that a question has one text however long the list is, and both drivers keep it prepared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    Executable,
    Select,
    String,
    Text,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from doorknock import plans
from doorknock.db import Row, db
from doorknock.sets import fresh, seen


@lru_cache(maxsize=64)
def _as_text(listed: tuple[Any, ...]) -> str:
    """The same list is asked about in a dozen tables."""
    return json.dumps(listed)


class _Listed(TypeDecorator[Iterable[Any]]):
    """A list as one value: an array on PostgreSQL, a JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, *, numbers: bool) -> None:
        super().__init__()
        self.numbers = numbers

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(BigInteger() if self.numbers else String()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        listed = tuple(value or ())
        return list(listed) if dialect.name == "postgresql" else _as_text(listed)


class _Among(FunctionElement[bool]):
    """``among`` as the databases understand it."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> Any:
        """As it stands: beside AND it needs neither brackets nor ``= 1``."""
        return self


def among(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """A condition: the column is one of the list that is handed in under this name when the question is asked."""
    numbers = isinstance(column.type, BigInteger)
    return _Among(column, bindparam(name, type_=_Listed(numbers=numbers)))


def given(name: str) -> Any:
    """A value that is handed in under this name when the question is asked."""
    return bindparam(name)


@cache
def about(model: Any) -> Select[Any]:
    """Asks for the objects of a model whose ``place_id`` is among the ``ids``."""
    return select(model).where(model.county == given("county"), among(model.place_id))


@compiles(_Among, "postgresql")
def _any(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, listed = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} = ANY ({listed})"


@compiles(_Among)
def _each(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, listed = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608  # both come from the compiler


def rows(question: Executable, **values: Any) -> list[Any]:
    """The plain rows that answer it; what the session has not written yet is written first."""
    session = db.session()
    session.flush()
    return plans.ask(session.connection(), question, values)


def one(question: Executable, **values: Any) -> Any:
    """The first column of the first row, or None."""
    found = rows(question, **values)
    return found[0][0] if found else None


def objects(question: Executable, **values: Any) -> Sequence[Any]:
    """The objects that answer it."""
    return db.session.scalars(question, values).all()


def seldom(question: Select[Any], **values: Any) -> Sequence[Any]:
    """The objects that answer a question to which there mostly are none: asked for plainly before any is made."""
    return objects(question, **values) if rows(_probe(question), **values) else ()


@cache
def _probe(question: Select[Any]) -> Executable:
    return question.with_only_columns(literal_column("1").label("there"), maintain_column_froms=True).limit(1)


def copies(model: type[Row], question: Executable, **values: Any) -> list[Row]:
    """Objects to be looked at only, made of plain rows: the session knows nothing of them and writes no change."""
    return [fresh(model, **row._asdict()) for row in rows(question, **values)]


def sight(model: type[Row], question: Executable, **values: Any) -> list[Row]:
    """The same of some columns only: no other can be asked for, and none be changed."""
    return [seen(model, row._asdict()) for row in rows(question, **values)]
