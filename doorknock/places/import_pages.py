"""Importing a roster in the office: choose a file, see what it would do, confirm, watch, read what it did."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import web
from doorknock.access import may, needs
from doorknock.errors import Refused
from doorknock.places import importing, listing
from doorknock.places.choosing import choose, go, village_of
from doorknock.words import _

door = Blueprint("roster", __name__, url_prefix="/office/import")


@door.get("")
@needs("roster.import")
def home() -> Response | str:
    """Whose roster is to be imported?"""
    return choose(_("导入户表"), "/office/import", _("户表"))


@door.get("/<village>")
@needs("roster.import", village_of)
def page(village: str) -> str:
    """Where a file is chosen."""
    return render_template("places/upload.html", here=village_of(village), refused="")


@door.post("/<village>")
@needs("roster.import", village_of)
def upload(village: str) -> Response | tuple[str, int]:
    """Keep the file and show what it would do; a file that can't be read gets its sentence."""
    here = village_of(village)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refused(_("还没有选文件。请先选一个 .xlsx 表格。"))
        job = importing.keep(file.read(), file.filename, here, by=g.person.id)
    except Refused as refused:
        web.rollback()
        return render_template("places/upload.html", here=village_of(village), refused="".join(refused.reasons)), 422
    return go(f"/office/import/{village}/{job.id}")


@door.get("/<village>/<ident>")
@needs("roster.import", village_of)
def preview(village: str, ident: str) -> str:
    """What the file would do; while it is being done, how far; then what it did. htmx polls the same address."""
    here = village_of(village)
    job = importing.job(ident, here)
    if job.state != "ready":
        return web.render("places/progress.html", here=here, job=job)
    made = importing.plan(job.workbook(), here)
    return render_template(
        "places/preview.html", here=here, job=job, figures=made.summary(), kept=made.kept, missing=made.missing,
        called=listing.group_names(village), label=listing.label, private=listing.PRIVATE,
        names=may(g.person, "doors.names", here),
    )  # fmt: skip


@door.post("/<village>/<ident>")
@needs("roster.import", village_of)
def confirm(village: str, ident: str) -> Response:
    """确认导入， with the fields to overwrite that were ticked; or 不导入."""
    job = importing.job(ident, village_of(village))
    if "drop" in request.form:
        importing.drop(job)
        return go(f"/office/import/{village}")
    importing.start(job, frozenset(request.form.getlist("tick")))
    return go(f"/office/import/{village}/{ident}")
