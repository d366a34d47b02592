"""A server in earnest refuses to start with what is unsafe, and says what to set instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doorknock import config, create_app, unsafe
from tests.databases import ROOT

GOOD_KEY = "0f8c1f7d3b9a4e62a5d07c5be1946f3a"
FAR = "postgresql+psycopg://qinghe:jingbianlaohuaishu@db.qinghe.example/qinghe"


def good(tmp_path: Path) -> dict[str, Any]:
    """Settings that a server in earnest starts with."""
    return config.from_environment() | {
        "SECRET_KEY": GOOD_KEY, "PUBLIC_URL": "https://qinghe.example", "DATA_DIR": str(tmp_path / "data"),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/doorknock.db", "METRICS_TOKEN": "", "DEBUG": False,
        "PROXIES": config.proxies(None), "SESSION_COOKIE_SECURE": True,
    }  # fmt: skip


UNSAFE: list[tuple[dict[str, Any], str]] = [
    ({"SECRET_KEY": "please-change-me-please"}, "SECRET_KEY"),
    ({"SECRET_KEY": "this is the default key"}, "SECRET_KEY"),
    ({"SECRET_KEY": "aaaaaaaaaaaaaaaaaaaaaaaa"}, "SECRET_KEY"),
    ({"SECRET_KEY": "jingbianlaohuaishu", "SQLALCHEMY_DATABASE_URI": FAR + "?sslmode=verify-full"}, "SECRET_KEY"),
    ({"METRICS_TOKEN": GOOD_KEY}, "SECRET_KEY"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
    ({"PUBLIC_URL": "http://qinghe.example"}, "https"),
    ({"PUBLIC_URL": "https://qinghe.example/office"}, "PUBLIC_URL"),
    ({"PUBLIC_URL": "qinghe.example"}, "PUBLIC_URL"),
    ({"PUBLIC_URL": "https://admin:pw@qinghe.example"}, "PUBLIC_URL"),
    ({"DEBUG": True}, "调试"),
    ({"PROPAGATE_EXCEPTIONS": True}, "调试"),
    ({"WTF_CSRF_ENABLED": False}, "CSRF"),
    ({"PASSWORD_COST": (1, 8)}, "PASSWORD_COST"),
    ({"SESSION_COOKIE_HTTPONLY": False}, "cookie"),
    ({"SESSION_COOKIE_SAMESITE": "None"}, "cookie"),
    ({"SQLALCHEMY_DATABASE_URI": "sqlite://"}, "内存"),
    ({"SQLALCHEMY_DATABASE_URI": "sqlite:///:memory:"}, "内存"),
    ({"SQLALCHEMY_DATABASE_URI": "no address"}, "DATABASE_URL"),
    ({"SQLALCHEMY_DATABASE_URI": FAR}, "sslmode"),
    ({"SQLALCHEMY_DATABASE_URI": FAR + "?sslmode=require"}, "sslmode"),
    ({"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://qinghe:qinghe@/qinghe"}, "数据库的密码"),
    (
        {"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://q@/q?options=-csynchronous_commit%3Doff"},
        "停电",
    ),
    ({"PROXIES": ("*",)}, "FORWARDED_ALLOW_IPS"),
    ({"DATA_DIR": str(ROOT / "static" / "data")}, "DATA_DIR"),
]


def test_good_settings_start(tmp_path: Path) -> None:
    unsafe.refuse(good(tmp_path))
    unsafe.refuse(good(tmp_path) | {"SQLALCHEMY_DATABASE_URI": FAR + "?sslmode=verify-full"})


@pytest.mark.parametrize(("wrong", "said"), UNSAFE, ids=[f"{said} {n}" for n, (_wrong, said) in enumerate(UNSAFE)])
def test_what_is_unsafe_is_refused_with_what_to_set(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        unsafe.refuse(good(tmp_path) | wrong)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        unsafe.refuse(good(tmp_path) | {"DEBUG": True, "PUBLIC_URL": "http://qinghe.example"})
    assert len(str(refused.value).splitlines()) == 2


def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(SystemExit, match="chmod"):
        unsafe.refuse(good(tmp_path))


def test_debugging_asked_for_by_the_environment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(SystemExit, match="FLASK_DEBUG"):
        unsafe.refuse(good(tmp_path))


def test_on_this_machines_own_address_the_defaults_may_be_tried(tmp_path: Path) -> None:
    unsafe.refuse(good(tmp_path) | {"PUBLIC_URL": config.LOCAL, "SECRET_KEY": "default", "DEBUG": True})


@pytest.mark.parametrize("forgets", ["journal_mode=DELETE", "synchronous=1"])
def test_a_sqlite_that_may_forget_after_a_power_cut_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgets: str
) -> None:
    create_app(good(tmp_path))
    real = unsafe.forgetful
    name, _equals, value = forgets.partition("=")
    told = {f"PRAGMA {name}": value}
    monkeypatch.setattr(unsafe, "forgetful", lambda kind, ask: real(kind, lambda what: told.get(what) or ask(what)))
    with pytest.raises(SystemExit, match="存不牢"):
        create_app(good(tmp_path))


def test_a_postgresql_in_a_hurry_is_refused_as_ours_for_tests_is(settings: dict[str, object]) -> None:
    """The tests' own cluster does not wait for the disk, so it is the very thing to refuse."""
    if "postgresql" not in str(settings["SQLALCHEMY_DATABASE_URI"]):
        loose = {"SHOW fsync": "off", "SHOW full_page_writes": "on", "SHOW synchronous_commit": "off"}
        assert "fsync、synchronous_commit" in unsafe.forgetful("postgresql", loose.__getitem__)
        return
    url = {"PUBLIC_URL": "https://qinghe.example", "SECRET_KEY": GOOD_KEY, "TESTING": False, "WTF_CSRF_ENABLED": True}
    with pytest.raises(SystemExit, match="fsync"):
        create_app(settings | url | {"PASSWORD_COST": config.PASSWORD_COST})


def test_the_program_itself_refuses_in_plain_words(tmp_path: Path) -> None:
    environment = {
        "PATH": str(Path(sys.executable).parent), "SECRET_KEY": GOOD_KEY, "PUBLIC_URL": "http://qinghe.example",
        "DATABASE_URL": f"sqlite:///{tmp_path}/d.db", "DATA_DIR": str(tmp_path / "data"), "FORWARDED_ALLOW_IPS": "*",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import app"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "PUBLIC_URL 要用 https" in done.stderr
    assert "FORWARDED_ALLOW_IPS" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
