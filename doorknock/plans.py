"""Statements compiled once for each kind of database, and run on the driver's own cursor.

SQLAlchemy says what is asked, in which dialect, and how each value goes in and comes out; only its way of running a
statement is left out, which costs more than the database does for any question that finds a handful of rows. What goes
wrong is raised as SQLAlchemy raises it, so nobody above can tell the difference.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Executable, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Done = TypeVar("Done")
Process = Callable[[Any], Any]
Parameters = Sequence[Any] | dict[str, Any]


class Plan:
    """One statement for one kind of database: its text, and what is done to each value on its way in and out."""

    def __init__(self, statement: Executable, dialect: Dialect, names: Sequence[str] = ()) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names) or None)  # type: ignore[attr-defined]  # every statement that is asked here can be compiled
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  # narrows the type only
        wanted = [name for name, bind in compiled.binds.items() if bind.required or name in names]
        state = compiled.construct_expanded_state(dict.fromkeys(wanted), escape_names=False)
        self.text, self.order = state.statement, state.positiontup
        ways = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        self.ways: dict[str, Process | None] = {name: ways[name] for name in wanted}
        fixed = {name: value for name, value in state.parameters.items() if name not in self.ways}
        self.fixed = {name: _through(ways.get(name), value) for name, value in fixed.items()}
        self.pick = itemgetter(*self.order) if self.order and len(self.order) > 1 and not fixed else None
        self.changes = [(at, way) for at, name in enumerate(self.order or ()) if (way := self.ways.get(name))]
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self.row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]  # its names are known here only
        readers = (
            (at, column.type.dialect_impl(dialect).result_processor(dialect, None)) for at, column in enumerate(columns)
        )
        self.readers: list[tuple[int, Process]] = [(at, way) for at, way in readers if way is not None]

    def bound(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Parameters]:
        """The values of each row as the driver takes them."""
        if self.pick is not None:
            return _changed(map(self.pick, rows), self.changes)
        said = [self.fixed | {name: _through(way, row[name]) for name, way in self.ways.items()} for row in rows]
        return said if self.order is None else [tuple([row[name] for name in self.order]) for row in said]

    def read(self, found: list[tuple[Any, ...]]) -> list[Any]:
        """What the driver found, as rows with names."""
        return list(map(self.row._make, _changed(found, self.readers)))


def _through(way: Process | None, value: Any) -> Any:
    return value if way is None else way(value)


def _changed(rows: Iterable[tuple[Any, ...]], ways: list[tuple[int, Process]]) -> list[tuple[Any, ...]]:
    """The rows with the values at these places changed: by whole columns, which is twice as fast as row by row."""
    if not ways:
        return list(rows)
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for at, way in ways if columns else ():
        columns[at] = map(way, columns[at])
    return list(zip(*columns, strict=True))


_plans: dict[tuple[int, str], tuple[Executable, Plan]] = {}
"""By statement and dialect; each entry holds its statement, so that no other can take its number."""


def _plan(connection: Connection, statement: Executable, names: Sequence[str] = ()) -> Plan:
    key = (id(statement), connection.dialect.name)
    found = _plans.get(key)
    if found is None:
        found = _plans[key] = (statement, Plan(statement, connection.dialect, names))
    return found[1]


def ask(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> list[Any]:
    """The rows that answer a question, which has to be one of those that live as long as the process."""
    plan = _plan(connection, statement)
    [bound] = plan.bound([values])

    def found(cursor: Any) -> list[tuple[Any, ...]]:
        cursor.execute(plan.text, bound)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    return plan.read(_run(connection, plan, found))


def write(
    connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()
) -> None:
    """Run a statement that changes something for each of these rows, which have these (or else the same) names."""
    plan = _plan(connection, statement, names or list(rows[0]))
    bound = plan.bound(rows)
    _run(connection, plan, lambda cursor: cursor.executemany(plan.text, bound))


def _run(connection: Connection, plan: Plan, work: Callable[[Any], Done]) -> Done:
    dialect, raw = connection.dialect, connection.connection
    driver = dialect.loaded_dbapi
    try:
        with closing(raw.cursor()) as cursor:
            return work(cursor)
    except driver.Error as error:
        lost = dialect.is_disconnect(error, raw, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            plan.text, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error
