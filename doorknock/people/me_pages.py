"""One's own account: the password, the second factor, and where one is logged in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from doorknock import audit, clock, web
from doorknock.access import needs
from doorknock.errors import Problem, Refused
from doorknock.people import joining, passwords, sessions, totp
from doorknock.people.models import Person, count_try, refuse_locked
from doorknock.symbol import qr_path
from doorknock.words import _

HOME = "/office/me"
ON_THE_WAY = (HOME, f"{HOME}/password", f"{HOME}/totp", "/logout", "/login")
door = Blueprint("me", __name__, url_prefix=HOME)


def demand(person: Person | None) -> str:
    """Where this person has to go before anything else; empty where nowhere."""
    if person is None:
        return ""
    if person.must_change:
        return HOME
    return f"{HOME}/totp" if totp.demanded(person) else ""


def on_the_way(path: str) -> bool:
    """Whether this address serves what may be demanded first."""
    return path in ON_THE_WAY


@door.get("")
@needs("home")
def account() -> str:
    """The page of one's own account."""
    return _page()


@door.post("/password")
@needs("home")
def change_password() -> Response | tuple[str, int]:
    """A new password of one's own choice; all other sessions end."""
    person: Person = g.person
    try:
        if not person.must_change:
            _prove(person)
        passwords.choose(person, request.form.get("new", ""), request.form.get("again", ""))
    except (Refused, Problem) as refused:
        return _refused(refused)
    joining.end_sessions(person, but=sessions.mine())
    audit.record("me.password", person.region_code or "000000", by=person.id, subject=person.id)
    return redirect(demand(person) or f"{HOME}?done=password")


@door.get("/totp")
@needs("home")
def totp_form() -> Response | str:
    """A fresh secret as a QR and in letters, and the code that proves it was taken."""
    if g.person.role not in totp.ROLES:
        return redirect(HOME)
    return _totp_page(totp.seal(totp.fresh_secret()))


@door.post("/totp")
@needs("home")
def set_up_totp() -> Response | str | tuple[str, int]:
    """Take the second factor whose code this is; show the recovery codes, once. All other sessions end."""
    person: Person = g.person
    sealed = request.form.get("sealed", "")
    if person.role not in totp.ROLES or person.must_change:
        raise Refused(_("请先改好密码。") if person.must_change else _("这个岗位不用验证码登录。"))
    try:
        _prove(person)
        codes = totp.set_up(person, sealed, request.form.get("code", "")[:10])
    except (Refused, Problem) as refused:
        return _totp_page(sealed, refused), 409
    joining.end_sessions(person, but=sessions.mine())
    audit.record("me.totp", person.region_code or "000000", by=person.id, subject=person.id)
    return render_template("people/recovery.html", codes=codes)


@door.post("/codes")
@needs("home")
def new_codes() -> str | tuple[str, int]:
    """Ten fresh recovery codes; the old ones open nothing any more."""
    person: Person = g.person
    try:
        if person.totp_secret is None:
            raise Refused(_("还没有设验证码登录。"))
        _prove(person)
    except (Refused, Problem) as refused:
        return _refused(refused)
    audit.record("me.codes", person.region_code or "000000", by=person.id, subject=person.id)
    return render_template("people/recovery.html", codes=totp.fresh_codes(person))


@door.post("/sessions/end")
@needs("home")
def end_sessions() -> Response:
    """End one session, or all but this one."""
    person: Person = g.person
    wanted = request.form.get("session", "")
    if wanted:
        for each in sessions.running(person):
            if each.token_hash == wanted and wanted != sessions.mine():
                each.revoked_at = clock.now()
    else:
        joining.end_sessions(person, but=sessions.mine())
    audit.record("me.sessions", person.region_code or "000000", by=person.id, subject=person.id)
    return redirect(f"{HOME}?done=sessions")


def _prove(person: Person) -> None:
    """That it is really the person: the present password, counted against guessing as at the login."""
    key = f"name:{person.username}"[:80]
    refuse_locked(key)
    if not person.knows(request.form.get("password", "")[:200]):
        count_try(key)
        web.commit()
        raise Refused(_("现在的密码不对。"))


def _refused(refused: Refused | Problem) -> tuple[str, int]:
    return _page(refused), refused.status if isinstance(refused, Problem) else 409


def _page(refused: Refused | Problem | None = None) -> str:
    person: Person = g.person
    done = {"password": _("密码改好了，别处的登录都退出了。"), "sessions": _("退出了。")}
    return render_template(
        "people/me.html", person=person, reasons=_reasons(refused), said=done.get(request.args.get("done", ""), ""),
        running=sessions.running(person), mine=sessions.mine(), browser_words=sessions.browser_words,
        second=person.role in totp.ROLES, codes_left=totp.codes_left(person), shortest=passwords.SHORTEST,
    )  # fmt: skip


def _totp_page(sealed: str, refused: Refused | Problem | None = None) -> str:
    person: Person = g.person
    try:
        secret = totp.unseal(sealed)
    except Refused:
        sealed = totp.seal(secret := totp.fresh_secret())
    more: dict[str, Any] = {"demanded": totp.demanded(person), "has_one": person.totp_secret is not None}
    return render_template(
        "people/totp.html", sealed=sealed, reasons=_reasons(refused), qr=qr_path(totp.address(person, secret)),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), **more,
    )  # fmt: skip


def _reasons(refused: Refused | Problem | None) -> list[str]:
    if refused is None:
        return []
    return refused.reasons if isinstance(refused, Refused) else [refused.title + refused.detail]
