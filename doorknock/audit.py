"""Who did what, when: a line written by the verb itself, in the verb's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import clock
from doorknock.changes import county_of
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db, new_id


class AuditLine(Base):
    """One deed of one person. Names of households never go in: only ids, codes and counts."""

    __tablename__ = "audit_line"
    __table_args__ = (Index("ix_audit_line_region", "county", "region", "at"), {"info": BY_COUNTY})
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(Id)
    verb: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(Code)
    subject: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]]


def record(verb: str, region: str, *, by: str | None = None, subject: str | None = None, **detail: Any) -> None:
    """Add the line to the running transaction; ``region`` is the code where it counts, ``by`` a person's id."""
    db.session.add(
        AuditLine(
            county=county_of(region), at=clock.now(), person_id=by, verb=verb, region=region, subject=subject,
            detail=detail,
        )
    )  # fmt: skip
