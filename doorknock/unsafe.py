"""What a server in earnest refuses to start with, each in a sentence that says what to set instead.

In earnest means: for an address that others can reach. On this machine's own address, and within tests, the defaults
are there to be tried.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from doorknock import config
from doorknock.db import db
from doorknock.words import _, joined

Settings = Mapping[str, Any]
LOCAL = ("127.0.0.1", "localhost", "::1")
WELL_KNOWN = (
    "secret",
    "changeme",
    "change-me",
    "password",
    "default",
    "example",
    "for tests",
    "development",
    "doorknock",
)
"""What stands in secrets that somebody copied instead of making one."""
STRICT_SSL = ("verify-ca", "verify-full")
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def in_earnest(settings: Settings) -> bool:
    """Whether others than this machine reach this server."""
    return not settings.get("TESTING") and _host(settings) not in LOCAL


def refuse(settings: Settings) -> None:
    """SystemExit, saying at once all that is unsafe in these settings; for a local address only what never goes."""
    checks = EVERYWHERE + (IN_EARNEST if in_earnest(settings) else ())
    wrong = [] if settings.get("TESTING") else [said for check in checks if (said := check(settings))]
    if wrong:
        raise SystemExit("\n".join(wrong))


def refuse_database(app: Flask) -> None:
    """SystemExit where the database may forget what it said it holds. One that is not there yet is asked later."""
    if not in_earnest(app.config):
        return
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                told = forgetful(connection.dialect.name, lambda what: connection.scalar(text(what)))
        except OperationalError:
            return
        finally:
            db.engine.dispose()  # no connection may be shared with the processes that are forked from here
    if told:
        raise SystemExit(told)


def forgetful(kind: str, ask: Callable[[str], Any]) -> str:
    """Why a database of this kind may forget, by what it answers when asked; "" where it does not."""
    if kind == "sqlite":
        if (str(ask("PRAGMA journal_mode")), ask("PRAGMA synchronous")) == ("wal", 2):
            return ""
        return _("数据库放的地方存不牢（网络盘或只读盘）。请把 DATABASE_URL 换到本机硬盘上的文件。")
    loose = [name for name, wanted in DURABLE.items() if ask(f"SHOW {name}") not in (wanted, "remote_apply")]
    return _("PostgreSQL 的 %(names)s 关着，停电会丢记录。请打开再启动。", names=joined(loose)) if loose else ""


def _host(settings: Settings) -> str:
    try:
        return urlsplit(str(settings["PUBLIC_URL"])).hostname or ""
    except ValueError:
        return ""


def _secret(settings: Settings) -> str:
    secret = str(settings["SECRET_KEY"])
    known = any(word in secret.lower() for word in WELL_KNOWN)
    if len(set(secret)) < 8 or known:
        return _("SECRET_KEY 太好猜，像是示例里抄来的。请用 openssl rand -hex 32 生成一个。")
    return ""


def _same_secret(settings: Settings) -> str:
    secret, url = str(settings["SECRET_KEY"]), _database(settings)
    used = [str(settings["METRICS_TOKEN"])] + ([url.password] if url and url.password else [])
    return _("SECRET_KEY 不能和别的密码、令牌相同。") if secret in used else ""


def _address(settings: Settings) -> str:
    try:
        parts = urlsplit(str(settings["PUBLIC_URL"]))
        plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and plain and (parts.port or 1) > 0
    except ValueError:
        fits = False
    return "" if fits else _("PUBLIC_URL 要写成 https://域名，后面不带路径、账号和参数。")


def _https(settings: Settings) -> str:
    if str(settings["PUBLIC_URL"]).startswith("https:"):
        return ""
    return _("PUBLIC_URL 要用 https：没有它，密码和名单在网上谁都看得见，手机也不能离线用。")


def _debug(settings: Settings) -> str:
    asked = (os.environ.get("FLASK_DEBUG") or "0").lower() not in ("0", "false", "no")
    if settings.get("DEBUG") or asked or settings.get("PROPAGATE_EXCEPTIONS"):
        return _("调试开着（FLASK_DEBUG），出错时会把程序和数据给外人看。请关掉。")
    return ""


def _guards(settings: Settings) -> str:
    off = not settings.get("WTF_CSRF_ENABLED", True) or not settings.get("WTF_CSRF_CHECK_DEFAULT", True)
    return _("防伪造提交（CSRF）被关掉了。请去掉 WTF_CSRF_… 的设置。") if off else ""


def _passwords(settings: Settings) -> str:
    enough = all(now >= least for now, least in zip(settings["PASSWORD_COST"], config.PASSWORD_COST, strict=True))
    return "" if enough else _("密码存得太容易破（PASSWORD_COST）。这个设置只给测试用，请去掉。")


def _cookies(settings: Settings) -> str:
    safe = settings["SESSION_COOKIE_SECURE"] and settings["SESSION_COOKIE_HTTPONLY"]
    if safe and settings["SESSION_COOKIE_SAMESITE"] in ("Lax", "Strict"):
        return ""
    return _("登录的 cookie 少了保护（SESSION_COOKIE_…）。请去掉这些设置。")


def _kept(settings: Settings) -> str:
    url = _database(settings)
    if url is None:
        return _("DATABASE_URL 看不懂。请写成 postgresql://用户:密码@地址/库，或者 sqlite:////目录/文件。")
    if url.get_backend_name() == "sqlite" and (
        not url.database or ":memory:" in url.database or "mode=memory" in str(url)
    ):
        return _("数据库放在内存里，一停就全没了。请在 DATABASE_URL 里写文件。")
    if "synchronous_commit" in str(url.query.get("options", "")) or "fsync" in str(url.query.get("options", "")):
        return _("DATABASE_URL 里关了写盘确认，停电会丢记录。请去掉 options。")
    return ""


def _road(settings: Settings) -> str:
    url = _database(settings)
    if url is None or url.get_backend_name() != "postgresql":
        return ""
    host = str(url.query.get("host") or url.host or "")
    if not host or host.startswith("/") or host in LOCAL or url.query.get("sslmode") in STRICT_SSL:
        return ""
    return _("数据库在别的机器上，路上没有加密。请在 DATABASE_URL 后面加 ?sslmode=verify-full。")


def _database_password(settings: Settings) -> str:
    url = _database(settings)
    if url is None or url.get_backend_name() != "postgresql" or url.password is None:
        return ""
    weak = len(url.password) < 12 or url.password in (url.username, url.database)
    return _("数据库的密码太短或太好猜。请换一个 12 个字符以上的。") if weak else ""


def _database(settings: Settings) -> URL | None:
    try:
        return make_url(str(settings["SQLALCHEMY_DATABASE_URI"]))
    except (ArgumentError, ValueError):
        return None


def _proxies(settings: Settings) -> str:
    try:
        for each in settings["PROXIES"]:
            ipaddress.ip_address(each)
    except ValueError:
        return _("FORWARDED_ALLOW_IPS 只能写前面那台代理的 IP，不能写 * 或域名，否则谁都能冒充别的地址。")
    return ""


def _token(settings: Settings) -> str:
    token = str(settings["METRICS_TOKEN"])
    return _("METRICS_TOKEN 太短，至少 16 个字符。") if 0 < len(token) < 16 else ""


def _folder(settings: Settings) -> str:
    path = Path(str(settings["DATA_DIR"])).resolve()
    if path.is_relative_to(Path(config.ROOT) / "static"):
        return _("DATA_DIR 放在 static 里，谁都能下载。请换个目录。")
    if path.is_dir() and path.stat().st_mode & stat.S_IWOTH:
        return _("DATA_DIR 这个目录别的用户也能写。请改成只有本程序能写（chmod 700）。")
    return ""


EVERYWHERE: tuple[Callable[[Settings], str], ...] = (_address, _kept, _proxies, _token, _folder)
IN_EARNEST: tuple[Callable[[Settings], str], ...] = (
    _secret, _same_secret, _https, _debug, _guards, _passwords, _cookies, _road, _database_password,
)  # fmt: skip
