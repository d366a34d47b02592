"""The door that every request passes: one transaction per non-GET, and page or fragment."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from psycopg.errors import DiskFull
from sqlalchemy.exc import IntegrityError, OperationalError

from doorknock import changes, headers
from doorknock.db import db, set_writing
from doorknock.errors import Problem, Refused, answer

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
babel = Babel()
SAFE = headers.SAFE


def register(app: Flask) -> None:
    """Hang the door: a transaction before and after each request."""
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


def only_reads(view: View) -> View:
    """Marks a view that changes nothing and is a POST only so that what is asked for stands in no address."""
    view.only_reads = True  # type: ignore[attr-defined]  # read by writes()
    return view


def writes() -> bool:
    """Whether this request may change something."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in SAFE and not getattr(view, "only_reads", False)


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
    set_writing(writes())


def _texts() -> Iterator[str]:
    """What an address and a form say; the bodies of the API have schemas of their own."""
    yield request.path
    for said in (request.args, request.form) if not request.path.startswith("/api/") else (request.args,):
        yield from chain.from_iterable(said.listvalues())


def _finish(response: Response) -> Response:
    if writes() and not g.get("owns_transactions"):
        response = _ended(response)
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
