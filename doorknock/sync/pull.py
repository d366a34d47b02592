"""The answer: the head, the rows after the cursor, the tail with its seal.

Rows are read and packed into a spooled file and the transaction is closed before a byte is sent, so that a phone that
drains a byte a second pins nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from sqlalchemy import select

from doorknock import clock
from doorknock.campaigns import models as campaigns
from doorknock.campaigns import phases
from doorknock.changes import Change, GridHead, county_of, shared_number
from doorknock.commitments.models import Commitment
from doorknock.db import table_of
from doorknock.jsons import dumped
from doorknock.lookup import among
from doorknock.lookup import given as the
from doorknock.lookup import rows as rows_of
from doorknock.people.devices import Device
from doorknock.places import erased
from doorknock.places.models import Place
from doorknock.regions import models as regions
from doorknock.sync import blobs, boxes, journal
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit
from doorknock.words import _

PAGE = 500
MODELS: dict[str, Any] = {"place": Place, "visit": Visit, "commitment": Commitment, "ask": Ask}
AT_ONCE = 100
"""Lines that are sealed and packed in one go."""
NEVER_TOLD = ("strokes", "marks")
"""Columns that are big and that no phone is told of: not even read."""
_heads, _feed = table_of(GridHead).c, table_of(Change).c
_REACH = select(_heads.floor, _heads.seq).where(_heads.county == the("county"), _heads.grid == the("grid"))
_FEED = (
    select(_feed.kind, _feed.row_id, _feed.seq, _feed.removed)
    .where(_feed.county == the("county"), _feed.grid == the("grid"), _feed.seq > the("after"))
    .order_by(_feed.seq)
    .limit(PAGE)
)
_TOLD = {
    kind: select(*(column for column in model.__table__.c if column.name not in NEVER_TOLD)).where(
        model.__table__.c.county == the("county"), among(model.__table__.c.id)
    )
    for kind, model in MODELS.items()
}


class Answer:
    """Writes an answer line by line, sealing what it writes."""

    def __init__(self, token: str, *, packed: bool) -> None:
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115  # the response closes it
        self.out: IO[bytes] | gzip.GzipFile = self.file
        if packed:
            self.out = gzip.GzipFile(fileobj=self.file, mode="wb", compresslevel=5)
        self.packed = packed
        self.mac = hmac.new(token.encode(), digestmod=hashlib.sha256)
        self.bytes = 0
        self.waiting: list[bytes] = []

    def line(self, value: dict[str, Any]) -> None:
        """One JSON text and its newline."""
        data = dumped(value) + b"\n"
        self.bytes += len(data)
        self.waiting.append(data)
        if len(self.waiting) == AT_ONCE:
            self._write()

    def _write(self) -> None:
        data = b"".join(self.waiting)
        self.waiting.clear()
        self.mac.update(data)
        self.out.write(data)

    def end(self, tail: dict[str, Any]) -> IO[bytes]:
        """Write the tail with the seal over everything before it; the file, ready to be sent."""
        self._write()
        sealed = tail | {"seal": self.mac.hexdigest()}
        self.out.write(dumped(sealed) + b"\n")
        if self.packed:
            self.out.close()
        self.file.seek(0)
        return self.file


def head(device: Device, epoch: str, scope: list[str], bad: list[int]) -> dict[str, Any]:
    """What the server holds of this enrolment, and what needs eyes."""
    wrong = [{"n": None, "line": k, "code": "bad_line", "detail": _("这一行不是一条记录，没有收。")} for k in bad]
    return {
        "server_time": clock.text_of(clock.now()), "epoch": epoch, "held": device.held, "tip": journal.tip(device),
        "covered": device.covered, "attention": journal.attention(device) + wrong, "blobs_wanted": blobs.wanted(device),
        "scope": scope, "forget": erased.to_forget(device.county, device.id, scope), "seal_key": boxes.public(),
    }  # fmt: skip


def revoked(answer: Answer, said: dict[str, Any], cursor: dict[str, Any] | None, *, wipe: bool) -> IO[bytes]:
    """The ordinary sealed answer for a phone that was switched off: no rows."""
    answer.line(said | {"revoked": True, "scope": []} | ({"wipe": True} if wipe else {}))
    given = cursor or {}
    return answer.end(
        {"cursor": {"epoch": said["epoch"], "grids": {}, "shared": given.get("shared") or 0}, "more": False}
    )


def rows(
    answer: Answer, said: dict[str, Any], device: Device, cursor: dict[str, Any] | None, limit: int | None
) -> IO[bytes]:
    """The whole answer: head, shared rows where they are due, each grid's rows after its cursor, tail."""
    scope: list[str] = said["scope"]
    given = (cursor or {}).get("grids") or {}
    same_life = bool(cursor) and (cursor or {}).get("epoch") == said["epoch"]
    start = {grid: _start(grid, given.get(grid), same_life) for grid in scope}
    answer.line(said | {"fresh": [grid for grid in scope if start[grid] == 0]})
    county = device.county
    number = shared_number(county)
    if not same_life or set(given) != set(scope) or (cursor or {}).get("shared") != number:
        for row in _shared_rows(county, scope, number):
            answer.line(row)
    reached, more = _grid_rows(answer, start, limit, device.worker_id)
    return answer.end({"cursor": {"epoch": said["epoch"], "grids": reached, "shared": number}, "more": more})


