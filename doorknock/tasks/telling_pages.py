"""记一次活动, 记一次张贴 in the office, the records behind the figures, and voiding one with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from sqlalchemy import select
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.people.models import ROLES, Person
from doorknock.places.choosing import go, village_of
from doorknock.regions.models import Grid, Region, grids_of, groups, region
from doorknock.tasks import listing, telling
from doorknock.tasks.models import ACTIVITY_KINDS, LONGEST_WORDS, MODELS, POSTING_KINDS, Told
from doorknock.words import _

door = Blueprint("telling", __name__, url_prefix="/office/tasks")
TELL = {"activity": telling.activity, "posting": telling.posting}
KINDS = {"activity": ACTIVITY_KINDS, "posting": POSTING_KINDS}


def _what(what: str) -> str:
    if what not in TELL:
        raise Problem("not_found")
    return what


def _told(ident: str) -> Told:
    home: Region | None = g.person.home
    for model in MODELS.values():
        found: Told | None = db.session.get(model, (home.county, ident)) if home else None
        if found is not None:
            return found
    raise Problem("not_found", _("没有这条记录。"))


def _where(ident: str) -> Region:
    return region(_told(ident).village_code)


@door.get("/tell/<village>/<what>")
@needs("tasks.tell", village_of)
def tell_form(village: str, what: str) -> str:
    """Where an activity or a posting is written down for a village."""
    return _form(village_of(village), _what(what), {"day": clock.today().isoformat()}, [])


@door.post("/tell/<village>/<what>")
@needs("tasks.tell", village_of)
def tell(village: str, what: str) -> Response | tuple[str, int]:
    """Write it down, under the name of who types it."""
    here = village_of(village)
    try:
        TELL[_what(what)](here, request.form, by=g.person.id)
    except Refused as why:
        web.rollback()
        return _form(here, what, request.form, why.reasons), 422
    return go(f"/office/tasks/records/{here.code}?done=told")


def _form(here: Region, what: str, said: Any, faults: list[str]) -> str:
    first = clock.today() - timedelta(days=telling.LATEST)
    return render_template(
        "tasks/tell.html", here=here, what=what, said=said, faults=faults, kinds=KINDS[what], longest=LONGEST_WORDS,
        grids=grids_of([here.code]), groups=groups(here.code), first=first, last=clock.today(),
    )  # fmt: skip


@door.get("/records/<code>")
@needs("tasks.tell", region)
def records(code: str) -> str:
    """Every activity and posting of a village or a town, the latest first; voided ones with their reason."""
    here = region(code)
    asked = listing.Asked(here, request.args.get("what", ""), request.args.get("kind", ""), _day("first"), _day("last"))
    page = max(1, request.args.get("page", 1, type=int))
    rows = listing.rows(asked, page)
    return render_template(
        "tasks/records.html", here=here, asked=asked, rows=rows[: listing.PAGE], more=len(rows) > listing.PAGE,
        page=page, called=_people(rows), places=_places(rows), done=request.args.get("done", ""),
        link=lambda number: f"{request.path}?{urlencode({**asked.kept(), 'page': number})}",
    )  # fmt: skip


@door.post("/void/<ident>")
@needs("tasks.tell", _where)
def void(ident: str) -> Response:
    """作废, with a reason and under one's own name."""
    found = _told(ident)
    telling.void(found, by=g.person.id, reason=request.form.get("reason", ""))
    return go(f"/office/tasks/records/{found.village_code}?done=voided")


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _people(rows: list[listing.Row]) -> dict[str, str]:
    """How people are called: by name where one may see names, else by what they are."""
    ids = {ident for row in rows for ident in (row.told.worker_id, row.told.typed_by, row.voided_by) if ident}
    found = db.session.scalars(select(Person).where(Person.id.in_(ids))).unique()
    named = may(g.person, "doors.names")
    return {p.id: p.name if named else str(ROLES[p.role]) for p in found}


def _places(rows: list[listing.Row]) -> dict[str, str]:
    """The names of villages, grids and groups that the rows lie in."""
    codes = {getattr(row.told, "group_code", None) or row.told.village_code for row in rows}
    codes |= {row.told.village_code for row in rows}
    found: dict[str, str] = {r.code: r.name for r in db.session.scalars(select(Region).where(Region.code.in_(codes)))}
    beats = {row.told.grid for row in rows if row.told.grid}
    county = rows[0].told.county if rows else ""
    named = select(Grid).where(Grid.county == county, Grid.code.in_(beats))
    return found | {f"grid {grid.code}": grid.name for grid in db.session.scalars(named)}
