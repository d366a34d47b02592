"""Guards that no other test speaks of: sessions, tokens, secrets, and what is served at all."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from argon2.low_level import hash_secret_raw
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from doorknock import clock, web
from doorknock.db import db
from doorknock.people import sessions, totp
from doorknock.people.devices import TOKEN_LASTS
from doorknock.people.models import Person, Session, by_username, open_session
from tests import village
from tests.doors_table import TABLE
from tests.standing import OF_ROLE, asked, stand

LONG = "井边 老槐树下 Second House 第二家，门朝南；" * 4


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def person(username: str) -> Person:
    found = by_username(username)
    assert found is not None
    return found


def test_nothing_answers_to_trace(client: FlaskClient) -> None:
    assert {client.open(path, method="TRACE").status_code for path in ("/", "/office", "/api/v1/sync")} == {405}


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/app.py", "/pyproject.toml", "/instance/secret-key", "/static/", "/static/x/", "/static/x/phone",
     "/static/x/../app.py", "/static/x/%2e%2e/app.py", "/static/x/..%2fapp.py", "/static/x//etc/passwd"],
)  # fmt: skip
def test_nothing_of_the_repository_is_served_but_static_files(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (308, 404)
    assert "create_app" not in answer.text


def test_an_answer_of_the_phones_door_is_never_a_redirect(client: FlaskClient) -> None:
    for door in (door for endpoint, door in TABLE.items() if endpoint.startswith("sync.")):
        method, path = door.asks.split(" ")
        for asks in (path, f"{path}/", f"{path}?next=/office"):
            assert not 300 <= client.open(asks, method=method, base_url="http://qinghe.example").status_code < 400, asks


def test_logging_in_again_ends_the_session_of_before(app: Flask) -> None:
    client = village.log_in(app, "wang")
    first = client.get_cookie(sessions.COOKIE)
    assert first is not None
    client.post("/login", data={"username": "wang", "password": village.PASSWORD})
    second = client.get_cookie(sessions.COOKIE)
    assert second is not None
    assert second.value != first.value
    other = app.test_client()
    other.set_cookie(sessions.COOKIE, first.value)
    assert (other.get("/office").status_code, client.get("/office").status_code) == (401, 200)


def test_session_secrets_are_long_random_and_kept_as_hashes(app: Flask) -> None:
    with app.app_context():
        secrets = {open_session(person("wang")) for _each in range(100)}
        web.commit()
        kept = set(db.session.scalars(select(Session.token_hash)))
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {43}, "256 bits in base 64"
    assert {hashlib.sha256(secret.encode()).hexdigest() for secret in secrets} == kept


def test_a_token_and_a_ticket_end_and_neither_stands_in_for_the_other(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = village.phone(app, "liufang")
    with app.app_context():
        ticket = totp.ticket(person("zhang"))
        assert totp.ticket_person(ticket) is not None
        assert totp.ticket_person(phone.token) is None
        monkeypatch.setattr(totp, "TICKET_LASTS", -1)
        assert totp.ticket_person(ticket) is None
    for said, code in ((phone.token, 200), (ticket, 401)):
        assert client.get("/api/v1/devices/me", headers={"Authorization": f"Bearer {said}"}).status_code == code
    with clock.pinned(clock.now() + TOKEN_LASTS * 2):
        assert client.get("/api/v1/devices/me", headers=phone.bearer).status_code == 401


def test_recovery_codes_are_kept_as_slow_hashes_under_each_persons_own_salt(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of_argon: list[tuple[object, ...]] = []

    def watched(*said: Any) -> bytes:
        asked_of_argon.append(said)
        return hash_secret_raw(*said)

    monkeypatch.setattr("doorknock.people.totp.hash_secret_raw", watched)
    with app.app_context():
        codes = totp.fresh_codes(person("zhang"))
        db.session.flush()
        kept = set(db.session.scalars(select(totp.RecoveryCode.code_hash)))
        totp.fresh_codes(person("xu"))
    assert len(codes) == len(kept) == 10
    assert not {hashlib.sha256(code.encode()).hexdigest() for code in codes} & kept
    salts = [said[1] for said in asked_of_argon]
    assert len(set(salts)) == 2, "one for each person"
    assert {len(salt) for salt in salts if isinstance(salt, bytes)} == {16}
    assert {said[2:4] for said in asked_of_argon} == {app.config["PASSWORD_COST"]}


def test_passwords_are_masked_may_be_pasted_and_may_be_long(app: Flask) -> None:
    page = app.test_client().get("/login").text
    assert 'type="password" autocomplete="current-password"' in page
    assert "onpaste" not in page
    client = village.log_in(app, "wang")
    form = {"password": village.PASSWORD, "new": LONG, "again": LONG}
    assert client.post("/office/me/password", data=form).status_code == 302
    for said, code in ((LONG[:72], 401), (LONG.lower(), 401), (LONG.strip("；"), 401), (LONG, 302)):
        answer = app.test_client().post("/login", data={"username": "wang", "password": said})
        assert answer.status_code == code, said


def test_every_page_of_the_office_has_the_way_out(app: Flask) -> None:
    names, seen = stand(app), 0
    for username in OF_ROLE.values():
        client = village.log_in(app, username)
        for door in TABLE.values():
            method, path = asked(door, names)
            if method != "GET" or not path.startswith("/office"):
                continue
            page = client.get(path).data.decode(errors="replace")  # a photo and a recording are among them
            if '<body class="office"' in page:
                seen += 1
                assert '<form class="who" method="post" action="/logout">' in page, path
    assert seen > 60


def test_no_promise_of_scope_is_the_phones_to_make(app: Flask) -> None:
    phone = village.phone(app, "liufang")
    epoch = phone.last.head["epoch"] if phone.last else ""
    cursor = {"epoch": epoch, "grids": {village.GRID_ONE: 0, village.GRID_TWO: 0, village.SIBLING_GRID: 0}, "shared": 0}
    answer = phone.send(cursor=cursor, scope=[village.GRID_TWO], worker_id="somebody else")
    assert answer.head["scope"] == [village.GRID_ONE]
    assert {row.get("grid") for row in answer.rows} <= {None, village.GRID_ONE}
    assert set(answer.tail["cursor"]["grids"]) == {village.GRID_ONE}


def test_a_form_is_read_from_the_form_and_an_address_from_the_address(app: Flask) -> None:
    login = app.test_client().post(f"/login?username=wang&password={village.PASSWORD}", data={"username": "nobody"})
    assert login.status_code == 401
    stand(app)
    client, address = village.log_in(app, "wang"), f"/office/places/{village.VILLAGE}"
    assert "没有找到" in client.post(address, data={"q": "没有这一户"}).text
    assert "没有找到" not in client.post(f"{address}?q=没有这一户", data={"q": ""}).text
    assert "没有找到" not in client.get(f"{address}?q=没有这一户").text
