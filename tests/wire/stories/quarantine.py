"""I10: a refused event is held, says why, and does not block the ones behind it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.wire.client import Phone
from tests.wire.lines import Json, rfc3339, to_json, uuid7
from tests.wire.stories.corrections import COVERED, MISSED, added
from tests.wire.world import World


def reasons(world: World) -> None:
    """Scope, place, campaign and kind, with good events before, between and behind."""
    phone = world.phone("wang")
    for neighbour in ("li", "sun"):
        world.phone(neighbour)  # they know the doors that he may not visit
    world.visit(phone, "1001", "met_covered", 1)
    world.visit(phone, "1009", "met_covered", 2)  # grid B
    world.visit(phone, "2011", "met_covered", 3)  # another village
    world.visit(phone, "1002", "nobody_home", 4, campaign_id=uuid7(phone.now()))
    phone.event("teleport", {"place_id": world.place("1001"), "to": "1002"}, world.at(5))
    phone.event("visit", {"place_id": uuid7(phone.now()), "outcome": "met_covered"}, world.at(6))
    body = {"grid": world.code("B"), "kind": "poster", "group": world.code("B3"), "count": 1}
    phone.event("posting", body, world.at(7))
    world.visit(phone, "1003", "nobody_home", 8)
    answer = phone.sync()
    wanted = [
        (2, "out_of_scope"),
        (3, "out_of_scope"),
        (4, "unknown_campaign"),
        (5, "unknown_kind"),
        (6, "unknown_place"),
        (7, "out_of_scope"),
    ]
    world.expect(answer.attention, wanted, "attention: a complete list, each with its code")
    world.expect(answer.held, [[1, 8]], "held in quarantine, and the ones behind go in")
    for entry in answer.head["attention"]:
        reason = any("\u4e00" <= letter <= "\u9fff" for letter in entry.get("detail") or "")
        world.expect(reason, True, f"a reason in plain Chinese: {entry}")
    world.expect(phone.send().attention, wanted, "complete in every answer, not only in the first")
    world.figures({"A1": added(COVERED, MISSED)}, "refused events count nowhere")
    world.close()


def campaign_comes_later(world: World) -> None:
    """A visit of a day without a campaign, until the office sets one up for that day."""
    phone = world.phone("wang")
    body = {"place_id": world.place("1001"), "outcome": "met_covered"}
    phone.event("visit", {**body, "visited_at": "2025-05-05T10:00:00+08:00"}, world.at(1))
    answer = phone.sync()
    waits = (((1, "unknown_campaign"),), ())
    world.expect_in(tuple(answer.attention), waits, "no campaign was running at visited_at")
    world.figures({}, "a visit outside the campaign's days")
    if not answer.attention:
        world.close()
        return
    setup = world.setup()
    spring = {**setup["campaign"], "key": f"spring{world.mark}", "name": "春季敲门"}
    setup["campaign"] = {**spring, "starts": "2025-01-01", "ends": "2025-12-31"}
    world.load(setup)
    answer = phone.sync()
    world.expect(answer.attention, [], "an unknown campaign is run again")
    region = world.code("V1")
    node = world.coverage(region, "--campaign", f"spring{world.mark}")
    got = [node["visits"], node["attempted"], node["covered"]]
    world.expect(got, [1, 1, 1], "the visit counts for the campaign of its day")
    world.figures({}, "… and not for the other one")
    world.close()


def bad_bodies(world: World) -> None:
    """A missing or unknown outcome or a mis-typed field is quarantined as `bad_body`."""
    phone = world.phone("wang")
    place = world.place("1001")
    good: Json = {"place_id": place, "outcome": "met_covered", "visited_at": world.at(1)}
    spoiled: list[Json] = [
        {"outcome": None},
        {"outcome": "flew_away"},
        {"outcome": 3},
        {"place_id": None},
        {"place_id": 7},
        {"visited_at": "yesterday"},
        {"visited_at": 1700000000},
        {"adults_listened": "two"},
        {"app": []},
        {"app": {"installed_now": "1"}},
        {"app": {"installed_now": True}},
        {"app": {"installed_now": 1.5}},
        {"materials": {"material": "card"}},
        {"commitment": "screen"},
        {"do_not_return": "yes"},
        {"note": 12},
        {"photos": "none"},
        {"campaign_id": 12},
        {"geo": {"lat": "north", "lon": 1}},
    ]
    for change in spoiled:
        phone.event("visit", good | change, world.at(1))
    named_first_is_missing(world, phone)
    last = phone.event("visit", good, world.at(2))
    answer = phone.sync()
    codes = dict(answer.attention)
    for n, fact in sorted(phone.facts.items()):
        wanted = None if n == last.n else "bad_body"
        sentence = f"a mis-typed field is quarantined as bad_body: {fact['kind']} {fact['body']}"
        world.expect(codes.get(n), wanted, sentence)
    world.expect(answer.held, [[1, last.n]], "all held")
    if sorted(n for n in codes if n) == list(range(1, last.n)):
        world.figures({"A1": COVERED}, "only the good body counts")
        outside_their_lists(world, phone, good)
    world.close()


def outside_their_lists(world: World, phone: Phone, good: Json) -> None:
    """Right types, odd values: the document names no code for them, so both readings stand."""
    taken = 0
    odd: list[Json] = [
        {"commitment": {"version": "1", "method": "telepathy"}},
        {"next_try": {"slot": "midnight", "date": None}},
        {"adults_listened": -1},
        {"mode": "by_pigeon"},
        {"geo": {"lat": 123.4, "lon": 1.0, "accuracy": 3}},
    ]
    for change in odd:
        event = phone.event("visit", good | change, world.at(3))
        code = dict(phone.sync().attention).get(event.n)
        world.expect_in(code, (None, "bad_body"), f"{change}")
        taken += code is None
    world.figures({"A1": added(COVERED, {"visits": taken})}, "odd values")


def named_first_is_missing(world: World, phone: Phone) -> None:
    """The other kinds without the field that may not be left out."""
    place = world.place("1001")
    for kind, body in (
        ("correction", {"place_id": place, "outcome": "met_covered"}),
        ("correction", {"supersedes": 5, "void": True}),
        ("place_edit", {"landmark": "无处"}),
        ("commitment_withdrawal", {}),
        ("place_new", {"grid": world.code("A")}),
        ("photo_lost", {}),
    ):
        phone.event(kind, body, world.at(1))


def bad_lines(world: World) -> None:
    """A line that is no event: told once, by its line number, not held; the others go in."""
    phone = world.phone("wang")
    one = world.visit(phone, "1001", "met_covered", 1)
    two = world.visit(phone, "1002", "nobody_home", 2)
    without_n = to_json({"id": uuid7(phone.now()), "kind": "visit", "at": world.at(1), "body": {}})
    lines = [b"this is not json", one.line, b"[1,2]", without_n, b"\xff\xfe{}", two.line, b"7"]
    answer = phone.send(lines)
    told = [e for e in answer.head["attention"] if e["code"] == "bad_line"]
    numbers = [(entry["n"], entry["line"]) for entry in told]
    wanted = [(None, 2), (None, 4), (None, 5), (None, 6), (None, 8)]
    world.expect(sorted(numbers, key=lambda x: x[1]), wanted, "the head being line 1")
    world.expect(answer.held, [[1, 2]], "a bad line is not held, and the others go in")
    world.expect(phone.send().attention, [], "in that answer only")
    world.figures({"A1": added(COVERED, MISSED)}, "good lines among bad ones")
    half_events(world, phone)
    world.close()


def half_events(world: World, phone: Phone) -> None:
    """Objects that are nearly events: refused as a line or as a body, never taken, never a 500."""
    whole: Json = {
        "n": 3,
        "id": uuid7(phone.now()),
        "kind": "visit",
        "at": world.at(3),
        "prev": phone.events[2].hash,
        "body": {"place_id": world.place("1003"), "outcome": "met_covered"},
    }
    changes: list[dict[str, Any]] = [
        {"n": 0},
        {"n": -4},
        {"n": "3"},
        {"n": True},
        {"n": 2**70},
        {"id": "not-a-uuid"},
        {"id": None},
        {"at": "yesterday"},
        {"at": "2026-11-21T08:20:11"},
        {"kind": 7},
        {"body": "text"},
        {"body": None},
    ]
    for i, change in enumerate(changes):
        n = 10 * (i + 1)  # far apart: no line is judged by the chain
        line = whole | {"n": n, "id": uuid7(phone.now())} | change
        answer = phone.send([to_json(line)])
        codes = {code for number, code in answer.attention if number in (None, n)}
        refused = codes & {"bad_line", "bad_body", "unknown_kind"}
        world.expect(bool(refused), True, f"{change} is no event: {answer.attention}")
    world.figures({"A1": added(COVERED, MISSED)}, "half events count nowhere")


def clocks(world: World) -> None:
    """Skew is corrected; the future is flagged, then refused; the past never is."""
    slow, fast, right = world.phone("wang"), world.phone("wang"), world.phone("wang")
    for phone, days, number in ((slow, -5, "1001"), (fast, 5, "1002")):
        phone.now = shifted(timedelta(days=days))
        at = rfc3339(phone.now())
        told = {"place_id": world.place(number), "outcome": "met_covered", "visited_at": at}
        phone.event("visit", told, at)
        answer = phone.sync()
        world.expect(answer.attention, [], f"`at` is corrected by the request's skew ({days} d)")
    for hours, number in ((0.1, "1003"), (0.5, "1004"), (23.0, "1005"), (25.0, "1006")):
        at = rfc3339(right.now() + timedelta(hours=hours))
        right.event("visit", {"place_id": world.place(number), "outcome": "met_covered"}, at)
    old = rfc3339(right.now() - timedelta(hours=23))
    right.event("visit", {"place_id": world.place("1007"), "outcome": "met_covered"}, old)
    answer = right.sync()
    wanted = [(4, "clock_future")]
    world.expect(answer.attention, wanted, "more than 24 hours ahead: quarantine `clock_future`")
    # 1001–1005 of A1 and 1007 of A2 count; 1006 waits.
    cells = {"A1": added(*[COVERED] * 5), "A2": COVERED}
    world.figures(cells, "clocks", town={"covered": 6, "visits": 6})
    world.close()


def shifted(by: timedelta) -> Any:
    return lambda: datetime.now(UTC) + by


def attention_leaves(world: World) -> None:
    """A complete list in each answer; what was judged afresh and took effect leaves it."""
    phone = world.phone("wang")
    place_id = uuid7(phone.now())
    phone.event("visit", {"place_id": place_id, "outcome": "nobody_home"}, world.at(2))
    missing = {"place_id": world.place("1001"), "visited_at": world.at(3)}
    bad = phone.event("visit", missing, world.at(3))
    phone.event("teleport", {}, world.at(4))
    answer = phone.sync()
    wanted = [(1, "unknown_place"), (2, "bad_body"), (3, "unknown_kind")]
    world.expect(answer.attention, wanted, "complete")
    told = {"place_id": place_id, "grid": world.code("A"), "group": world.code("A1")}
    phone.event("place_new", {**told, "kind": "shop"}, world.at(1))
    answer = phone.sync()
    wanted = [(2, "bad_body"), (3, "unknown_kind")]
    world.expect(answer.attention, wanted, "run again when the place appears: it leaves")
    phone.event("visit", {**missing, "outcome": "met_covered"}, world.at(3), bad.id)
    answer = phone.sync()
    afresh: tuple[object, ...] = ((3, "unknown_kind"),)
    differs: tuple[object, ...] = ((2, "bad_body"), (3, "unknown_kind"), (5, "body_differs"))
    sentence = "An id is known once it has taken effect; … held only in quarantine … judged afresh"
    world.expect_in(tuple(answer.attention), (afresh, differs), sentence)
    taken = tuple(answer.attention) == afresh
    a1 = {**(COVERED if taken else {}), "pending": 1}
    world.figures({"A1": added(a1, {"visits": 1})}, "one pending, visited once")
    world.close()
