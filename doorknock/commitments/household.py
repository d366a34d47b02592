"""What is held of a household, in words that it can read itself: promises, visits, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass

from doorknock import clock
from doorknock.campaigns import models as campaigns
from doorknock.commitments.fold import METHODS
from doorknock.commitments.models import Commitment, in_places
from doorknock.places.models import Place, families
from doorknock.regions.models import region
from doorknock.visits import fold, history
from doorknock.visits.history import Step
from doorknock.words import _, lazy

PROMISED = ("screen", "paper", "oral")
HOW = {"screen": lazy("在手机上签的"), "paper": lazy("在纸上签的"), "oral": lazy("口头说的")}


@dataclass(frozen=True)
class Promise:
    """A commitment as people speak of it."""

    row: Commitment

    @property
    def how(self) -> str:
        """In which way it was made, with the paper's number."""
        word = str(HOW.get(self.row.method, METHODS[self.row.method]))
        return _("%(word)s，编号 %(no)s", word=word, no=self.row.paper_no) if self.row.paper_no else word

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.row.withdrawn_at is None


@dataclass(frozen=True)
class Household:
    """Everything that the page and the printed record say."""

    place: Place
    promises: list[Promise]
    visits: list[Step]
    next: str


def of_place(place: Place, *, names: bool) -> Household:
    """What is held of this place and of what was merged into it."""
    kin = families(place.county, [place.id])[place.survivor_id]
    survivor = next(p for p in kin if p.id == p.survivor_id)
    rows: list[Commitment] = in_places(Commitment, place.county, [p.id for p in kin])
    made = [Promise(c) for c in rows if c.superseded_by is None and c.method in PROMISED]
    steps = [step for step in history.of_place(survivor, names=names) if step.counts]
    return Household(survivor, sorted(made, key=lambda p: p.row.at, reverse=True), steps, what_next(survivor, steps))


def what_next(place: Place, steps: list[Step]) -> str:
    """One sentence about what the household has to expect."""
    running = campaigns.meant(campaigns.of_county(place.county), region(place.village_code).path, clock.today())
    if place.do_not_return:
        return _("您说了不用再来，我们不再上门。想让我们来，随时说一声。")
    if running is None:
        return _("现在没有行动，不会有人上门。")
    done = {s.visit.outcome for s in steps if s.visit.campaign_id == running.id}
    if done & fold.CLOSED:
        return _("这一次已经走完了，不会再为这件事上门。")
    if place.status != "active":
        return _("您家现在不在要走访的名单里，不会有人上门。")
    return _("网格员还会来一次。不想让人来，现在说一声就行。")
