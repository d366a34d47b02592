"""The second factor at the login: six digits from a phone, recovery codes, and who takes it away."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from doorknock import clock, create_app
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import sessions, totp
from doorknock.people.models import LOCKED_FOR, TRIES, Person, by_username
from tests import village
from tests.hefeng import InProcess
from tests.people.office import change, deeds, person_id
from tests.wire.client import Phone


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def code_at(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + later)


def set_up(client: FlaskClient, password: str = village.PASSWORD, code: str = "") -> tuple[str, list[str], str]:
    """The secret, the recovery codes, and the page."""
    page = client.get("/office/me/totp").text
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    secret = "".join(re.findall(r'class="letters">([^<]+)<', page)[0].split())
    form = {"sealed": sealed, "code": code or code_at(secret), "password": password}
    done = client.post("/office/me/totp", data=form).text
    return secret, re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", done), done


def first_step(client: FlaskClient, username: str = "zhang") -> str:
    """The ticket that the right password gives."""
    answer = client.post("/login", data={"username": username, "password": village.PASSWORD})
    assert (answer.status_code, client.get_cookie(sessions.COOKIE)) == (200, None)
    return str(re.findall(r'name="ticket" value="([^"]+)"', answer.text)[0])


def second_step(client: FlaskClient, ticket: str, code: str) -> int:
    return client.post("/login/code", data={"ticket": ticket, "code": code}).status_code


def test_a_wrong_code_or_password_sets_nothing_up(app: Flask) -> None:
    client = village.log_in(app, "zhang")
    assert "六位数不对" in set_up(client, code="000000")[2]
    assert "现在的密码不对" in set_up(client, password="guessed")[2]
    with app.app_context():
        assert [p.username for p in db.session.scalars(select(Person).where(Person.totp_secret.is_not(None)))] == []


def test_the_village_is_not_asked_for_one(app: Flask) -> None:
    client = village.log_in(app, "wang")
    assert client.get("/office/me/totp").headers["Location"] == "/office/me"
    assert client.post("/office/me/totp", data={"sealed": "x", "code": "1"}).status_code == 409


def test_once_set_up_the_password_alone_opens_nothing(app: Flask) -> None:
    secret, codes, _page = set_up(village.log_in(app, "zhang"))
    assert len(set(codes)) == totp.RECOVERY_CODES
    client = app.test_client()
    ticket = first_step(client)
    assert second_step(client, ticket, "000000") == 401
    assert client.get("/office").status_code == 401
    with clock.pinned(clock.now() + timedelta(seconds=60)):
        assert second_step(client, ticket, code_at(secret)) == 302
    assert client.get("/office").status_code == 200
    assert deeds(app) == ["me.totp"]


def test_a_code_opens_once_and_never_after_a_later_one(app: Flask) -> None:
    secret, _codes, _page = set_up(village.log_in(app, "zhang"))
    with clock.pinned(clock.now() + timedelta(minutes=2)):
        used, earlier = code_at(secret), code_at(secret, -30)
        first, second = app.test_client(), app.test_client()
        assert second_step(first, first_step(first), used) == 302
        assert second_step(second, first_step(second), used) == 401
        assert second_step(second, first_step(second), earlier) == 401


@pytest.mark.parametrize(("off", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(app: Flask, off: int, opens: bool) -> None:
    secret, _codes, _page = set_up(village.log_in(app, "zhang"))
    with clock.pinned(clock.now() + timedelta(minutes=3)):
        client = app.test_client()
        assert (second_step(client, first_step(client), code_at(secret, off)) == 302) is opens


def test_guessing_codes_locks_the_name_and_the_right_password_does_not_start_the_count_again(app: Flask) -> None:
    secret, _codes, _page = set_up(village.log_in(app, "zhang"))
    client = app.test_client()
    answers = [second_step(client, first_step(client), f"{number:06d}") for number in range(TRIES)]
    assert answers == [401] * TRIES
    answer = app.test_client().post("/login", data={"username": "zhang", "password": village.PASSWORD})
    assert answer.status_code == 429
    with clock.pinned(clock.now() + LOCKED_FOR + timedelta(seconds=1)):
        assert second_step(client, first_step(client), code_at(secret)) == 302


def test_while_the_name_is_locked_even_the_right_code_waits(app: Flask) -> None:
    secret, _codes, _page = set_up(village.log_in(app, "zhang"))
    client = app.test_client()
    ticket = first_step(client)
    for _ in range(TRIES):
        app.test_client().post("/login", data={"username": "zhang", "password": "guessed"})
    with clock.pinned(clock.now() + timedelta(minutes=1)):
        assert second_step(client, ticket, code_at(secret)) == 429


@pytest.mark.parametrize("ticket", ["", "made.up.ticket", "WyJhIl0.a.b"])
def test_a_made_up_ticket_opens_nothing(app: Flask, ticket: str) -> None:
    assert second_step(app.test_client(), ticket, "000000") == 401


def test_a_ticket_dies_with_the_password(app: Flask) -> None:
    inside = village.log_in(app, "zhang")
    secret, _codes, _page = set_up(inside)
    client = app.test_client()
    ticket = first_step(client)
    change(inside)
    with clock.pinned(clock.now() + timedelta(minutes=1)):
        assert second_step(client, ticket, code_at(secret)) == 401


def test_a_recovery_code_stands_in_once(app: Flask) -> None:
    _secret, codes, _page = set_up(village.log_in(app, "zhang"))
    client = app.test_client()
    assert second_step(client, first_step(client), codes[0].upper().replace("-", " ")) == 302
    assert "备用码还有 9 个没用" in client.get("/office/me").text
    assert second_step(client, first_step(app.test_client()), codes[0]) == 401
    fresh = client.post("/office/me/codes", data={"password": village.PASSWORD}).text
    assert codes[1] not in fresh
    assert second_step(client, first_step(app.test_client()), codes[1]) == 401


def test_only_an_administrator_above_takes_it_away_and_that_is_written_down(app: Flask) -> None:
    client = village.log_in(app, "zhang")
    set_up(client)
    address = f"/office/people/{person_id(app, 'zhang')}/totp"
    assert client.post(address).status_code == 409, "not one's own"
    admin = village.log_in(app, "admin")
    assert "取消验证码登录" in admin.get(f"/office/people/{person_id(app, 'zhang')}").text
    assert admin.post(address).status_code == 302
    assert client.get("/office").status_code == 401
    assert village.log_in(app, "zhang").get("/office").status_code == 200
    assert deeds(app) == ["me.totp", "people.totp"]
    assert admin.post(address).status_code == 409, "there is none any more"


def test_the_secret_lies_encrypted_and_opens_only_under_its_key(app: Flask) -> None:
    secret, codes, _page = set_up(village.log_in(app, "zhang"))
    with app.app_context():
        found = by_username("zhang")
        assert found is not None
        assert found.totp_secret is not None
        kept = found.totp_secret
        hashes = [code.code_hash for code in db.session.scalars(select(totp.RecoveryCode))]
        assert secret not in kept
        assert totp.unseal(kept) == secret
        assert totp.seal(secret) != kept, "a fresh nonce each time"
        assert not {code.replace("-", "") for code in codes} & set(hashes)
        for spoilt in (kept[:-4] + "AAAA", kept[4:], "", "x", "é"):
            with pytest.raises(Refused):
                totp.unseal(spoilt)
        app.config["SECRET_KEY"] = "another secret of this server"
        with pytest.raises(Refused):
            totp.unseal(kept)


def test_no_phone_enrols_by_the_password_of_somebody_with_a_second_factor(app: Flask) -> None:
    set_up(village.log_in(app, "zhang"))
    answer = Phone(InProcess(app.test_client())).enrol(username="zhang", password=village.PASSWORD)
    assert (answer.status, answer.code) == (403, "forbidden")


def test_where_it_is_demanded_nothing_else_opens_before(settings: dict[str, object]) -> None:
    app = create_app(settings | {"REQUIRE_TOTP": True})
    for name in ("zhang", "xu", "han", "admin"):
        client = village.log_in(app, name)
        assert client.get("/office").headers["Location"] == "/office/me/totp", name
        assert "要设好验证码登录" in client.get("/office/me/totp").text
    client = village.log_in(app, "zhang")
    set_up(client)
    assert client.get("/office").status_code == 200
    assert village.log_in(app, "wang").get("/office").status_code == 200, "the village is not asked"
