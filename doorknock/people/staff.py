"""The people of one's region: who they are, which grids and phones they hold, and what may be changed about that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, request
from marshmallow import ValidationError
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from doorknock import clock
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem
from doorknock.people import contact, devices, hands, joining, reach, schemas
from doorknock.people.devices import Device
from doorknock.people.models import ROLES, Assignment, Person, holding, own_grids
from doorknock.people.reach import home_of, person_by_id, worker_home
from doorknock.regions.models import Grid, Region, grids_of, villages
from doorknock.symbol import qr_path
from doorknock.web import render
from doorknock.words import _

PAGE = 50
door = Blueprint("staff", __name__, url_prefix="/office/people")


@dataclass
class Colleague:
    """One person as the list shows them."""

    person: Person
    grids: list[Grid] = field(default_factory=list)
    phones: list[Device] = field(default_factory=list)


@door.get("")
@needs("people")
def people() -> str:
    """Everybody of one's region and below, by region and name, with their grids and phones; or those asked for."""
    page = max(1, request.args.get("page", 1, type=int))
    asked = {name: request.args.get(name, "") for name in ("village", "role", "quiet")}
    wanted = _wanted(asked)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    query = wanted.order_by(Person.region_code, Person.role, Person.username)
    found = db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).unique().all()
    kept = {name: value for name, value in asked.items() if value}
    return render(
        "people/people.html", colleagues=_with_hands(found), count=count, number=page, pages=max(1, -(-count // PAGE)),
        roles=ROLES, asked=asked, villages=reach.my_villages(), quiet_since=contact.expected_since(clock.now()),
        makes=joining.makes(g.person), link=lambda number: f"/office/people?{urlencode({**kept, 'page': number})}",
    )  # fmt: skip


def _wanted(asked: dict[str, str]) -> Select[Person]:
    query = reach.colleagues(reach.chosen_top(asked["village"]))
    if asked["role"] in ROLES:
        query = query.where(Person.role == asked["role"])
    if asked["quiet"]:
        silent = select(Device.worker_id).where(contact.is_on(), contact.is_quiet())
        query = query.where(Person.id.in_(silent), Person.active.is_(True))
    return query


@door.get("/<person_id>")
@needs("people", worker_home)
def person(person_id: str) -> str:
    """One person: role and place, grids to tick, phones with their last contact."""
    return person_page(person_by_id(person_id))


@door.post("/<person_id>/code")
@needs("devices", worker_home)
def code(person_id: str) -> str:
    """A fresh one-time code for a phone of this person, as eight digits and as a QR."""
    worker = person_by_id(person_id)
    digits, link = hands.give_code(worker, by=g.person)
    return render("people/code.html", colleague=worker, digits=digits, qr=qr_path(link))


@door.post("/<person_id>/phones/<device_id>/off")
@needs("devices", worker_home)
def switch_off(person_id: str, device_id: str) -> Response | str:
    """Switch one of this person's phones off."""
    worker = person_by_id(person_id)
    found = db.session.get(Device, (home_of(worker).county, device_id))
    if found is None or found.worker_id != worker.id:
        raise Problem("not_found")
    hands.switch_off(found, worker, by=g.person)
    return after(worker, _("这部手机停用了。"))


@door.post("/<person_id>/grids")
@needs("grids.assign", worker_home)
def hand_grids(person_id: str) -> Response | str:
    """Hand the ticked grids to this worker, from now on."""
    worker = person_by_id(person_id)
    try:
        wanted = schemas.grids(request.form)
    except ValidationError as error:
        raise Problem("bad_body") from error
    within = {found.code for found in _grids_to_hand()}
    changed = hands.hand_grids(worker, wanted, within, by=g.person)
    return after(worker, _("网格改好了，手机下次联系时生效。") if changed else _("网格没有变。"))


def after(worker: Person, said: str) -> Response | str:
    """What follows a deed about somebody: their page, saying what was done."""
    if "HX-Request" in request.headers:
        db.session.flush()
        return person_page(worker, said)
    return redirect(f"/office/people/{worker.id}")


def person_page(worker: Person, said: str = "", secret: str = "") -> str:
    """The page of one person; ``secret`` is a password or a code to be shown once."""
    [colleague] = _with_hands([worker])
    assignable = _grids_to_hand() if worker.role == "worker" and may(g.person, "grids.assign") else []
    names = {r.code: r.name for r in villages(g.person.home)} if assignable else {}
    return render(
        "people/person.html", colleague=colleague, here=worker.home, roles=ROLES, said=said, assignable=assignable,
        village_names=names, held=set(own_grids(worker.id)), lasts=devices.CODE_LASTS, secret=secret,
        power=joining.may_change(g.person, worker), newest=contact.newest_version(contact.versions()), words=contact,
    )  # fmt: skip


def _grids_to_hand() -> Sequence[Grid]:
    home: Region | None = g.person.home
    if home is None:
        return []
    return grids_of([village.code for village in villages(home)])


def _with_hands(found: Sequence[Person]) -> list[Colleague]:
    ids = [each.id for each in found]
    held = select(Assignment.person_id, Grid).join(
        Grid, (Grid.county == Assignment.county) & (Grid.code == Assignment.grid)
    )
    grids: dict[str, dict[str, Grid]] = defaultdict(dict)
    for person_id, grid in db.session.execute(held.where(Assignment.person_id.in_(ids), holding(clock.now()))):
        grids[person_id][grid.code] = grid
    phones: dict[str, list[Device]] = defaultdict(list)
    for phone in db.session.scalars(select(Device).where(Device.worker_id.in_(ids)).order_by(Device.created_at.desc())):
        phones[phone.worker_id].append(phone)
    return [Colleague(each, [grids[each.id][c] for c in sorted(grids[each.id])], phones[each.id]) for each in found]
