"""The workbench of one batch: everything its events name, loaded at once, and what they changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from doorknock import changes
from doorknock.campaigns import models as campaigns
from doorknock.campaigns.models import Campaign
from doorknock.commitments.models import Commitment, commitments_by_ids
from doorknock.db import Base, db
from doorknock.fields import canonical_uuid
from doorknock.people.models import Assignment, terms
from doorknock.places import models as places
from doorknock.places import standing, tally
from doorknock.places.models import Place
from doorknock.regions import models as regions
from doorknock.regions.models import Region
from doorknock.sets import insert_all, is_fresh
from doorknock.sync.journal import JournalLine, by_event, copies_by_event
from doorknock.tasks import models as tasks
from doorknock.tasks.models import Told
from doorknock.visits import asks
from doorknock.visits import models as visits
from doorknock.visits.models import Visit
from doorknock.words import _

SCOPE_SLACK = timedelta(hours=24)
IN_SETS: tuple[type[Base], ...] = (Visit, Commitment)
"""What comes in numbers and is not changed by the batch that brings it: written past the session's bookkeeping."""
TOLD = ("posting", "activity")
CORRECTING = ("correction", *TOLD)
"""Kinds of events that may name an earlier one in whose place they stand."""


class Quarantine(Exception):
    """The event is held, has no effect yet, and its phone is told why."""

    def __init__(self, code: str, detail: str, waits_for: str | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.waits_for = code, str(detail), waits_for


@dataclass
class Event:
    """A journal line about to take effect: ``body`` is loaded by its kind's schema."""

    line: JournalLine
    body: dict[str, Any]

    @property
    def id(self) -> str:
        """The event's id, minted on the phone."""
        return self.line.event_id


@dataclass
class Refs:
    """The ids and grids that an event names."""

    places: set[str] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)
    commitments: set[str] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    """Activities and postings: their families are looked for only where a batch has something of the kind."""
    grids: set[str] = field(default_factory=set)

    def own(self, kind: str, ident: str) -> None:
        """Name the event itself: a correction of it may have come before it."""
        if kind in TOLD:
            self.told.add(ident)
        elif kind in ("visit", "correction"):
            self.visits.add(ident)

    def add(self, other: Refs) -> None:
        """Take over what another event names."""
        self.places |= other.places
        self.visits |= other.visits
        self.commitments |= other.commitments
        self.asks |= other.asks
        self.told |= other.told
        self.grids |= other.grids


