"""Settings, all from the environment, with defaults that suit one office computer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).resolve().parent.parent)
INSTANCE = Path(ROOT) / "instance"
MAX_BODY = 32 * 1024 * 1024
"""Bytes of one request before decompression; the phone's own batches are at most 256 KB."""


def from_environment() -> dict[str, Any]:
    """The settings as Flask wants them; nothing is created on disk here."""
    data_dir = Path(os.environ.get("DATA_DIR") or INSTANCE / "data")
    return {
        "SQLALCHEMY_DATABASE_URI": database_url(os.environ.get("DATABASE_URL")),
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or "",
        "PUBLIC_URL": (os.environ.get("PUBLIC_URL") or "http://127.0.0.1:5000").rstrip("/"),
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


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Stop before serving with a secret that anybody could know: sessions and phone tokens hang on it."""
    if settings.get("TESTING"):
        return
    if len(str(settings.get("SECRET_KEY") or "")) < 16:
        raise SystemExit("SECRET_KEY 没有设置，或者太短（至少 16 个字符）。请在环境变量里设好再启动。")
