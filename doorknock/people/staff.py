"""The people of one's region: who they are, which grids and phones they hold, and what may be changed about that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Blueprint, g, redirect, request
from marshmallow import ValidationError
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from sqlalchemy import Select, func, or_, select
from werkzeug.wrappers import Response

from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.people import devices, hands, schemas
from doorknock.people.devices import Device
from doorknock.people.models import ROLES, Assignment, Person
from doorknock.regions.models import Grid, Region, grids_of, villages
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


def worker_home(person_id: str, **_rest: str) -> Region:
    """Where the person whom a request names belongs; Problem not_found where there is no such person or place."""
    return _home(_person(person_id))


@door.get("")
@needs("people")
def people() -> str:
    """Everybody of one's region and below, by region and name, with their grids and phones."""
    page = max(1, request.args.get("page", 1, type=int))
    count = db.session.scalar(select(func.count()).select_from(_reached().subquery())) or 0
    query = _reached().order_by(Person.region_code, Person.role, Person.username)
    found = db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE)).unique().all()
    pages = max(1, -(-count // PAGE))
    return render(
        "people/people.html", colleagues=_with_hands(found), count=count, number=page, pages=pages, roles=ROLES,
        link=_link,
    )  # fmt: skip


@door.get("/<person_id>")
@needs("people", worker_home)
def person(person_id: str) -> str:
    """One person: role and place, grids to tick, phones with their last contact."""
    return _person_page(_person(person_id))


@door.post("/<person_id>/code")
@needs("devices", worker_home)
def code(person_id: str) -> str:
    """A fresh one-time code for a phone of this person, as eight digits and as a QR."""
    worker = _person(person_id)
    digits, link = hands.give_code(worker, by=g.person)
    return render("people/code.html", colleague=worker, digits=digits, qr=qr_path(link))


@door.post("/<person_id>/phones/<device_id>/off")
@needs("devices", worker_home)
def switch_off(person_id: str, device_id: str) -> Response | str:
    """Switch one of this person's phones off."""
    worker = _person(person_id)
    found = db.session.get(Device, (_home(worker).county, device_id))
    if found is None or found.worker_id != worker.id:
        raise Problem("not_found")
    hands.switch_off(found, worker, by=g.person)
    return _after(worker, _("这部手机停用了。"))


@door.post("/<person_id>/grids")
@needs("grids.assign", worker_home)
def hand_grids(person_id: str) -> Response | str:
    """Hand the ticked grids to this worker, from now on."""
    worker = _person(person_id)
    try:
        wanted = schemas.grids(request.form)
    except ValidationError as error:
        raise Problem("bad_body") from error
    within = {found.code for found in _grids_to_hand()}
    changed = hands.hand_grids(worker, wanted, within, by=g.person)
    return _after(worker, _("网格改好了，手机下次联系时生效。") if changed else _("网格没有变。"))


def qr_path(text: str) -> tuple[int, str]:
    """A QR code as the side of its square, quiet zone included, and the path of an SVG that draws it."""
    made = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    made.add_data(text)
    rows = made.get_matrix()
    dots = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return len(rows), "".join(dots)


def skew_words(skew_ms: int | None) -> str:
    """How far a phone's clock is off, as people say it."""
    if skew_ms is None:
        return "—"
    minutes = round(abs(skew_ms) / 60_000)
    if minutes < 1:
        return _("准")
    length = _("%(minutes)s 分钟", minutes=minutes) if minutes < 120 else _("%(hours)s 小时", hours=round(minutes / 60))
    return _("慢 %(length)s", length=length) if skew_ms > 0 else _("快 %(length)s", length=length)


def _link(page: int) -> str:
    return f"/office/people?page={page}"


def _after(worker: Person, said: str) -> Response | str:
    if "HX-Request" in request.headers:
        db.session.flush()
        return _person_page(worker, said)
    return redirect(f"/office/people/{worker.id}")


def _person_page(worker: Person, said: str = "") -> str:
    [colleague] = _with_hands([worker])
    assignable = _grids_to_hand() if worker.role == "worker" and may(g.person, "grids.assign") else []
    names = {r.code: r.name for r in villages(g.person.home)} if assignable else {}
    return render(
        "people/person.html", colleague=colleague, here=worker.home, roles=ROLES, said=said, assignable=assignable,
        village_names=names, held={found.code for found in colleague.grids}, lasts=devices.CODE_LASTS,
    )  # fmt: skip


def _grids_to_hand() -> Sequence[Grid]:
    home: Region | None = g.person.home
    if home is None:
        return []
    return grids_of([village.code for village in villages(home)])


def _person(person_id: str) -> Person:
    found = db.session.get(Person, person_id)
    if found is None:
        raise Problem("not_found")
    return found


def _home(person: Person) -> Region:
    if person.home is None:
        raise Refused(_("这个人没有归属的区划。"))
    return person.home


def _reached() -> Select[Person]:
    """The persons that the one who is logged in may see: of their own region and below."""
    home: Region | None = g.person.home
    query = select(Person)
    if home is None:
        return query
    below = Region.path.startswith(home.path + "/", autoescape=True)
    return query.where(Person.region_code.in_(select(Region.code).where(or_(Region.code == home.code, below))))


def _with_hands(found: Sequence[Person]) -> list[Colleague]:
    ids = [each.id for each in found]
    held = select(Assignment.person_id, Grid).join(
        Grid, (Grid.county == Assignment.county) & (Grid.code == Assignment.grid)
    )
    grids: dict[str, dict[str, Grid]] = defaultdict(dict)
    for person_id, grid in db.session.execute(held.where(Assignment.person_id.in_(ids), Assignment.until.is_(None))):
        grids[person_id][grid.code] = grid
    phones: dict[str, list[Device]] = defaultdict(list)
    for phone in db.session.scalars(select(Device).where(Device.worker_id.in_(ids)).order_by(Device.created_at.desc())):
        phones[phone.worker_id].append(phone)
    return [Colleague(each, [grids[each.id][c] for c in sorted(grids[each.id])], phones[each.id]) for each in found]
