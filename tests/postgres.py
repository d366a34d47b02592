"""A private PostgreSQL: its own cluster in a temporary folder, reachable only through a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

# What is lost with the machine's power is a test's data: not worth waiting for the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "50",
}

ROOM = 4 * 1024**3
"""Bytes free in memory before databases are put there: a few hundred megabytes are used, the rest is others'."""


def binaries() -> Path | None:
    """The folder of the newest installed server programs, or None where there are none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True)
    found = debian[0] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass
class Cluster:
    """A running server. Stop it, or it ends with the process that started it."""

    folder: Path
    server: subprocess.Popen[bytes]
    supervised: int = 0
    """How often it had ended by itself and `supervise` started it."""

    @classmethod
    def start(cls, programs: Path, settings: Mapping[str, str] = SETTINGS, place: Path | None = None) -> Cluster:
        """A new empty cluster, answering; RuntimeError with the server's own words where it will not start.

        Its files go to a folder in ``place``; without one, to memory if there is room, or to the temporary folder.
        """
        folder = Path(tempfile.mkdtemp(prefix="doorknock-pg-", dir=place or _memory(settings)))
        as_user = _as_server_user(folder)
        data = folder / "data"
        shape = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run([*as_user, programs / "initdb", "--pgdata", data, *shape], cwd=folder)
        options = [f"--{name}={value}" for name, value in settings.items()]
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [*as_user, programs / "postgres", "-D", data, "-k", folder, *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        cluster = cls(folder, server)
        cluster._wait()
        return cluster

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self.folder))}"

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of `template` (to which nobody may be connected); gives its URL."""
        # Copying files beats writing a log that nobody will replay.
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def crash(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Ends the server at once, in the middle of whatever it does; its data stay for `revive`.

        With SIGINT it ends in order, as when it is upgraded: it cuts everybody off and writes its data down.
        """
        self.server.send_signal(how)
        self.server.wait(timeout=20)

    def revive(self) -> None:
        """Starts it again on the same data."""
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                self.server.args, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait()

    def supervise(self, seconds: float = 30) -> None:
        """As a supervisor does after trouble: starts it again if it has ended; it answers when this returns.

        A server that lost a process in a crash starts itself again, and gives up only where that fails too.
        """
        deadline = time.monotonic() + seconds
        while self.server.poll() is None:
            try:
                self._execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return
        self.supervised += 1
        self.revive()

    def stop(self) -> None:
        """Ends the server at once and removes its folder."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(timeout=20)
        shutil.rmtree(self.folder)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _wait(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError as error:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    words = (self.folder / "log").read_text(errors="replace")
                    self.server.kill()
                    raise RuntimeError(f"PostgreSQL did not start: {words}") from error
                time.sleep(0.05)


def _memory(settings: Mapping[str, str]) -> Path | None:
    """Where files lie in memory, if there is room: a database is made and dropped there in a third of the time.

    Not for a server that is to write to a disk: what that costs is then part of what is measured.
    """
    there = Path("/dev/shm")  # noqa: S108  # the folder in it is made by mkdtemp
    return there if settings.get("fsync") == "off" and there.is_dir() and shutil.disk_usage(there).free > ROOM else None


def _as_server_user(folder: Path) -> list[str | Path]:
    """The words to put before a command: ends with us and, as PostgreSQL refuses root, runs as another user."""
    ends_with_us = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() != 0:
        return [*ends_with_us]
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*ends_with_us, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _run(command: list[str | Path], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed: {done.stderr.decode(errors='replace')}")
