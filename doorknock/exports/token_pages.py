"""取数口令 in the office: made for one's own region and shown once, listed with their use, ended."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, current_app, g, render_template, request
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.errors import Problem, Refused
from doorknock.exports import tokens
from doorknock.places.choosing import go
from doorknock.regions.models import Region, region
from doorknock.words import _

door = Blueprint("tokens", __name__, url_prefix="/office/exports/tokens")


def _own() -> Region:
    home: Region | None = g.person.home
    if home is None:
        raise Problem("forbidden", _("这个账号没有归属的区划。"))
    return region(home.code)


@door.get("")
@needs("tokens")
def page() -> str:
    """The tokens of one's own region, and a form for another."""
    return _page(_own())


@door.post("")
@needs("tokens")
def make() -> str | tuple[str, int]:
    """A new one; this answer is the only one that says it."""
    form = request.form
    try:
        _token, said = tokens.make(
            _own(), form.getlist("tables"), form.get("name", ""), _day(form.get("until", "")), by=g.person
        )
        web.commit()
    except Refused as refused:
        web.rollback()
        return _page(_own(), refused="".join(refused.reasons)), 422
    return _page(_own(), said)


@door.post("/<ident>/revoke")
@needs("tokens")
def revoke(ident: str) -> Response:
    """It opens nothing any more."""
    tokens.revoke(tokens.token_of(ident, _own()), by=g.person)
    return go("/office/exports/tokens")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(here: Region, said: str = "", refused: str = "") -> str:
    today = clock.today()
    return render_template(
        "exports/tokens.html", here=here, said=said, refused=refused, typed=request.form if refused else {},
        tables={name: each for name, each in tokens.TABLES.items() if may(g.person, each.verb, here)},
        ticked=request.form.getlist("tables") if refused else ["coverage"], found=tokens.listed(here),
        first=today, last=today + timedelta(days=tokens.MOST_DAYS), usual=today + timedelta(days=90),
        address=f"{current_app.config['PUBLIC_URL']}/api/v1/read/", last_day=_last_day,
    )  # fmt: skip


def _last_day(token: tokens.ReadToken) -> date:
    """The last day on which it works."""
    return clock.day_of(token.expires_at - timedelta(seconds=1))
