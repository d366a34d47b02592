"""Behind a code of 禾丰村: what a household finds, and what the page does not do."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from doorknock import clock
from doorknock.batches.models import BatchDay
from doorknock.db import db
from doorknock.materials.catalogue import FRAUD, of_kind
from tests.batches.printed import ISSUER, printed, taken_back
from tests.hefeng import Hefeng

FRAUDS = pytest.mark.parametrize("key", [each.key for each in of_kind(FRAUD)])


def opens(village: Hefeng) -> int:
    with village.app.app_context():
        return db.session.scalar(select(func.sum(BatchDay.opens))) or 0


@pytest.mark.parametrize("code", ["ABCDEFGHJKLM", "short", "0" * 12, "%E7%A0%81", "A" * 3000])
def test_a_code_that_nobody_gave_out_opens_no_material(village: Hefeng, client: FlaskClient, code: str) -> None:
    answer = client.get(f"/m/{code}")
    assert answer.status_code == 404
    assert "这个码不是我们发的，或者抄错了" in answer.text
    assert "tel:110" in answer.text


def test_the_page_says_who_issued_it_first_then_what_to_do_when_cheated(village: Hefeng, client: FlaskClient) -> None:
    page = client.get(f"/m/{printed(village)}").text
    order = [ISSUER, "浏览器最上面的网址应该是", "钱已经转出去了", "警察不会在电话里", "怎么看出来", "先问自己三句", "三个小题", "打给村里", "/feedback"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


@FRAUDS
def test_a_page_is_one_answer_of_at_most_fourteen_kilobytes(village: Hefeng, client: FlaskClient, key: str) -> None:
    answer = client.get(f"/m/{printed(village, key)}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 14_000
    html = gzip.decompress(answer.data).decode()
    assert re.findall(r"<(script|link|iframe|form|input|button|object|embed)\b", html) == []
    assert re.findall(r'(?:src|href)="(?!/|#|tel:)', html) == []
    assert "Set-Cookie" not in answer.headers


def test_the_style_is_in_the_page_and_nothing_else_may_load(village: Hefeng, client: FlaskClient) -> None:
    policy = client.get(f"/m/{printed(village)}").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_a_revoked_batch_says_so_and_why(village: Hefeng, client: FlaskClient) -> None:
    code = printed(village)
    assert "已经撤回" not in client.get(f"/m/{code}").text
    taken_back(village, code, "电话印错了")
    page = client.get(f"/m/{code}").text
    assert "这一批已经撤回" in page
    assert "电话印错了" in page


def test_an_expired_batch_says_so_and_shows_what_holds_now(village: Hefeng, client: FlaskClient) -> None:
    code = printed(village, expires=clock.today())
    with clock.pinned(clock.now() + timedelta(days=2)):
        page = client.get(f"/m/{code}").text
    assert "这一批过了有效期" in page
    assert "警察不会在电话里" in page


def test_a_first_open_is_counted_by_a_picture_that_the_device_keeps_for_a_year(
    village: Hefeng, client: FlaskClient
) -> None:
    code = printed(village)
    client.get(f"/m/{code}")
    assert opens(village) == 0
    answer = client.get(f"/m/{code}/opened.gif")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.data.startswith(b"GIF89a")
    client.get(f"/m/{code}/opened.gif")
    assert opens(village) == 2
    assert client.get("/m/ABCDEFGHJKLM/opened.gif").status_code == 404
    assert opens(village) == 2


def test_verify_answers_the_unknown_and_the_malformed_alike(village: Hefeng, client: FlaskClient) -> None:
    said = [client.get("/verify", query_string={"code": code}).text for code in ("ABCDEFGHJKLM", "x", "验证码")]
    assert all("没有这个码" in page for page in said)
    assert len({re.sub(r'value="[^"]*"', "", page) for page in said}) == 1


def test_verify_says_what_a_printed_code_is_however_it_is_typed(village: Hefeng, client: FlaskClient) -> None:
    code = printed(village)
    page = client.get("/verify", query_string={"code": f" {code[:4].lower()}-{code[4:8]} {code[8:]}"}).text
    assert "是我们发的，现在有效" in page
    assert "冒充公检法·门卡" in page
    assert ISSUER in page
    assert "禾丰村" in page


def test_verify_says_revoked(village: Hefeng, client: FlaskClient) -> None:
    code = printed(village)
    taken_back(village, code, "电话印错了")
    page = client.get("/verify", query_string={"code": code}).text
    assert "这一批已经撤回" in page
    assert "电话印错了" in page


def test_who_asks_too_often_is_told_to_wait(village: Hefeng, client: FlaskClient) -> None:
    codes = [client.get("/verify", query_string={"code": "x"}).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
