"""Numbers, ids, facts and hashes: replays, another fact, gaps, broken chains."""

import json
import random
import threading

from tests.wire.answer import NoAnswer
from tests.wire.client import Phone
from tests.wire.lines import FIRST, Event, freeze, sha256, uuid7
from tests.wire.roster import HEFENG
from tests.wire.stories.corrections import COVERED, DECLINED, MISSED, added
from tests.wire.world import World


def replays(world: World) -> None:
    """I2: any number of deliveries has one effect."""
    phone = world.phone("wang")
    one = world.visit(phone, "1001", "met_covered", 1)
    two = world.visit(phone, "1002", "met_declined", 2)
    phone.lose([one])
    answer = phone.send([one, one, two, one])
    world.expect(answer.held, [[1, 2]], "the same line three times and once before: held once")
    world.expect(answer.attention, [], "a replay is no trouble")
    for _ in range(3):
        answer = phone.send([two, one])
    world.expect((answer.held, answer.attention), ([[1, 2]], []), "replays heal by themselves")
    rows = [row for row in answer.rows if row["kind"] == "visit"]
    world.expect(rows, [], "a replay has no effect: no row is stamped again")
    other_bytes(world, phone, one)
    other_number(world, phone)
    cells = {"A1": added(COVERED, DECLINED)}
    world.figures(cells, "replays", town={"visits": 2})
    other_enrolments(world, phone)
    world.figures(cells, "replays by others", town={"visits": 2})
    world.close()


def other_bytes(world: World, phone: Phone, one: Event) -> None:
    """The same fact under its own number, spelt with spaces and other key order."""
    value = json.loads(one.line)
    value["body"] = dict(reversed(value["body"].items()))
    spelt = json.dumps(dict(reversed(value.items())), indent=None, ensure_ascii=True).encode()
    answer = phone.send([spelt])
    world.expect((answer.held, answer.attention), ([[1, 2]], []), "key order and spacing ignored")


def other_number(world: World, phone: Phone) -> None:
    fact = phone.facts[1]
    again = phone.write(fact)
    answer = phone.send([again])
    world.expect(answer.held, [[1, 3]], "the same fact under another number = duplicate: held")
    world.expect(answer.attention, [], "… no effect, no trouble")
    world.expect(answer.head["tip"], {"n": 3, "hash": again.hash}, "tip: the highest number held")


def other_enrolments(world: World, phone: Phone) -> None:
    twin, zhou = world.phone("wang"), world.phone("zhou")
    for n, other in ((1, twin), (2, zhou)):
        other.write(phone.facts[n])
        answer = other.sync()
        world.expect(answer.held, [[1, 1]], "the same fact of another enrolment = duplicate: held")
        world.expect(answer.attention, [], "… no trouble")


def another_fact(world: World) -> None:
    """I3: one id, one fact; the first stays, the second is kept for review."""
    phone = world.phone("wang")
    first = world.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    changed = {**phone.facts[1], "body": {**phone.facts[1]["body"], "outcome": "nobody_home"}}
    same_number = freeze(1, FIRST, changed)
    answer = phone.send([same_number])
    world.reviewed += 1
    world.expect(answer.attention, [(1, "body_differs")], "same number, another fact")
    world.expect(answer.head["tip"], {"n": 1, "hash": first.hash}, "the first bytes stay")
    phone.write(changed)
    answer = phone.sync()
    codes = [(1, "body_differs"), (2, "body_differs")]
    world.expect(answer.attention, codes, "same id, another fact, under another number")
    world.expect(answer.held, [[1, 2]], "kept for review and held")
    later = {**phone.facts[1], "at": phone.facts[1]["at"].replace("+08:00", "+08:30")}
    phone.write(later)
    kind = {**phone.facts[1], "kind": "place_report"}
    phone.write(kind)
    answer = phone.sync()
    codes += [(3, "body_differs"), (4, "body_differs")]
    world.expect(answer.attention, codes, "a fact is id, kind, the text of `at`, and the body")
    stranger = {**phone.facts[1], "id": uuid7(phone.now())}
    answer = phone.send([freeze(1, FIRST, stranger)])
    world.reviewed += 1
    ones = [pair for pair in answer.attention if pair[0] == 1]
    world.expect(set(ones), {(1, "body_differs")}, "same number, another id = another fact")
    twin = world.phone("wang")
    twin.write(changed)
    answer = twin.sync()
    world.expect(answer.attention, [(1, "body_differs")], "I3 holds across enrolments")
    answer = phone.send([first])
    world.expect(answer.held, [[1, 4]], "the true line again is a replay")
    world.figures({"A1": COVERED}, "the first stays", town={"visits": 1})
    world.close()


