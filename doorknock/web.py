"""The door that every request passes: one transaction per non-GET, headers, and page or fragment."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from psycopg.errors import DiskFull
from sqlalchemy.exc import IntegrityError, OperationalError

from doorknock import changes
from doorknock.db import db, set_writing
from doorknock.errors import Problem, Refused, answer

csrf = CSRFProtect()
babel = Babel()
SAFE = ("GET", "HEAD", "OPTIONS")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "media-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Hang the door: transactions before and after each request, security headers on each answer."""
    csrf.init_app(app)
    babel.init_app(app)
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)
    app.register_error_handler(OperationalError, _database_trouble)
    app.register_error_handler(OSError, _disk_trouble)
    app.register_error_handler(IntegrityError, lambda _error: answer(Problem("busy", headers={"Retry-After": "1"})))
    app.register_error_handler(Refused, lambda error: answer(Problem("conflict", "\n".join(error.reasons))))


def render(page: str, **context: Any) -> str:
    """The page for a navigation, its partial (``_name.html`` beside it) for htmx."""
    if "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers:
        folder, _, name = page.rpartition("/")
        page = f"{folder}/_{name}"
    return render_template(page, **context)


def owns_transactions() -> None:
    """Called by the one door (sync) that commits by itself."""
    g.owns_transactions = True


def commit() -> None:
    """Number what was touched, commit, and forget the locks."""
    changes.flush()
    db.session.commit()
    changes.forget()


@contextmanager
def apart() -> Iterator[None]:
    """A writing transaction of its own, also within a request that only reads (which then reads afresh)."""
    rollback()
    before = set_writing(True)
    try:
        yield
        commit()
    finally:
        rollback()
        set_writing(before)


def rollback() -> None:
    """Undo everything since the last commit, and forget the locks."""
    db.session.rollback()
    changes.forget()


def _begin() -> None:
    if any("\0" in text for text in _texts()):
        raise Problem("bad_request")  # no browser sends NUL, and PostgreSQL keeps none
    set_writing(request.method not in SAFE)


def _texts() -> Iterator[str]:
    """What an address and a form say; the bodies of the API have schemas of their own."""
    yield request.path
    for said in (request.args, request.form) if not request.path.startswith("/api/") else (request.args,):
        yield from chain.from_iterable(said.listvalues())


def _finish(response: Response) -> Response:
    if request.method not in SAFE and not g.get("owns_transactions"):
        response = _ended(response)
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store, private")
    return response


def _ended(response: Response) -> Response:
    """The transaction's end: a commit that fails must not look like one that came to pass."""
    if response.status_code >= 400:
        rollback()
        return response
    try:
        commit()
    except OperationalError as error:
        return _database_trouble(error)
    return response


def _forget(_error: BaseException | None) -> None:
    db.session.info.pop("ledger", None)
    set_writing(True)


def trouble(error: OperationalError) -> Problem:
    """What a database in trouble means for whoever asked: come back soon, or once there is room again."""
    full = isinstance(error.orig, DiskFull) or (
        isinstance(error.orig, sqlite3.OperationalError) and "full" in str(error.orig)
    )
    code, seconds = ("disk_full", "60") if full else ("busy", "5")
    return Problem(code, headers={"Retry-After": seconds})


def _database_trouble(error: OperationalError) -> Response:
    rollback()
    return answer(trouble(error))


def _disk_trouble(error: OSError) -> Response:
    """A file could not be written beside the database; anything but a full disk is a fault of ours."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    rollback()
    return answer(Problem("disk_full", headers={"Retry-After": "60"}))
