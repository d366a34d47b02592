"""One's own account: the password, and the list of sessions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from doorknock import clock
from doorknock.people import passwords, sessions
from doorknock.people.models import SESSION_IDLE, SESSION_LASTS, TRIES, by_username
from tests import village
from tests.hefeng import plain
from tests.people.office import NEW, change, deeds, log_in

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0"


@pytest.fixture(autouse=True)
def qinghe(app: Flask) -> None:
    village.found(app)


# The password


def test_a_password_is_not_changed_without_the_present_one(app: Flask) -> None:
    client = village.log_in(app, "zhang")
    code, page = change(client, old="guessed")
    assert (code, "现在的密码不对" in page) == (409, True)
    assert log_in(app, "zhang").get("/office").status_code == 200


def test_guessing_the_present_password_locks_the_name_as_at_the_login(app: Flask) -> None:
    client = village.log_in(app, "zhang")
    codes = [change(client, old="guessed")[0] for _ in range(TRIES + 1)]
    assert codes == [409] * TRIES + [429]
    answer = app.test_client().post("/login", data={"username": "zhang", "password": village.PASSWORD})
    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("短的", "8 个字符以上"), ("123456789", "太容易猜"), ("aaaaaaaaaa", "太容易猜"), ("Zhang-2026-abc", "太容易猜"),
        (village.PASSWORD, "和现在的一样"), ("长" * 201, "8 个字符以上"),
    ],
)  # fmt: skip
def test_an_easy_password_is_refused_with_a_reason(app: Flask, new: str, said: str) -> None:
    code, page = change(village.log_in(app, "zhang"), new)
    assert (code, said in page) == (409, True)


def test_two_that_differ_are_refused(app: Flask) -> None:
    assert "两次输的不一样" in change(village.log_in(app, "zhang"), again="别的什么东西啊")[1]


def test_a_new_password_ends_all_other_sessions(app: Flask) -> None:
    here, elsewhere = village.log_in(app, "zhang"), village.log_in(app, "zhang")
    assert change(here)[0] == 302
    assert (here.get("/office").status_code, elsewhere.get("/office").status_code) == (200, 401)
    assert log_in(app, "zhang", NEW).get("/office").status_code == 200
    assert deeds(app) == ["me.password"]


def test_common_passwords_are_known_by_heart() -> None:
    assert {"password123", "woaini1314", "12345678", "trustno1", "charlie123", "qiaomenxingdong"} <= passwords.common()
    assert len([each for each in passwords.common() if len(each) >= passwords.SHORTEST]) > 3_000


# Sessions


def test_the_list_says_where_one_is_logged_in_and_ends_any_but_this(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    for client, agent in ((here, EDGE), (there, PHONE)):
        form = {"username": "zhang", "password": village.PASSWORD}
        client.post("/login", data=form, headers={"User-Agent": agent})
    page = here.get("/office/me").text
    assert "Windows 电脑上的Edge 就是这里" in plain(page)
    assert "安卓手机上的微信" in page
    [other] = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert here.post("/office/me/sessions/end", data={"session": other}).status_code == 302
    assert (here.get("/office").status_code, there.get("/office").status_code) == (200, 401)
    assert deeds(app) == ["me.sessions"]


def test_nobody_ends_a_session_of_somebody_else(app: Flask) -> None:
    mine, theirs = village.log_in(app, "zhang"), village.log_in(app, "wang")
    with app.app_context():
        wang = by_username("wang")
        assert wang is not None
        [session] = sessions.running(wang)
        key = session.token_hash
    mine.post("/office/me/sessions/end", data={"session": key})
    assert theirs.get("/office").status_code == 200


def test_all_others_end_at_once(app: Flask) -> None:
    clients = [village.log_in(app, "zhang") for _ in range(3)]
    clients[0].post("/office/me/sessions/end")
    assert [client.get("/office").status_code for client in clients] == [200, 401, 401]


def test_a_session_ends_when_nobody_uses_it_and_at_the_latest_after_twelve_hours(app: Flask) -> None:
    idle, busy = village.log_in(app, "zhang"), village.log_in(app, "zhang")
    start = clock.now()
    seen = []
    for minutes in range(0, int(SESSION_LASTS.total_seconds() / 60) + 60, 60):
        with clock.pinned(start + timedelta(minutes=minutes)):
            seen.append(busy.get("/office").status_code)
    assert seen == [200] * 12 + [401]
    with clock.pinned(start + SESSION_IDLE + timedelta(minutes=1)):
        assert idle.get("/office").status_code == 401


@pytest.mark.parametrize(
    ("agent", "kept", "said"),
    [
        (EDGE, "edge/windows", "Windows 电脑上的Edge"), (PHONE, "wechat/android", "安卓手机上的微信"),
        ("curl/8", "", "没认出来的设备"),
    ],
)  # fmt: skip
def test_of_a_browser_only_two_words_are_kept(app: Flask, agent: str, kept: str, said: str) -> None:
    with app.test_request_context():
        assert (sessions.browser_of(agent), sessions.browser_words(kept)) == (kept, said)
