"""The office's sessions as people see them: on which device, since when, last used; and ending them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app, request
from sqlalchemy import select

from doorknock import clock, web
from doorknock.db import db
from doorknock.people.models import SESSION_IDLE, Person, Session, hash_secret
from doorknock.words import _, lazy

COOKIE = "doorknock"
"""The cookie's name; under https its prefix makes browsers take it from this very host only, and only over https."""
NOTED_EVERY = timedelta(minutes=5)
"""The last use is kept to these minutes, so that reading a page hardly ever writes."""
BROWSERS = (
    ("micromessenger", "wechat"), ("edg", "edge"), ("firefox", "firefox"), ("qqbrowser", "qq"), ("ucbrowser", "uc"),
    ("360se", "360"), ("chrome", "chrome"), ("safari", "safari"),
)  # fmt: skip
SYSTEMS = (
    ("android", "android"), ("harmony", "harmony"), ("iphone", "iphone"), ("ipad", "ipad"), ("windows", "windows"),
    ("macintosh", "mac"), ("linux", "linux"),
)  # fmt: skip
"""What a browser's name for itself contains → the word that is kept of it; the first that fits."""
WORDS = {
    "wechat": lazy("微信"), "edge": "Edge", "firefox": "Firefox", "qq": lazy("QQ 浏览器"), "uc": lazy("UC 浏览器"),
    "360": lazy("360 浏览器"), "chrome": "Chrome", "safari": "Safari", "android": lazy("安卓手机"),
    "harmony": lazy("鸿蒙手机"), "iphone": lazy("苹果手机"), "ipad": "iPad", "windows": lazy("Windows 电脑"),
    "mac": lazy("苹果电脑"), "linux": lazy("Linux 电脑"),
}  # fmt: skip


def cookie() -> str:
    """The name of the session's cookie."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def browser_of(agent: str) -> str:
    """Kind of browser and of device as two words, no more of what a browser tells about itself."""
    lower = agent.lower()
    found = [next((word for part, word in kinds if part in lower), "") for kinds in (BROWSERS, SYSTEMS)]
    return "/".join(found) if any(found) else ""


def browser_words(kept: str) -> str:
    """The same as people say it: Windows 电脑上的 Edge."""
    browser, _slash, system = kept.partition("/")
    if browser in WORDS and system in WORDS:
        return _("%(system)s上的%(browser)s", system=str(WORDS[system]), browser=str(WORDS[browser]))
    known = WORDS.get(browser) or WORDS.get(system)
    return str(known) if known else _("没认出来的设备")


def note_use(secret: str) -> bool:
    """Keep that the session of this cookie was used just now; whether that took a transaction of its own."""
    found = db.session.get(Session, hash_secret(secret))
    if found is None or clock.now() - found.seen < NOTED_EVERY:
        return False
    if web.writes():
        found.seen_at = clock.now()
        return False
    with web.apart():
        found = db.session.get(Session, hash_secret(secret))
        if found is not None:
            found.seen_at = clock.now()
    return True


def mine() -> str:
    """The key of the session that this request came with."""
    return hash_secret(request.cookies.get(cookie(), ""))


def running(person: Person) -> Sequence[Session]:
    """Somebody's sessions that still open the office, the last used first."""
    now = clock.now()
    own = (Session.person_id == person.id) & Session.revoked_at.is_(None) & (Session.expires_at > now)
    found = [s for s in db.session.scalars(select(Session).where(own)) if s.seen + SESSION_IDLE > now]
    return sorted(found, key=lambda each: each.seen, reverse=True)
