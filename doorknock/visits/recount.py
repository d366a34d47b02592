"""How visits count: the standing of each family, what a place's visits add, and what they say of the place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from doorknock import changes
from doorknock.campaigns import phases
from doorknock.places import erased, standing
from doorknock.places.models import ERASED, Place, close
from doorknock.places.tally import Counts, Family, counted_by
from doorknock.visits import asks, fold
from doorknock.visits.models import by_ids, fact_of, seen

REPORTS = {"away_reported": "away", "wrong_entry": "wrong"}


@counted_by
def count(county: str, kin: dict[str, Family]) -> Counts:
    """Settles who supersedes whom among the visits of these places, and what the valid ones add."""
    places = {p.id: p for family in kin.values() for p in family}
    rows = seen(county, places)
    facts = {v.id: fact_of(v, _end(places, v.place_id)) for v in rows}
    stands = settle(county, rows, facts, places)
    valid = [v for v in rows if v.id in stands and not v.void and v.place_id in places]
    standing.told_by_visits(county, places, _told(county, valid, places))
    by_place: dict[str, list[Any]] = defaultdict(list)
    for visit in valid:
        by_place[places[visit.place_id].survivor_id].append(visit)
    counts: Counts = {}
    again = phases.anew(county)
    for survivor_id in kin:
        _close_doors(places[survivor_id], kin[survivor_id], by_place[survivor_id])
        by_campaign: dict[str, list[fold.Fact]] = defaultdict(list)
        for visit in by_place[survivor_id]:
            for counted in phases.counting(again, visit.campaign_id, visit.day):
                by_campaign[counted].append(facts[visit.id])
        counts |= {(campaign, survivor_id): fold.measures(mine) for campaign, mine in by_campaign.items()}
    return counts


def _end(places: dict[str, Place], place_id: str) -> str:
    """Where a visit counts; one that was moved out of these families keeps the place that it names."""
    place = places.get(place_id)
    return place.survivor_id if place else place_id


@counted_by
def questions(county: str, kin: dict[str, Family]) -> Counts:
    """Questions of the office count nowhere, but lie where their door lies."""
    places = {p.id: p for family in kin.values() for p in family}
    asks.follow(county, {p.id: places[p.survivor_id].grid for p in places.values()})
    return {}


def settle(county: str, rows: Sequence[Any], facts: dict[str, fold.Fact], places: dict[str, Place]) -> set[str]:
    """Write down who supersedes whom and in which grid each visit is pulled; phones hear of what changed.

    The answer is the ids of those that nothing supersedes.
    """
    by = fold.superseded(facts.values())
    wanted: dict[str, str] = {}
    for visit in rows:
        place = places.get(visit.place_id)
        grid = places[place.survivor_id].grid if place else visit.grid
        if (visit.superseded_by, visit.grid) != (by[visit.id], grid):
            wanted[visit.id] = grid
    gone = erased.among(county, wanted)  # what is left of them counts, and goes to no phone again
    for visit in by_ids(county, wanted).values() if wanted else ():
        grid = wanted[visit.id]
        if visit.grid != grid and not visit.void:
            changes.remove(visit.grid, "visit", visit.id)
        visit.superseded_by, visit.grid = by[visit.id], grid
        if not visit.void and visit.id not in gone:
            changes.touch(grid, "visit", visit.id)
    return {ident for ident, later in by.items() if later is None}


def _close_doors(survivor: Place, family: Family, valid: list[Any]) -> None:
    """Whether nobody need come again: somebody of the household said so after it was last lifted.

    The door that stands for the household says it, and none that was merged into it.
    """
    said = [v.at for v in valid if v.do_not_return] + [p.closed_at for p in family if p.closed_at]
    lifted = max((p.reopened_at for p in family if p.reopened_at), default=None)
    asked = any(lifted is None or at > lifted for at in said)
    for place in family:
        closed = asked and place.id == survivor.id
        if place.do_not_return != closed:
            close(place, closed=closed)


def _told(county: str, valid: list[Any], places: dict[str, Place]) -> standing.Told:
    met = fold.MET | fold.COVERED
    left = standing.left_ids(county, places) if any(v.outcome in met for v in valid) else set()
    told: standing.Told = {}
    for visit in (v for v in valid if places[v.place_id].status != ERASED):
        kind = REPORTS.get(visit.outcome or "")
        if visit.outcome in met and visit.place_id in left:
            kind = "back"
        if kind:
            told[(visit.place_id, visit.id, kind)] = {
                "worker_id": visit.worker_id, "at": visit.at, "recorded_at": visit.recorded_at, "seq": visit.seq,
                "away_kind": visit.away_kind, "back_on": visit.back_on,
            }  # fmt: skip
    return told
