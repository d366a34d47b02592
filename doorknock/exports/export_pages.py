"""导出: choose what, for what, watch it being made, take the file; all of it for who asked and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, g, render_template, request, send_file
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.campaigns.models import Campaign
from doorknock.coverage.figures import campaigns_in
from doorknock.coverage.view import pick
from doorknock.errors import Problem, Refused
from doorknock.exports import exporting, making, ordering
from doorknock.exports.ledgers import LEDGERS
from doorknock.exports.ordering import Wish
from doorknock.places.choosing import go
from doorknock.regions import models as regions
from doorknock.regions.models import Region
from doorknock.words import _

door = Blueprint("exports", __name__, url_prefix="/office/exports")
MIMES = {
    "csv": "text/csv", "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
LEVELS = ("village", "town", "county")
"""Of which regions exports are made."""


def region_of(code: str, **_more: str) -> Region:
    """The region of the address; Problem not_found where none is made of such a one."""
    found = regions.region(code)
    if found.level not in LEVELS:
        raise Problem("not_found", _("导出按县、镇、村，没有再小的。"))
    return found


@door.get("")
@needs("exports")
def home() -> Response:
    """To the region that the filter names, else to one's own."""
    own: Region | None = g.person.home
    if own is None:
        raise Problem("forbidden", _("这个账号没有归属的区划。"))
    return go(f"/office/exports/{request.args.get('region', own.code)[:15]}")


@door.get("/<code>")
@needs("exports", region_of)
def page(code: str) -> str:
    """What can be taken out of here, and what one asked for today."""
    return _page(region_of(code))


@door.post("/<code>")
@needs("exports", region_of)
def order(code: str) -> Response | tuple[str, int]:
    """Ask for an export; a wish that says too little comes back with what is missing."""
    here, form = region_of(code), request.form
    names = ("ledger", "format", "campaign", "first", "last", "purpose")
    try:
        job = ordering.order(Wish(*(form.get(name, "") for name in names)), here, _campaigns(here), by=g.person)
    except Refused as refused:
        web.rollback()
        return _page(region_of(code), "".join(refused.reasons)), 422
    address = f"/office/exports/{code}/{job.id}"
    web.commit()  # the worker looks for it at once, on a connection of its own
    making.start()
    return go(address)


@door.get("/<code>/<ident>")
@needs("exports", region_of)
def progress(code: str, ident: str) -> str:
    """How far it is, then where its file is. htmx polls the same address."""
    here = region_of(code)
    job = exporting.job_of(ident, here, g.person)
    if job.open:
        making.start()  # what was cut off with its process is taken up again once somebody looks
    return web.render("exports/export.html", here=here, job=job)


@door.post("/<code>/<ident>/cancel")
@needs("exports", region_of)
def cancel(code: str, ident: str) -> Response:
    """Not wanted any more: whatever was written goes."""
    job = exporting.job_of(ident, region_of(code), g.person)
    if exporting.cancel(job):
        web.commit()
        job.drop_files()
    return go(f"/office/exports/{code}/{ident}")


@door.get("/<code>/<ident>/file")
@needs("exports", region_of)
def file(code: str, ident: str) -> Response:
    """The file, for who asked for it and may still."""
    here = region_of(code)
    job = exporting.job_of(ident, here, g.person)
    if not job.kind.open_to(g.person, here) or (job.names and not may(g.person, "doors.names", here)):
        raise Problem("forbidden")
    found = send_file(exporting.offered(job, here), mimetype=MIMES[job.format], conditional=False, etag=False)
    name, plainly = job.named(here)
    found.headers.pop("Last-Modified", None)
    found.headers["Content-Disposition"] = f"attachment; filename=\"{plainly}\"; filename*=UTF-8''{quote(name)}"
    found.headers["Cache-Control"] = "no-store, private"
    return found


def _page(here: Region, refused: str = "") -> str:
    known = _campaigns(here)
    jobs = exporting.latest(g.person)
    if any(job.open for job in jobs):
        making.start()
    return render_template(
        "exports/exports.html", here=here, refused=refused, typed=request.form, places=_within(g.person.home),
        kinds=[kind for kind in LEDGERS.values() if kind.open_to(g.person, here)], campaigns=known,
        running=pick(list(known), None, clock.today())[:1], names=may(g.person, "doors.names", here),
        doors=may(g.person, "doors", here), jobs=[(job, regions.region(job.region_code)) for job in jobs],
        longest=ordering.PURPOSE[1], chosen=request.values.get("ledger", ""),
    )  # fmt: skip


def _campaigns(here: Region) -> Sequence[Campaign]:
    return [campaign for campaign in campaigns_in(here) if campaign.county == here.county]


def _within(home: Region) -> list[dict[str, Any]]:
    """One's own region and those below of which exports are made, in code order, for the choice of another."""
    found = [each for each in regions.subtree(home) if each.level in LEVELS]
    return [{"code": each.code, "name": each.name, "level": each.level} for each in found]
