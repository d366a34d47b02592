"""Nothing is changed by a page of somebody else: each door that changes something, with each guard taken away."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from doorknock import create_app, headers
from doorknock.db import Base, db
from tests import village
from tests.doors_table import TABLE
from tests.standing import asked, somebody_for, stand

FORM, TOKEN, CLOSED = "form", "token", "closed"
CHANGES = {endpoint: FORM for endpoint, door in TABLE.items() if door.asks.startswith("POST /office")} | {
    "people.login": FORM, "people.login_code": FORM, "people.logout": FORM,
    "sync.sync": TOKEN, "sync.put_blob": TOKEN, "sync.enrol": TOKEN, "sync.hand_in": TOKEN,
    "assets.field_form": CLOSED,
}  # fmt: skip
"""Every door that takes something other than GET, and its guard: a form's token, a phone's token, or being shut."""
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
]  # fmt: skip
OUR_OWN = [
    {}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
]  # fmt: skip
AT_TOKEN_DOORS: dict[str, tuple[dict[str, Any], int, int]] = {
    "sync.sync": ({"data": b'{"protocol": 1}\n'}, 200, 401),
    "sync.put_blob": ({"data": b"x"}, 403, 401),  # its own refusal: no visit names this photo
    "sync.enrol": ({"json": {"renew": True}}, 201, 401),
    "sync.hand_in": ({"data": b"no box\n"}, 400, 400),  # each box brings its token, so none is asked for at the door
}
"""What each door of the phones is sent, what it answers with the token, and what without."""


@pytest.fixture
def guarded(settings: dict[str, object]) -> Flask:
    """The application with the guard that other tests leave out."""
    return create_app(settings | {"WTF_CSRF_ENABLED": True})


@pytest.fixture
def names(guarded: Flask) -> dict[str, str]:
    return stand(guarded)


def token_of(client: FlaskClient) -> str:
    """The token that our own pages put into their forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    found = found or re.search(r'X-CSRFToken": "([^"]+)"', client.get("/office/me").text)
    assert found is not None
    return found[1]


def logged_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    if login:
        form = {"username": login, "password": village.PASSWORD, "csrf_token": token_of(client)}
        assert client.post("/login", data=form).status_code == 302
    return client


def of_kind(guard: str) -> list[str]:
    return [endpoint for endpoint, kind in CHANGES.items() if kind == guard]


def test_every_door_that_changes_something_stands_in_the_list(app: Flask) -> None:
    changing = {r.endpoint for r in app.url_map.iter_rules() if (r.methods or set()) - set(headers.SAFE)}
    assert changing == set(CHANGES)


def test_a_form_without_its_token_is_refused_at_every_door(guarded: Flask, names: dict[str, str]) -> None:
    taken = {}
    for endpoint in of_kind(FORM):
        method, path = asked(TABLE[endpoint], names)
        client = logged_in(guarded, somebody_for(TABLE[endpoint]))
        for said in ({}, {"csrf_token": ""}, {"csrf_token": "made-up"}):
            answer = client.open(path, method=method, data=said)
            if answer.status_code != 400 or "刷新" not in answer.text:
                taken[endpoint, str(said)] = answer.status_code
    assert taken == {}


def test_a_form_with_its_token_is_refused_when_it_comes_from_elsewhere(guarded: Flask, names: dict[str, str]) -> None:
    taken = {}
    for endpoint in of_kind(FORM):
        method, path = asked(TABLE[endpoint], names)
        client = logged_in(guarded, somebody_for(TABLE[endpoint]))
        form = {"csrf_token": token_of(client)}
        for elsewhere in FOREIGN:
            answer = client.open(path, method=method, data=form, headers=elsewhere)
            if (answer.status_code, "不是从敲门行动的页面" in answer.text) != (403, True):
                taken[endpoint, str(elsewhere)] = answer.status_code
    assert taken == {}


@pytest.mark.parametrize(
    "said", [{}, {"Origin": "null"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}]
)
def test_a_form_of_our_own_page_is_taken(guarded: Flask, said: dict[str, str]) -> None:
    village.found(guarded)
    client = logged_in(guarded, "wang")
    form = {"csrf_token": token_of(client)}
    assert client.post("/office/me/sessions/end", data=form, headers=said).status_code == 302


def test_a_cookie_opens_no_door_of_the_phones(guarded: Flask, names: dict[str, str]) -> None:
    """Only the token does; so no page that a browser shows can speak for a phone."""
    client = logged_in(guarded, "wang")
    for path, method in (("/api/v1/sync", "POST"), ("/api/v1/devices/me", "GET"), ("/api/v1/blobs/00", "PUT")):
        answer = client.open(path, method=method, data=b'{"protocol": 1}\n')
        assert (answer.status_code, answer.json) == (401, answer.json), path
        assert answer.json is not None
        assert answer.json["code"] == "unknown_token"
    renewal = client.post("/api/v1/devices", json={"renew": True})
    assert (renewal.status_code, (renewal.json or {})["code"]) == (401, "unknown_token")


