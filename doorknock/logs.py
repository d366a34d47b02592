"""What the program says about itself: one JSON line an event on stderr, with nothing of any household or person in it.

An allow-list decides, not the care of whoever writes the line: a name that is not below is left out, and so is a value
of another shape than its name promises. A fault is told by its kind and by where it went through the program, never by
its message or its variables: both quote rows.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, current_app, g, has_app_context

from doorknock.config import ROOT

Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
FRAMES = 30
"""Of a fault, so many steps at most, the innermost."""
_WORD, _NUMBER = r"[a-z][a-z0-9_.]{0,60}", r"-?[0-9]{1,15}(\.[0-9]{1,6})?"
_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME = r"[A-Za-z_][A-Za-z0-9_.<>]{0,100}"
ALLOWED = {
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "level": _WORD, "event": _WORD,
    "request": r"[0-9a-z]{4}-[0-9a-z]{4}", "route": r"/[A-Za-z0-9_.:<>/-]{0,100}", "method": r"[A-Z]{1,10}",
    "status": _NUMBER, "ms": _NUMBER, "code": _WORD, "who": r"[0-9a-f]{12}", "role": _WORD,
    "outcome": _WORD, "factor": _WORD, "device": _ID, "job": _ID, "village": r"[0-9]{12}", "lines": _NUMBER,
    "n": _NUMBER, "error": _NAME, "through": rf"[A-Za-z0-9_./@-]{{1,120}}:[0-9]+ {_NAME}",
    "logger": _WORD, "said": r"[ -~…]{1,200}",
}  # fmt: skip
"""Every name that a line may hold, and the shape of its value (of each of its values, where it is a list)."""
_MASKED = re.compile(r"[^ -~]+|[0-9]{5,}")


class House(Flask):
    """Flask, but an unforeseen fault is told without the address that was asked for and without anybody's data."""

    def log_exception(self, exc_info: Fault) -> None:
        """One line for a fault that nobody foresaw."""
        structlog.get_logger().error("unforeseen", exc_info=exc_info)


class Formatter(logging.Formatter):
    """Lines of other libraries in the same shape: their wording without what they fill in, masked beyond ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one JSON text."""
        line: dict[str, Any] = {
            "event": "library", "level": record.levelname.lower(), "logger": record.name.lower(), "said": _said(record)
        }  # fmt: skip
        if record.exc_info:
            line["exc_info"] = record.exc_info
        for step in (_told_fault, _stamp, only_allowed):
            line = dict(step(None, "", line))
        return str(_json(None, "", line))


def register(app: Flask) -> None:
    """Everything that is said goes through the allow-list from now on; within tests other libraries keep their own."""
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, _request, _told_fault, _stamp, only_allowed, _json],
        logger_factory=lambda *_args: _Stderr(),
        cache_logger_on_first_use=False,
    )
    if not app.config.get("TESTING"):
        listen()


def listen() -> None:
    """Take over what other libraries say, from warnings on."""
    root = logging.getLogger()
    handler = _Handler()
    handler.setFormatter(Formatter())
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def alias(what: str, ident: str) -> str:
    """A name for somebody that is the same in every line, and that only this server's secret leads back from."""
    key = f"doorknock log {what}\0{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, ident.encode(), hashlib.sha256).hexdigest()[:12]


def login(username: str, *, right: bool, factor: str) -> None:
    """One line for one try to log in."""
    outcome = "right" if right else "wrong"
    structlog.get_logger().info("login", who=alias("username", username), outcome=outcome, factor=factor)


def only_allowed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The line with what the allow-list knows; how many other names it had is said, not which."""
    kept = {name: value for name, value in line.items() if value is not None and _fits(name, value)}
    left_out = len([name for name, value in line.items() if value is not None and name not in kept])
    return kept | ({"left_out": left_out} if left_out else {})


def _fits(name: str, value: object) -> bool:
    shape = ALLOWED.get(name)
    each = value if isinstance(value, list) else [value]
    return shape is not None and all(re.fullmatch(shape, str(one)) is not None for one in each)


def _request(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if has_app_context() and "request" not in line and (ident := g.get("request_id")):
        line["request"] = ident
    return line


def _told_fault(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    found = line.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    fault = found[1] if isinstance(found, tuple) else found
    if isinstance(fault, BaseException):
        line["error"] = type(fault).__name__
        frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
        line["through"] = [f"{_short(each.filename)}:{each.lineno} {each.name}" for each in frames]
    return line


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) and ".venv" not in path.parts else path.name


def _said(record: logging.LogRecord) -> str:
    return _MASKED.sub("…", str(record.msg))[:200] or "…"


class _Stderr:
    """Writes to where stderr leads now."""

    def msg(self, line: str) -> None:
        with suppress(OSError):  # a full disk under the log must not keep an answer back
            print(line, file=sys.stderr, flush=True)  # noqa: T201  # this is the one place that writes lines

    debug = info = warning = error = critical = exception = msg


class _Handler(logging.Handler):
    """For what other libraries say."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write it as a line of ours."""
        _Stderr().msg(self.format(record))


_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
_json = structlog.processors.JSONRenderer()
