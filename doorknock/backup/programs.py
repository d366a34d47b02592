"""PostgreSQL's own programs, told of the database by their environment: a list of processes shows no password."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from collections.abc import Sequence

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine.url import URL

from doorknock.errors import Refused
from doorknock.words import _

_NAMES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def run(command: Sequence[str], url: URL) -> None:
    """Run one of pg_dump, pg_restore and psql on that database.

    Refused with its own words if it fails; OSError where that was for want of room.
    """
    try:
        done = subprocess.run(  # noqa: S603  # our own words, and paths as single arguments
            list(command), env=_environment(url), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Refused(_("没有找到 %(name)s，请先安装 postgresql-client。", name=command[0])) from error
    if done.returncode == -signal.SIGXFSZ or "No space left" in done.stderr:
        raise OSError(errno.ENOSPC, done.stderr)
    if done.returncode:
        why = done.stderr.strip()[-400:]
        raise Refused(_("%(name)s 没有做成：%(why)s", name=command[0], why=why))


def _environment(url: URL) -> dict[str, str]:
    said = conninfo_to_dict(url.set(drivername="postgresql").render_as_string(hide_password=False))
    return os.environ | {_NAMES.get(key, f"PG{key.upper()}"): str(value) for key, value in said.items() if value}
