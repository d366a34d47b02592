"""One household erased everywhere, because it asked: rows, journal, facts, photos, drafts, phones and old backups.

What stays is an empty plate in its group, with its visits as bare counts, so that the work done still adds up and the
journal still verifies and rebuilds. The list ``DATA_DIR/erasures.jsonl`` lies beside the database: whatever copy of the
database is put back, ``replay`` does to it again what was promised.
"""

from __future__ import annotations

from sqlalchemy import select

from doorknock import audit, changes
from doorknock.db import db
from doorknock.exports import exporting
from doorknock.places import erased, tally, undoing
from doorknock.places.models import ERASED, Place, by_ids, families
from doorknock.places.standing import Decision
from doorknock.privacy import erasures, photos, rows, traces
from doorknock.privacy.drafts import drop_from_drafts
from doorknock.privacy.traces import Traces
from doorknock.regions import models as regions
from doorknock.sync import emptying, epoch, redacting


def household(place: Place, *, by: str | None) -> list[str]:
    """Erase the household of this door; the photos whose files may be deleted after the commit.

    The list outside the database is written first: if the server dies in between, the next round keeps the promise.
    Erasing again changes nothing.
    """
    _lock(place)
    fresh = by_ids(place.county, [place.id])[place.id]
    if fresh.status == ERASED:
        return []
    found = traces.of(fresh)
    survivor = next(p for p in found.places if p.id == fresh.survivor_id)
    erasures.add(found, survivor)
    audit.record(
        "household.erase", survivor.village_code, by=by, subject=survivor.id, places=1, visits=found.valid,
        commitments=len(found.commitments),
    )  # fmt: skip
    return carry_out(found, survivor, by=by)


def _lock(place: Place) -> None:
    """The locks of all grids in which the household stands, also if a merge came in between."""
    while True:
        kin = families(place.county, [place.id])
        grids = {p.grid for each in kin.values() for p in each}
        if grids <= changes.ledger().heads.keys():
            return
        changes.lock(grids)


def carry_out(found: Traces, survivor: Place, *, by: str | None) -> list[str]:
    """Everything that was traced goes, the plates stay empty; the photos that nothing names any more."""
    _remember(found, survivor)
    drop_from_drafts(found)
    rows.drop_deeds(found)  # while the lines still say which door each of them made
    told: list[traces.Row] = [*found.lines, *found.strays]
    for row in told:
        redacting.redact(row)
    rows.bare_visits(found)
    rows.hide_others(found)
    rows.drop(found)
    grid, group = survivor.grid, survivor.group_code
    for place in found.places:
        erased.empty(place, grid, group, by=by)
    db.session.flush()
    tally.recount(found.county, found.place_ids)
    exporting.recall(found.county, regions.region(survivor.village_code).path)
    return photos.unnamed(found.county, found.photos)


def _remember(found: Traces, survivor: Place) -> None:
    """The ids that never return, and per phone what it is told to forget."""
    erased.note(found.county, erasures.names_of(found) | found.event_ids)
    erased.note(found.county, found.place_ids, grid=survivor.grid)
    by_phone: dict[str, set[str]] = {}
    told: list[traces.Row] = [*found.lines, *found.strays]
    for row in told:
        by_phone.setdefault(row.device_id, set(found.place_ids)).update({row.event_id} - found.others)
    for device, ids in by_phone.items():
        erased.note(found.county, ids, device=device)


def replay() -> int:
    """Do again, in this copy of the database, what the list says; how many households. The caller commits.

    For a restore, and for a copy that somebody put back by hand. What it finds done it leaves alone.
    """
    done = 0
    for entry in erasures.listed():
        done += _again(entry)
    erasures.mark_done()
    return done


def _again(entry: erasures.Entry) -> int:
    """One entry of the list; 1 where there was something to erase."""
    fresh = set(entry.ids) - erased.among(entry.county, entry.ids)
    known = by_ids(entry.county, [door.id for door in entry.doors])
    stands = [p for p in known.values() if p.status != ERASED]
    for place in stands:
        _household_again(entry, place)
    erased.note(entry.county, entry.ids)
    for door in entry.doors:
        erased.note(entry.county, [door.id], grid=door.grid)
    unknown = [door for door in entry.doors if door.id not in known]
    _words(entry.county, fresh, {door.id for door in unknown})
    for door in unknown:
        _plate(entry.county, door)
    return int(bool(stands))


def _household_again(entry: erasures.Entry, place: Place) -> None:
    _lock(place)
    _part(entry, place)
    fresh = by_ids(place.county, [place.id])[place.id]
    if fresh.status == ERASED:
        return  # it went with the door that it was merged into
    found = traces.of(fresh)
    photos.delete_files(carry_out(found, next(p for p in found.places if p.id == p.survivor_id), by=None))
    db.session.expire_all()


def _part(entry: erasures.Entry, place: Place) -> None:
    """Take back the merges with doors that were not erased: when it was, they had been taken back already."""
    mine = {door.id for door in entry.doors}
    kin = {p.id for each in families(entry.county, [place.id]).values() for p in each}
    merges = (Decision.county == entry.county) & (Decision.kind == "duplicate") & (Decision.verdict == "accept")
    query = select(Decision).where(merges, Decision.undone_at.is_(None), Decision.place_id.in_(sorted(kin)))
    across = [d for d in db.session.scalars(query) if d.into and (d.place_id in mine) != (d.into in mine)]
    if across:
        undoing.take_back([half for each in across for half in undoing.halves(each)], by=None)
        db.session.flush()


def _words(county: str, events: set[str], doors: set[str]) -> None:
    """What this copy has of these events, wherever they stand in it, and of what waits for these doors."""
    for row in traces.lines_of(county, events, doors):
        redacting.redact(row)
        erased.note(county, [row.event_id], device=row.device_id)
    emptying.empty_families(county, events)


def _plate(county: str, door: erasures.Door) -> None:
    """An empty plate for a door that this copy of the database is too old to know, for the visits that wait or come."""
    grid = regions.grid(door.grid)
    if grid is None:
        return
    group = door.group if door.group and db.session.get(regions.Region, door.group) else None
    body = {"place_id": door.id, "village": grid.village_code, "grid": grid.code, "fields": {"group": group}}
    changes.record("roster", {grid.code}, None, body)
    place = Place(
        county=county, id=door.id, village_code=grid.village_code, grid=grid.code, group_code=group, source="import",
        status="active", survivor_id=door.id, address={}, needs=[], marks={}, kind="household", row_order=0,
        do_not_return=False,
    )  # fmt: skip
    db.session.add(place)
    db.session.flush()
    erased.empty(place, place.grid, group, by=None)
    tally.recount(county, [door.id])
    changes.announce(county, {door.id})


@epoch.watched_by
def catch_up() -> None:
    """Before a phone is answered: where the list is ahead of the database, an older copy was put back."""
    if behind():
        replay()


def behind() -> bool:
    """Whether this database knows another list of erasures than the one that lies beside it."""
    return erasures.is_ahead()
