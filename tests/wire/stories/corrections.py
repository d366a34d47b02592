"""A correction supersedes one of the worker's own; the effective one is the greatest (at, id)."""

from typing import Any

from tests.wire.client import Phone
from tests.wire.lines import Event, Json, uuid7
from tests.wire.world import World

COVERED = {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 1}
DECLINED = {"attempted": 1, "met": 1, "declined": 1, "closed": 1, "visits": 1}
MISSED = {"attempted": 1, "visits": 1}


def added(*parts: Json) -> Json:
    """The figures of several doors of one cell together."""
    whole: Json = {}
    for part in parts:
        for key, value in part.items():
            whole[key] = whole.get(key, 0) + value
    return whole


def correct(world: World, phone: Phone, target: str, number: str, outcome: str, minutes: float, **body: Any) -> Event:
    """A correction with a whole visit body."""
    at = world.at(minutes)
    told = {"place_id": world.place(number), "outcome": outcome, "visited_at": at, **body}
    return phone.event("correction", {"supersedes": target, **told}, at)


def void(world: World, phone: Phone, target: str, minutes: float) -> Event:
    told = {"supersedes": target, "void": True, "reason": "误点"}
    return phone.event("correction", told, world.at(minutes))


def families(world: World) -> None:
    """Changed, voided, corrected twice, out of order, revived: one family, one effective visit."""
    phone = world.phone("wang")
    # 1001 changed: covered → declined.
    changed = world.visit(phone, "1001", "met_covered", 1)
    changed_to = correct(world, phone, changed.id, "1001", "met_declined", 2)
    # 1002 voided: counts nowhere.
    voided = world.visit(phone, "1002", "met_covered", 3)
    void(world, phone, voided.id, 4)
    # 1003 a correction of a correction: covered → declined → nobody_home.
    base = world.visit(phone, "1003", "met_covered", 5)
    middle = correct(world, phone, base.id, "1003", "met_declined", 6)
    correct(world, phone, middle.id, "1003", "nobody_home", 7)
    # 1004 an older correction that arrives last loses: covered at 10 stands over declined at 9.
    twice = world.visit(phone, "1004", "nobody_home", 8)
    correct(world, phone, twice.id, "1004", "met_covered", 10)
    correct(world, phone, twice.id, "1004", "met_declined", 9)
    # 1005 voided at 12, corrected again at 13: the greatest (at, id) is a whole visit again.
    revived = world.visit(phone, "1005", "nobody_home", 11)
    void(world, phone, revived.id, 12)
    correct(world, phone, revived.id, "1005", "met_covered", 13)
    # 1006 the correction's instant ties with the target's: the greater id wins, here the target's.
    low, high = sorted((uuid7(world.start), uuid7(world.start)))
    at = world.at(14)
    told = {"place_id": world.place("1006"), "visited_at": at}
    phone.event("visit", {**told, "outcome": "met_covered"}, at, high)
    phone.event("correction", {**told, "supersedes": high, "outcome": "nobody_home"}, at, low)
    answer = phone.sync()
    world.expect(answer.attention, [], "own corrections are taken")
    superseded_rows(world, phone, {changed.id: changed_to.id, voided.id: None, base.id: None})
    # 1001 declined; 1002 nothing; 1003 missed; 1004 covered; 1005 covered; 1006 covered.
    a1 = added(DECLINED, MISSED, COVERED, COVERED)
    sums = {"attempted": 5, "met": 4, "covered": 3, "declined": 1, "closed": 4, "visits": 5}
    world.figures({"A1": a1, "A2": COVERED}, "families of corrections", town=sums)
    world.close()


def superseded_rows(world: World, phone: Phone, family: dict[str, str | None]) -> None:
    rows = phone.rows("visit")
    for old, new in family.items():
        told = rows[old].data.get("superseded_by") if old in rows else "no row"
        sentence = "the row of a superseded or voided visit carries `superseded_by`"
        world.expect(old in rows and told is not None, True, f"{sentence}: {told}")
        if new:
            effective = rows[new].data.get("superseded_by") if new in rows else "no row"
            world.expect(effective, None, "the effective correction is superseded by nothing")


def moved(world: World) -> None:
    """记错门: to another door, to another grid, and back out of it."""
    phone, wang, li = world.phone("zhou"), world.phone("wang"), world.phone("li")
    door = world.visit(phone, "1001", "met_covered", 1)
    far = world.visit(phone, "1002", "met_covered", 2, app={"installed_now": 1})
    back = world.visit(phone, "1003", "met_declined", 3)
    phone.sync()
    correct(world, phone, door.id, "1006", "met_covered", 4)  # 一组 → 二组, the same grid
    gone = correct(world, phone, far.id, "1009", "met_covered", 5, app={"installed_now": 1})
    away = correct(world, phone, back.id, "1010", "met_declined", 6)
    correct(world, phone, away.id, "1003", "met_declined", 7)  # to grid B and home again
    answer = phone.sync()
    world.expect(answer.attention, [], "it may name another place in scope")
    wang.sync()
    li.sync()
    world.expect(gone.id in li.rows("visit"), True, "the moved visit lies under its new place's grid")
    world.expect(gone.id in wang.rows("visit"), False, "… and not under the old one's")
    # 1006 (A2) covered; 1009 (B3) covered with its count; 1003 (A1) declined; 1001, 1002, 1010 none.
    app = {"installed_now": 1, "asked": 1, "places_installed": 1}
    cells: dict[str, Json] = {"A1": DECLINED, "A2": COVERED, "B3": {**COVERED, "app": app}}
    sums = {"attempted": 3, "met": 3, "covered": 2, "declined": 1, "closed": 3, "visits": 3}
    world.figures(cells, "moved visits", town=sums)
    outside(world, wang)
    # wang's own visit at 1004 was covered; his move of it to 1009 is out of his scope: it stays.
    cells = {**cells, "A1": added(DECLINED, COVERED)}
    world.figures(cells, "a move out of scope", town={"covered": 3, "visits": 4})
    world.close()


