"""A whole database as one file: taken while others write, loaded into a scratch place, put where the old one was.

Both kinds keep three promises. What is taken is one instant, and the rows counted are counted at that very instant. The
scratch place is gone afterwards, whatever happens. What is put in place comes as one transaction of the database's
own: servers that are running see the old state or the new one, never a mixture, and a failure leaves the old one.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine.url import URL, make_url

from doorknock.backup.programs import run
from doorknock.errors import Refused
from doorknock.words import _

PATIENCE = 60
"""Seconds that putting a database in place waits for others to finish what they are doing."""
SCRATCH = "_scratch_"
ASIDE = ".broken-"
CLEAR = """SET lock_timeout = '400ms';
DO $$ DECLARE name text; left_over int := 150; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
    LOOP
      BEGIN
        EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', name);
        EXIT;
      EXCEPTION WHEN lock_not_available THEN
        left_over := left_over - 1;
        IF left_over = 0 THEN RAISE; END IF;
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
      END;
    END LOOP;
  END LOOP;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', name);
  END LOOP;
END $$;
"""
"""Takes every table from whoever uses it: who waits for us while we wait for them is a deadlock, which PostgreSQL would
find after a second, and so loses its connection. The application tries again, and so does the phone."""


@dataclass(frozen=True)
class Taken:
    """What a copy holds, as the database said at the very instant of the copy."""

    schema: str
    epoch: str
    counts: dict[str, int]


class Nothing(Refused):
    """There is no database of ours yet."""


class Unreadable(Refused):
    """What stands where the database should be is none, or a broken one."""


class Store(Protocol):
    """The database of a URL, as files go in and out of it."""

    kind: str

    def take(self, file: Path) -> Taken:
        """Write the database to a new file; what it holds. Unreadable if it is broken, Nothing if it is not ours."""

    def scratch(self, file: Path, folder: Path) -> AbstractContextManager[str]:
        """Load such a file into a place of its own: its URL, for as long as the context lasts."""

    def faults(self, scratch: str) -> list[str]:
        """What the database itself finds wrong in a scratch place."""

    def put(self, scratch: str, folder: Path) -> None:
        """Put what a scratch place holds where this database is."""

    def set_aside(self) -> str:
        """Move what is unreadable out of the way; where it lies now."""

    def aside(self) -> list[Path]:
        """The files that were ever moved so: names and telephone numbers can still be read in them."""


def store_of(url: str) -> Store:
    """The store that belongs to a database URL."""
    parsed = make_url(url)
    return Postgresql(parsed) if parsed.get_backend_name() == "postgresql" else Sqlite(parsed)


class Sqlite:
    """One file, copied page by page through SQLite's own backup, from within one read transaction."""

    kind = "sqlite"

    def __init__(self, url: URL) -> None:
        self.path = Path(url.database or "")

    def take(self, file: Path) -> Taken:
        if not self.path.is_file():
            raise Nothing(_("这里还没有数据库：%(path)s", path=self.path))
        try:
            with closing(_open(self.path)) as live, closing(sqlite3.connect(file)) as copy:
                live.execute("BEGIN")
                taken = _look(live)  # begins the read transaction that the copy is taken from
                live.backup(copy)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise Unreadable(_("数据库坏了，备份不了：%(why)s。请用上一份备份恢复。", why=error)) from error
        return taken

    @contextmanager
    def scratch(self, file: Path, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{file}"

    def faults(self, scratch: str) -> list[str]:
        with closing(_open(Path(make_url(scratch).database or ""))) as copy:
            whole = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
            orphans = [str(row[0]) for row in copy.execute("PRAGMA foreign_key_check")]
        lost = [_("%(table)s 里有没有主人的行", table=name) for name in sorted(set(orphans))]
        return [said for said in whole if said != "ok"] + lost

    def put(self, scratch: str, folder: Path) -> None:
        source = Path(make_url(scratch).database or "")
        with closing(_open(source)) as made, closing(sqlite3.connect(self.path, timeout=PATIENCE)) as live:
            live.execute("PRAGMA journal_mode=WAL")  # in it the copy is one transaction, and readers are not disturbed
            live.execute("PRAGMA synchronous=FULL")
            made.backup(live)
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def set_aside(self) -> str:
        aside = self.path.with_name(f"{self.path.name}{ASIDE}{secrets.token_hex(4)}")
        for end in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + end)
            if part.exists():
                part.rename(aside.with_name(aside.name + end)).touch()  # its time here begins now
        return str(aside)

    def aside(self) -> list[Path]:
        return sorted(self.path.parent.glob(f"{self.path.name}{ASIDE}*"))


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=15, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def _look(connection: sqlite3.Connection) -> Taken:
    listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = [name for (name,) in listed.fetchall()]
    return _taken(names, lambda words: connection.execute(words).fetchone())


