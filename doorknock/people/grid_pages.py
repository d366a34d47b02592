"""A village's grids and who holds them; several at once into other hands, with a look before it is done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, request
from marshmallow import ValidationError
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from doorknock import clock
from doorknock.access import needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.people import handover, reach, schemas
from doorknock.people.handover import Hands
from doorknock.people.models import Assignment, Person
from doorknock.people.reach import named_region
from doorknock.regions.models import Grid, Region, grids_of, groups
from doorknock.web import render
from doorknock.words import _

door = Blueprint("grids", __name__, url_prefix="/office/people/grids")


@dataclass
class Beat:
    """A grid as the page lists it: its groups, whose it is, and the substitutes of now and later."""

    grid: Grid
    groups: list[str]
    owners: list[Person] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    terms: list[tuple[Assignment, Person, str]] = field(default_factory=list)


@door.get("")
@needs("grids.assign")
def home() -> Response | str:
    """To the first village of one's region."""
    found = reach.my_villages()
    return redirect(f"/office/people/grids/{found[0].code}") if found else _page(None)


@door.get("/<code>")
@needs("grids.assign", named_region)
def page(code: str) -> str:
    """The grids of a village."""
    return _page(named_region(code))


@door.get("/<code>/preview")
@needs("grids.assign", named_region)
def preview(code: str) -> str:
    """What would be if it were done; nothing is done yet."""
    village = named_region(code)
    try:
        hands = _asked(village)
        handover.judge(hands)
    except Refused as refused:
        return _page(village, refused.reasons)
    asked = [(name, value) for name in schemas.HandForm().fields for value in request.args.getlist(name)]
    return render(
        "people/handover.html", here=village, hands=hands, asked=asked, warnings=handover.warnings(hands),
        beats=[beat for beat in _beats(village) if beat.grid in hands.grids], last_day=_last_day,
    )  # fmt: skip


@door.post("/<code>")
@needs("grids.assign", named_region)
def hand_over(code: str) -> Response | str:
    """Do it."""
    hands = _asked(named_region(code))
    if hands.term is None:
        handover.hand_over(hands, by=g.person)
    else:
        handover.stand_in(hands, hands.term, by=g.person)
    return redirect(f"/office/people/grids/{code}?done=1", 303)


@door.post("/<code>/terms/<term_id>/end")
@needs("grids.assign", named_region)
def end_term(code: str, term_id: str) -> Response | str:
    """End a substitute's term before its time."""
    village = named_region(code)
    term = db.session.get(Assignment, (village.county, term_id))
    if term is None or not term.grid.startswith(village.code):
        raise Problem("not_found")
    handover.end_early(term, by=g.person)
    return redirect(f"/office/people/grids/{code}?done=1", 303)


def _asked(village: Region) -> Hands:
    try:
        form = schemas.hand(request.values)
    except ValidationError as error:
        raise Refused(_("填的内容有不对的地方，没有改。")) from error
    grids = [grid for grid in grids_of([village.code]) if grid.code in form["grids"]]
    to = db.session.get(Person, form["to"]) if form["to"] else None
    if to is None or to not in reach.workers(g.person.home):
        raise Refused(_("请选交给谁。"))
    givers = _givers(form["giver"], grids, to)
    if form["how"] != "term":
        return Hands(grids, to, givers)
    if form["first"] is None or form["last"] is None:
        raise Refused(_("代班请填好从哪天到哪天。"))
    term = handover.term_of(form["first"], form["last"], alone=form["alone"] == "yes")
    return Hands(grids, to, givers, term)


def _givers(giver: str, grids: list[Grid], to: Person) -> list[Person]:
    if giver == "nobody":
        return []
    codes = [grid.code for grid in grids]
    own = select(Assignment.person_id).where(Assignment.grid.in_(codes), Assignment.until.is_(None))
    found = db.session.scalars(select(Person).where(Person.id.in_(own)).order_by(Person.username)).unique()
    return [p for p in found if p.id == giver or (giver == "all" and p.id != to.id)]


def _page(village: Region | None, reasons: list[str] | None = None) -> str:
    beats = _beats(village) if village else []
    owners = {p.id: p for beat in beats for p in beat.owners}
    shown: dict[str, Any] = {"asked": request.args, "ticked": set(request.args.getlist("grids"))}
    return render(
        "people/grids.html", here=village, beats=beats, villages=reach.my_villages(), reasons=reasons or [],
        owners=owners.values(), workers=reach.workers(g.person.home), today=clock.today(), last_day=_last_day,
        said=_("改好了，手机下次联系时生效。") if request.args.get("done") else "", **shown,
    )  # fmt: skip


def _beats(village: Region) -> list[Beat]:
    names: dict[str, list[str]] = defaultdict(list)
    for group in groups(village.code):
        names[group.grid_code or ""].append(group.name)
    beats = {g.code: Beat(g, names[g.code]) for g in grids_of([village.code])}
    open_ended = or_(Assignment.until.is_(None), Assignment.until > clock.now())
    query = (
        select(Assignment, Person).join(Person, Person.id == Assignment.person_id)
        .where(Assignment.grid.in_(beats), open_ended).order_by(Assignment.since, Person.username)
    )  # fmt: skip
    rows = db.session.execute(query).unique().all()
    people = {p.id: p.name for _a, p in rows}
    for assignment, person in rows:
        beat = beats[assignment.grid]
        if assignment.stands_for:
            away = db.session.get(Person, assignment.stands_for)
            beat.terms.append((assignment, person, people.get(assignment.stands_for) or (away.name if away else "")))
        elif assignment.until is None:
            beat.owners.append(person)
            if assignment.since and assignment.since > clock.now():
                beat.away.add(person.id)
    return list(beats.values())


def _last_day(assignment: Assignment | handover.Term) -> str:
    """The last day of a term, as people say it."""
    until = assignment.until or clock.now()
    return clock.said_day(clock.day_of(until - timedelta(seconds=1)))
