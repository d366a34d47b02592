"""200 sockets that send a byte a second beside 20 healthy phones, behind nginx with the shipped file."""

from __future__ import annotations

import os
import random
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.databases import ROOT
from tests.faults.founding import SQLITE
from tests.faults.town import CUT, Town, patiently, served
from tests.faults.trial import Outcome
from tests.live import free_port
from tests.wire.client import Door, Phone

NAME = "200 slow sockets beside 20 healthy phones behind nginx"
EXPECTED = "healthy phones' p95 under 2 s; all delivered"
GOAL, SHORT = 1, 0
SLOW, HEALTHY, ROUNDS, EVENTS = 200, 20, 12, 4
LIMIT = 2.0
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
            bare = _p95(town, town.server.port, each, wait=LIMIT + 8)
        with served(SQLITE, workers=2) as town, _nginx(town) as port:
            took = _p95(town, port, each, wait=60)
            found = town.unsound() + ([f"healthy p95 {took:.2f} s"] if took >= LIMIT else [])
            town.note(each, found)
            bad += town.bad
        notes.append(f"seed {each}: healthy p95 {took:.2f} s; the same crowd without nginx {bare:.2f} s")
    return Outcome(count, min(count, len(bad)), [*bad, *notes])


def _p95(town: Town, port: int, seed: int, wait: float) -> float:
    """How long the healthy phones' rounds took; one that got no answer in time took all of it."""
    dice = random.Random(seed)
    stop = threading.Event()
    dripping = threading.Thread(target=_drip, args=(port, stop))
    dripping.start()
    time.sleep(3)
    phones = [town.phone() for _ in range(HEALTHY)]
    for phone in phones:
        phone.door = Door(f"http://127.0.0.1:{port}")
    took: list[float] = []
    threads = [threading.Thread(target=_work, args=(town, phone, dice, took, wait)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    dripping.join()
    return statistics.quantiles(took, n=20)[-1]


def _work(town: Town, phone: Phone, dice: random.Random, took: list[float], wait: float) -> None:
    """A worker's rounds, a second or two apart; one who hears nothing goes home."""
    for _ in range(ROUNDS):
        town.visits(phone, dice, EVENTS)
        began = time.monotonic()
        try:
            patiently(phone, wait)
        except CUT:
            took.append(wait)
            return
        took.append(time.monotonic() - began)
        if took[-1] >= wait:
            return
        time.sleep(dice.uniform(0.5, 1.5))


def _drip(port: int, stop: threading.Event) -> None:
    """Sockets of which half send their head a byte a second, half their body."""
    head = b"POST /api/v1/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer nobody\r\n"
    whole = head + b"Content-Type: application/x-ndjson\r\nContent-Length: 4000\r\n\r\n"
    sockets = []
    for number in range(SLOW):
        with suppress(OSError):
            each = socket.create_connection(("127.0.0.1", port), timeout=5)
            each.sendall(whole if number % 2 else head)
            sockets.append(each)
    while not stop.wait(1):
        for each in sockets:
            with suppress(OSError):
                each.send(b"x")
    for each in sockets:
        each.close()


@contextmanager
def _nginx(town: Town) -> Iterator[int]:
    """Its port; nginx stands before the town until the context ends."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        raise RuntimeError("no nginx: as root on Debian: apt-get install nginx")
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
