"""How households leave when their time is over: visits with their campaign, doors when no campaign needs them any more.

The journal keeps number, hash and chain of every line, so what phones were told is held stays true.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select

from doorknock import changes
from doorknock.campaigns.models import Campaign
from doorknock.changes import Deed
from doorknock.commitments.models import Commitment, Withdrawal, in_places
from doorknock.db import db
from doorknock.places import review, tally
from doorknock.places.aside import Aside
from doorknock.places.edits import FieldEdit
from doorknock.places.models import Place, by_ids, families
from doorknock.places.standing import Decision, Item, Report
from doorknock.privacy import limits, photos, traces
from doorknock.regions.models import Grid, Region
from doorknock.sync import journal, redacting
from doorknock.visits import asks, wishes
from doorknock.visits.asks import Ask
from doorknock.visits.models import Visit


def over() -> list[Campaign]:
    """The campaigns whose records are due to leave."""
    due = Campaign.ends < limits.day_ago(limits.HOUSEHOLDS)
    return list(db.session.scalars(select(Campaign).where(due).order_by(Campaign.county, Campaign.id)))


def visits_due(campaign: Campaign) -> Select[Any]:
    """The families (roots) of the campaign's visits, but those that a correction took to a campaign that lasts."""
    mine = (Visit.county == campaign.county) & (Visit.campaign_id == campaign.id)
    return select(Visit.root_id).where(mine, Visit.root_id.not_in(_lasting(campaign.county))).distinct()


def _lasting(county: str) -> Select[Any]:
    """The families of which a member counts for a campaign that lasts."""
    still = (Campaign.county == county) & (Campaign.ends >= limits.day_ago(limits.HOUSEHOLDS))
    named = (Visit.county == county) & Visit.campaign_id.in_(select(Campaign.id).where(still))
    return select(Visit.root_id).where(named)


def take_visits(campaign: Campaign, most: int) -> int:
    """Up to ``most`` families of visits leave; how many visits did. The caller commits."""
    roots = sorted(db.session.scalars(visits_due(campaign).limit(most)))
    mine = (Visit.county == campaign.county) & Visit.root_id.in_(roots)
    where = set(db.session.scalars(select(Visit.place_id).where(mine)))
    kin = families(campaign.county, where)
    doors = [place for each in kin.values() for place in each]
    changes.lock({place.grid for place in doors})
    found = list(db.session.scalars(select(Visit).where(mine).execution_options(populate_existing=True)))
    ids = [v.id for v in found]
    _keep_wishes(kin)
    shas = {sha for v in found for sha in v.facts.get("photos") or []}
    gone = _drop_promises(campaign.county, doors, ids)
    for visit in found:
        changes.remove(visit.grid, "visit", visit.id)
    _delete(campaign.county, (Report, Report.id), (Visit, Visit.id), (Deed, Deed.id), ids=ids)
    _blank(campaign.county, [*ids, *gone])
    db.session.expire_all()
    if doors:
        review.after(list(by_ids(campaign.county, [p.id for p in doors]).values()))
    photos.unnamed(campaign.county, shas)
    return len(ids)


def _keep_wishes(kin: dict[str, list[Place]]) -> None:
    """不用再来 stands until the household itself lifts it, also when the visit that said so leaves."""
    for survivor_id, places in kin.items():
        place = next((p for p in places if p.id == survivor_id), None)
        said = [p.closed_at for p in places if p.closed_at]
        lifted = [p.reopened_at for p in places if p.reopened_at]
        if place and place.do_not_return and not (said and (not lifted or max(said) > max(lifted))):
            wishes.replay(changes.record(wishes.CLOSE, {place.grid}, None, {"place_id": place.id}))


def _drop_promises(county: str, doors: list[Place], ids: list[str]) -> list[str]:
    """The visits' commitments leave, and every withdrawal that no commitment needs any more; the withdrawals' ids."""
    place_ids = [p.id for p in doors]
    promises: list[Commitment] = in_places(Commitment, county, place_ids)
    left = [c for c in promises if c.id not in set(ids)]
    for promise in (c for c in promises if c.id in set(ids)):
        changes.remove(promise.grid, "commitment", promise.id)
    taken: list[Withdrawal] = in_places(Withdrawal, county, place_ids)
    gone = [w.id for w in taken if not any(c.id == w.commitment_id or c.at <= w.at for c in left)]
    _delete(county, (Withdrawal, Withdrawal.id), (Deed, Deed.id), ids=gone)
    _delete(county, (Commitment, Commitment.id), ids=ids)
    return gone


