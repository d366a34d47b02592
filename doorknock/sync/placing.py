"""How new doors, corrections of doors and reports about them take effect."""

from __future__ import annotations

from doorknock import changes
from doorknock.places import edits, standing
from doorknock.places.models import Place
from doorknock.regions import models as regions
from doorknock.sync.bench import Bench, Event, Quarantine
from doorknock.words import _


def take_place_new(bench: Bench, event: Event) -> None:
    """A door that is not on the roster: pending until the village agrees."""
    body = event.body
    if body["place_id"] in bench.places:
        raise Quarantine("place_exists", _("这一户已经有了。"))
    group = bench.region(body["group"]) if body.get("group") else None
    worker, at = event.line.worker_id, event.line.recorded_at
    told = event.line.grid or body.get("grid") or (group and group.grid_code)  # in a rebuild, where it lay then
    grid = regions.grid(told or bench.sole_grid(worker, at) or "")
    if grid is None or (body.get("group") and (group is None or group.parent_code != grid.village_code)):
        raise Quarantine("bad_body", _("没有说清新户在哪个网格、哪个组。"))
    bench.in_scope(event, grid.code)
    place = Place(
        county=bench.county, id=body["place_id"], village_code=grid.village_code, grid=grid.code,
        group_code=group.code if group else None, kind=body.get("kind") or "household", source="field",
        status="pending", survivor_id=body["place_id"], address={}, needs=[], marks={}, row_order=1_000_000,
        do_not_return=False, parent_place_id=body.get("parent_place_id"),
    )  # fmt: skip
    filled = {k: v for k, v in body.items() if k not in ("place_id", "grid", "group", "kind") and v is not None}
    place.edit(filled, event.line.at, event.id)
    place.marks = {}
    bench.keep(0, place)
    bench.places[place.id] = place
    _report(bench, event, place, "new")
    changes.touch(place.grid, "place", place.id)
    bench.appeared.add(place.id)


def take_place_edit(bench: Bench, event: Event) -> None:
    """The worker corrects fields of a door; per field, the latest correction stands."""
    place = bench.place(event.body["place_id"])
    bench.in_scope(event, place.grid)
    group = bench.region(event.body["group"]) if event.body.get("group") else None
    if event.body.get("group") and (group is None or group.parent_code != place.village_code):
        raise Quarantine("bad_body", _("这个组不在这个村里。"))
    [place] = bench.to_change(place.id)
    grid = group.grid_code if group else None
    seq = bench.stamp(event, *bench.grids(place), *([grid] if grid else []))
    bench.keep(2, edits.told(event.line, place, event.body, seq))
    if place.edit(event.body, event.line.at, event.id):
        if group and grid and place.group_code == group.code:
            place.move_to(grid)
        changes.touch(place.grid, "place", place.id)
        bench.dirty.add(place.id)


def take_place_report(bench: Bench, event: Event) -> None:
    """The worker says that the roster is wrong about a door."""
    body = event.body
    place = bench.place(body["place_id"])
    other = [bench.place(body["duplicate_of"]).grid] if body.get("duplicate_of") else []
    if body.get("duplicate_of") == place.id:
        raise Quarantine("bad_body", _("一户不能和自己重复。"))
    bench.in_scope(event, place.grid)
    _report(bench, event, place, body["report"], *other)


def _report(bench: Bench, event: Event, place: Place, kind: str, *other: str) -> None:
    line, away = event.line, event.body.get("away") or {}
    seq = bench.stamp(event, place.grid, *other)
    report = standing.Report(
        county=bench.county, id=event.id, kind=kind, place_id=place.id, holds=True, by_visit=False, seq=seq,
        worker_id=line.worker_id, at=line.at, recorded_at=line.recorded_at,
        duplicate_of=event.body.get("duplicate_of"), away_kind=away.get("kind"), back_on=away.get("back_on"),
    )  # fmt: skip
    bench.keep(2, report)
    bench.dirty.add(place.id)
    standing.has_report(place.id)
