"""200 sockets that send a byte a second beside 20 healthy phones, behind nginx with the shipped file.

nginx gives a head 20 s as a whole, however it drips, so every such socket is closed again and again. Whoever means
harm comes back at once; so do these, and the trial counts how many there really were while it measured.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.databases import ROOT
from tests.faults.founding import SQLITE
from tests.faults.town import CUT, Town, patiently, served
from tests.faults.trial import Outcome, UnplayableError, broken_by
from tests.live import free_port
from tests.wire.client import Door, Phone

NAME = "200 slow sockets beside 20 healthy phones behind nginx"
EXPECTED = "healthy phones' p95 under 2 s; all delivered; the slow ones are there all the time"
GOAL, SHORT = 1, 0
SLOW, HEALTHY, EVENTS = 200, 20, 4
ROUNDS = 32
"""So many that the crowd is watched for longer than nginx suffers one of its heads."""
LIMIT = 2.0
HALF_HEAD = b"POST /api/v1/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer nobody\r\n"
WHOLE_HEAD = HALF_HEAD + b"Content-Type: application/x-ndjson\r\nContent-Length: 4000\r\n\r\n"
SHIPPED = ROOT / "docs" / "ops" / "nginx.conf"
AROUND = """
worker_processes auto; daemon off; pid {folder}/pid; error_log {folder}/error.log crit; {user}
events {{ worker_connections 1024; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {site}
}}
"""


def config(folder: str, port: int, behind: int) -> str:
    """The shipped file on a loopback port, before the trial's own server. TLS is left out: it is tried elsewhere."""
    site = "\n".join(line for line in SHIPPED.read_text(encoding="utf-8").split("\n") if "ssl_" not in line)
    for old, new in {
        "listen [::]:443 ssl http2;": "", "listen [::]:80;": "", "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};", "server_name doorknock.example;": "",
        "127.0.0.1:8000": f"127.0.0.1:{behind}", "/var/cache/nginx/doorknock": f"{folder}/cache",
        "/var/log/nginx": folder,
    }.items():  # fmt: skip
        if old not in site:
            raise RuntimeError(f"docs/ops/nginx.conf no longer says {old}")
        site = site.replace(old, new)
    user = "user root;" if os.geteuid() == 0 else ""
    return AROUND.format(folder=folder, user=user, site=site)


def run(count: int, seed: int) -> Outcome:
    """The figures of each case stand in its notes, beside those of the same crowd without nginx."""
    notes, bad = [], []
    for each in range(seed, seed + count):
        with served(SQLITE, workers=2) as town:
            bare = _measured(town, town.server.port, each, wait=LIMIT + 8)
        with served(SQLITE, workers=2) as town, _nginx(town) as port:
            measured = _measured(town, port, each, wait=60)
            town.note(each, broken_by(town.unsound) + measured.broken())
            bad += town.bad
        notes.append(f"case {each}: {measured}; the same crowd without nginx: {bare}")
    return Outcome(count, min(count, len(bad)), [*bad, *notes])


@dataclass(frozen=True)
class Measured:
    """What came of one crowd."""

    p95: float
    """Seconds that a healthy phone's round took; one that got no answer in time took all of it."""
    alive: list[int]
    """How many slow sockets were open at each second of it, before those that were closed came back."""
    reopened: int
    silent: int
    """Healthy phones that went home without an answer."""

    def broken(self) -> list[str]:
        """A promise broken, or a trial that was none, because the slow ones were not there."""
        found = [f"healthy p95 {self.p95:.2f} s"] if self.p95 >= LIMIT else []
        found += [f"{self.silent} of {HEALTHY} healthy phones did not deliver"] if self.silent else []
        there = statistics.median(self.alive)
        return found + ([f"only {there:.0f} of {SLOW} slow sockets were open"] if there < SLOW else [])

    def __str__(self) -> str:
        there = f"{statistics.median(self.alive):.0f} slow sockets open (at the least {min(self.alive)}"
        return f"healthy p95 {self.p95:.2f} s; {there}; {self.reopened} reopened in {len(self.alive)} s)"


def _measured(town: Town, port: int, seed: int, wait: float) -> Measured:
    """The healthy phones' rounds, once the slow ones are all there."""
    dice = random.Random(seed)
    phones = [town.phone() for _ in range(HEALTHY)]
    for phone in phones:
        phone.door = Door(f"http://127.0.0.1:{port}")
    took: list[float] = []
    silent: list[Phone] = []
    threads = [threading.Thread(target=_work, args=(town, phone, dice, took, wait, silent)) for phone in phones]
    with Crowd(port) as crowd:
        time.sleep(3)
        crowd.watch()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        alive, reopened = crowd.seen()
    return Measured(statistics.quantiles(took, n=20)[-1], alive, reopened, len(silent))


def _work(town: Town, phone: Phone, dice: random.Random, took: list[float], wait: float, silent: list[Phone]) -> None:
    """A worker's rounds, a second or two apart; one who hears nothing goes home."""
    for _ in range(ROUNDS):
        town.visits(phone, dice, EVENTS)
        began = time.monotonic()
        try:
            patiently(phone, wait)
        except CUT:
            took.append(wait)
            silent.append(phone)
            return
        took.append(time.monotonic() - began)
        if took[-1] >= wait:
            return
        time.sleep(dice.uniform(0.5, 1.5))


class Crowd:
    """So many sockets of which half send their head a byte a second, half their body; a closed one is opened anew."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sockets: dict[int, socket.socket] = {}
        self._alive: list[int] = []
        self._reopened = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drip)

    def __enter__(self) -> Crowd:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def watch(self) -> None:
        """From now on it counts."""
        self._alive, self._reopened = [], 0

    def seen(self) -> tuple[list[int], int]:
        """What was counted since."""
        return list(self._alive) or [len(self.sockets)], self._reopened

    def _drip(self) -> None:
        while True:
            began = time.monotonic()
            for number in [n for n, each in self.sockets.items() if not _sent(each, b"x")]:
                self.sockets.pop(number).close()
            self._alive.append(len(self.sockets))
            self._fill()
            if self._stop.wait(max(0.0, 1 - (time.monotonic() - began))):
                break
        for each in self.sockets.values():
            each.close()

    def _fill(self) -> None:
        for number in range(SLOW):
            if number in self.sockets or self._stop.is_set():
                continue
            with suppress(OSError):
                each = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                each.setblocking(False)
                self.sockets[number] = each
                _sent(each, WHOLE_HEAD if number % 2 else HALF_HEAD)
                self._reopened += 1


def _sent(each: socket.socket, data: bytes) -> bool:
    """Whether it went out on a connection that is still open; one that was answered, even by a refusal, is not."""
    try:
        if select.select([each], [], [], 0)[0]:
            return False
        return each.send(data) == len(data)
    except OSError:
        return False


@contextmanager
def _nginx(town: Town) -> Iterator[int]:
    """Its port; nginx stands before the town until the context ends."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        raise UnplayableError("no nginx: as root on Debian: apt-get install nginx")
    with tempfile.TemporaryDirectory(prefix="doorknock-nginx-") as name:
        port = free_port()
        file = Path(name) / "nginx.conf"
        file.write_text(config(name, port, town.server.port), encoding="utf-8")
        process = subprocess.Popen([program, "-c", str(file), "-p", name])
        try:
            for _ in range(100):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)
