"""A commitment, carried by a visit or a correction of it, and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock.clock import text_of
from doorknock.db import BY_COUNTY, Base, Code, County, Id, table_of
from doorknock.lookup import about, among, given, objects, rows, seldom
from doorknock.visits.models import Visit

RELATIONS = ("head", "spouse", "other_adult", "shopkeeper", "tenant")


class Commitment(Base):
    """Its id is the id of the event that carried it; it stands and falls with that visit."""

    __tablename__ = "commitment"
    __table_args__ = (
        ForeignKeyConstraint(["county", "id"], ["visit.county", "visit.id"]),
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_commitment_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    campaign_id: Mapped[str] = mapped_column(Id)
    grid: Mapped[str] = mapped_column(Code)
    superseded_by: Mapped[str | None] = mapped_column(Id)
    method: Mapped[str] = mapped_column(String(10))
    version: Mapped[str | None] = mapped_column(Text)
    text_hash: Mapped[str | None] = mapped_column(Text)
    signer_relation: Mapped[str | None] = mapped_column(String(12))
    signer_name: Mapped[str | None] = mapped_column(Text)
    strokes: Mapped[list[Any] | None] = mapped_column(deferred=True)
    """Big, and asked for by hardly anybody: read when it is."""
    paper_no: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    flags: Mapped[list[str]]

    def wire(self) -> dict[str, Any]:
        """The row as phones know it: what was promised and whether it stands, never the drawing."""
        return {
            "place_id": self.place_id, "campaign_id": self.campaign_id, "method": self.method, "version": self.version,
            "at": text_of(self.at), "withdrawn_at": text_of(self.withdrawn_at) if self.withdrawn_at else None,
            "superseded_by": self.superseded_by,
        }  # fmt: skip


class Withdrawal(Base):
    """A household takes a commitment back: one by id, or all of a place up to this instant."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_withdrawal_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    commitment_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime]
    worker_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))


_promise, _carrier = table_of(Commitment).c, table_of(Visit).c
_SEEN = (
    select(
        _promise.id, _promise.place_id, _promise.campaign_id, _promise.grid, _promise.method, _promise.at,
        _promise.superseded_by, _promise.withdrawn_at, _carrier.superseded_by.label("visit_superseded_by"),
        _carrier.day,
    )
    .join_from(table_of(Commitment), table_of(Visit),
               (_carrier.county == _promise.county) & (_carrier.id == _promise.id))
    .where(_promise.county == given("county"), among(_promise.place_id))
)  # fmt: skip
_BY_IDS = select(Commitment).where(Commitment.county == given("county"), among(Commitment.id))


def seen(county: str, place_ids: Iterable[str]) -> Sequence[Any]:
    """What counting asks of the commitments reported for these places, and of the visits that carried them."""
    return rows(_SEEN, county=county, ids=place_ids)


def in_places(model: Any, county: str, place_ids: Iterable[str]) -> list[Any]:
    """The commitments, withdrawals … reported for these places."""
    return list(seldom(about(model), county=county, ids=place_ids))


def commitments_by_ids(county: str, ids: Iterable[str]) -> dict[str, Commitment]:
    """The commitments with these ids."""
    return {c.id: c for c in objects(_BY_IDS, county=county, ids=ids)}
