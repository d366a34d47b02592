"""A report as a file: Word, Excel, picture, and filled into the region's own forms."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, g, render_template, request

from doorknock.access import needs
from doorknock.errors import Problem
from doorknock.papers import county_sheet
from doorknock.papers.as_docx import as_docx
from doorknock.papers.as_svg import FAMILY, as_svg
from doorknock.papers.as_xlsx import as_xlsx
from doorknock.regions.models import Region
from doorknock.reports import looking, models, own_forms
from doorknock.reports.looking import Looked
from doorknock.reports.report_pages import region_of
from doorknock.words import _

door = Blueprint("report_forms", __name__, url_prefix="/office/reports")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door.get("/<code>/<ident>/paper.docx")
@needs("reports", region_of)
def word(code: str, ident: str) -> Response:
    """As a Word document, in the region's own form where it has one."""
    looked = _looked(region_of(code), ident)
    own = own_forms.of(looked.region, "docx")
    return _file(as_docx(looked.paper, own.data if own else None), WORD, f"{looked.name}.docx")


@door.get("/<code>/<ident>/paper.xlsx")
@needs("reports", region_of)
def sheet(code: str, ident: str) -> Response:
    """As a workbook."""
    looked = _looked(region_of(code), ident)
    return _file(as_xlsx(looked.paper), SHEET, f"{looked.name}.xlsx")


@door.get("/<code>/<ident>/county.xlsx")
@needs("reports", region_of)
def county(code: str, ident: str) -> Response:
    """The region's own workbook with its marks filled."""
    looked = _looked(region_of(code), ident)
    own = own_forms.of(looked.region, "xlsx")
    if own is None:
        raise Problem("not_found", _("还没有上传县里的表。"))
    return _file(county_sheet.fill(own.data, looked.paper).data, SHEET, f"{looked.name}-{own.name}")


@door.get("/<code>/<ident>/picture.svg")
@needs("reports", region_of)
def picture(code: str, ident: str) -> Response:
    """As a drawing, of which the browser makes a picture."""
    looked = _looked(region_of(code), ident)
    drawn = render_template("papers/picture.svg", drawing=as_svg(looked.paper), family=FAMILY)
    return Response(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "no-store, private"})


def _looked(here: Region, ident: str) -> Looked:
    if ident != "draft":
        return looking.frozen(g.person, here, models.report(ident, here), request.args.get("version", type=int))
    campaign = looking.campaign_of(here, request.args.get("campaign"))
    found = looking.draft(g.person, here, campaign) if campaign else None
    if found is None:
        raise Problem("not_found", _("今天的日报已经定稿，请回报告页打开。"))
    return found


def _file(data: bytes, kind: str, name: str) -> Response:
    plainly = "report." + name.rpartition(".")[2]
    said = f"attachment; filename=\"{plainly}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": said, "Cache-Control": "no-store, private"}
    return Response(data, mimetype=kind, headers=headers)