def gaps(world: World) -> None:
    """Events come in any order and with gaps; held is the truth about delivery, and only it."""
    phone = world.phone("wang")
    events = [world.visit(phone, h.number, "nobody_home", i) for i, h in enumerate(HEFENG[:8])]
    order = [8, 5, 1, 6]
    answer = phone.send([events[n - 1] for n in order])
    world.expect(answer.held, [[1, 1], [5, 6], [8, 8]], "sorted, disjoint, inclusive ranges")
    world.expect(answer.head["tip"], {"n": 8, "hash": events[7].hash}, "tip: the highest held")
    world.expect(answer.attention, [], "when n−1 is not held yet: apply")
    # 1008 and 1006 are in A2; 1001, 1005 in A1.
    cells = {"A1": added(MISSED, MISSED), "A2": added(MISSED, MISSED)}
    world.figures(cells, "half of it arrived", town={"visits": 4})
    answer = phone.send([events[n - 1] for n in (7, 3, 4, 2)])
    world.expect(answer.held, [[1, 8]], "the gaps are closed")
    world.expect(answer.attention, [], "and the chain fits")
    far = phone.write({**phone.facts[1], "id": uuid7(phone.now())})
    jump = freeze(1000, far.hash, {**phone.facts[1], "id": uuid7(phone.now())})
    answer = phone.send([jump])
    world.expect(answer.held, [[1, 8], [1000, 1000]], "a far number is only a number")
    answer = phone.send([far])
    world.expect(answer.held, [[1, 9], [1000, 1000]], "held")
    # All eight, and 1001 twice more.
    cells = {"A1": added(*[MISSED] * 5, {"visits": 2}), "A2": added(*[MISSED] * 3)}
    world.figures(cells, "all of it arrived", town={"attempted": 8, "visits": 10})
    world.close()


def broken_chain(world: World) -> None:
    """A line that does not follow its predecessor waits; the ones behind it do not."""
    phone = world.phone("wang")
    world.visit(phone, "1001", "met_covered", 1)
    phone.sync()
    fact = {
        "id": uuid7(phone.now()),
        "kind": "visit",
        "at": world.at(2),
        "body": {"place_id": world.place("1002"), "outcome": "met_declined"},
    }
    broken = phone.write(fact, prev=sha256(b"something else"))
    behind = world.visit(phone, "1003", "nobody_home", 3)
    answer = phone.send([broken, behind])
    world.expect(answer.held, [[1, 3]], "chain_broken is held in quarantine")
    wanted = [(2, "chain_broken")]
    world.expect(answer.attention, wanted, "later lines are judged by their own predecessor only")
    world.figures({"A1": added(COVERED, MISSED)}, "a broken line counts nowhere")
    again = phone.write(fact)
    answer = phone.send([again])
    world.expect(answer.attention, [], "judged afresh under its new number; the older one leaves")
    world.expect(answer.held, [[1, 4]], "held")
    world.figures({"A1": added(COVERED, MISSED, DECLINED)}, "sent again under a new number")
    world.close()
    first_line(world)


def first_line(world: World) -> None:
    other = world.phone("zhou")
    fact = {
        "id": uuid7(other.now()),
        "kind": "visit",
        "at": world.at(5),
        "body": {"place_id": world.place("1006"), "outcome": "nobody_home"},
    }
    other.write(fact, prev="1" * 64)
    answer = other.sync()
    world.expect_in(tuple(answer.attention), (((1, "chain_broken"),), ()), "64 zeros for the first")
    counted = not answer.attention
    cells = {"A1": added(COVERED, MISSED, DECLINED), "A2": MISSED if counted else {}}
    world.figures(cells, "a first line with a prev of its own")
    world.chain_marked = True
    world.close()


