"""Enrolling a village's phones one after another: one person's code at a time, and the next as soon as it worked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, g, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from doorknock import clock
from doorknock.access import needs
from doorknock.db import db
from doorknock.errors import Problem
from doorknock.people import hands, reach
from doorknock.people.contact import is_on
from doorknock.people.devices import CODE_LASTS, Device
from doorknock.people.models import Person
from doorknock.people.reach import named_region, person_by_id
from doorknock.regions.models import Region
from doorknock.symbol import qr_path
from doorknock.web import render

RENEWED = timedelta(minutes=1)
"""A code is renewed so long before it expires, so that none dies in somebody's hands."""
door = Blueprint("enrol", __name__, url_prefix="/office/people/enrol")


@door.get("")
@needs("devices")
def home() -> Response | str:
    """To the first village of one's region where somebody has no phone yet, else to the first."""
    found = reach.my_villages()
    open_ones = [village for village in found if _without_phone(reach.workers(village))]
    first = next(iter(open_ones or found), None)
    return redirect(f"/office/people/enrol/{first.code}") if first else redirect("/office/people")


@door.get("/<code>")
@needs("devices", named_region)
def page(code: str) -> str:
    """Who has no phone yet; nothing is shown to be scanned before the start."""
    return _stand(named_region(code), None)


@door.post("/<code>/<person_id>")
@needs("devices", named_region)
def show(code: str, person_id: str) -> str:
    """A fresh code of this person, large."""
    village, worker = named_region(code), person_by_id(person_id)
    if worker not in reach.workers(village):
        raise Problem("not_found")
    digits, link = hands.give_code(worker, by=g.person)
    return _stand(village, worker, digits, qr_path(link), just=_just(village))


@door.get("/<code>/<person_id>/wait")
@needs("devices", named_region)
def wait(code: str, person_id: str) -> str | tuple[str, int]:
    """Nothing (204) while the code waits; else what to show next, which then asks for its own code."""
    village, worker = named_region(code), person_by_id(person_id)
    since = _instant(request.args.get("since", ""))
    enrolled = select(Device.id).where(Device.worker_id == worker.id, Device.created_at >= since, is_on())
    if db.session.scalar(enrolled) is not None:
        return render(
            "people/enrolled.html", here=village, done=worker, following=_following(village, worker),
            skipped=_without_phone(reach.workers(village)),
        )  # fmt: skip
    if clock.now() >= since + CODE_LASTS - RENEWED:
        return render("people/enrolled.html", here=village, done=None, following=worker, skipped=[])
    return "", 204


def _instant(text: str) -> datetime:
    try:
        return clock.parse(text)
    except ValueError:
        return clock.now() - CODE_LASTS


def _just(village: Region) -> Person | None:
    """Who was enrolled a moment ago, named by the page that asks for the next code."""
    found = db.session.get(Person, request.form.get("just", ""))
    return found if found is not None and found in reach.workers(village) else None


def _stand(
    village: Region, current: Person | None, digits: str = "", qr: tuple[int, str] = (0, ""), just: Person | None = None
) -> str:
    workers = reach.workers(village)
    without = _without_phone(workers)
    around = [w for w in workers if w in without or w is current]
    at = around.index(current) if current in around else -1
    return render(
        "people/enrol.html", here=village, workers=workers, without=without, current=current, digits=digits, qr=qr,
        just=just, since=clock.text_of(clock.now()), villages=reach.my_villages(),
        before=around[at - 1] if at > 0 else None, following=around[at + 1] if 0 <= at < len(around) - 1 else None,
    )  # fmt: skip


def _following(village: Region, worker: Person) -> Person | None:
    """The next after this one who has no phone yet; those skipped before wait for the end."""
    workers = list(reach.workers(village))
    after = workers[workers.index(worker) + 1 :] if worker in workers else workers
    return next(iter(_without_phone(after)), None)


def _without_phone(workers: Sequence[Person]) -> list[Person]:
    having = set(
        db.session.scalars(select(Device.worker_id).where(Device.worker_id.in_([w.id for w in workers]), is_on()))
    )
    return [worker for worker in workers if worker.id not in having]
