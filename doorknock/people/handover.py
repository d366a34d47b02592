"""Grids that change hands: for good, or for some days in the place of somebody who is away (代班)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from doorknock import audit, clock
from doorknock.changes import county_of
from doorknock.db import db, new_id
from doorknock.errors import Refused
from doorknock.people.contact import handover_words, is_on, quiet
from doorknock.people.devices import Device
from doorknock.people.models import Assignment, Person, assign, assignments, holding, own_grids
from doorknock.regions.models import Grid
from doorknock.words import _, joined

LONGEST = timedelta(days=92)
"""A substitute's longest term; whoever is away for longer hands the grid over."""


@dataclass(frozen=True)
class Term:
    """From when until when somebody stands in, and whether the one who is away holds the grids meanwhile too."""

    since: datetime
    until: datetime
    alone: bool


@dataclass(frozen=True)
class Hands:
    """What is asked: these grids into the hands of ``to``; ``givers`` no longer hold them (in a term: are away)."""

    grids: list[Grid]
    to: Person
    givers: list[Person]
    term: Term | None = None


def term_of(first: date, last: date, *, alone: bool) -> Term:
    """The term from the morning of one day (or from now) to the end of another; Refused where it makes no sense."""
    since, until = max(clock.start_of(first), clock.now()), clock.start_of(last + timedelta(days=1))
    if last < first or until <= clock.now():
        raise Refused(_("结束的那天要在开始以后，也不能已经过去。"))
    if until - since > LONGEST:
        raise Refused(_("代班最长三个月。更久的话，请把网格交出去。"))
    return Term(since, until, alone)


def judge(hands: Hands) -> None:
    """Refused, with every reason, where these hands cannot be filled so."""
    worker, home = hands.to, hands.to.home
    if worker.role != "worker" or not worker.active or home is None:
        raise Refused(_("只有在岗的网格员能分网格。"))
    if not hands.grids:
        raise Refused(_("还没勾网格。"))
    if any(grid.county != county_of(home.code) for grid in hands.grids):
        raise Refused(_("网格要和网格员在同一个县，没有改。"))
    if any(giver.id == worker.id for giver in hands.givers):
        raise Refused(_("交出来的和接手的是同一个人，没有改。"))
    if hands.term is not None:
        _judge_term(hands, hands.term)


def _judge_term(hands: Hands, term: Term) -> None:
    if len(hands.givers) != 1:
        raise Refused(_("代班要选好替谁。"))
    [away] = hands.givers
    not_own = [g.name for g in hands.grids if g.code not in own_grids(away.id)]
    taken = [g.name for g in hands.grids if _held_in(hands.to, g, term)]
    covered = [g.name for g in hands.grids if _substitutes(g, away, term)]
    reasons = [
        (not_own, _("%(name)s不管%(grids)s。", name=away.name, grids=joined(not_own))),
        (taken, _("%(name)s那几天已经管着%(grids)s。", name=hands.to.name, grids=joined(taken))),
        (covered, _("%(grids)s那几天已经有人替%(name)s代班。", name=away.name, grids=joined(covered))),
    ]
    if wrong := [reason for found, reason in reasons if found]:
        raise Refused(*wrong)


def _held_in(worker: Person, grid: Grid, term: Term) -> bool:
    return any(a.grid == grid.code and _meets(a, term) for a in assignments(worker.id))


def _substitutes(grid: Grid, away: Person, term: Term) -> bool:
    here = (Assignment.county == grid.county) & (Assignment.grid == grid.code)
    found = db.session.scalars(select(Assignment).where(here, Assignment.stands_for == away.id))
    return any(_meets(a, term) for a in found)


def _meets(assignment: Assignment, term: Term) -> bool:
    begins_before = assignment.since is None or assignment.since < term.until
    return begins_before and (assignment.until is None or assignment.until > term.since)


