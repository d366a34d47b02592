"""Guessing stops before the twentieth try, and only for who guesses: the village behind the same address goes on."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from doorknock import clock, web
from doorknock.db import db
from doorknock.people import devices, totp
from doorknock.people.devices import CODE_LOCKED, CODE_TRIES
from doorknock.people.models import LOCKED_FOR, TRIES, by_username
from tests import village
from tests.hefeng import InProcess
from tests.wire.client import Phone

BEFORE = 20
HOME = "203.0.113.7"
"""One address that a whole village stands behind."""


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = HOME
    return client


def log_in(app: Flask, username: str, password: str = village.PASSWORD) -> TestResponse:
    return browser(app).post("/login", data={"username": username, "password": password})


def enrol(app: Flask, **more: Any) -> TestResponse:
    return browser(app).post("/api/v1/devices", json=more.pop("json", more), headers=more.pop("headers", {}))


def code_of(app: Flask, username: str) -> tuple[str, str]:
    """A fresh code: its digits, and the secret of its QR."""
    with app.app_context():
        person = by_username(username)
        assert person is not None
        made = devices.make_code(person)
        web.commit()
        return made


def second_factor(app: Flask, username: str) -> tuple[str, list[str]]:
    """Sets one up: its secret, and the recovery codes."""
    with app.app_context():
        person = by_username(username)
        assert person is not None
        secret = totp.fresh_secret()
        person.totp_secret = totp.seal(secret)
        codes = totp.fresh_codes(person)
        web.commit()
        return secret, codes


def tries_until_locked(guess: Any) -> int:
    """How many wrong tries were judged before the answer was 429; the answer then says when to come back."""
    for judged in range(200):
        answer: TestResponse = guess(judged)
        if answer.status_code == 429:
            assert 0 < int(answer.headers["Retry-After"]) <= LOCKED_FOR.total_seconds() + 1
            assert "分钟再试" in answer.text or "分钟再试" in (answer.json or {})["detail"]
            return judged
        assert answer.status_code == 401, answer.text
    return 200


def test_a_password_is_guessed_at_no_more_than_so_often_and_neighbours_log_in(app: Flask) -> None:
    assert tries_until_locked(lambda n: log_in(app, "wang", f"guess {n}")) == TRIES < BEFORE
    assert log_in(app, "wang").status_code == 429
    for neighbour in ("zhang", "xu", "han"):
        assert log_in(app, neighbour).status_code == 302, neighbour
    assert enrol(app, username="liufang", password=village.PASSWORD).status_code == 201


def test_a_password_guessed_at_through_the_phones_door_is_the_same_count(app: Flask) -> None:
    for n in range(TRIES // 2):
        assert log_in(app, "liufang", f"guess {n}").status_code == 401
    rest = tries_until_locked(lambda n: enrol(app, username="liufang", password=f"guess {n}"))
    assert rest == TRIES - TRIES // 2
    assert enrol(app, username="zhoujianming", password=village.PASSWORD).status_code == 201


def test_names_that_nobody_has_are_locked_alike(app: Flask) -> None:
    assert tries_until_locked(lambda n: log_in(app, "nobody", f"guess {n}")) == TRIES


def test_who_is_locked_out_by_a_guesser_gets_in_with_what_the_administrator_gives(app: Flask) -> None:
    for n in range(TRIES):
        log_in(app, "wang", f"guess {n}")
    assert log_in(app, "wang").status_code == 429
    boss = village.log_in(app, "admin")
    with app.app_context():
        person = by_username("wang")
        assert person is not None
        page = boss.post(f"/office/people/{person.id}/password", data={"way": "code"}).text
    [code] = set(re.findall(r"(?<![\w-])\d{8}(?![\w-])", re.sub(r"(?<=\d)\s+(?=\d)", "", page)))
    assert log_in(app, "wang", code).status_code == 302


def test_a_typed_code_is_guessed_at_no_more_than_so_often_and_a_neighbour_still_scans_theirs(app: Flask) -> None:
    _digits, secret = code_of(app, "zhoujianming")
    wrong = iter(f"{n:08d}" for n in range(1, 100))
    assert tries_until_locked(lambda _n: enrol(app, code=next(wrong))) == CODE_TRIES < BEFORE
    locked = enrol(app, code=next(wrong)).json or {}
    assert locked["code"] == "locked"
    assert "扫二维码登记不受影响" in locked["detail"]
    assert enrol(app, code=secret).status_code == 201
    assert log_in(app, "wang").status_code == 302
    assert enrol(app, username="liufang", password=village.PASSWORD).status_code == 201


def test_thick_fingers_of_one_neighbour_cost_the_next_nothing(app: Flask) -> None:
    for username in ("liufang", "zhoujianming"):
        for n in range(CODE_TRIES - 1):
            assert enrol(app, code=f"{n:08d}").status_code == 401
        assert enrol(app, code=code_of(app, username)[0]).status_code == 201  # and the count begins afresh


def test_typing_goes_on_after_some_minutes_and_old_mistakes_are_forgotten(app: Flask) -> None:
    for n in range(CODE_TRIES):
        enrol(app, code=f"{n:08d}")
    digits, _secret = code_of(app, "liufang")
    assert enrol(app, code=digits).status_code == 429
    with clock.pinned(clock.now() + CODE_LOCKED + timedelta(seconds=1)):
        assert enrol(app, code=digits).status_code == 201
    for n in range(TRIES - 1):
        log_in(app, "wang", f"guess {n}")
    with clock.pinned(clock.now() + LOCKED_FOR + timedelta(seconds=1)):
        assert log_in(app, "wang", "thick fingers").status_code == 401
        assert log_in(app, "wang").status_code == 302


def test_a_scanned_secret_is_never_guessed_and_never_counted(app: Flask) -> None:
    for n in range(BEFORE * 2):
        assert enrol(app, code=f"{n:032d}").status_code == 401
    assert enrol(app, code=code_of(app, "liufang")[0]).status_code == 201


@pytest.mark.parametrize("guessed", ["000000", "aaaaa-aaaaa"])
def test_a_second_factor_and_a_recovery_code_are_locked_with_the_name(app: Flask, guessed: str) -> None:
    secret, codes = second_factor(app, "zhang")
    page = log_in(app, "zhang").text
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]

    def guess(code: str) -> TestResponse:
        return browser(app).post("/login/code", data={"ticket": ticket, "code": code})

    assert tries_until_locked(lambda _n: guess(guessed)) == TRIES < BEFORE
    assert guess(pyotp.TOTP(secret).now()).status_code == 429
    assert guess(codes[0]).status_code == 429
    assert log_in(app, "wang").status_code == 302
    with clock.pinned(clock.now() + LOCKED_FOR + timedelta(seconds=1)):
        fresh = log_in(app, "zhang").text.partition('name="ticket" value="')[2].partition('"')[0]
        answer = browser(app).post("/login/code", data={"ticket": fresh, "code": codes[0]})
        assert answer.status_code == 302


def test_a_made_up_token_is_never_right_and_asks_the_database_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """256 bits under the server's key: there is nothing to count, and nobody's phone is locked out by who tries."""
    phone = Phone(InProcess(browser(app)))
    phone.enrol(username="liufang", password=village.PASSWORD)
    packed, _dot, signature = phone.token.partition(".")
    turned = signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB")
    with monkeypatch.context() as patch:
        patch.setattr(db.session, "scalar", lambda *_args, **_more: pytest.fail("the database was asked"))
        for token in [f"{packed}.{turned}", f"{packed}.", packed, "x.y", f".{signature}"] * BEFORE:
            answer = browser(app).get("/api/v1/devices/me", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, (answer.json or {})["code"]) == (401, "unknown_token")
    phone.sync()


def test_tries_sent_all_at_once_are_no_more_tries(app: Flask) -> None:
    def guess(n: int) -> int:
        while (answer := log_in(app, "wang", f"guess {n}")).status_code == 503:
            pass
        return answer.status_code

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(guess, range(40)))
    assert set(codes) <= {401, 429}
    assert codes.count(401) == TRIES


def test_behind_our_proxy_the_address_that_counts_is_the_one_that_the_proxy_saw(app: Flask) -> None:
    def enrol_from(forwarded: str, peer: str = "127.0.0.1", code: str = "00000000") -> int:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = peer
        return client.post("/api/v1/devices", json={"code": code}, headers={"X-Forwarded-For": forwarded}).status_code

    for n in range(CODE_TRIES):  # what the guesser writes in front is not believed
        assert enrol_from(f"198.51.100.{n}, {HOME}") == 401
    assert enrol_from(f"192.0.2.1, {HOME}") == 429
    assert enrol_from("203.0.113.8") == 401  # another village is another address
    for n in range(CODE_TRIES):  # a stranger who speaks as if they were a proxy is taken for themselves
        assert enrol_from(f"192.0.2.{n}", peer="198.51.100.200") == 401
    assert enrol_from("192.0.2.250", peer="198.51.100.200") == 429
    for n in range(CODE_TRIES):  # of IPv6 everybody has as many addresses as they like, within one network
        assert enrol_from(f"2001:db8:1:2::{n:x}") == 401
    assert enrol_from("2001:db8:1:2:ffff::1") == 429
    assert enrol_from("2001:db8:1:3::1") == 401
