"""承诺书: five ways, signed and offered, withdrawn by id and by place, in any order."""

from typing import Any

from tests.wire.client import Phone
from tests.wire.lines import Event, Json, sha256, uuid7
from tests.wire.stories.corrections import COVERED, added, correct, void
from tests.wire.world import World

SIGNED = {"signed": 1, "offered": 1}
OFFERED = {"offered": 1}


def promise(method: str, **more: Any) -> Json:
    return {"commitment": {"version": "1", "method": method, **more}}


def signing(world: World, phone: Phone, number: str, method: str, minutes: float, **more: Any) -> Event:
    """A covered visit with a commitment; its id is the commitment's."""
    return world.visit(phone, number, "met_covered", minutes, **promise(method, **more))


def every_method(world: World) -> None:
    phone = world.phone("wang")
    text = world.setup()["campaign"]["commitment"]["text"]
    known = {"text_hash": sha256(text.encode()), "signer_relation": "head", "signer_name": "王水根"}
    strokes = [[[0.1, 0.2], [0.3, 0.4]]]
    screen = signing(world, phone, "1001", "screen", 1, strokes=strokes, **known)
    signing(world, phone, "1002", "paper", 2, paper_no="A-0102", signer_relation="spouse")
    signing(world, phone, "1003", "oral", 3)
    signing(world, phone, "1004", "declined", 4)
    signing(world, phone, "1005", "not_asked", 5)
    signing(world, phone, "1006", "screen", 6, strokes=strokes)
    signing(world, phone, "1006", "paper", 7, paper_no="A-0106")  # two signatures count once
    odd = {"version": "no-such", "text_hash": "f" * 64}
    signing(world, phone, "1007", "paper", 8, **odd)  # taken as recorded and flagged
    answer = phone.sync()
    world.expect(answer.attention, [], "an unknown version or hash is flagged, never refused")
    row = phone.rows("commitment").get(screen.id)
    if world.expect(row is not None, True, "A commitment's id is the id of the event") and row:
        told = {key: row.data.get(key) for key in ("place_id", "method", "version", "withdrawn_at")}
        place = world.place("1001")
        wanted = {"place_id": place, "method": "screen", "version": "1", "withdrawn_at": None}
        world.expect(told, wanted, "commitment row {place_id, method, version, withdrawn_at}")
    # A1: five covered; signed 1001, 1002; offered also 1003 (oral) and 1004 (declined), not 1005.
    # A2: 1006 (two visits, one signed place), 1007 signed.
    a1 = added(COVERED, COVERED, COVERED, COVERED, COVERED, SIGNED, SIGNED, OFFERED, OFFERED)
    a2 = added(COVERED, COVERED, SIGNED, SIGNED, {"visits": 1})
    sums = {"signed": 4, "offered": 6, "covered": 7, "visits": 8}
    world.figures({"A1": a1, "A2": a2}, "every method", town=sums)
    superseded_signatures(world, phone, screen, a2)
    world.close()


def superseded_signatures(world: World, phone: Phone, screen: Event, a2: Json) -> None:
    """A correction inherits nothing; a voided signature is neither signed nor offered."""
    correct(world, phone, screen.id, "1001", "met_covered", 20)  # without any commitment
    void(world, phone, phone.facts[2]["id"], 21)  # 1002, on paper
    correct(world, phone, phone.facts[3]["id"], "1003", "met_covered", 22, **promise("paper"))
    phone.sync()
    # 1001 covered without; 1002 nothing; 1003 signed now; 1004 declined; 1005 not asked.
    a1 = added(COVERED, COVERED, SIGNED, COVERED, OFFERED, COVERED)
    sums = {"signed": 3, "offered": 4, "covered": 6, "visits": 7}
    world.figures({"A1": a1, "A2": a2}, "superseded signatures", town=sums)


def withdraw(world: World, phone: Phone, minutes: float, **named: str) -> Event:
    return phone.event("commitment_withdrawal", dict(named), world.at(minutes))


def withdrawals(world: World) -> None:
    phone = world.phone("wang")
    place = world.place
    # 1001 by id. 1002 by place: both signatures before it. 1003 by place, then signed again later.
    one = signing(world, phone, "1001", "screen", 1)
    withdraw(world, phone, 2, commitment_id=one.id)
    signing(world, phone, "1002", "screen", 3)
    signing(world, phone, "1002", "paper", 4)
    withdraw(world, phone, 5, place_id=place("1002"))
    signing(world, phone, "1003", "screen", 6)
    withdraw(world, phone, 7, place_id=place("1003"))
    signing(world, phone, "1003", "screen", 8)
    # 1004: withdrawn by id, then corrected with a commitment: a new one, not covered by the old id.
    four = signing(world, phone, "1004", "screen", 9)
    withdraw(world, phone, 10, commitment_id=four.id)
    correct(world, phone, four.id, "1004", "met_covered", 11, **promise("paper"))
    # 1005: two signatures, one withdrawn by id: the other still signs.
    five = signing(world, phone, "1005", "screen", 12)
    signing(world, phone, "1005", "paper", 13)
    withdraw(world, phone, 14, commitment_id=five.id)
    # 1006: withdrawn by place at the very instant of the signature: `at` ≤ its own.
    signing(world, phone, "1006", "screen", 15)
    withdraw(world, phone, 15, place_id=place("1006"))
    answer = phone.sync()
    world.expect(answer.attention, [], "withdrawals are taken")
    row = phone.rows("commitment").get(one.id)
    told = row.data.get("withdrawn_at") if row else "no row"
    world.expect(bool(row) and told is not None, True, f"commitment row: withdrawn_at {told}")
    # signed: 1003 (again), 1004 (new one), 1005 (the other). Not 1001, 1002, 1006. All six offered.
    a1 = added(*[COVERED] * 5, *[OFFERED] * 5, {"signed": 3, "visits": 3})
    cells = {"A1": a1, "A2": added(COVERED, OFFERED)}
    sums = {"signed": 3, "offered": 6, "covered": 6, "visits": 9}
    world.figures(cells, "withdrawals", town=sums)
    world.close()


def withdrawals_out_of_order(world: World) -> None:
    phone = world.phone("wang")
    signed_late = signing(world, phone, "1001", "screen", 1)
    by_id = withdraw(world, phone, 2, commitment_id=signed_late.id)
    before = signing(world, phone, "1002", "screen", 3)
    by_place = withdraw(world, phone, 4, place_id=world.place("1002"))
    after = signing(world, phone, "1003", "screen", 6)
    too_old = withdraw(world, phone, 5, place_id=world.place("1003"))
    nobody = withdraw(world, phone, 7, commitment_id=uuid7(phone.now()))
    answer = phone.send([by_id, by_place, too_old, nobody])
    wanted = [(2, "unknown_commitment"), (7, "unknown_commitment")]
    world.expect(answer.attention, wanted, "an unknown commitment_id waits as unknown_commitment")
    answer = phone.send([signed_late, before, after])
    world.expect(answer.attention, [(7, "unknown_commitment")], "it waits no longer once it arrives")
    # 1001 withdrawn by id; 1002 withdrawn by place (3 ≤ 4); 1003 signed at 6, after 5: signed.
    a1 = added(COVERED, COVERED, COVERED, OFFERED, OFFERED, SIGNED)
    world.figures({"A1": a1}, "withdrawals out of order", town={"signed": 1, "offered": 3})
    world.close()
