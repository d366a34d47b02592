"""The forms that a region brought itself: a Word document, and the county's workbook with marks like 【今日走访】."""

from __future__ import annotations

from doorknock import audit, clock
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.papers import as_docx, county_sheet
from doorknock.papers.paper import Figure, Head, Paper, Paragraph, Row, Table
from doorknock.regions.models import Region, ancestors
from doorknock.reports.models import ReportTemplate
from doorknock.words import _

FORMS = ("xlsx", "docx")
MOST_BYTES = 10 * 2**20
LONGEST_NAME = 120


def of(here: Region, form: str) -> ReportTemplate | None:
    """The form of a region, or of the next one above that has one."""
    for each in reversed(ancestors(here)):
        if (found := own(each, form)) is not None:
            return found
    return None


def own(here: Region, form: str) -> ReportTemplate | None:
    """The form that this very region brought."""
    return db.session.get(ReportTemplate, (here.county, here.code, form))


def keep(here: Region, name: str, data: bytes, *, by: str) -> ReportTemplate:
    """Keep it in the place of the one before. Refused for what cannot be filled, saying what and where."""
    form = name.rpartition(".")[2].lower()
    if form not in FORMS:
        raise Refused(_("请选 .xlsx 或 .docx 文件。旧格式请用 WPS 另存一份。"))
    if len(data) > MOST_BYTES:
        raise Refused(_("文件超过 10 MB。请删掉图片再上传。"))
    try:
        as_docx.check(data) if form == "docx" else county_sheet.fill(data, _empty(here))
    except Problem as problem:
        raise Refused(problem.detail or problem.title) from problem
    found = own(here, form)
    if found is None:
        found = ReportTemplate(county=here.county, region_code=here.code, form=form)
        db.session.add(found)
    found.name, found.data, found.made_at = name[-LONGEST_NAME:], data, clock.now()
    audit.record("report.form", here.code, by=by, subject=form, bytes=len(data))
    return found


def drop(here: Region, form: str, *, by: str) -> None:
    """The region has no form of its own any more."""
    found = own(here, form)
    if found is None:
        return
    db.session.delete(found)
    audit.record("report.form_off", here.code, by=by, subject=form)


def _empty(here: Region) -> Paper:
    """A paper to try a form with."""
    row = Row((here.name, Figure("day.visits", 0)), here.code)
    table = Table("", (Head(_("村"), number=False), Head(_("走访"), key="day.visits")), (row,))
    return Paper("daily", here.code, _("日报"), "", (Paragraph((_("走访 "), Figure("day.visits", 0))), table))
