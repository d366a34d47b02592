"""Figures for a monitoring program: ``/metrics``. Counts and ages only, nothing of any person, phone or village.

Requests are counted in each process; under gunicorn with ``scripts/gunicorn.conf.py`` the processes share a folder, so
that whichever answers tells them all. Everything else is asked of the database when somebody wants to know it.
"""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Callable, Iterator

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text

from doorknock import asker
from doorknock.access import open_to
from doorknock.db import db
from doorknock.errors import Problem

SHARED = "PROMETHEUS_MULTIPROC_DIR"
Reading = Callable[[], float | dict[str, float] | None]
door = Blueprint("metrics", __name__)
_own = CollectorRegistry()
_requests = Counter("doorknock_requests", "Requests answered.", ("method", "route", "status"), registry=_own)
_seconds = Histogram(
    "doorknock_request_seconds", "Time until the answer began.", ("route",), registry=_own,
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)  # fmt: skip


def register(app: Flask) -> None:
    """Open the door; the ground's own gauges."""
    app.extensions["gauges"] = {}
    app.register_blueprint(door)
    gauge(app, "doorknock_database_bytes", "Size of the database.", _database_bytes)
    gauge(app, "doorknock_data_free_bytes", "Room left where photos and recordings lie.", _free_bytes)


def gauge(app: Flask, name: str, says: str, reading: Reading) -> None:
    """Offer a figure that is read when somebody asks; None where there is none, a dictionary for one by ``kind``."""
    app.extensions["gauges"][name] = (says, reading)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One more request was answered."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


@door.get("/metrics")
@open_to("whoever asks on this machine itself, or shows METRICS_TOKEN")
def metrics() -> Response:
    """All figures in the usual text form; not found for anybody else."""
    if not _may_read():
        raise Problem("not_found")
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it without types
    else:
        registry = _own
    gauges = CollectorRegistry()
    gauges.register(_Gauges())
    return Response(generate_latest(registry) + generate_latest(gauges), content_type=CONTENT_TYPE_LATEST)


def _may_read() -> bool:
    token = str(current_app.config["METRICS_TOKEN"])
    if not token:
        return asker.is_local()
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


class _Gauges(Collector):
    """What the rooms offered, read now."""

    def collect(self) -> Iterator[Metric]:
        for name, (says, reading) in current_app.extensions["gauges"].items():
            found = reading()
            by_kind = isinstance(found, dict)
            metric = GaugeMetricFamily(name, says, labels=("kind",) if by_kind else ())
            for kind, value in found.items() if isinstance(found, dict) else [("", found)]:
                if value is not None:
                    metric.add_metric((kind,) if by_kind else (), value)
            yield metric


def _database_bytes() -> float:
    if db.session.get_bind().dialect.name == "postgresql":
        return float(db.session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages = db.session.scalar(text("PRAGMA page_count")) or 0
    return float(pages) * float(db.session.scalar(text("PRAGMA page_size")) or 0)


def _free_bytes() -> float:
    return float(shutil.disk_usage(str(current_app.config["DATA_DIR"])).free)
