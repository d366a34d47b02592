"""The real application behind gunicorn, in a process of its own, that tests can stop and start again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.databases import ROOT
from tests.ready import Forked, Ready

READY: Ready | None = None
"""Where a run of tests has one, every server's."""


def free_port() -> int:
    """A loopback port to listen on; below the range that outgoing connections take while a server is stopped."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


@dataclass
class LiveServer:
    """Serves `database_url` on one loopback address, the same after each start. `folder` holds its files and log."""

    database_url: str
    folder: Path
    workers: int = 1
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    """More of gunicorn's own."""
    ready: Ready | None = field(default_factory=lambda: READY)
    """What its processes are forked from; without it each begins anew, as it does in the field."""
    process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the server said, all starts together."""
        return self.folder / "server.log"

    @property
    def environment(self) -> dict[str, str]:
        """What the server and its commands are told."""
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder / "data"),
            "SECRET_KEY": "a secret for tests and for nothing else",
            "PUBLIC_URL": self.url,
            "TMPDIR": str(self.folder),
        }

    def start(self) -> None:
        """Returns once it accepts connections; RuntimeError with its log where it does not within 30 s."""
        shape = ["--config=scripts/gunicorn.conf.py", f"--workers={self.workers}", "--threads=8", "--no-control-socket"]
        arguments = ["app:app", f"--bind=127.0.0.1:{self.port}", *shape, "--graceful-timeout=5", *self.options]
        with self.log.open("ab") as log:
            self.process = (
                self.ready.serve(arguments, self.environment, log) if self.ready else self._begin(arguments, log)
            )
        self._wait_for_answer()

    def _begin(self, arguments: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "gunicorn", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def stop(self) -> None:
        """Ends it in order: what it was answering is answered. After this, connections are refused."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it at once, as a power cut would: nothing more is answered or written."""
        self._end(signal.SIGKILL)

    def flask(self, *arguments: str) -> str:
        """What `flask --app app …` prints, run against the same database; CalledProcessError if it is refused."""
        if self.ready:
            return self.ready.command(["--app", "app", *arguments], self.environment)
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            # Its workers too: a worker that outlived its master would still answer.
            os.killpg(self.process.pid, how)
        self.process.wait(timeout=20)
        for left in Path("/dev/shm").glob(f"doorknock-counts-{self.process.pid}-*"):  # noqa: S108  # one that was killed
            shutil.rmtree(left, ignore_errors=True)
        self.process = None

    def _wait_for_answer(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not _answers(self.port):
            gone = self.process is None or self.process.poll() is not None
            if gone or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not start: {self.log.read_text()[-4000:]}")
            time.sleep(0.05)


def _answers(port: int) -> bool:
    """Whether the application itself answers there; gunicorn listens before its workers can."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False
