"""The office's front door: who gets in, who does not, and what the cookie is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from doorknock import clock, create_app, web
from doorknock.people.models import LOCKED_FOR, SESSION_LASTS, TRIES, by_username
from doorknock.people.pages import COOKIE
from tests import village
from tests.hefeng import plain


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


def try_in(client: FlaskClient, username: str, password: str = village.PASSWORD, after: str = "") -> tuple[int, str]:
    answer = client.post("/login", data={"username": username, "password": password, "next": after})
    return answer.status_code, answer.headers.get("Location") or answer.text


def test_a_wrong_password_stays_at_the_door_and_keeps_the_name(client: FlaskClient) -> None:
    code, page = try_in(client, "wang", "guessed")
    assert code == 401
    assert "不对" in page
    assert 'value="wang"' in page
    assert client.get_cookie(COOKIE) is None


def test_an_unknown_name_is_told_the_same(client: FlaskClient) -> None:
    known, unknown = (plain(try_in(client, name, "guessed")[1]) for name in ("wang", "nobody"))
    assert known == unknown


def test_too_many_wrong_tries_lock_the_name_for_everybody_and_then_let_it_go(app: Flask) -> None:
    for _ in range(TRIES):
        assert try_in(app.test_client(), "wang", "guessed")[0] == 401
    code, page = try_in(app.test_client(), "wang")
    assert (code, "过一会儿再试" in page) == (429, True)
    with clock.pinned(clock.now() + LOCKED_FOR + timedelta(seconds=1)):
        assert try_in(app.test_client(), "wang")[0] == 302


def test_somebody_who_was_switched_off_does_not_get_in(app: Flask, client: FlaskClient) -> None:
    inside = village.log_in(app, "wang")
    with app.app_context():
        person = by_username("wang")
        assert person is not None
        person.active = False
        web.commit()
    assert try_in(client, "wang")[0] == 401
    assert inside.get("/office").status_code == 401


def test_a_worker_is_sent_to_the_phone_and_gets_no_session(client: FlaskClient) -> None:
    code, page = try_in(client, "liufang")
    assert (code, "网格员在手机上用" in page, client.get_cookie(COOKIE)) == (403, True, None)


def test_the_village_gets_in_with_a_cookie_that_scripts_and_other_sites_cannot_use(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "wang", "password": village.PASSWORD})
    said = answer.headers["Set-Cookie"]
    assert (answer.status_code, answer.headers["Location"]) == (302, "/office")
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert "Secure" not in said
    assert client.get("/office").status_code == 200


def test_behind_https_the_cookie_never_goes_out_in_the_clear(settings: dict[str, object]) -> None:
    app = create_app(settings | {"PUBLIC_URL": "https://qinghe.example"})
    answer = app.test_client().post("/login", data={"username": "wang", "password": village.PASSWORD})
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/office", "//evil.example", "/field/", "/officeX", "/office\\\\evil"]
)
def test_the_login_leads_nowhere_but_into_the_office(client: FlaskClient, elsewhere: str) -> None:
    assert try_in(client, "wang", after=elsewhere) == (302, "/office")


def test_whoever_asked_for_a_page_comes_back_to_it(client: FlaskClient) -> None:
    refused = client.get("/office/coverage?open=990102103201")
    assert refused.status_code == 401
    assert "/login?next=/office/coverage%3Fopen%3D990102103201" in refused.text
    assert try_in(client, "wang", after="/office/coverage?open=1") == (302, "/office/coverage?open=1")


def test_after_logging_out_the_old_cookie_opens_nothing(app: Flask) -> None:
    client = village.log_in(app, "wang")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert client.post("/logout").headers["Location"] == "/login"
    other = app.test_client()
    other.set_cookie(COOKIE, cookie.value)
    assert other.get("/office").status_code == 401


def test_a_session_ends_by_itself(app: Flask) -> None:
    client = village.log_in(app, "wang")
    with clock.pinned(clock.now() + SESSION_LASTS + timedelta(seconds=1)):
        assert client.get("/office").status_code == 401


def test_a_form_from_elsewhere_is_refused(settings: dict[str, object]) -> None:
    app = create_app(settings | {"WTF_CSRF_ENABLED": True})
    answer = app.test_client().post("/login", data={"username": "wang", "password": village.PASSWORD})
    assert (answer.status_code, "刷新" in answer.text) == (400, True)


def test_behind_https_the_form_of_our_own_page_is_taken_though_no_page_sends_a_referer(
    settings: dict[str, object],
) -> None:
    client, site = create_app(settings | {"WTF_CSRF_ENABLED": True}).test_client(), "https://qinghe.example"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login", base_url=site).text)
    assert token is not None
    form = {"username": "wang", "password": village.PASSWORD, "csrf_token": token[1]}
    assert client.post("/login", base_url=site, data=form).status_code == 302


def test_the_front_page_shows_the_way(app: Flask, client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/login"
    assert village.log_in(app, "wang").get("/").headers["Location"] == "/office"