def _taken(names: list[str], one: Callable[[LiteralString], Any]) -> Taken:
    if not {"alembic_version", "meta"} <= set(names):
        raise Nothing(_("这个数据库里没有敲门行动的数据。"))
    life = one("SELECT value FROM meta WHERE key = 'epoch'")
    counts = {name: int(one(f'SELECT count(*) FROM "{name}"')[0]) for name in names}  # noqa: S608  # its own names
    return Taken(str(one("SELECT version_num FROM alembic_version")[0]), str(life[0]) if life else "", counts)


class Postgresql:
    """A dump of one exported snapshot. Needs PostgreSQL's client programs, and a role that may create databases."""

    kind = "postgresql"

    def __init__(self, url: URL) -> None:
        self.url = url

    def take(self, file: Path) -> Taken:
        with self._connect() as live:
            live.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            listed = live.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            taken = _taken([name for (name,) in listed], lambda words: live.execute(words).fetchone())
            [name] = live.execute("SELECT pg_export_snapshot()").fetchone() or [""]
            shape = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges"]
            run(["pg_dump", *shape, f"--snapshot={name}", f"--file={file}"], self.url)
        return taken

    @contextmanager
    def scratch(self, file: Path, folder: Path) -> Iterator[str]:
        self._drop_left()
        name = f"{self.url.database}{SCRATCH}{secrets.token_hex(4)}"
        try:
            self._alone(sql.SQL("CREATE DATABASE {} TEMPLATE template0"), name)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refused(_("数据库账号不能建临时库，没法验证备份。请先执行：ALTER ROLE … CREATEDB")) from error
        url = self.url.set(database=name)
        try:
            run(["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={name}", str(file)], url)
            yield url.render_as_string(hide_password=False)
        finally:
            self._alone(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def faults(self, scratch: str) -> list[str]:
        return []  # every key was checked while it was loaded

    def put(self, scratch: str, folder: Path) -> None:
        script, clear = folder / "put.sql", folder / "clear.sql"
        run(["pg_dump", "--no-owner", "--no-privileges", f"--file={script}"], make_url(scratch))
        clear.write_text(CLEAR, encoding="utf-8")
        once = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        run(["psql", *once, f"--file={clear}", f"--file={script}"], self.url)

    def set_aside(self) -> str:
        raise Refused(_("PostgreSQL 的数据库读不了，请先按它自己的手册修好，或者建一个空的库。"))

    def aside(self) -> list[Path]:
        return []

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(_dsn(self.url))
        except psycopg.OperationalError as error:
            raise Refused(_("连不上数据库：%(why)s", why=error)) from error

    def _drop_left(self) -> None:
        """Scratch places that a power cut left behind: only one backup or restore runs at a time."""
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        with self._connect() as connection:
            left = connection.execute(query, [f"{self.url.database}{SCRATCH}"]).fetchall()
        for (name,) in left:
            self._alone(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _alone(self, statement: sql.SQL, name: str) -> None:
        with psycopg.connect(_dsn(self.url), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name)))


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
