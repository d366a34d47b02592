"""docs/ops/nginx.conf: what nginx says itself in front of 禾丰村's server, and over which road phones come to it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from doorknock import headers
from doorknock.errors import CATALOGUE
from tests.databases import ROOT, missing
from tests.drills.front import TOO_MUCH, TlsDoor, is_page, is_problem, lacking, nginx, until_too_many
from tests.live import free_port
from tests.wire.answer import Raw

SHIPPED = (ROOT / "docs" / "ops" / "nginx.conf").read_text(encoding="utf-8")


@pytest.fixture
def door() -> Iterator[TlsDoor]:
    """The shipped nginx, with nobody behind it."""
    if not shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        missing("nginx")
    with tempfile.TemporaryDirectory(prefix="doorknock-front-") as name:  # pytest's own folders are shut to its workers
        folder = Path(name) / "nginx"
        folder.mkdir()
        with nginx(folder, free_port(), ready=502) as (door, _plain):
            yield door


def test_nginx_refuses_for_the_program_in_words_that_say_what_to_do(door: TlsDoor) -> None:
    assert is_page(door.request("PUT", "/office", TOO_MUCH), 413, "请分开传")
    assert is_page(door.request("GET", "/login"), 502, "请稍后再试")
    assert is_page(door.request("GET", "/static/x/style/base.css"), 502, "请稍后再试")
    assert is_page(door.request("GET", "/metrics"), 404, "没有找到这一页")
    assert is_page(door.request("GET", "/login", Cookie="x" * 20_000), 400, "请返回上一页再试")
    assert is_page(until_too_many(door, "/login"), 429, "请稍后再试")


def test_a_phone_believes_only_what_the_program_might_have_said(door: TlsDoor) -> None:
    lost = door.request("POST", "/api/v1/sync", b"{}")
    assert (lost.status, lost.headers["content-type"], lacking(lost)) == (502, "text/html; charset=utf-8", [])
    assert is_problem(door.request("PUT", "/api/v1/blobs/00", TOO_MUCH), 413, "too_large")
    assert is_problem(until_too_many(door, "/api/v1/devices/me"), 429, "busy")


def test_the_check_finds_an_answer_without_its_headers() -> None:
    bare = Raw(502, {"content-type": "text/html"}, b"<h1>502 Bad Gateway</h1>")
    assert set(lacking(bare)) == {*headers.ALWAYS, "Strict-Transport-Security", "Retry-After", "X-Request-Id"}
    assert not is_page(bare, 502, "请稍后再试")


def test_its_words_to_phones_are_those_of_the_catalogue() -> None:
    said = dict(re.findall(r'"code":"(\w+)","title":"([^"]+)"', SHIPPED))
    assert said == {code: str(CATALOGUE[code][1]) for code in ("too_large", "busy")}


def test_whatever_nginx_can_be_asked_to_say_has_a_page_of_ours() -> None:
    """Those of its own answers that a person may meet; a request line that is none never gets as far as this."""
    server, api = re.findall(r"^ {4,8}error_page ([\d ]+) @doorknock_page;", SHIPPED, re.M)
    problem = re.findall(r"error_page ([\d ]+) @doorknock_problem;", SHIPPED)
    assert {"400", "413", "429", "502", "503", "504"} <= set(server.split())
    assert set(api.split()) | set(problem[0].split()) == set(server.split())
    assert "proxy_intercept_errors off;" in SHIPPED, "what the program refuses goes through as it is"


def test_the_road_is_tls_of_today_with_ciphers_that_forget_their_keys_and_guard_what_they_hide() -> None:
    assert re.findall(r"^ *ssl_protocols (.+);", SHIPPED, re.M) == ["TLSv1.2 TLSv1.3"]
    (suites,) = re.findall(r"^ *ssl_ciphers (.+);", SHIPPED, re.M)
    for suite in suites.split(":"):
        assert re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)", suite), suite
    assert "ssl_session_tickets off;" in SHIPPED, "a ticket's key would outlive the sessions"


def test_what_comes_without_tls_is_led_to_it_and_nothing_else() -> None:
    plain = re.findall(r"^server \{\n(.+?)^\}", SHIPPED, re.M | re.S)[0]
    assert "listen 80;" in plain
    assert "return 301 https://$host$request_uri;" in plain
    assert "proxy_pass" not in plain
