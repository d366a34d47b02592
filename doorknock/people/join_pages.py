"""The forms about somebody's account: joining, changing, leaving, coming back, a fresh password."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from doorknock import audit
from doorknock.access import needs
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import joining, totp
from doorknock.people.models import ROLES, Person
from doorknock.people.reach import at_or_below, home_of, person_by_id, worker_home
from doorknock.people.staff import after, person_page
from doorknock.regions.models import LEVELS, Region
from doorknock.words import _

MOST_REGIONS = 3000
door = Blueprint("join", __name__, url_prefix="/office/people")


@door.get("/new")
@needs("people")
def new() -> str:
    """An empty form for somebody new."""
    return _form({"region": g.person.region_code or "", "role": "worker"})


@door.post("/new")
@needs("people")
def join() -> Response | str | tuple[str, int]:
    """Take the new person in; what is wrong is said above the filled form."""
    form = {name: request.form.get(name, "").strip() for name in ("username", "name", "role", "region", "way")}
    try:
        person = joining.join(
            form["username"].lower(), form["name"], form["role"], _region(form["region"]), by=g.person
        )
    except Refused as refused:
        return _form(form, refused.reasons), 409
    if person.role == "worker":
        return redirect(f"/office/people/{person.id}", 303)
    secret = joining.give_password(person, form["way"], by=g.person)
    return render_template("people/secret.html", person=person, secret=secret, code=form["way"] == "code")


@door.get("/<person_id>/edit")
@needs("people", worker_home)
def edit(person_id: str) -> str:
    """The form of somebody's name, role and region."""
    person = person_by_id(person_id)
    form = {"name": person.name, "role": person.role, "region": person.region_code or "", "username": person.username}
    return _form(form, person=person)


@door.post("/<person_id>/edit")
@needs("people", worker_home)
def change(person_id: str) -> Response | tuple[str, int]:
    """Change somebody's name, role or region."""
    person = person_by_id(person_id)
    form = {name: request.form.get(name, "").strip() for name in ("name", "role", "region")}
    form["username"] = person.username
    try:
        joining.change(person, form["name"], form["role"], _region(form["region"]), by=g.person)
    except Refused as refused:
        return _form(form, refused.reasons, person), 409
    return redirect(f"/office/people/{person.id}", 303)


@door.post("/<person_id>/leave")
@needs("people", worker_home)
def leave(person_id: str) -> Response | str:
    """Switch somebody off, their phones at once or after what they hold was brought in."""
    person = person_by_id(person_id)
    phones = request.form.get("phones", "")
    if person.role == "worker" and phones not in ("deliver", "off"):
        raise Refused(_("请选手机怎么办。"))
    joining.leave(person, phones=phones or "off", by=g.person)
    return after(person, _("%(name)s停用了。", name=person.name))


@door.post("/<person_id>/return")
@needs("people", worker_home)
def come_back(person_id: str) -> Response | str:
    """Switch somebody on again."""
    person = person_by_id(person_id)
    joining.come_back(person, by=g.person)
    return after(person, _("%(name)s恢复了。网格和手机要重新安排。", name=person.name))


@door.post("/<person_id>/password")
@needs("people", worker_home)
def give_password(person_id: str) -> str:
    """A fresh password or one-time code, shown once."""
    person = person_by_id(person_id)
    way = request.form.get("way", "password")
    secret = joining.give_password(person, way, by=g.person)
    return render_template("people/secret.html", person=person, secret=secret, code=way == "code")


@door.post("/<person_id>/totp")
@needs("people", worker_home)
def reset_totp(person_id: str) -> Response | str:
    """Take somebody's second factor away, so that it is set up anew; only an administrator above."""
    person = person_by_id(person_id)
    joining.refuse_beyond_power(g.person, person)
    if person.totp_secret is None:
        raise Refused(_("这个人没有设验证码登录。"))
    totp.take_away(person)
    joining.end_sessions(person)
    audit.record("people.totp", home_of(person).code, by=g.person.id, subject=person.id)
    return after(person, _("验证码登录取消了，请%(name)s重新设。", name=person.name))


def _region(code: str) -> Region:
    found = db.session.get(Region, code) if code else None
    if found is None:
        raise Refused(_("请选一个区划。"))
    return found


def _form(form: dict[str, str], reasons: Sequence[str] = (), person: Person | None = None) -> str:
    if person is not None and not joining.may_change(g.person, person):
        return person_page(person)
    roles = {role: ROLES[role] for role in joining.makes(g.person)}
    return render_template(
        "people/join.html", form=form, reasons=reasons, person=person, roles=roles, regions=_regions(roles),
        lasts=joining.PASSWORD_OPENS.days,
    )  # fmt: skip


def _regions(roles: Iterable[str]) -> Sequence[Region]:
    fitting = {level for role in roles for level in joining.LEVELS[role]}
    query = select(Region).where(at_or_below(g.person.home), Region.level.in_(fitting & set(LEVELS)))
    return db.session.scalars(query.order_by(Region.code).limit(MOST_REGIONS)).all()