def outside(world: World, wang: Phone) -> None:
    own = world.visit(wang, "1004", "met_covered", 8)
    move = correct(world, wang, own.id, "1009", "nobody_home", 9)
    answer = wang.sync()
    wanted = [(move.n, "out_of_scope")]
    world.expect(answer.attention, wanted, "scope is judged … of a correction the new one too")


def out_of_order(world: World) -> None:
    """The correction arrives before its target, and a stranger's correction is not his."""
    phone, other = world.phone("wang"), world.phone("zhou")
    target = world.visit(phone, "1001", "met_covered", 1)
    fix = correct(world, phone, target.id, "1001", "met_declined", 2)
    fix_of_fix = correct(world, phone, fix.id, "1001", "nobody_home", 3)
    answer = phone.send([fix_of_fix])
    world.expect(answer.attention, [(3, "unknown_visit")], "Target unknown → quarantine unknown_visit")
    answer = phone.send([fix])
    wanted = [(2, "unknown_visit"), (3, "unknown_visit")]
    world.expect(answer.attention, wanted, "a target in quarantine has not taken effect")
    world.expect(answer.held, [[2, 3]], "quarantined ones included in held")
    world.figures({}, "corrections waiting count nowhere")
    answer = phone.send([target])
    world.expect(answer.attention, [], "run again when it arrives, the whole family in one go")
    world.expect(answer.held, [[1, 3]], "held")
    theft = correct(world, other, target.id, "1001", "met_covered", 9)
    stolen = void(world, other, fix.id, 10)
    answer = other.sync()
    wanted = [(theft.n, "not_yours"), (stolen.n, "not_yours")]
    world.expect(answer.attention, wanted, "another worker's correction is `not_yours`")
    world.figures({"A1": MISSED}, "the family's own word stands")
    second = world.phone("wang")
    correct(world, second, fix.id, "1001", "met_covered", 20)
    answer = second.sync()
    world.expect(answer.attention, [], "only the same worker (on any phone) may")
    world.figures({"A1": COVERED}, "corrected from his second phone")
    world.close()


def waiting_in_one_batch(world: World) -> None:
    """A whole family waits; its root and one more correction then come in the same request."""
    phone, second = world.phone("wang"), world.phone("wang")
    root = world.visit(phone, "1001", "met_covered", 1)
    first = correct(world, phone, root.id, "1001", "nobody_home", 2)
    earlier = correct(world, phone, first.id, "1001", "met_later", 3)
    latest = correct(world, second, first.id, "1001", "met_declined", 4)
    second.send([latest])
    answer = phone.send([first])
    world.expect(answer.attention, [(2, "unknown_visit")], "Target unknown → quarantine")
    answer = phone.send([root, earlier])
    world.expect(answer.attention, [], "run again when it arrives: the target came before `earlier`")
    world.expect(second.sync().attention, [], "… and so is the correction from the other phone")
    world.figures({"A1": DECLINED}, "the greatest (at, id) of the family, however it came")
    world.close()


def of_quarantined(world: World) -> None:
    """A correction of a refused event: the document leaves open whether it is taken at once.

    Which came first may not matter: events may come in any order.
    """
    phone = world.phone("wang")
    told = {"place_id": world.place("1001"), "visited_at": world.at(1)}
    bad = phone.event("visit", told, world.at(1))  # no outcome
    answer = phone.sync()
    world.expect(answer.attention, [(1, "bad_body")], "a missing outcome is quarantined")
    correct(world, phone, bad.id, "1001", "met_covered", 2)
    answer = phone.sync()
    taken: list[tuple[int | None, str]] = []
    waits: list[tuple[int | None, str]] = [(1, "bad_body"), (2, "unknown_visit")]
    sentence = "An attention leaves when … a correction of it is taken"
    world.expect_in(answer.attention, (taken, waits), sentence)
    counted = answer.attention == taken
    other = phone.event("visit", {**told, "place_id": world.place("1002")}, world.at(3))
    fix = correct(world, phone, other.id, "1002", "met_covered", 4)
    answer = phone.send([fix])
    world.expect((fix.n, "unknown_visit") in answer.attention, True, "Target unknown → quarantine")
    answer = phone.send([other])
    again = taken if counted else [*waits, (3, "bad_body"), (4, "unknown_visit")]
    world.expect(answer.attention, again, "run again when it arrives: as if it had come first")
    world.figures({"A1": added(COVERED, COVERED)} if counted else {}, "corrections of quarantined visits")
    world.close()
