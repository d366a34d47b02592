"""How activities and postings take effect, and how the worker who told of one takes it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from doorknock.clock import day_of
from doorknock.regions import models as regions
from doorknock.regions.models import Grid
from doorknock.sync import blobs, following
from doorknock.sync.bench import TOLD, Bench, Event, Quarantine
from doorknock.sync.journal import NOTHING_TO_VOID, JournalLine
from doorknock.sync.visiting import AHEAD
from doorknock.tasks.models import Activity, Posting, Told, settle
from doorknock.words import _


def take_posting(bench: Bench, event: Event) -> None:
    """Notices or plaques put up, in a grid of the worker's; a group of another village counts as none."""
    body = event.body
    group = bench.region(body["group"]) if body.get("group") else None
    grid = _grid(bench, event, group.grid_code if group else None)
    code = group.code if group and group.parent_code == grid.village_code else None
    _tell(bench, event, grid, Posting, {"spot": body.get("spot"), "count": body.get("count") or 0, "group_code": code})
    blobs.named(event.line, body.get("photos") or [])


def take_activity(bench: Bench, event: Event) -> None:
    """A gathering, in a grid of the worker's."""
    body = event.body
    said = {"name": body.get("name"), "people": body.get("people") or 0, "handouts": body.get("handouts") or 0}
    _tell(bench, event, _grid(bench, event, None), Activity, said)


def is_told(bench: Bench, event: Event) -> bool:
    """Whether a correction names an activity or a posting: one that stands here, or a line that has had no effect."""
    wanted = event.body["supersedes"]
    return wanted in bench.told or any(line.kind in TOLD for line in bench.held.get(wanted, []))


def take_void(bench: Bench, event: Event) -> None:
    """The worker takes back what they told."""
    found, root = following.target(bench, event, bench.told, (*TOLD, "correction"))
    if found is None:
        following.lift(bench, event)
        raise Quarantine(NOTHING_TO_VOID, "", waits_for=root)
    bench.in_scope(event, *_grids(bench, root))
    line = event.line
    row = type(found)(
        id=event.id, root_id=root, void=True, reason=event.body.get("reason"), village_code=found.village_code,
        grid=found.grid, kind=found.kind, made_at=line.at, day=day_of(line.at), photos=[],
        supersedes=event.body["supersedes"], seq=bench.stamp(event, *_grids(bench, root)), **_whose(bench, line),
    )  # fmt: skip
    _keep(bench, event, row)


def _tell(bench: Bench, event: Event, grid: Grid, model: type[Told], said: dict[str, Any]) -> None:
    body, line, root = event.body, event.line, event.id
    bench.in_scope(event, grid.code)
    if body.get("supersedes"):
        found, root = following.target(bench, event, bench.told, (*TOLD, "correction"))
        if found is not None and not isinstance(found, model):
            raise Quarantine("bad_body", _("张贴不能改成活动，活动也不能改成张贴。请撤掉重记。"))
        bench.in_scope(event, *_grids(bench, root))
    made_at = _made_at(line, body.get("done_at"))
    row = model(
        id=event.id, root_id=root, supersedes=body.get("supersedes"), village_code=grid.village_code, grid=grid.code,
        kind=body["kind"], made_at=made_at, day=day_of(made_at), photos=body.get("photos") or [],
        seq=bench.stamp(event, grid.code, *_grids(bench, root)), **_whose(bench, line), **said,
    )  # fmt: skip
    _keep(bench, event, row)


def _whose(bench: Bench, line: JournalLine) -> dict[str, Any]:
    """Of a line that has its place in the order of its grid already."""
    return {
        "county": bench.county, "worker_id": line.worker_id, "device_id": line.device_id, "source": "phone",
        "at": line.at, "taken_at": bench.taken_at(line, line.grid or ""),
    }  # fmt: skip


def _made_at(line: JournalLine, said: datetime | None) -> datetime:
    """When it was done, by the server's clock; nothing is done after it was told."""
    if line.recorded_at > line.received_at + AHEAD:
        return line.received_at
    return min((said or line.at) + (line.recorded_at - line.at), line.received_at)


def _grid(bench: Bench, event: Event, of_group: str | None) -> Grid:
    """The grid that the event names, its group's, or the worker's only one; in a rebuild the one it was taken in."""
    line, body = event.line, event.body
    again = line.grid if not body.get("supersedes") else None
    code = body.get("grid") or again or of_group or bench.sole_grid(line.worker_id, line.recorded_at)
    found = regions.grid(code) if code else None
    if found is None:
        raise Quarantine("bad_body", _("没有说清在哪个网格。"))
    return found


def _family(bench: Bench, root: str) -> list[Told]:
    return [row for row in bench.told.values() if row.root_id == root]


def _grids(bench: Bench, root: str) -> set[str]:
    return {row.grid for row in _family(bench, root) if row.grid}


def _keep(bench: Bench, event: Event, row: Told) -> None:
    bench.keep(2, row)
    bench.told[row.id] = row
    settle(_family(bench, row.root_id))
    if row.supersedes:
        following.lift(bench, event)
    bench.appeared |= {row.id, row.root_id}  # what corrects or voids it may have come before it
