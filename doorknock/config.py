"""Settings, all from the environment, with defaults that suit one office computer."""

from __future__ import annotations

import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from doorknock.words import _

ROOT = str(Path(__file__).resolve().parent.parent)
INSTANCE = Path(ROOT) / "instance"
LOCAL = "http://127.0.0.1:5000"
MAX_BODY = 32 * 1024 * 1024
"""Bytes of one request before decompression; the phone's own batches are at most 256 KB."""


PASSWORD_COST = (2, 19 * 1024)
"""Rounds and KiB of argon2id for a login's password, as OWASP advises; only tests within one process ask for less."""


def from_environment() -> dict[str, Any]:
    """The settings as Flask wants them; nothing is created on disk here."""
    data_dir = Path(os.environ.get("DATA_DIR") or INSTANCE / "data")
    return {
        "SQLALCHEMY_DATABASE_URI": database_url(os.environ.get("DATABASE_URL")),
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or "",
        "PUBLIC_URL": (os.environ.get("PUBLIC_URL") or LOCAL).rstrip("/"),
        "PASSWORD_COST": PASSWORD_COST,
        "REQUIRE_TOTP": (os.environ.get("REQUIRE_TOTP") or "0") not in ("0", "no", "false"),
        "METRICS_TOKEN": os.environ.get("METRICS_TOKEN") or "",
        "PROXIES": proxies(os.environ.get("FORWARDED_ALLOW_IPS")),
        "ACCESS_LOG": (os.environ.get("ACCESS_LOG") or "1") not in ("0", "no", "false"),
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        # Our pages send no Referer, which the strict check asks for under https: every form would be refused.
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "JSON_AS_ASCII": False,
    }


def database_url(url: str | None) -> str:
    """A SQLAlchemy URL: the given one (plain ``postgresql://`` means psycopg 3) or SQLite in ``instance/``."""
    if not url:
        return f"sqlite:///{INSTANCE / 'doorknock.db'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def proxies(said: str | None) -> tuple[str, ...]:
    """The addresses whose word on where a request came from is taken, as gunicorn reads the same setting."""
    return tuple(each.strip() for each in (said or "127.0.0.1,::1").split(",") if each.strip())


def settle_cookies(settings: MutableMapping[str, Any]) -> None:
    """Under https cookies go over https only, and carry the prefix that ties them to this very host."""
    secure = str(settings["PUBLIC_URL"]).startswith("https:")
    settings["SESSION_COOKIE_SECURE"] = secure
    settings["SESSION_COOKIE_NAME"] = "__Host-form" if secure else "form"


def settle_secret(settings: MutableMapping[str, Any]) -> None:
    """The secret that sessions and phone tokens hang on.

    On this machine's own address one is made and kept in ``instance/``, outside every backup; for any other address the
    start is refused without one.
    """
    if settings.get("TESTING"):
        return
    local = urlsplit(str(settings["PUBLIC_URL"])).hostname in ("127.0.0.1", "localhost", "::1")
    if not settings["SECRET_KEY"] and local:
        settings["SECRET_KEY"] = _kept_secret()
    if len(str(settings["SECRET_KEY"])) < 16:
        raise SystemExit(_("SECRET_KEY 没有设置，或者太短（至少 16 个字符）。请在环境变量里设好再启动。"))


def _kept_secret() -> str:
    path = INSTANCE / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass  # made by an earlier start, or by another process just now
    return path.read_text(encoding="utf-8").strip()
