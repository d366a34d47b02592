"""The office's own forms: which marks there are, what was brought, and how to take it away again."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug import Response

from doorknock import web
from doorknock.access import needs
from doorknock.errors import Problem, Refused
from doorknock.papers import marks
from doorknock.papers.as_docx import OURS
from doorknock.places.choosing import go
from doorknock.regions.models import Region
from doorknock.reports import own_forms
from doorknock.reports.form_pages import WORD
from doorknock.reports.report_pages import region_of
from doorknock.words import _

door = Blueprint("report_templates", __name__, url_prefix="/office/reports")


@door.get("/<code>/forms")
@needs("reports.write", region_of)
def page(code: str) -> str:
    """The forms of a region and all marks."""
    return _page(region_of(code))


@door.post("/<code>/forms")
@needs("reports.write", region_of)
def bring(code: str) -> Response | tuple[str, int]:
    """Upload a form."""
    here, file = region_of(code), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refused(_("请先选文件。"))
        own_forms.keep(here, file.filename, file.read(own_forms.MOST_BYTES + 1), by=g.person.id)
    except Refused as refused:
        web.rollback()
        return _page(region_of(code), "".join(refused.reasons)), 422
    return go(f"/office/reports/{code}/forms")


@door.post("/<code>/forms/<form>/drop")
@needs("reports.write", region_of)
def drop(code: str, form: str) -> Response:
    """Take a form away."""
    if form not in own_forms.FORMS:
        raise Problem("not_found")
    own_forms.drop(region_of(code), form, by=g.person.id)
    return go(f"/office/reports/{code}/forms")


@door.get("/<code>/forms/ours.docx")
@needs("reports.write", region_of)
def ours(code: str) -> Response:
    """Our Word form, to begin with."""
    headers = {"Content-Disposition": f'attachment; filename="report-{code[:12]}.docx"'}
    return Response(OURS.read_bytes(), mimetype=WORD, headers=headers)


def _page(here: Region, refused: str = "") -> str:
    return render_template(
        "reports/forms.html", here=here, refused=refused, marks=marks.marks(),
        forms={form: own_forms.own(here, form) for form in own_forms.FORMS},
    )  # fmt: skip
