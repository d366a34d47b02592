"""What a test reads of papers."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select

from doorknock.db import db
from doorknock.papers.keeping import from_json
from doorknock.papers.paper import Paper, Paragraph, said
from doorknock.reports.models import Report, ReportVersion
from tests.hefeng import Hefeng


def papers(village: Hefeng, code: str, kind: str = "daily", *, masked: bool = False) -> dict[date, Paper]:
    """Last edition → the first version of the region's papers of this kind."""
    query = select(Report, ReportVersion).join(
        ReportVersion, (ReportVersion.county == Report.county) & (ReportVersion.report_id == Report.id)
    )
    with village.app.app_context():
        found = db.session.execute(
            query.where(Report.region_code == code, Report.kind == kind, ReportVersion.number == 1).order_by(
                Report.turn
            )
        )
        return {report.last: from_json(row.masked if masked else row.whole) for report, row in found}


def lines(paper: Paper, table: int = 0) -> dict[str, list[str]]:
    """Row name → its cells as they are read."""
    return {row.name: [said(cell) for cell in row.columns()[1:]] for row in paper.tables()[table].rows}


def sentence(paper: Paper) -> str:
    """The first paragraph."""
    return next(part.text for part in paper.parts() if isinstance(part, Paragraph))


def drop_all(village: Hefeng) -> None:
    """As if nothing had ever been frozen."""
    with village.app.app_context():
        db.session.execute(delete(ReportVersion))
        db.session.execute(delete(Report))
        db.session.commit()
