"""请网格员说明: the form that puts a question to a worker, and the questions and answers of a door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, request
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people.models import Person
from doorknock.places import listing, standing
from doorknock.places.choosing import go, place_of, place_region
from doorknock.places.models import Place
from doorknock.places.standing import Item, Report
from doorknock.regions.models import grid, region
from doorknock.visits import asks
from doorknock.visits.asks import About
from doorknock.visits.models import Visit, families
from doorknock.words import _, lazy

door = Blueprint("asks", __name__, url_prefix="/office/asks")
FIRST = {
    "new": lazy("这一户是怎么发现的？是长住还是借住？"),
    "away": lazy("这一户长期不在家，是听谁说的？大概什么时候回来？"),
    "wrong": lazy("这一户名单哪里写错了？"),
    "duplicate": lazy("这两户怎么看出是同一户？"),
    "back": lazy("这一户回来长住了吗？"),
}
"""What is commonly asked about a report; the office may write it otherwise."""
DUE = {"": lazy("不限"), "0": lazy("今天"), "1": lazy("明天"), "3": lazy("三天内"), "7": lazy("七天内")}


@door.get("/new/<ident>")
@needs("review", place_region)
def new(ident: str) -> str:
    """The form: to whom, what is asked, by when."""
    return _form(place_of(ident), "")


@door.post("/new/<ident>")
@needs("review", place_region)
def put(ident: str) -> Response | str | tuple[str, int]:
    """Ask; then back to what it was about, or (htmx) the door's questions and answers."""
    place = place_of(ident)
    about = _about(place)
    to = db.session.get(Person, request.form.get("to", "")[:36])
    try:
        if to is None:
            raise Refused(_("请选问谁。"))
        asks.ask(place, to, request.form.get("question", ""), by=g.person.id, about=about, due=_due())
    except Refused as why:
        web.rollback()
        return _form(place_of(ident), "".join(why.reasons)), 422
    if "HX-Request" in request.headers:
        return of_place(ident)
    return go(f"/office/review/{place.village_code}" if about.item_id else f"/office/places/one/{place.id}")


@door.get("/of/<ident>")
@needs("review", place_region)
def of_place(ident: str) -> str:
    """Questions and answers about a door; as a fragment empty where there are none."""
    place = place_of(ident)
    here = region(place.village_code)
    said = asks.said_of(place, names=may(g.person, "doors.names", here))
    return web.render("visits/asks.html", here=here, place=place, said=said, today=clock.today())


def _due() -> date | None:
    days = request.form.get("due", "")
    return clock.today() + timedelta(days=int(days)) if days in DUE and days else None


def _about(place: Place) -> About:
    """The item or visit that the address names, where it is of this door."""
    item = standing.item(request.args.get("item", "")[:36], place.county)
    visit = db.session.get(Visit, (place.county, request.args.get("visit", "")[:36]))
    mine = item if item is not None and item.place_id == place.id else None
    made = visit if visit is not None and visit.place_id == place.id else None
    return About(mine.id if mine else None, made.id if made else None)


def _form(place: Place, refused: str) -> str:
    here = region(place.village_code)
    about = _about(place)
    names = may(g.person, "doors.names", here)
    item = standing.item(about.item_id, place.county) if about.item_id else None
    choices = _whom(place, item, about, names=names)
    said: dict[str, Any] = {
        "question": request.form.get("question", str(FIRST[item.kind]) if item else ""),
        "to": request.form.get("to", choices[0][0] if choices else ""), "due": request.form.get("due", ""),
    }  # fmt: skip
    return web.render(
        "visits/ask.html", here=here, place=place, door=listing.label(place, listing.group_names(here.code)),
        name=place.contact_name if names else "", about=about, choices=choices, dues=DUE, said=said, refused=refused,
        longest=asks.LONGEST, kind=standing.KINDS[item.kind] if item else "",
    )  # fmt: skip


def _whom(place: Place, item: Item | None, about: About, *, names: bool) -> list[tuple[str, str]]:
    """Who can be asked, with words for what he has to do with it: who wrote it down first, then who was here last."""
    survivor = db.session.get_one(Place, (place.county, place.survivor_id))
    wrote = _wrote(place, item, about)
    visits = [v for v in families(place.county, [place.id]) if v.place_id == place.id and v.source == "phone"]
    been = {v.worker_id: n for n, v in enumerate(sorted(visits, key=lambda v: (v.at, v.id)), 1)}
    people = asks.workers(survivor.grid)
    people.sort(key=lambda p: (p.id not in wrote, -been.get(p.id, 0)))
    found = grid(survivor.grid)
    area = found.name if found else ""
    return [(p.id, _called(p, n, wrote, been, area, names=names)) for n, p in enumerate(people, 1)]


def _called(person: Person, n: int, wrote: set[str], been: dict[str | None, int], area: str, *, names: bool) -> str:
    who = person.name if names else _("网格员 %(n)s", n=n)
    if person.id in wrote:
        return _("%(who)s（这一条是他记的）", who=who)
    return _("%(who)s（去过这一户）", who=who) if person.id in been else _("%(who)s（%(area)s）", who=who, area=area)


def _wrote(place: Place, item: Item | None, about: About) -> set[str]:
    found: set[str] = set()
    if item is not None:
        mine = (Report.county == item.county) & (Report.place_id == item.place_id) & (Report.kind == item.kind)
        found |= {w for w in db.session.scalars(db.select(Report.worker_id).where(mine, Report.holds.is_(True))) if w}
    visit = db.session.get(Visit, (place.county, about.visit_id)) if about.visit_id else None
    return found | ({visit.worker_id} if visit and visit.worker_id else set())
