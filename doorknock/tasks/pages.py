"""单位任务 in the office: what is due in every village, and what the town gives, changes and ends."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, g, render_template, request
from werkzeug import Response

from doorknock import clock, web
from doorknock.access import may, needs
from doorknock.db import db
from doorknock.errors import Problem, Refused
from doorknock.places.choosing import go
from doorknock.regions.models import Region, groups, region
from doorknock.tasks import counts, due, giving, saying, telling_pages
from doorknock.tasks.models import TASK_KINDS, UnitTask
from doorknock.words import _

door = Blueprint("tasks", __name__, url_prefix="/office/tasks")
SHOWN = 30
"""Days after its last due day for which a task stays on the page."""


def register(app: Flask) -> None:
    """Open the doors of tasks, and of what is told about them."""
    app.register_blueprint(door)
    app.register_blueprint(telling_pages.door)
    app.jinja_env.globals["say_task"] = saying


def _task(ident: str) -> UnitTask:
    home: Region | None = g.person.home
    found = db.session.get(UnitTask, (home.county, ident)) if home else None
    if found is None:
        raise Problem("not_found", _("没有这项任务。"))
    return found


def _giver(ident: str) -> Region:
    return region(_task(ident).region_code)


def _home() -> Region:
    home: Region | None = g.person.home
    if home is None:
        raise Problem("forbidden", _("这个账号没有归属的区划。"))
    return home


@door.get("")
@needs("tasks")
def own() -> Response:
    """Where one's own region stands."""
    return go(f"/office/tasks/{_home().code}")


@door.get("/<code>")
@needs("tasks", region)
def listed(code: str) -> str:
    """What is due: village by village in code order, above the town by town."""
    here = region(code)
    if here.level == "group":
        raise Problem("not_found", _("任务是给村的，请看它的村。"))
    found = [each for each in due.asked(here, clock.today()) if each.days >= -SHOWN]
    now = [each for each in found if each.task.ended_on is None or each.days >= 0]
    page = {"village": "tasks/village.html", "town": "tasks/town.html"}.get(here.level, "tasks/county.html")
    return render_template(page, here=here, found=now, **_around(here), **_plaques(here, now))


def _plaques(here: Region, found: list[due.Asked]) -> dict[str, object]:
    """A village's plaques group by group, where a task asks for them: what hangs since that task's turn began."""
    asking = next((each for each in found if each.task.by_doors), None)
    if here.level != "village" or asking is None:
        return {}
    since, until = counts.instants(asking.turn.since, clock.today())
    village = counts.of(here, since, until)[here.code]
    names = {group.code: group.name for group in groups(here.code)}
    return {"plaques": sorted(village.groups.values(), key=lambda g: (not g.code, g.code)), "names": names}


def _around(here: Region) -> dict[str, object]:
    """What else the page says: names below, tasks that are not due now, and what this person may do."""
    below = {r.code: r for r in due.regions_below(here)}
    shown = [task for task in due.tasks_of(here) if task.ended_on is None and task.ends >= clock.today()]
    return {
        "regions": below, "given": shown, "done": request.args.get("done", ""),
        "may_give": may(g.person, "tasks.change", here) and here.code == _home().code,
        "may_tell": may(g.person, "tasks.tell", here), "today": clock.today(),
    }  # fmt: skip


@door.get("/new")
@needs("tasks.change")
def new_form() -> str:
    """Where a task is given."""
    first = clock.today().isoformat()
    return _form(None, {"every": "week", "weekday": "1", "target": "1", "starts": first, "target_kind": "number"})


@door.post("/new")
@needs("tasks.change")
def give() -> Response | tuple[str, int]:
    """A new task for the villages of one's own region."""
    try:
        giving.give(_home(), request.form, by=g.person.id)
    except Refused as why:
        web.rollback()
        return _form(None, request.form, why.reasons), 422
    return go(f"/office/tasks/{_home().code}?done=given")


@door.get("/one/<ident>")
@needs("tasks.change", _giver)
def change_form(ident: str) -> str:
    """Where a task is changed or ended."""
    task = _task(ident)
    return _form(task, {
        "kind": task.kind, "name": task.name, "every": task.every, "starts": task.starts.isoformat(),
        "ends": task.ends.isoformat(), "target": str(task.target or 1), "weekday": str(task.on_day or 1),
        "month_day": str(task.on_day or 1), "target_kind": "doors" if task.by_doors else "number",
    })  # fmt: skip


@door.post("/one/<ident>")
@needs("tasks.change", _giver)
def change(ident: str) -> Response | tuple[str, int]:
    """Other words, days or numbers."""
    try:
        changed = giving.change(_task(ident), request.form, by=g.person.id)
    except Refused as why:
        web.rollback()
        return _form(_task(ident), {**request.form, "kind": _task(ident).kind}, why.reasons), 422
    return go(f"/office/tasks/{_home().code}?done={'changed' if changed else 'same'}")


@door.post("/one/<ident>/end")
@needs("tasks.change", _giver)
def end(ident: str) -> Response:
    """Nothing more is due after today."""
    giving.end(_task(ident), by=g.person.id)
    return go(f"/office/tasks/{_home().code}?done=ended")


def _form(task: UnitTask | None, said: Mapping[str, str], faults: list[str] | None = None) -> str:
    return render_template(
        "tasks/form.html", here=_home(), task=task, said=said, faults=faults or [], kinds=TASK_KINDS,
        week=list(enumerate(saying.WEEK, 1)), longest=giving.LONGEST_NAME, most=giving.MOST,
    )  # fmt: skip