def mismatch_on_arrival(world: World) -> None:
    """n−1 arrives after n and is not what n was chained to: marked, nothing un-applied."""
    phone = world.phone("wang")
    body = {"place_id": world.place("1001"), "outcome": "nobody_home"}
    lost = {"id": uuid7(phone.now()), "kind": "visit", "at": world.at(1), "body": body}
    phone.write(lost)
    later = world.visit(phone, "1002", "met_covered", 2)
    answer = phone.send([later])
    world.expect((answer.held, answer.attention), ([[2, 2]], []), "n−1 is not held yet: apply")
    other = freeze(1, FIRST, {**lost, "id": uuid7(phone.now())})
    answer = phone.send([other])
    world.expect(answer.held, [[1, 2]], "the other line 1 is held")
    effects = [code for n, code in answer.attention if n == 2]
    world.expect(effects, [], "nothing is un-applied")
    world.expect(answer.attention, [], "a mismatch on arrival marks the enrolment, no line")
    world.chain_marked = True
    world.figures({"A1": added(COVERED, MISSED)}, "both count")
    world.close()


def bad_road(world: World) -> None:
    """Thirty visits over a road that loses answers, repeats, and mixes the order (seeded)."""
    phone, dice = world.phone("zhou"), random.Random(57)
    outcomes = ("met_covered", "met_declined", "nobody_home")
    # Visit i goes to door i mod 12 with outcome i mod 3; 12 is a multiple of 3, so each door hears
    # one outcome only: doors 1, 4, 7, 10 covered, 2, 5, 8, 11 declined, 3, 6, 9, 12 missed. Thirty
    # visits: doors 1–6 three times, doors 7–12 twice.
    for i in range(30):
        world.visit(phone, HEFENG[i % 12].number, outcomes[i % 3], i)
        if dice.random() < 0.6:
            waiting = phone.waiting()
            dice.shuffle(waiting)
            some = waiting[: dice.randint(1, 6)] + dice.sample(list(phone.events.values()), 1)
            phone.lose(some) if dice.random() < 0.6 else phone.send(some)
    answer = phone.sync()
    world.expect((answer.held, answer.attention), ([[1, 30]], []), "all held, no trouble")
    # A1 = doors 1–5: covered 1, 4; declined 2, 5; missed 3; 15 visits. A2 = doors 6–8: missed 6,
    # covered 7, declined 8; 3 + 2 + 2 visits. B3 = doors 9–12: missed 9, 12; covered 10; declined 11.
    a1 = {"attempted": 5, "met": 4, "covered": 2, "declined": 2, "closed": 4, "visits": 15}
    a2 = {"attempted": 3, "met": 2, "covered": 1, "declined": 1, "closed": 2, "visits": 7}
    b3 = {"attempted": 4, "met": 2, "covered": 1, "declined": 1, "closed": 2, "visits": 8}
    sums = {"attempted": 12, "met": 8, "covered": 4, "declined": 4, "closed": 8, "visits": 30}
    world.figures({"A1": a1, "A2": a2, "B3": b3}, "a bad road", town=sums)
    world.close()


def deliver(phone: Phone, troubles: list[str]) -> None:
    """One of two hands that send the same batch at once."""
    try:
        raw = phone.post_lines([event.line for event in phone.waiting()])
    except (OSError, NoAnswer) as error:
        troubles.append(f"{type(error).__name__}: {error}")
        return
    if raw.status not in (200, 503):
        troubles.append(f"{raw.status} {raw.code}")


def storm(world: World) -> None:
    """Five phones of overlapping grids send at once, each batch twice at the same moment."""
    phones = [world.phone(name) for name in ("wang", "wang", "zhou", "zhou", "li")]
    doors = [HEFENG[:8], HEFENG[:8], HEFENG, HEFENG, HEFENG[8:]]
    for phone, homes in zip(phones, doors, strict=True):
        for minute, home in enumerate(homes):
            world.visit(phone, home.number, "met_covered", minute)
    troubles: list[str] = []
    threads = [threading.Thread(target=deliver, args=[p, troubles]) for p in phones for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.expect(troubles, [], "locks are retried within a bound, then 503 with Retry-After")
    for phone in phones:
        answer = phone.sync()
        wanted = [[1, len(phone.events)]]
        world.expect((answer.held, answer.attention), (wanted, []), "held once, no trouble")
    # 8 doors of grid A: two phones of wang, two of zhou: 4 visits each. 4 doors of B: zhou's two
    # and li: 3 each. All covered. A1: 5 doors, 20 visits; A2: 3, 12; B3: 4, 12.
    cells = {
        name: {**dict.fromkeys(("attempted", "met", "covered", "closed"), count), "visits": visits}
        for name, count, visits in (("A1", 5, 20), ("A2", 3, 12), ("B3", 4, 12))
    }
    world.figures(cells, "a storm", town={"covered": 12, "visits": 44})
    world.close()
