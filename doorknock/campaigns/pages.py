"""行动 in the office: a campaign's name, days and parts, the versions of its commitment's text, their recordings."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Flask, g, request, send_file
from werkzeug import Response

from doorknock.access import needs
from doorknock.campaigns import phase_pages, rest_pages, running, sounds
from doorknock.campaigns.models import PARTS, CommitmentText
from doorknock.campaigns.showing import campaign_of, day_of, done, page, region_of
from doorknock.db import db
from doorknock.errors import Problem
from doorknock.headers import PRIVATE
from doorknock.words import _

door = Blueprint("campaigns", __name__, url_prefix="/office/campaigns")


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)
    app.register_blueprint(phase_pages.door)
    app.register_blueprint(rest_pages.door)


@door.get("")
@needs("campaigns")
def home() -> str:
    """The campaigns that concern the person's region, each with what may be changed about it."""
    return page("", "")


@door.post("/<ident>")
@needs("campaigns.change", region_of)
def change(ident: str) -> Response | str | tuple[str, int]:
    """Name, days, parts."""
    form = request.form

    def act() -> str:
        changed = running.change(
            campaign_of(ident), name=form.get("name", ""), starts=day_of("starts"), ends=day_of("ends"),
            parts={key: key in form.getlist("parts") for key in PARTS}, by=g.person.id,
        )  # fmt: skip
        return _("改好了，手机下次同步就知道。") if changed else _("没有改动。")

    return done(ident, act)


@door.post("/<ident>/texts")
@needs("texts", region_of)
def new_text(ident: str) -> Response | str | tuple[str, int]:
    """A new version of the commitment."""

    def act() -> str:
        found = campaign_of(ident)
        row = running.add_text(
            found, version=request.form.get("version", ""), text=request.form.get("text", ""), by=g.person.id
        )
        return _("第 %(version)s 版存好了，从现在起用它。以前签的还是以前那一版。", version=row.version)

    return done(ident, act)


@door.post("/<ident>/texts/<version>/audio")
@needs("texts", region_of)
def put_sound(ident: str, version: str) -> Response | str | tuple[str, int]:
    """A recording of a version, or (``off``) none any more."""
    file = request.files.get("file")

    def act() -> str:
        found, row = campaign_of(ident), _text(ident, version)
        if "off" in request.form:
            running.remove_sound(row, found, by=g.person.id)
            return _("录音拿掉了，改由网格员念。")
        running.record_sound(row, found, file.read(sounds.MOST + 1) if file else b"", by=g.person.id)
        return _("录音存好了，手机下次同步会取一次，没网也能放。")

    return done(ident, act)


@door.get("/<ident>/texts/<version>/audio")
@needs("texts", region_of)
def sound(ident: str, version: str) -> Response:
    """The recording, to be listened to before it is used."""
    row = _text(ident, version)
    data = sounds.heard(row.county, row.audio) if row.audio else None
    if data is None:
        raise Problem("not_found", _("这一版没有录音。"))
    response = send_file(BytesIO(data), mimetype=sounds.kind_of(data), conditional=True)
    response.headers["Cache-Control"] = PRIVATE
    return response


def _text(ident: str, version: str) -> CommitmentText:
    found = campaign_of(ident)
    row = db.session.get(CommitmentText, (found.county, found.id, version))
    if row is None:
        raise Problem("not_found", _("没有这一版承诺书。"))
    return row
