"""行动 in the office: a campaign's name, days and parts, the versions of its commitment's text, their recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from flask import Blueprint, Flask, g, render_template, request, send_file
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.campaigns import running, sounds
from doorknock.campaigns.models import PARTS, Campaign, CommitmentText, of_county, versions
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.headers import PRIVATE
from doorknock.regions.models import Region, ancestors, grids_of, region, villages
from doorknock.words import _, lazy

door = Blueprint("campaigns", __name__, url_prefix="/office/campaigns")
PART_WORDS = {
    "app": lazy("安装情况"), "commitment": lazy("承诺书"), "materials": lazy("资料"), "photos": lazy("照片"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A campaign with what this person may do about it."""

    campaign: Campaign
    region: Region
    texts: list[CommitmentText]
    may_change: bool
    may_write: bool

    @property
    def parts(self) -> dict[str, bool]:
        """Which parts are on."""
        return PARTS | self.campaign.parts


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)


def at_work(found: Campaign) -> Region:
    """The smallest region with every village where it is walked: who reaches that may decide for all of them."""
    top = region(found.region_code)
    walked = {grid.village_code for grid in grids_of([v.code for v in villages(top)])}
    paths = [region(code).path.split("/") for code in sorted(walked)]
    if not paths:
        return top
    shared = [codes[0] for codes in zip(*paths, strict=False) if len(set(codes)) == 1]
    return region(shared[-1])


def _campaign(ident: str) -> Campaign:
    home: Region | None = g.person.home
    found = db.session.get(Campaign, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这次行动。"))
    return found


def _region(ident: str, **_more: str) -> Region:
    return at_work(_campaign(ident))


@door.get("")
@needs("campaigns")
def home() -> str:
    """The campaigns that concern the person's region, each with what may be changed about it."""
    return _page("", "")


@door.post("/<ident>")
@needs("campaigns.change", _region)
def change(ident: str) -> Response | str | tuple[str, int]:
    """Name, days, parts."""
    form = request.form

    def act() -> str:
        changed = running.change(
            _campaign(ident), name=form.get("name", ""), starts=_day("starts"), ends=_day("ends"),
            parts={key: key in form.getlist("parts") for key in PARTS}, by=g.person.id,
        )  # fmt: skip
        return _("改好了，手机下次同步就知道。") if changed else _("没有改动。")

    return _done(ident, act)


@door.post("/<ident>/texts")
@needs("texts", _region)
def new_text(ident: str) -> Response | str | tuple[str, int]:
    """A new version of the commitment."""

    def act() -> str:
        found = _campaign(ident)
        row = running.add_text(
            found, version=request.form.get("version", ""), text=request.form.get("text", ""), by=g.person.id
        )
        return _("第 %(version)s 版存好了，从现在起用它。以前签的还是以前那一版。", version=row.version)

    return _done(ident, act)


@door.post("/<ident>/texts/<version>/audio")
@needs("texts", _region)
def put_sound(ident: str, version: str) -> Response | str | tuple[str, int]:
    """A recording of a version, or (``off``) none any more."""
    file = request.files.get("file")

    def act() -> str:
        found, row = _campaign(ident), _text(ident, version)
        if "off" in request.form:
            running.remove_sound(row, found, by=g.person.id)
            return _("录音拿掉了，改由网格员念。")
        running.record_sound(row, found, file.read(sounds.MOST + 1) if file else b"", by=g.person.id)
        return _("录音存好了，手机下次同步会取一次，没网也能放。")

    return _done(ident, act)


@door.get("/<ident>/texts/<version>/audio")
@needs("texts", _region)
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
    found = _campaign(ident)
    row = db.session.get(CommitmentText, (found.county, found.id, version))
    if row is None:
        raise Problem("not_found", _("没有这一版承诺书。"))
    return row


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Refused(_("请选开始和结束的日期。")) from None


def _done(ident: str, act: Callable[[], str]) -> str | tuple[str, int]:
    """The page again, with what was done; or with why not, and what was filled in."""
    try:
        said = act()
        db.session.flush()
        return _page(ident, said)
    except Refused as why:
        web.rollback()
        return _page(ident, "".join(why.reasons), refused=True), 422


def _page(ident: str, said: str, *, refused: bool = False) -> str:
    home: Region | None = g.person.home
    found = [_shown(c) for c in of_county(home.county) if _concerns(c, home)] if home else []
    return render_template(
        "campaigns/campaigns.html", found=found, said=said, of=ident, refused=refused, part_words=PART_WORDS,
        longest=running.LONGEST_TEXT, form=request.form if refused else {},
    )  # fmt: skip


def _concerns(campaign: Campaign, home: Region) -> bool:
    top = region(campaign.region_code)
    return top.holds(home.path) or home.holds(top.path) or home.code in {r.code for r in ancestors(top)}


def _shown(campaign: Campaign) -> Shown:
    where = at_work(campaign)
    return Shown(
        campaign, region(campaign.region_code), versions(campaign)[::-1], may(g.person, "campaigns.change", where),
        may(g.person, "texts", where),
    )  # fmt: skip
