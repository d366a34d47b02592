"""打印走访表: who prints the doors of a village says what for, because names leave the screen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import audit, clock
from doorknock.access import may, needs
from doorknock.campaigns import models as campaigns
from doorknock.db import db
from doorknock.people.models import Person
from doorknock.places import listing, walking
from doorknock.places.choosing import choose, village_of
from doorknock.regions.models import Region
from doorknock.visits import printing
from doorknock.words import _

door = Blueprint("printing", __name__, url_prefix="/office/print")


@door.get("")
@needs("paper")
def home() -> Response | str:
    """Whose table?"""
    return choose(_("打印走访表"), "/office/print", _("户表"))


@door.get("/<village>")
@needs("paper", village_of)
def form(village: str) -> str:
    """Which groups or lane, for whom, and why: names leave the screen."""
    return _print_page(village_of(village))


def _print_page(here: Region, refused: str = "") -> str:
    return render_template(
        "visits/print_form.html", here=here, groups=listing.group_names(here.code), refused=refused,
        lanes=walking.lanes(here), workers=walking.workers(here), today=clock.today().isoformat(), typed=request.form,
        names=may(g.person, "doors.names", here),
    )  # fmt: skip


@door.post("/<village>")
@needs("paper", village_of)
def table(village: str) -> str | tuple[str, int]:
    """The table itself, ready to print. It is an export: who, what for and how many doors are kept."""
    here = village_of(village)
    purpose = request.form.get("purpose", "").strip()[:100]
    chosen = request.form.getlist("group")
    if not purpose or not chosen:
        return _print_page(here, _("请选打印哪几组。") if purpose else _("请写一句打印来做什么。")), 422
    names = may(g.person, "doors.names", here)
    parts = printing.tables(here, chosen, request.form.get("lane", "")[:60])
    count = sum(len(part.rows) for part in parts)
    audit.record(
        "export.print", here.code, by=g.person.id, subject=request.form.get("worker", "")[:36] or None, purpose=purpose,
        groups=chosen, count=count, names=names,
    )  # fmt: skip
    return render_template("visits/print.html", here=here, parts=parts, names=names, count=count, **_about(here))


def _about(here: Region) -> dict[str, Any]:
    known = campaigns.of_county(here.county)
    worker = db.session.get(Person, request.form.get("worker", "")[:36])
    return {
        "campaign": campaigns.meant(known, here.path, clock.today()), "worker": worker, "by": g.person.name,
        "blank": min(request.form.get("blank", 6, type=int) or 0, 30),
        "upright": request.form.get("paper") == "portrait", "ticks": printing.TICKS, "today": clock.today(),
    }  # fmt: skip
