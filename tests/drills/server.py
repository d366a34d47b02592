"""A server of the demo's town with a folder of its own, its phones and its office."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.wire.answer import NoAnswer
from tests.wire.client import Door, Phone

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "qinghe-2026"  # the demo's own; it opens invented data only
SECRET = "only for a drill: " + hashlib.sha256(os.urandom(16)).hexdigest()
TOWN = "990102103000"


class Server:
    """A server with a folder of its own: its database, its files, its address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        return os.environ | {
            "DATABASE_URL": f"sqlite:///{self.folder / 'doorknock.db'}", "DATA_DIR": str(self.folder / "data"),
            "SECRET_KEY": SECRET, "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "ACCESS_LOG": "0",
        }  # fmt: skip

    def flask(self, *words: str, code: int = 0) -> str:
        """A command as it is typed; RuntimeError where it ends otherwise than it should."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT, env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != code:
            raise RuntimeError(f"flask {' '.join(words)}: {done.returncode} {done.stderr[-800:]}")
        return done.stdout

    def asked(self, *words: str) -> Any:
        """The same, and its JSON."""
        return json.loads(self.flask(*words, "--json"))

    def start(self) -> None:
        """Serve as in earnest, with the shipped settings of gunicorn, and return when it answers."""
        shape = ["--config=scripts/gunicorn.conf.py", "--no-control-socket", "--graceful-timeout=30"]
        counts = self.folder / "counts"  # a killed server cannot clear away a folder of its own choice
        counts.mkdir(exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "app:app", f"--bind=127.0.0.1:{self.port}", *shape], cwd=ROOT,
                env=self.environment | {"PROMETHEUS_MULTIPROC_DIR": str(counts)}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(lambda: self.door().request("GET", "/healthz").status == 200)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it; SIGKILL as when the power goes."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            self.process.wait(timeout=30)
            self.process = None

    def door(self) -> Door:
        """The way to it."""
        return Door(f"http://127.0.0.1:{self.port}")

    def phone(self, worker: str) -> Phone:
        """A new phone of this worker, enrolled and synced."""
        phone = Phone(self.door())
        if phone.enrol(username=worker, password=PASSWORD).status != 201:
            raise RuntimeError(f"{worker} could not enrol")
        phone.sync()
        return phone

    def figures(self) -> Any:
        """The town's figures."""
        node = self.asked("coverage", "show", "--region", TOWN)
        return {name: value for name, value in node.items() if isinstance(value, int)}


class Office:
    """Somebody who is logged in at the office, as a browser without scripts."""

    def __init__(self, server: Server, username: str) -> None:
        self.port = server.port
        self.cookies: dict[str, str] = {}
        page = self.open("GET", "/login")
        self.open("POST", "/login", {"username": username, "password": PASSWORD, "csrf_token": token(page)})

    def open(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        """The page that answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urllib.parse.urlencode(form or {}), headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = answer.read().decode()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return text

    def switch_off(self, phone: Phone) -> None:
        """The phone is switched off on the page of the one whose it is."""
        page = self.open("GET", f"/office/people/{phone.worker['id']}")
        path = f"/office/people/{phone.worker['id']}/phones/{phone.device_id}/off"
        self.open("POST", path, {"csrf_token": token(page)})


def token(page: str) -> str:
    """The form's token on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found[1] if found else ""


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait, but not for ever."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(OSError, http.client.HTTPException, NoAnswer):
            if holds():
                return
        if time.monotonic() > deadline:
            raise RuntimeError("it never answered")
        time.sleep(0.1)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo(folder: Path, name: str = "server") -> Iterator[Server]:
    """The demo's town, served."""
    server = Server(folder / name, free_port())
    try:
        server.flask("db", "upgrade")
        server.flask("demo")
        server.start()
        yield server
    finally:
        server.end(signal.SIGKILL)


def walk(phone: Phone, outcome: str, count: int, **more: Any) -> list[str]:
    """Visits at the first doors that the phone has; the events' ids."""
    doors = sorted(phone.rows("place"))
    sent = []
    for number in range(count):
        door = doors[(len(phone.events) + number) % len(doors)]
        sent.append(phone.event("visit", {"place_id": door, "outcome": outcome} | more).id)
    return sent
