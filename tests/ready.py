"""A process that has read the program and its libraries and waits: what is forked from it need not read them again.

Reading them takes two seconds of a processor, and the tests start some two hundred servers and as many commands. What
is forked is gunicorn and the command line themselves, with their own settings, folder and environment; only `import`
finds what is there already.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import IO, Any

from tests.databases import ROOT

PARENT_DIED = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


class Forked:
    """A process that is nobody's child here: as much of `Popen` as tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._gone: int | None = None
        with suppress(ProcessLookupError):
            self._gone = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Nothing while it runs."""
        return None if self._wait(0) else 0

    def wait(self, timeout: float) -> None:
        """Until it has ended; TimeoutExpired where that takes longer."""
        if self._wait(timeout):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)

    def _wait(self, seconds: float) -> bool:
        if self._gone is None:
            return False
        if not select.select([self._gone], [], [], seconds)[0]:
            return True
        os.close(self._gone)
        self._gone = None
        return False


class Ready:
    """The waiting process, begun when it is first needed; it ends with this one, and with it all that it forked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def serve(self, arguments: list[str], environment: dict[str, str], log: IO[bytes]) -> Forked:
        """gunicorn with these arguments, writing to this log."""
        return Forked(self._ask(run="gunicorn", arguments=arguments, environment=environment, out=log.name))

    def command(self, arguments: list[str], environment: dict[str, str]) -> str:
        """What `flask …` prints; CalledProcessError if it is refused. What it says of errors goes where ours goes."""
        with tempfile.NamedTemporaryFile() as said:
            asked = {"run": "flask", "arguments": arguments, "environment": environment, "out": said.name}
            status = self._ask(**asked)
            text = said.read().decode()
        if status:
            raise subprocess.CalledProcessError(status, ["flask", *arguments], text)
        return text

    def close(self) -> None:
        """Let it go."""
        if self._process:
            self._process.communicate(timeout=20)
            self._process = None

    def _ask(self, **asked: Any) -> int:
        command, pipe = [sys.executable, "-m", "tests.ready"], subprocess.PIPE
        self._process = self._process or subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        return int(stdout.readline())


def wait() -> None:
    """What the waiting process does: forks as it is asked to, and answers with a number."""
    _die_with_parent()
    with tempfile.TemporaryDirectory() as counts:
        # Libraries look for it when they are read, and again in each process of their own.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        _read_all()
        for line in sys.stdin:
            asked = json.loads(line)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            pid = os.fork()
            if pid == 0:
                _become(**asked)
            answer = pid if asked["run"] == "gunicorn" else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()


def _read_all() -> None:
    import doorknock

    names = ["gunicorn.app.wsgiapp", "gunicorn.workers.gthread"]
    names += [f"doorknock.{door}" for door in ("assets", "health", "metrics")]
    names += [f"doorknock.{room}.{door}" for room in doorknock.ROOMS for door in doorknock.DOORS]
    for name in names:
        if find_spec(name):
            import_module(name)


def _become(run: str, arguments: list[str], environment: dict[str, str], out: str) -> None:
    """Never returns: this process is the server or the command now."""
    status = 1
    try:
        _die_with_parent()
        os.setsid()
        os.environ.clear()
        os.environ.update(environment)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        writing = os.open(out, os.O_WRONLY | os.O_APPEND)
        os.dup2(writing, 1)
        if run == "gunicorn":
            os.dup2(writing, 2)
        sys.argv = [run, *arguments]
        status = _run(run)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _run(run: str) -> int:
    try:
        if run == "gunicorn":
            from gunicorn.app.wsgiapp import run as serve

            serve()
        else:
            from flask.cli import main

            main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGTERM)


if __name__ == "__main__":
    wait()
