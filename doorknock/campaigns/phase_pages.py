"""Phases and targets of a campaign in the office."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, request
from werkzeug import Response

from doorknock.access import needs
from doorknock.campaigns import phases
from doorknock.campaigns.phases import Phase
from doorknock.campaigns.showing import campaign_of, day_of, done, region_of
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.words import _

door = Blueprint("phases", __name__, url_prefix="/office/campaigns")


@door.post("/<ident>/phases")
@needs("campaigns.change", region_of)
def add(ident: str) -> Response | str | tuple[str, int]:
    """A new phase."""

    def act() -> str:
        made = phases.add(
            campaign_of(ident), name=request.form.get("name", ""), starts=day_of("starts"), ends=day_of("ends"),
            anew="anew" in request.form, by=g.person.id,
        )  # fmt: skip
        return _("阶段「%(name)s」定好了。", name=made.name)

    return done(ident, act)


@door.post("/<ident>/phases/<phase>")
@needs("campaigns.change", region_of)
def change(ident: str, phase: str) -> Response | str | tuple[str, int]:
    """Another name or end for a phase, or (``drop``) no phase."""

    def act() -> str:
        campaign, found = campaign_of(ident), _phase(ident, phase)
        if "drop" in request.form:
            phases.drop(campaign, found, by=g.person.id)
            return _("阶段「%(name)s」去掉了。", name=found.name)
        changed = phases.change(campaign, found, name=request.form.get("name", ""), ends=day_of("ends"), by=g.person.id)
        return _("阶段改好了。") if changed else _("没有改动。")

    return done(ident, act)


@door.post("/<ident>/targets")
@needs("campaigns.change", region_of)
def aim(ident: str) -> Response | str | tuple[str, int]:
    """The dated targets, all at once; a line without a day or without a figure is none."""

    def act() -> str:
        pairs = zip(request.form.getlist("by"), request.form.getlist("percent"), strict=False)
        wanted = {_day(day): _whole(percent) for day, percent in pairs if day and percent}
        return _("目标定好了。") if phases.aim(campaign_of(ident), wanted, by=g.person.id) else _("没有改动。")

    return done(ident, act)


def _phase(ident: str, phase: str) -> Phase:
    found = db.session.get(Phase, (campaign_of(ident).county, phase))
    if found is None or found.campaign_id != ident:
        raise Refused(_("没有这个阶段，可能刚去掉了。"))
    return found


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused(_("请选目标的日期。")) from None


def _whole(said: str) -> int:
    try:
        return int(said)
    except ValueError:
        raise Refused(_("目标写 1 到 100 的整数。")) from None
