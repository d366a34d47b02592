"""Fields of a place changed by hand: by a worker in the field (kept event by event), or by staff in the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, changes
from doorknock.db import BY_COUNTY, Base, County, Id, db
from doorknock.errors import Refused
from doorknock.places import erased, review, roster
from doorknock.places.columns import compact
from doorknock.places.fields import BadFieldError, adults_of, holds_id_number, is_nothing, phones_of, within_limit
from doorknock.places.models import KINDS, Place, by_ids
from doorknock.regions.models import region
from doorknock.words import _

TEXTS = ("contact_name", "nickname", "landmark", "lane", "door", "settlement", "local_no")
ON_PLACE = ("contact_name", "nickname", "phone", "adults", "kind", "landmark", "lane", "local_no")
IN_ADDRESS = ("door", "settlement", "building", "unit", "floor", "room")
NAMED = ("contact_name", "nickname", "phone")


class FieldEdit(Base):
    """One correction from the field, whatever became of it: who, when, which fields said what."""

    __tablename__ = "field_edit"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_field_edit_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    worker_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
    fields: Mapped[dict[str, Any]]


class Told(Protocol):
    """What an edit needs of the line that carried it."""

    county: str
    event_id: str
    worker_id: str
    at: datetime


def told(line: Told, place: Place, body: dict[str, Any], seq: int) -> FieldEdit:
    """The correction as a row of the place's history."""
    flat = {name: value for name, value in body.items() if name not in ("place_id", "address")}
    flat |= body.get("address") or {}
    return FieldEdit(
        county=line.county, id=line.event_id, place_id=place.id, worker_id=line.worker_id, at=line.at, seq=seq,
        fields=flat,
    )  # fmt: skip


def now(place: Place) -> dict[str, Any]:
    """The fields that staff may change, as they stand."""
    return {name: getattr(place, name) for name in ON_PLACE} | {name: place.address.get(name) for name in IN_ADDRESS}


def read(form: dict[str, str], *, names: bool) -> dict[str, Any]:
    """The fields of a form, as stored; Refused with every fault it has. Without ``names``, name and phone stay out."""
    faults, found = [], {}
    for name, typed in form.items():
        if name not in ON_PLACE + IN_ADDRESS or (name in NAMED and not names):
            continue
        try:
            found[name] = _field(name, "" if is_nothing(typed) and name != "adults" else typed.strip())
        except BadFieldError as bad:
            faults.append(str(bad))
    if faults:
        raise Refused(*faults)
    return found


def _field(name: str, typed: str) -> str | int | None:
    if name == "kind" and typed not in KINDS:
        raise BadFieldError(_("类型请从里面选一个。"))
    if not typed:
        return None
    if name in ("adults", "phone"):
        return adults_of(typed) if name == "adults" else _phone(typed)
    return typed if name == "kind" else _text(name, typed)


def _text(name: str, typed: str) -> str:
    if holds_id_number(typed):
        raise BadFieldError(_("这里像填了证件号或卡号，没有存，请去掉。"))
    if name in TEXTS:
        return within_limit(name, typed)
    if len(compact(typed)) > 30:
        raise BadFieldError(_("栋、单元、楼层、房间最多 30 个字。"))
    return typed


def _phone(typed: str) -> str:
    phones = phones_of(typed)
    if len(phones) != 1:
        raise BadFieldError(_("电话不像电话号码，请核对。只填一个。"))
    return phones[0]


def change(place: Place, fields: dict[str, Any], *, by: str) -> list[str]:
    """Set these fields as the office says, as a deed of the roster; the names of those that changed.

    Refused where the household was erased.
    """
    changes.lock({place.grid})
    fresh = by_ids(place.county, [place.id])[place.id]
    erased.refuse(fresh)
    before = now(fresh)
    new = {name: value for name, value in fields.items() if before[name] != value}
    if not new:
        return []
    village = region(fresh.village_code)
    body = {"place_id": fresh.id, "village": village.code, "grid": fresh.grid, "fields": new, "by_hand": True}
    changes.record("roster", {fresh.grid}, by, body)
    roster.take_row(village, fresh.id, fresh, fresh.grid, new)
    db.session.flush()
    audit.record("roster.edit", village.code, by=by, subject=fresh.id, fields=sorted(new))
    review.after([fresh])
    return sorted(new)
