"""All phones of one's region in one table, in code order: whose, when in touch, and what is still in them."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, request
from sqlalchemy import ColumnElement, func, select, true
from werkzeug.wrappers import Response

from doorknock import clock
from doorknock.access import needs
from doorknock.db import db
from doorknock.people import contact, reach
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.web import render
from doorknock.words import lazy

PAGE = 50
SHOWS = {"": lazy("在用的"), "quiet": lazy("没联系"), "pending": lazy("还有没传的"), "off": lazy("停用的")}
door = Blueprint("phones", __name__, url_prefix="/office/people/phones")


@door.get("")
@needs("devices")
def phones() -> Response | str:
    """The phones, or those that are out of touch, hold something unsent, or were switched off."""
    page = max(1, request.args.get("page", 1, type=int))
    show = request.args.get("show", "")
    show, village = show if show in SHOWS else "", request.args.get("village", "")
    people = reach.colleagues(reach.chosen_top(village)).with_only_columns(Person.id)
    query = select(Device, Person).join(Person, Person.id == Device.worker_id)
    query = query.where(Device.worker_id.in_(people), _shown(show))
    count = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Device.id).subquery())) or 0
    ordered = query.order_by(Person.region_code, Person.username, Device.created_at.desc(), Device.id)
    rows = db.session.execute(ordered.limit(PAGE).offset((page - 1) * PAGE)).unique().all()
    kept = {name: value for name, value in (("show", show), ("village", village)) if value}
    return render(
        "people/phones.html", rows=rows, count=count, number=page, pages=max(1, -(-count // PAGE)), show=show,
        shows=SHOWS, village=village, villages=reach.my_villages(), words=contact,
        newest=contact.newest_version(contact.versions()), since=clock.said(contact.expected_since(clock.now())),
        link=lambda number: f"/office/people/phones?{urlencode({**kept, 'page': number})}",
    )  # fmt: skip


def _shown(show: str) -> ColumnElement[bool]:
    if show == "off":
        return Device.revoked_at.is_not(None)
    more = {"quiet": contact.is_quiet(), "pending": Device.pending > 0}.get(show, true())
    return contact.is_on() & more
