"""What a worker who means harm might send from their own phone, each kind with what must become of it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.hefeng import GRID_B, Hefeng
from tests.wire.client import Phone
from tests.wire.lines import Json, rfc3339, uuid7

FAR_GRID = "990102103202001"


@dataclass
class Victims:
    """What a forger knows of others: their doors, their records and their phones."""

    own: list[str]
    others: list[str]
    far: list[str]
    visit: str
    commitment_visit: str
    phones: list[Phone]


@dataclass(frozen=True)
class Forged:
    """A line, or a request that is none; ``codes`` are what it may be held back with, or refused by."""

    kind: str
    body: Json
    codes: tuple[str, ...]
    id: str = ""
    prev: str | None = None
    ahead: timedelta = timedelta()


Maker = Callable[[random.Random, Victims], Forged]


def _uuid(dice: random.Random) -> str:
    digits = f"{dice.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def _visit(place: str, **more: object) -> Json:
    return {"place_id": place, "outcome": "met_covered", "adults_listened": 2} | more


def _signed() -> Json:
    return {"version": "1", "method": "screen", "signer_name": "冒名", "strokes": [[1, 1, 9, 9]]}


def others_door(dice: random.Random, v: Victims) -> Forged:
    return Forged("visit", _visit(dice.choice(v.others), commitment=_signed()), ("out_of_scope",))


def foreign_village(dice: random.Random, v: Victims) -> Forged:
    return Forged("visit", _visit(dice.choice(v.far)), ("out_of_scope",))


def door_of_nobody(dice: random.Random, v: Victims) -> Forged:
    return Forged("visit", _visit(_uuid(dice)), ("unknown_place",))


def others_visit_corrected(dice: random.Random, v: Victims) -> Forged:
    place = dice.choice(v.own + v.others)
    return Forged("correction", _visit(place, supersedes=v.visit, outcome="met_declined"), ("not_yours",))


def others_visit_voided(dice: random.Random, v: Victims) -> Forged:
    return Forged("correction", {"supersedes": v.visit, "void": True, "reason": "误点"}, ("not_yours",))


def others_promise_withdrawn(dice: random.Random, v: Victims) -> Forged:
    body = {"commitment_id": v.commitment_visit} if dice.random() < 0.5 else {"place_id": dice.choice(v.others)}
    return Forged("commitment_withdrawal", body, ("out_of_scope",))


def others_door_changed(dice: random.Random, v: Victims) -> Forged:
    body = {"place_id": dice.choice(v.others + v.far), "contact_name": "冒名", "phone": "19900000000", "adults": 99}
    return Forged("place_edit", body, ("out_of_scope",))


def others_door_reported(dice: random.Random, v: Victims) -> Forged:
    kind = dice.choice(["away", "wrong", "duplicate"])
    body = {"place_id": dice.choice(v.others + v.far), "report": kind}
    if kind == "duplicate":
        body["duplicate_of"] = dice.choice(v.own)
    return Forged("place_report", body, ("out_of_scope",))


def door_in_others_grid(dice: random.Random, v: Victims) -> Forged:
    grid = dice.choice([GRID_B, FAR_GRID])
    return Forged("place_new", {"place_id": _uuid(dice), "grid": grid, "adults": 9}, ("out_of_scope", "bad_body"))


def door_made_again(dice: random.Random, v: Victims) -> Forged:
    body = {"place_id": dice.choice(v.own + v.others), "grid": "990102103201001"}
    return Forged("place_new", body, ("place_exists", "out_of_scope"))


def wrong_chain(dice: random.Random, v: Victims) -> Forged:
    prev = f"{dice.getrandbits(256):064x}"
    return Forged("visit", _visit(dice.choice(v.own)), ("chain_broken",), prev=prev)


def another_fact_under_anothers_id(dice: random.Random, v: Victims) -> Forged:
    return Forged("visit", _visit(dice.choice(v.own), note=str(dice.random())), ("body_differs",), id=v.visit)


def from_the_future(dice: random.Random, v: Victims) -> Forged:
    ahead = timedelta(days=dice.randint(2, 4000))
    return Forged("visit", _visit(dice.choice(v.own)), ("clock_future",), ahead=ahead)


def no_such_outcome(dice: random.Random, v: Victims) -> Forged:
    outcome = dice.choice(["met_covered ", "MET_COVERED", "", "closed", "admin", "'; DROP TABLE visit; --"])
    return Forged("visit", _visit(dice.choice(v.own), outcome=outcome), ("bad_body",))


def wrong_types(dice: random.Random, v: Victims) -> Forged:
    wrong: Json = dice.choice([
        {"adults_listened": "9"}, {"adults_listened": -1}, {"adults_listened": 10**9}, {"app": [1]},
        {"app": {"installed_now": True}}, {"photos": ["x"]}, {"commitment": "yes"},
    ])  # fmt: skip
    return Forged("visit", _visit(dice.choice(v.own), **wrong), ("bad_body",))


def others_postings(dice: random.Random, v: Victims) -> Forged:
    body = {"kind": "poster", "grid": dice.choice([GRID_B, FAR_GRID]), "count": 9999, "people": 9999}
    return Forged(dice.choice(["posting", "activity"]), body, ("out_of_scope",))


def nobodys_question(dice: random.Random, v: Victims) -> Forged:
    return Forged("explanation", {"item_id": _uuid(dice), "text": "不是我"}, ("unknown_ask",))


def no_such_kind(dice: random.Random, v: Victims) -> Forged:
    kind = dice.choice(["grant", "person", "roster_row", "decision", "visit2", "__class__"])
    return Forged(kind, {"role": "admin", "place_id": dice.choice(v.own)}, ("unknown_kind",))


LINES: tuple[Maker, ...] = (
    others_door, foreign_village, door_of_nobody, others_visit_corrected, others_visit_voided,
    others_promise_withdrawn, others_door_changed, others_door_reported, door_in_others_grid, door_made_again,
    wrong_chain, another_fact_under_anothers_id, from_the_future, no_such_outcome, wrong_types, others_postings,
    nobodys_question, no_such_kind,
)  # fmt: skip


def unasked(dice: random.Random, v: Victims) -> Json:
    """Fields that nobody is asked for, as if they could say who and what counts."""
    phone = dice.choice(v.phones)
    said: Json = {
        "worker_id": phone.worker["id"], "device_id": phone.device_id, "person_id": phone.worker["id"],
        "county": "990102", "seq": 10**9, "source": "paper", "state": "applied", "role": "admin", "covered": True,
        "status": "active", "recorded_at": "2020-01-01T00:00:00+08:00", "superseded_by": None, "campaign": "autumn",
        "closed": 99, "scope": [GRID_B], "void": False, "root_id": v.visit, "__proto__": {"role": "admin"},
    }  # fmt: skip
    return {name: said[name] for name in dice.sample(sorted(said), dice.randint(0, len(said)))}


def freeze(phone: Phone, forged: Forged, dice: random.Random, v: Victims) -> tuple[int, bytes]:
    """The next line of this phone, forged: its number and its bytes, fields that nobody asks for put in."""
    moment = phone.now()
    fact = {
        "id": forged.id or uuid7(moment), "kind": forged.kind, "at": rfc3339(moment + forged.ahead),
        "body": unasked(dice, v) | forged.body,
    }  # fmt: skip
    event = phone.write(fact, forged.prev)
    if not dice.randrange(2) or forged.prev:
        return event.n, event.line
    line = json.dumps(unasked(dice, v) | json.loads(event.line), ensure_ascii=False).encode()
    phone.events[event.n] = type(event)(event.n, event.id, line)  # so that the chain goes on from what was sent
    return event.n, line


def token(phone: Phone, v: Victims, dice: random.Random) -> str:
    """A token that says to be somebody else's, or another's signature under one's own."""
    packed, _dot, signature = phone.token.partition(".")
    claim = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    other = dice.choice(v.phones)
    claim |= dice.choice([{"w": other.worker["id"]}, {"d": other.device_id}, {"c": "990103"}, {"x": 10**11}])
    said = base64.urlsafe_b64encode(json.dumps(claim, separators=(",", ":")).encode()).rstrip(b"=").decode()
    made = base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest()).rstrip(b"=").decode()
    kinds = (f"{said}.{signature}", f"{said}.{made}", f"{said}.", f"{packed}.{other.token.partition('.')[2]}", said)
    return dice.choice(kinds)


def victims(village: Hefeng) -> Victims:
    """禾丰村 and 柳溪村 with honest records of others, which a forger would like to be theirs."""
    li, zhao = village.phone("li"), village.phone("zhao")
    numbers = dict(village.ids)
    visit = village.visit(li, "1009", "met_covered", 1, commitment={"version": "1", "method": "screen"})
    assert li.sync().attention == []
    far = list(zhao.rows("place"))
    at = village.at(2)
    zhao.event("visit", {"place_id": far[0], "outcome": "met_covered", "visited_at": at}, at)
    assert zhao.sync().attention == []
    own = [numbers[str(n)] for n in range(1001, 1009)]
    others = [numbers[str(n)] for n in range(1009, 1013)]
    return Victims(own, others, far, visit.id, visit.id, [li, zhao])