def _start(grid: str, given: int | None, same_life: bool) -> int:
    if not same_life or given is None:
        return 0
    head = rows_of(_REACH, county=county_of(grid), grid=grid)
    return given if head and head[0].floor <= given <= head[0].seq else 0


def _grid_rows(answer: Answer, start: dict[str, int], limit: int | None, worker_id: str) -> tuple[dict[str, int], bool]:
    reached = dict(start)
    for grid in sorted(start):
        for row in changed_rows(grid, start[grid]):
            if row["kind"] == "ask" and row.get("data", {}).get("worker_id", worker_id) != worker_id:
                continue  # what another worker is asked is between him and the office
            if limit is not None and answer.bytes >= limit and reached != start:
                return reached, True
            answer.line(row)
            reached[grid] = row["seq"]
    return reached, False


def changed_rows(grid: str, after: int) -> Iterator[dict[str, Any]]:
    """The wire rows of a grid's feed after a number, in order; a row that is gone is ``removed``."""
    gone = erased.doors_in(grid)
    while True:
        page = rows_of(_FEED, county=county_of(grid), grid=grid, after=after)
        data = _data(grid, [c for c in page if not c.removed], gone)
        for change in page:
            row = {"kind": change.kind, "id": change.row_id, "grid": grid, "seq": change.seq}
            found = data.get((change.kind, change.row_id))
            yield row | ({"removed": True} if found is None else {"data": found})
            after = change.seq
        if len(page) < PAGE:
            return


def _data(grid: str, page: Sequence[Any], gone: set[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows as phones know them. They are read as plain rows: nothing is changed here, so nothing is tracked."""
    found = {}
    for kind, model in MODELS.items():
        ids = [c.row_id for c in page if c.kind == kind]
        for row in rows_of(_TOLD[kind], county=county_of(grid), ids=ids) if ids else ():
            if (row.id if kind == "place" else row.place_id) not in gone:
                found[(kind, row.id)] = model.wire(row)
    return found


def _shared_rows(county: str, scope: list[str], number: int) -> Iterator[dict[str, Any]]:
    shared = regions.wire_rows(scope)
    for kind, ident, data in [*shared, *phases.wire_rows(county, _paths(scope))]:
        yield {"kind": kind, "id": ident, "seq": number, "data": data}


def wants_pin(county: str, scope: list[str]) -> bool:
    """Whether a campaign that runs today asks the phones of these grids for a PIN."""
    return campaigns.wants_pin(county, _paths(scope), clock.today())


def _paths(scope: list[str]) -> list[str]:
    return [regions.region(g.village_code).path for g in map(regions.grid, scope) if g is not None]
