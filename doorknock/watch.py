"""Every request, seen from outside: its id, and one line and one count when it is answered.

The line names the route's pattern and never the address, because addresses hold ids; nor a person, but an alias.
"""

from __future__ import annotations

import secrets
import time

import structlog
from flask import Flask, Response, current_app, g, request

from doorknock import logs, metrics

HEADER = "X-Request-Id"
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""What cannot be misheard on the telephone."""
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
log = structlog.get_logger()


def register(app: Flask) -> None:
    """Stand at the door first and last. Error pages may say ``request_id()``."""
    app.before_request(_arrive)
    app.after_request(_leave)
    app.jinja_env.globals["request_id"] = request_id


def request_id() -> str:
    """The id of this request, short enough to be read out: k7m3-q9tx."""
    if "request_id" not in g:
        letters = "".join(secrets.choice(_ALPHABET) for _each in range(8))
        g.request_id = f"{letters[:4]}-{letters[4:]}"
    return str(g.request_id)


def _arrive() -> None:
    g.arrived = time.perf_counter()
    request_id()


def _leave(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    if g.get("answered"):
        return response  # what came after the first answer failed, and this is the page that says so
    g.answered = True
    seconds = time.perf_counter() - g.get("arrived", time.perf_counter())
    method = request.method if request.method in _METHODS else "OTHER"
    route = request.url_rule.rule if request.url_rule else "/-"
    metrics.count(method, route, response.status_code, seconds)
    if current_app.config["ACCESS_LOG"]:
        person = g.get("person")
        log.info(
            "answered", method=method, route=route, status=response.status_code, ms=round(seconds * 1000, 1),
            who=logs.alias("person", person.id) if person else None, role=person.role if person else None,
            code=g.get("problem"),
        )  # fmt: skip
    return response