def test_another_site_cannot_use_a_phones_door_even_with_its_token(guarded: Flask, names: dict[str, str]) -> None:
    client, token = guarded.test_client(), {"Authorization": f"Bearer {names['token']}"}
    head = b'{"protocol": 1}\n'
    assert client.post("/api/v1/sync", data=head, headers=token).status_code == 200
    answer = client.post("/api/v1/sync", data=head, headers=token | {"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "foreign")
    asking = client.options("/api/v1/sync", headers={"Origin": "https://evil.example"})
    assert not [name for name, _value in asking.headers if name.startswith("Access-Control-")]


def test_every_door_of_the_phones_stands_in_the_table() -> None:
    assert set(AT_TOKEN_DOORS) == set(of_kind(TOKEN))


TELLING = [each for each in FOREIGN if "Sec-Fetch-Site" in each]
"""Browsers that say from which site's page a request comes; the others name an origin at most."""
TOKENS: list[dict[str, str]] = [{}, {"Authorization": "Bearer made.up"}]


@pytest.mark.parametrize("endpoint", AT_TOKEN_DOORS)
def test_no_page_of_another_site_opens_a_phones_door_with_a_token_or_without(
    guarded: Flask, names: dict[str, str], endpoint: str
) -> None:
    client, (method, path) = guarded.test_client(), asked(TABLE[endpoint], names)
    before, taken = everything(guarded), {}
    for token in (*TOKENS, {"Authorization": f"Bearer {names['token']}"}):
        for site in TELLING:
            answer = client.open(path, method=method, headers=token | site, **AT_TOKEN_DOORS[endpoint][0])
            if (answer.status_code, (answer.json or {})["code"]) != (403, "foreign"):
                taken[str(token), str(site)] = answer.status_code
    assert taken == {}
    assert everything(guarded) == before


@pytest.mark.parametrize("endpoint", AT_TOKEN_DOORS)
def test_wherever_it_comes_from_nothing_but_the_token_opens_a_phones_door(
    guarded: Flask, names: dict[str, str], endpoint: str
) -> None:
    client, (method, path) = guarded.test_client(), asked(TABLE[endpoint], names)
    sends, with_token, without = AT_TOKEN_DOORS[endpoint]
    before, wrong = everything(guarded), {}
    for token in TOKENS:
        for site in (*(each for each in FOREIGN if each not in TELLING), *OUR_OWN):
            answer = client.open(path, method=method, headers=token | site, **sends)
            if answer.status_code != without:
                wrong[str(token), str(site)] = answer.status_code
    assert wrong == {}
    assert everything(guarded) == before
    token = {"Authorization": f"Bearer {names['token']}"}
    assert {client.open(path, method=method, headers=token | site, **sends).status_code for site in OUR_OWN} == {
        with_token
    }


@pytest.mark.parametrize("endpoint", AT_TOKEN_DOORS)
def test_a_browser_that_asks_beforehand_is_allowed_no_token_from_elsewhere(
    guarded: Flask, names: dict[str, str], endpoint: str
) -> None:
    method, path = asked(TABLE[endpoint], names)
    for site in FOREIGN:
        asking = guarded.test_client().options(path, headers=site | {"Access-Control-Request-Method": method})
        assert not [name for name, _value in asking.headers if name.startswith("Access-Control-")], site


def everything(app: Flask) -> dict[str, list[str]]:
    """Every row of every table."""
    with app.app_context():
        return {
            table.name: sorted(str(tuple(row)) for row in db.session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def test_whoever_only_looks_changes_nothing(guarded: Flask, names: dict[str, str]) -> None:
    """Apart from what tells that somebody looked: the log of the office, and when a session was used last."""
    clients = {who: logged_in(guarded, who) for who in {somebody_for(door) for door in TABLE.values()}}
    token = {"Authorization": f"Bearer {names['token']}"}
    before, changed, opened = everything(guarded), {}, 0
    for door in TABLE.values():
        method, path = asked(door, names)
        if method != "GET":
            continue
        phone = path.startswith("/api/")
        answer = clients[somebody_for(door)].get(path, headers=token if phone else {})
        opened += answer.status_code == 200
        after = everything(guarded)
        if found := {name for name in after if after[name] != before[name]} - {"audit_line", "login_session"}:
            changed[path] = found
        before = after
    assert changed == {}
    assert opened > 50


def test_a_login_in_a_form_that_another_site_could_send_is_not_read(guarded: Flask) -> None:
    village.found(guarded)
    body = '{"username": "liufang", "password": "' + village.PASSWORD + '"}'
    answer = guarded.test_client().post("/api/v1/devices", data=body, content_type="text/plain")
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "malformed")


def test_the_fields_first_page_takes_no_form_at_all(guarded: Flask) -> None:
    assert guarded.test_client().post("/field/visit", data={"outcome": "met_covered"}).status_code == 503


def test_a_new_door_without_an_entry_is_noticed(guarded: Flask) -> None:
    guarded.add_url_rule("/office/planted", "planted", lambda: "", methods=["POST"])
    changing = {r.endpoint for r in guarded.url_map.iter_rules() if (r.methods or set()) - set(headers.SAFE)}
    assert changing - set(CHANGES) == {"planted"}