def hand_over(hands: Hands, *, by: Person) -> None:
    """The grids are the worker's own from now on; whoever gives them, and their substitutes, hold them no more."""
    judge(hands)
    codes = {grid.code for grid in hands.grids}
    for giver in hands.givers:
        _end_substitutes(giver, codes)
        assign(giver, sorted(set(own_grids(giver.id)) - codes), first=False)
        _note("grids.taken", giver, codes, by)
    assign(hands.to, sorted(codes | set(own_grids(hands.to.id))), first=False)
    _note("grids.hand", hands.to, codes, by)


def _note(verb: str, person: Person, codes: Iterable[str], by: Person) -> None:
    audit.record(verb, person.region_code or "000000", by=by.id, subject=person.id, grids=sorted(codes))


def _end_substitutes(away: Person, codes: set[str]) -> None:
    now = clock.now()
    query = select(Assignment).where(Assignment.stands_for == away.id, Assignment.grid.in_(codes))
    for found in db.session.scalars(query.where(Assignment.until > now)):
        _cut(found, now)


def _cut(assignment: Assignment, now: datetime) -> None:
    if assignment.since and assignment.since > now:
        db.session.delete(assignment)
    else:
        assignment.until = now


def stand_in(hands: Hands, term: Term, *, by: Person | None) -> None:
    """For the term the worker holds the grids too, or instead. It ends by itself: nothing has to run at its end."""
    judge(hands)
    [away] = hands.givers
    for grid in hands.grids:
        db.session.add(_row(grid, hands.to, term.since, term.until, away.id))
        if term.alone:
            own = next(a for a in assignments(away.id) if a.grid == grid.code and a.until is None)
            own.until = term.since
            db.session.add(_row(grid, away, term.until, None, None))
    audit.record(
        "grids.stand_in", hands.to.region_code or "000000", by=by.id if by else None, subject=hands.to.id,
        stands_for=away.id, grids=[grid.code for grid in hands.grids], since=clock.text_of(term.since),
        until=clock.text_of(term.until), alone=term.alone,
    )  # fmt: skip


def _row(grid: Grid, person: Person, since: datetime, until: datetime | None, stands_for: str | None) -> Assignment:
    return Assignment(
        county=grid.county, id=new_id(), grid=grid.code, person_id=person.id, since=since, until=until,
        stands_for=stands_for,
    )  # fmt: skip


def end_early(term: Assignment, *, by: Person) -> None:
    """A substitute's term ends now; whoever was away holds the grid again."""
    now, substitute = clock.now(), db.session.get(Person, term.person_id)
    if term.stands_for is None or term.until is None or term.until <= now or substitute is None:
        raise Refused(_("这次代班已经结束了。"))
    for own in [a for a in assignments(term.stands_for) if a.grid == term.grid and a.until is None]:
        if own.since == term.until:
            _resume(own, term, now)
    _cut(term, now)
    _note("grids.stand_in_end", substitute, [term.grid], by)


def _resume(own: Assignment, term: Assignment, now: datetime) -> None:
    """What was to be taken up again at the end of the term is taken up now, or was never put down."""
    before = next((a for a in assignments(own.person_id) if a.grid == own.grid and a.until == term.since), None)
    if before is not None and before.until is not None and before.until > now:
        before.until = None
        db.session.delete(own)
    else:
        own.since = now


def warnings(hands: Hands) -> list[str]:
    """What to know before: the phones that hold these grids now, are out of touch or have something unsent."""
    if hands.term is not None and not hands.term.alone:
        return []  # nobody loses a grid
    codes, names = {grid.code for grid in hands.grids}, {giver.id: giver.name for giver in hands.givers}
    held = select(Assignment.person_id).where(Assignment.grid.in_(codes), holding(clock.now()))
    query = select(Device).where(Device.worker_id.in_(names), Device.worker_id.in_(held), is_on())
    phones = db.session.scalars(query.order_by(Device.worker_id, Device.created_at))
    return [handover_words(phone, names[phone.worker_id]) for phone in phones if quiet(phone) or phone.pending]