def _delete(county: str, *columns: tuple[Any, Any], ids: list[str]) -> None:
    for model, column in columns:
        for start in range(0, len(ids), 500):
            part = column.in_(ids[start : start + 500])
            db.session.execute(delete(model).where(model.county == county, part))


def _blank(county: str, events: Iterable[str]) -> None:
    for line in journal.by_event(county, events):
        redacting.blank(line)
    db.session.flush()


def villages_over() -> list[Region]:
    """The villages that no campaign needs: their last one and the last row of their roster are long enough ago."""
    lasting = db.session.scalars(select(Campaign.region_code).where(Campaign.ends >= limits.day_ago(limits.HOUSEHOLDS)))
    needed = set(lasting)
    peopled = select(Region).where(Region.code.in_(select(Place.village_code).distinct())).order_by(Region.code)
    return [v for v in db.session.scalars(peopled) if not needed & set(v.path.split("/")) and _is_quiet(v)]


def _is_quiet(village: Region) -> bool:
    """Whether nobody has worked on the roster for as long: it may be there for a campaign still to be made."""
    grids = select(Grid.code).where(Grid.village_code == village.code)
    rows = (Deed.county == village.county) & (Deed.kind == "roster")
    newest = select(func.max(Deed.at)).where(rows, Deed.grid.in_(grids))
    last = db.session.scalar(newest)
    return last is None or last < limits.ago(limits.HOUSEHOLDS)


def doors_due(village: Region) -> Select[Any]:
    """The doors of a village that may leave: all but those where a visit of a lasting campaign was made."""
    lasts = Visit.root_id.in_(_lasting(village.county))
    visited = select(Visit.id).where(Visit.county == Place.county, Visit.place_id == Place.id, lasts)
    here = (Place.county == village.county) & (Place.village_code == village.code)
    return select(Place.id).where(here, ~visited.exists())


def take_doors(village: Region, most: int) -> int:
    """Up to ``most`` doors leave with everything that was said of them; how many did. The caller commits."""
    visited = select(Visit.id).where(Visit.county == Place.county, Visit.place_id == Place.id)
    ids = sorted(db.session.scalars(doors_due(village).where(~visited.exists()).limit(most)))
    changes.lock(set(db.session.scalars(select(Place.grid).where(Place.county == village.county, Place.id.in_(ids)))))
    questions = asks.of_places(village.county, ids)
    _blank(village.county, [*_events(village.county, ids), *(a.answered_with for a in questions if a.answered_with)])
    for question in questions:
        changes.remove(question.grid, "ask", question.id)
    for place in by_ids(village.county, ids).values():
        changes.remove(place.grid, "place", place.id)
    _drop_deeds(village.county, ids)
    tally.drop(village.county, ids)
    hanging = [(m, m.place_id) for m in (Report, Decision, Aside, Item, FieldEdit, Ask, Withdrawal)]
    _delete(village.county, *hanging, (Place, Place.id), ids=ids)
    db.session.expire_all()
    return len(ids)


def _events(county: str, ids: list[str]) -> list[str]:
    """The events that told of these doors."""
    found: list[str] = []
    for model in (Report, FieldEdit, Withdrawal):
        found += [row.id for row in in_places(model, county, ids)]
    return found


def _drop_deeds(county: str, ids: list[str]) -> None:
    """The office's facts about these doors, and what was undone of them."""
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        about: ColumnElement[bool] = Deed.body["place_id"].as_string().in_(part)
        decided = select(Decision.id).where(Decision.county == county, Decision.place_id.in_(part))
        undone = (Deed.kind == "undo") & Deed.body["decision"].as_string().in_(decided)
        mine = or_(about & Deed.kind.in_([*traces.DEEDS_OF_PLACE, "erase"]), undone)
        db.session.execute(delete(Deed).where(Deed.county == county, mine))
