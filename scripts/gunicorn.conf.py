"""How gunicorn serves the house: ``gunicorn --config scripts/gunicorn.conf.py app:app``; its own options may be added.

Its access log stays off, because ours (doorknock/watch.py) names no address; what it says itself takes our shape; and
its processes share a folder of counts, so that ``/metrics`` tells all of them.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from typing import Any

from gunicorn.glogging import Logger

MEMORY = "/dev/shm"  # noqa: S108  # the folder below is made for this process alone
# The library that counts reads this once, when it is first imported: before the house is. It writes into files mapped
# into memory, and where a disk is full, to touch a new page of one ends the process (SIGBUS) and with it the answer.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
        prefix=f"doorknock-counts-{os.getpid()}-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    )
FOLDER, MASTER = os.environ["PROMETHEUS_MULTIPROC_DIR"], os.getpid()
accesslog = None
worker_class = "gthread"
workers = 2
threads = 4
# A connection for each request, so that whichever process is free takes the next one: kept open, eight phones may all
# hang on one process while the other idles. nginx in front keeps its own connections to the phones.
keepalive = 0


class Lines(Logger):
    """What gunicorn says, in our shape."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does, then with our formatter."""
        from doorknock.logs import Formatter

        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter())
        self.error_log.setLevel(logging.INFO)


logger_class = Lines


def post_worker_init(_worker: Any) -> None:
    """What a process has once it is ready stays for good: the search for rubbish passes it over, and comes less often.

    Without this, a tenth of a sync's time goes into looking through the program's own modules.
    """
    from doorknock import collecting  # importable once the worker stands in its folder

    collecting.settle()
    # Whoever holds the writers' lock gives up the interpreter at each statement; every other thread would keep it for
    # five milliseconds, and all other phones wait.
    sys.setswitchinterval(0.001)


def child_exit(_server: Any, worker: Any) -> None:
    """A process is gone: what only lived with it is no longer told."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    if os.getpid() == MASTER:
        shutil.rmtree(FOLDER, ignore_errors=True)