class Bench:
    """Loads what the events of a county name, locks their grids, and settles what they changed."""

    def __init__(self, county: str, *, judging: bool = True) -> None:
        self.county = county
        self.judging = judging
        """Whether scope is judged: a rebuild replays what was found in scope when it came."""
        self.places: dict[str, Place] = {}
        """Copies to be looked at, save those that are new or were asked for ``to_change``."""
        self.visits: dict[str, Visit] = {}
        self.commitments: dict[str, Commitment] = {}
        self.asks: dict[str, asks.Ask] = {}
        self.told: dict[str, Told] = {}
        self.held: dict[str, list[JournalLine]] = {}
        self.dirty: set[str] = set()
        self.appeared: set[str] = set()
        self._families: dict[str, set[str]] = {}
        self._new: list[list[Any]] = [[], [], []]
        self._campaigns: list[Campaign] | None = None
        self._paths: dict[str, str] = {}
        self._assignments: dict[str, list[Assignment]] = {}

    def load(self, refs: Refs) -> None:
        """Load what is named and lock the grids concerned, in code order."""
        self._follow_back(refs)
        families = visits.with_families(self.county, refs.visits) if refs.visits else {}
        promises = commitments_by_ids(self.county, refs.commitments) if refs.commitments else {}
        for visit in families.values():
            self.know(visit)
        self.commitments |= promises
        self.asks |= asks.by_ids(self.county, refs.asks) if refs.asks else {}
        named = refs.places | {v.place_id for v in families.values()} | {c.place_id for c in promises.values()}
        named |= {self.asks[i].place_id for i in refs.asks & self.asks.keys()}
        named |= self._doors_of_held(refs.visits - families.keys()) if self.judging else set()
        changes.lock(g for g in refs.grids if regions.grid(g) is not None)
        if refs.told:
            self._load_told(refs.told | refs.visits)
        if self.judging:
            changes.lock(places.grids_of(self.county, named))
        changes.lock(p.grid for p in self._know_families(named))  # a place may have moved before it was ours

    def _load_told(self, ids: set[str]) -> None:
        """Families of activities and postings: the office voids them under the same locks."""
        found = tasks.with_families(self.county, ids)
        changes.lock(row.grid for row in found.values() if row.grid)
        self.told |= tasks.with_families(self.county, ids) if found else {}

    def _follow_back(self, refs: Refs) -> None:
        """Load the lines of the visits named, and name what those corrections name that may never have taken effect."""
        fresh = set(refs.visits)
        while fresh:
            for line in self._lines_of(fresh - self.held.keys()):
                self.held.setdefault(line.event_id, []).append(line)
            lines = [j for ident in fresh for j in self.held.get(ident, []) if j.kind in CORRECTING]
            fresh = {named for j in lines if isinstance(named := j.body.get("supersedes"), str)} - refs.visits
            refs.visits |= fresh

    def _doors_of_held(self, ids: set[str]) -> set[str]:
        """The doors of visits that have not taken effect but are named: whoever erases one holds its grid's lock."""
        lines = (line for ident in ids for line in self.held.get(ident, []) if line.kind in ("visit", "correction"))
        return {door for line in lines if (door := canonical_uuid(line.body.get("place_id")))}

    def read_held_again(self) -> None:
        """The lines known by their ids, as the database has them now that their grids are locked."""
        for line in (each for lines in self.held.values() for each in lines):
            db.session.refresh(line)

    def _lines_of(self, event_ids: set[str]) -> list[JournalLine]:
        """A rebuild leaves them as they are."""
        return by_event(self.county, event_ids) if self.judging else copies_by_event(self.county, event_ids)

    def _know_families(self, ids: set[str]) -> list[Place]:
        """Take these places on the bench, each with its survivor and all that was merged into that."""
        found = places.counted(self.county, ids)
        self.places |= {place.id: place for place in found}
        return found

    def _kin(self, ids: set[str]) -> dict[str, list[Place]]:
        """Families as they stand on the bench: under our locks nobody else changes them."""
        if missing := ids - self.places.keys():
            self._know_families(missing)
        kin: dict[str, list[Place]] = {self.places[ident].survivor_id: [] for ident in ids}
        for place in self.places.values():
            if place.survivor_id in kin:
                kin[place.survivor_id].append(place)
        return kin

    def know(self, visit: Visit) -> None:
        """Take a visit on the bench."""
        self.visits[visit.id] = visit
        self._families.setdefault(visit.root_id, set()).add(visit.place_id)

    def family_places(self, root: str) -> set[str]:
        """The ids of the places that the known members of a visit's family name."""
        return self._families.get(root, set())

    def place(self, ident: str) -> Place:
        """The place with this id; Quarantine unknown_place."""
        found = self.places.get(ident)
        if found is None:
            raise Quarantine("unknown_place", _("服务器还没有这一户。"), waits_for=ident)
        return found

    def to_change(self, *idents: str) -> list[Place]:
        """Known places as objects of the session."""
        self.places |= places.by_ids(self.county, idents)
        return [self.places[ident] for ident in idents]

    def campaign(self, event: Event, place: Place, day: Any) -> Campaign:
        """The campaign that the event names, or the one running at the visit; Quarantine unknown_campaign."""
        if self._campaigns is None:
            self._campaigns = campaigns.plainly(self.county)
        wanted = event.line.campaign_id or event.body.get("campaign_id")
        if wanted:
            found = next((c for c in self._campaigns if c.id == wanted.lower()), None)
        else:
            found = campaigns.meant(self._campaigns, self._path(place.village_code), day)
        if found is None:
            waits = wanted or "campaign"
            raise Quarantine("unknown_campaign", _("服务器没有这次走访对应的行动。"), waits_for=waits)
        return found

    def _path(self, village_code: str) -> str:
        if village_code not in self._paths:
            self._paths[village_code] = regions.region(village_code).path
        return self._paths[village_code]

    def in_scope(self, event: Event, *grids: str) -> None:
        """Quarantine out_of_scope unless the worker had one of each grid within a day of the event."""
        if not self.judging:
            return
        worker = event.line.worker_id
        if worker not in self._assignments:
            self._assignments[worker] = terms(worker)
        for grid in grids:
            mine = [a for a in self._assignments[worker] if a.grid == grid]
            if not any(a.covers(event.line.recorded_at, SCOPE_SLACK) for a in mine):
                raise Quarantine("out_of_scope", _("当时不在您负责的网格里。"))

    def region(self, code: str) -> Region | None:
        """The region with this code, or None."""
        return db.session.get(Region, code)

    def sole_grid(self, worker_id: str, at: datetime) -> str | None:
        """The worker's only grid at an instant, or None."""
        found = {a.grid for a in terms(worker_id) if a.covers(at, SCOPE_SLACK)}
        return found.pop() if len(found) == 1 else None

    def survivor(self, place: Place) -> Place:
        """The place that this one's visits count for."""
        if place.survivor_id not in self.places:
            self._know_families({place.id})
        return self.places[place.survivor_id]

    def grids(self, place: Place) -> set[str]:
        """The grids that an act about this place touches: its own, and where its visits count."""
        return {place.grid, self.survivor(place).grid}

    def stamp(self, event: Event, *grids: str) -> int:
        """Give the event its place in the order of all acts; once (a rebuild keeps the first)."""
        if event.line.seq is None:
            event.line.grid, event.line.seq = changes.stamp(grids)
        return event.line.seq

    def taken_at(self, line: JournalLine, grid: str) -> datetime:
        """When the line takes effect in a grid; what a rebuild finds missing took effect when it was received."""
        return changes.taken(grid) if self.judging else line.received_at

    def keep(self, layer: int, row: Any) -> None:
        """A new row, written at ``settle``: places (0) before visits (1) before what names either (2)."""
        self._new[layer].append(row)

    def write(self) -> None:
        """Write the new rows."""
        for layer in self._new:
            db.session.add_all(row for row in layer if isinstance(row, Base))
            db.session.flush()
            for model in IN_SETS:
                insert_all(model, [row for row in layer if is_fresh(row, model)])
            layer.clear()

    def settle(self) -> None:
        """Write the new rows, recount what the batch touched and bring its review items up to date."""
        self.write()
        if self.dirty:
            tally.recount_kin(self.county, self._kin(self.dirty))
            standing.refresh(self.to_change(*self.dirty & standing.reported()))
        self.dirty.clear()
