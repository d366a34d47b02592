"""Importing a roster in the office: choose a file, see what it would do, confirm, watch, read what it did."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import audit, web
from doorknock.access import may, needs
from doorknock.errors import Refused
from doorknock.places import importing, listing, pasting
from doorknock.places.choosing import choose, go, village_of
from doorknock.places.columns import NAMES
from doorknock.regions.models import Region
from doorknock.sheets import Sheet, SheetError
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


@door.post("/<village>/paste")
@needs("roster.import", village_of)
def paste(village: str) -> Response | str | tuple[str, int]:
    """Cells pasted from a table: kept and shown like a file. Without a head, first asked which column is what."""
    here = village_of(village)
    text = request.form.get("cells", "")
    if len(text) > pasting.MOST:
        return _upload_page(here, _("一次粘贴得太多了。请分几次粘贴，或者传文件。"))
    try:
        sheet = pasting.sheet_of(text)
        chosen = request.form.getlist("column")
        if not pasting.has_head(sheet):
            if not chosen:
                return _which_page(here, text, sheet, pasting.remembered(here, pasting.columns_of(sheet)))
            text = pasting.with_head(text, chosen)
            pasting.remember(here, chosen)
        job = importing.keep(pasting.kept(text), _("粘贴的内容"), here, by=g.person.id)
    except (Refused, SheetError) as refused:
        why = "".join(refused.reasons) if isinstance(refused, Refused) else refused.message
        web.rollback()
        chosen = request.form.getlist("column")
        if chosen:
            return _which_page(here, text, pasting.sheet_of(text), chosen, why), 422
        return _upload_page(here, why, text)
    return go(f"/office/import/{village}/{job.id}")


def _upload_page(here: Region, refused: str, text: str = "") -> tuple[str, int]:
    return render_template("places/upload.html", here=here, refused=refused, text=text[: pasting.MOST]), 422


def _which_page(here: Region, text: str, sheet: Sheet, chosen: list[str], refused: str = "") -> str:
    return render_template(
        "places/columns.html", here=here, text=text, rows=pasting.first_rows(sheet), chosen=chosen, words=NAMES,
        width=pasting.columns_of(sheet), refused=refused,
    )  # fmt: skip


@door.post("/<village>/<ident>/missing")
@needs("roster.import", village_of)
def print_missing(village: str, ident: str) -> str:
    """The doors that the file does not have, to be printed and asked for: an export, kept with its purpose."""
    here = village_of(village)
    made = importing.plan(importing.job(ident, here).workbook(), here)
    purpose = request.form.get("purpose", "").strip()[:100]
    if not purpose:
        raise Refused(_("请写一句打印来做什么。"))
    names = may(g.person, "doors.names", here)
    audit.record(
        "export.print", village, by=g.person.id, purpose=purpose, count=len(made.missing), names=names, groups=[]
    )
    return render_template(
        "places/missing.html", here=here, job=importing.job(ident, here), missing=made.missing, names=names,
        called=listing.group_names(village), label=listing.label,
    )  # fmt: skip


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
        called=listing.group_names(village), label=listing.label, private=listing.PRIVATE, said=listing.value_words,
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
