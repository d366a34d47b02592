"""Every answer, whoever makes it, tells the browser what it may do with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from doorknock import create_app, headers
from doorknock.people import sessions
from tests import village
from tests.doors_table import TABLE
from tests.hefeng import InProcess
from tests.standing import asked, somebody_for, stand
from tests.wire.client import Phone

SITE = "https://qinghe.example"
PUBLIC = {"assets.static_file", "assets.worker", "assets.manifest", "sync.describe"}
"""What is the same for everybody and may be kept."""


@pytest.fixture
def house(settings: dict[str, object]) -> Flask:
    """Under https, with the guards that tests elsewhere leave out, and faults answered as in earnest."""
    app = create_app(settings | {"PUBLIC_URL": SITE, "PROPAGATE_EXCEPTIONS": False})

    @app.get("/falls")
    def falls() -> str:
        raise RuntimeError("王建国 13900000001")

    return app


def wrong_with(answer: TestResponse, *, public: bool = False) -> Iterator[str]:
    """What an answer lacks."""
    for name, value in headers.ALWAYS.items():
        if name not in ("Cache-Control", "Content-Security-Policy") and answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    csp = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in csp or "unsafe" in csp or ("sandbox" not in csp and csp != headers.CSP):
        yield f"Content-Security-Policy: {csp}"
    if answer.headers.get("Strict-Transport-Security") != "max-age=31536000; includeSubDomains":
        yield "Strict-Transport-Security"
    if not public and answer.headers.get("Cache-Control") != "no-store, private":
        yield f"Cache-Control: {answer.headers.get('Cache-Control')}"
    if answer.data and not answer.headers.get("Content-Type"):
        yield "Content-Type"
    yield from (f"Set-Cookie: {cookie}" for cookie in answer.headers.getlist("Set-Cookie") if not tied(cookie))


def tied(cookie: str) -> bool:
    """Whether a cookie goes to this host only, in secret, and to no script."""
    parts = {part.strip() for part in cookie.split(";")[1:]}
    return cookie.startswith("__Host-") and {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts


def logged_in(app: Flask, login: str) -> FlaskClient:
    """A browser in which this person is logged in."""
    client = app.test_client()
    answer = client.post("/login", base_url=SITE, data={"username": login, "password": village.PASSWORD})
    assert answer.status_code == 302
    return client


def askers(app: Flask, login: str) -> Iterator[tuple[str, FlaskClient, dict[str, str]]]:
    """Nobody, somebody whom the door lets in, and the same through htmx."""
    yield "nobody", app.test_client(), {}
    if login:
        client = logged_in(app, login)
        yield login, client, {}
        yield f"{login}, htmx", client, {"HX-Request": "true"}


def test_every_route_answers_with_every_header_to_whomever(house: Flask) -> None:
    names = stand(house)
    wrong: dict[tuple[str, str], list[str]] = {}
    for endpoint, door in TABLE.items():
        method, path = asked(door, names)
        for who, client, more in askers(house, somebody_for(door)):
            for how in (method, "DELETE") if who == "nobody" else (method,):  # the door itself, and as it can't be used
                answer = client.open(path, method=how, base_url=SITE, headers=more)
                if found := list(wrong_with(answer, public=endpoint in PUBLIC)):
                    wrong[f"{how} {path}", who] = [str(answer.status_code), *found]
    assert wrong == {}


@pytest.mark.parametrize("path", ["/nowhere", "/office/nowhere", "/api/v1/nowhere", "/static/x/nowhere.js", "/falls"])
def test_every_refusal_and_every_fault_carries_them_too(house: Flask, path: str) -> None:
    village.found(house)
    answer = house.test_client().get(path, base_url=SITE)
    assert answer.status_code in (404, 500)
    assert list(wrong_with(answer)) == []
    assert answer.headers["X-Request-Id"] in answer.text or path.startswith("/api/")


def test_what_a_phone_is_answered_is_kept_by_nobody(house: Flask) -> None:
    names = stand(house)
    token = {"Authorization": f"Bearer {names['token']}"}
    client = house.test_client()
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/api/v1/devices/me", {}), ("POST", "/api/v1/sync", {"data": b'{"protocol": 1}\n'}),
        ("POST", "/api/v1/sync", {"data": b"broken"}), ("PUT", "/api/v1/blobs/00", {"data": b""}),
        ("POST", "/api/v1/devices", {"json": {"renew": True}}), ("GET", "/api/v1/blobs/00", {}),
    ]  # fmt: skip
    for method, path, more in told:
        answer = client.open(path, method=method, base_url=SITE, headers=token, **more)
        assert list(wrong_with(answer)) == [], (method, path, answer.status_code)
        assert "Set-Cookie" not in answer.headers


def test_the_session_is_tied_to_the_host_under_https_and_plainly_named_elsewhere(app: Flask, house: Flask) -> None:
    village.found(app)
    client = house.test_client()
    client.post("/login", base_url=SITE, data={"username": "wang", "password": village.PASSWORD})
    assert client.get("/office", base_url=SITE).status_code == 200
    assert client.get_cookie("__Host-doorknock", domain="qinghe.example") is not None
    plain = village.log_in(app, "wang")
    assert plain.get_cookie(sessions.COOKIE) is not None
    assert "Strict-Transport-Security" not in plain.get("/office").headers


def test_the_check_finds_an_answer_without_its_headers(house: Flask) -> None:
    @house.after_request
    def spoil(response: Any) -> Any:
        return response

    house.after_request_funcs[None].insert(0, lambda response: _without(response))  # runs last
    found = list(wrong_with(house.test_client().get("/login", base_url=SITE)))
    assert [line.partition(":")[0] for line in found] == ["X-Content-Type-Options", "Content-Security-Policy"]


def _without(response: Any) -> Any:
    del response.headers["X-Content-Type-Options"]
    response.headers["Content-Security-Policy"] = "script-src 'unsafe-inline'"
    return response


def test_a_phone_of_the_rig_goes_on_working_under_https(house: Flask) -> None:
    village.found(house)
    phone = Phone(InProcess(house.test_client()))
    assert phone.enrol(username="liufang", password=village.PASSWORD).status == 201
    phone.sync()
