"""Statements compiled once for each kind of database, and run on the driver's own cursor.

SQLAlchemy says what is asked, in which dialect, and how each value goes in and comes out; only its way of running a
statement is left out, which costs more than the database does for any question that finds a handful of rows. What goes
wrong is raised as SQLAlchemy raises it, so nobody above can tell the difference.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
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

    def bound(self, values: Mapping[str, Any]) -> Parameters:
        """The values as the driver takes them."""
        if self.pick is not None:
            picked = list(self.pick(values))
            for at, way in self.changes:
                picked[at] = way(picked[at])
            return picked
        said = self.fixed | {name: _through(way, values[name]) for name, way in self.ways.items()}
        return said if self.order is None else tuple([said[name] for name in self.order])

    def read(self, found: list[tuple[Any, ...]]) -> list[Any]:
        """What the driver found, as rows with names."""
        make, readers = self.row._make, self.readers
        if not readers:
            return [make(row) for row in found]
        said = []
        for row in found:
            values = list(row)
            for at, way in readers:
                values[at] = way(values[at])
            said.append(make(values))
        return said


def _through(way: Process | None, value: Any) -> Any:
    return value if way is None else way(value)


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
    bound = plan.bound(values)

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
    bound = [plan.bound(row) for row in rows]
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
