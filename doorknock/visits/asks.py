"""请我说明: the office asks one worker about one door; the answer comes back as an event like any other.

A question lies under its door's grid and is pulled only by the phones of the one who is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from doorknock import audit, changes, clock
from doorknock.clock import text_of
from doorknock.db import BY_COUNTY, Base, Code, County, Id, db
from doorknock.errors import Refused
from doorknock.lookup import about, among, given, objects, seldom
from doorknock.people.models import ROLES, Assignment, Person
from doorknock.places import erased
from doorknock.places.models import Place, families
from doorknock.places.models import by_ids as doors
from doorknock.words import _

LONGEST = 200
MOST_OPEN = 20
"""Questions that wait for one worker; more would be an interrogation, and no phone page."""


class Ask(Base):
    """One question to one worker, and the answer that stands: of several the greatest (at, id)."""

    __tablename__ = "ask"
    __table_args__ = (
        ForeignKeyConstraint(["county", "place_id"], ["place.county", "place.id"]),
        Index("ix_ask_place", "county", "place_id"),
        {"info": BY_COUNTY},
    )
    county: Mapped[str] = mapped_column(County, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    place_id: Mapped[str] = mapped_column(Id)
    grid: Mapped[str] = mapped_column(Code)
    item_id: Mapped[str | None] = mapped_column(Id)
    visit_id: Mapped[str | None] = mapped_column(Id)
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    asked_by: Mapped[str | None] = mapped_column(Id)
    question: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    due: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_with: Mapped[str | None] = mapped_column(String(36))
    """The id of the event whose answer stands."""

    def take(self, text: str, at: datetime, event_id: str) -> None:
        """The worker's answer; an earlier one that arrives later changes nothing."""
        if self.answered_at is not None and (self.answered_at, self.answered_with or "") >= (at, event_id):
            return
        self.answer, self.answered_at, self.answered_with = text, at, event_id
        changes.touch(self.grid, "ask", self.id)

    def wire(self) -> dict[str, Any]:
        """The row as the asked worker's phone knows it."""
        return {
            "place_id": self.place_id, "item_id": self.item_id, "visit_id": self.visit_id,
            "worker_id": self.worker_id, "question": self.question, "at": text_of(self.at),
            "due": self.due.isoformat() if self.due else None, "answer": self.answer,
            "answered_at": text_of(self.answered_at) if self.answered_at else None,
        }  # fmt: skip


@dataclass(frozen=True)
class About:
    """What a question is about besides its door: a review item, a visit."""

    item_id: str | None = None
    visit_id: str | None = None


@dataclass(frozen=True)
class Said:
    """A question and its answer for people; names only for who may see them."""

    ask: Ask
    to: str
    by: str


def ask(place: Place, to: Person, question: str, *, by: str, about: About, due: date | None) -> Ask:
    """Put a question to a worker who has the door's grid.

    Refused without words, for others, where too many wait, or where the household was erased.
    """
    said = " ".join(question.split())
    if not said:
        raise Refused(_("请写一句要问的话。"))
    if len(said) > LONGEST:
        raise Refused(_("要问的话最多 %(longest)s 个字。", longest=LONGEST))
    survivor = db.session.get_one(Place, (place.county, place.survivor_id))
    changes.lock({place.grid, survivor.grid})
    erased.refuse(*doors(place.county, {place.id, survivor.id}).values())
    if to.id not in {p.id for p in workers(survivor.grid)}:
        raise Refused(_("这位网格员现在不管这一户所在的网格，手机上看不到。请直接打电话问。"))
    waiting = (Ask.county == place.county) & (Ask.worker_id == to.id) & Ask.answered_at.is_(None)
    if len(db.session.scalars(select(Ask.id).where(waiting)).all()) >= MOST_OPEN:
        raise Refused(_("他手机上等着说明的已经有 %(most)s 条了，等他说完再问。", most=MOST_OPEN))
    body = {
        "place_id": place.id, "item_id": about.item_id, "visit_id": about.visit_id, "worker_id": to.id,
        "question": said, "due": due.isoformat() if due else None,
    }  # fmt: skip
    deed = changes.record("ask", {place.grid, survivor.grid}, by, body)
    audit.record("ask", place.village_code, by=by, subject=deed.id, place=place.id, worker=to.id)
    row = replay(deed)
    changes.announce(row.county, {row.id})
    return row


def replay(deed: changes.Deed) -> Ask:
    """Write a recorded question down (again, in a rebuild); its answers are events of their own."""
    body = deed.body
    place = db.session.get_one(Place, (deed.county, body["place_id"]))
    row = Ask(
        county=deed.county, id=deed.id, place_id=place.id, item_id=body["item_id"], visit_id=body["visit_id"],
        worker_id=body["worker_id"], asked_by=deed.by, question=body["question"], at=deed.at,
        due=date.fromisoformat(body["due"]) if body["due"] else None,
        grid=db.session.get_one(Place, (deed.county, place.survivor_id)).grid,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    changes.touch(row.grid, "ask", row.id)
    return row


def follow(county: str, grids: Mapping[str, str]) -> None:
    """Questions go along with their door: ``grids`` says per place id where it is pulled now."""
    for row in of_places(county, grids):
        if row.grid != grids[row.place_id]:
            changes.remove(row.grid, "ask", row.id)
            row.grid = grids[row.place_id]
            changes.touch(row.grid, "ask", row.id)


_BY_IDS = select(Ask).where(Ask.county == given("county"), among(Ask.id))


def by_ids(county: str, ids: Iterable[str]) -> dict[str, Ask]:
    """The questions with these ids."""
    return {a.id: a for a in objects(_BY_IDS, county=county, ids=ids)}


def of_places(county: str, place_ids: Iterable[str]) -> list[Ask]:
    """The questions about these places, latest first."""
    return sorted(seldom(about(Ask), county=county, ids=place_ids), key=lambda a: (a.at, a.id), reverse=True)


def said_of(place: Place, *, names: bool) -> list[Said]:
    """Questions and answers about a place and what was merged into it, latest first."""
    kin = families(place.county, [place.id])[place.survivor_id]
    rows = of_places(place.county, [p.id for p in kin])
    ids = sorted({i for row in rows for i in (row.worker_id, row.asked_by) if i})
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [
        Said(row, _called(people.get(row.worker_id), names), _called(people.get(row.asked_by or ""), names))
        for row in rows
    ]


def _called(person: Person | None, names: bool) -> str:
    if person is None:
        return ""
    return person.name if names else str(ROLES[person.role])


def workers(grid: str) -> list[Person]:
    """Who has this grid now and works on a phone, by name."""
    now = clock.now()
    holds = (Assignment.grid == grid) & or_(Assignment.until.is_(None), Assignment.until > now)
    began = or_(Assignment.since.is_(None), Assignment.since <= now)
    mine = select(Assignment.person_id).where(holds, began)
    query = select(Person).where(Person.id.in_(mine), Person.active.is_(True)).order_by(Person.name, Person.id)
    return list(db.session.scalars(query))
