"""What visits count for: every outcome, install counts, two workers, plain and odd bodies."""

from datetime import UTC, timedelta
from typing import Any

from tests.wire.client import Phone
from tests.wire.lines import Json, uuid7
from tests.wire.world import World

PRIVATE = {"strokes", "photos"}


def every_outcome(world: World) -> None:
    phone = world.phone("zhou")
    outcomes = [
        ("1001", "met_covered"),
        ("1002", "met_declined"),
        ("1003", "met_later"),
        ("1004", "remote_covered"),
        ("1005", "nobody_home"),
        ("1006", "left_material"),
        ("1007", "minor_only"),
        ("1008", "unsafe_stop"),
        ("1009", "away_reported"),
        ("1010", "wrong_entry"),
    ]
    events = [world.visit(phone, n, o, i, **extra(o)) for i, (n, o) in enumerate(outcomes)]
    answer = phone.sync()
    world.expect(answer.held, [[1, 10]], "every outcome is held")
    world.expect(answer.attention, [], "none of the closed list needs attention")
    visit_rows_tell_what_was_sent(world, phone, [event.id for event in events], outcomes)
    # A1 (1001–1005): five visited; met 1001, 1002, 1003; covered 1001, 1004; closed + 1002.
    a1 = {"attempted": 5, "met": 3, "covered": 2, "declined": 1, "closed": 3, "visits": 5}
    # A2 (1006–1008): three visited, nobody met. B3: 1009 and 1010 visited; only reported, so they
    # stay active: N, away and D do not move.
    cells = {"A1": a1, "A2": {"attempted": 3, "visits": 3}, "B3": {"attempted": 2, "visits": 2}}
    sums = {"N": 24, "D": 24, "attempted": 10, "met": 3, "covered": 2, "closed": 3, "visits": 10}
    world.figures(cells, "every outcome", town=sums)
    second_visits(world, phone)
    world.close()


def extra(outcome: str) -> Json:
    if outcome == "away_reported":
        return {"away": {"kind": "外出务工", "back_on": "2027-02-01"}}
    if outcome == "met_later":
        return {"next_try": {"slot": "evening", "date": None}}
    return {}


def second_visits(world: World, phone: Phone) -> None:
    """A place counts once however often it is visited; visits count each time."""
    world.visit(phone, "1002", "met_covered", 60)  # declined first, then listened: counts in both
    world.visit(phone, "1001", "nobody_home", 61)  # a later miss takes nothing away
    world.visit(phone, "1006", "met_later", 62)
    phone.sync()
    # A1: covered 1001, 1004, now 1002; closed: the same three; declined still 1002 ("≥ 1
    # effective met_declined"); met unchanged; two visits more. A2: 1006 met.
    a1 = {"attempted": 5, "met": 3, "covered": 3, "declined": 1, "closed": 3, "visits": 7}
    cells = {
        "A1": a1,
        "A2": {"attempted": 3, "met": 1, "visits": 4},
        "B3": {"attempted": 2, "visits": 2},
    }
    sums = {"attempted": 10, "met": 4, "covered": 3, "declined": 1, "closed": 3, "visits": 13}
    world.figures(cells, "second visits", town=sums)


def visit_rows_tell_what_was_sent(world: World, phone: Phone, ids: list[str], outcomes: list[tuple[str, str]]) -> None:
    rows = phone.rows("visit")
    campaigns = [i for i, row in phone.rows("campaign").items() if row.data.get("key") == "wire"]
    for event_id, (number, outcome) in zip(ids, outcomes, strict=True):
        row = rows.get(event_id)
        if not world.expect(row is not None, True, f"the visit row of {outcome} has the event's id"):
            continue
        data: dict[str, Any] = row.data if row else {}
        told = [data.get(k) for k in ("place_id", "outcome", "worker_id", "superseded_by")]
        wanted = [world.place(number), outcome, phone.worker["id"], None]
        world.expect(told, wanted, "visit row {place_id, outcome, worker_id, superseded_by}")
        world.expect([data.get("campaign_id")], campaigns, "the campaign running at visited_at")
        world.expect(PRIVATE & data.keys(), set(), "visit rows go without strokes and photos")
        grid = phone.rows("place")[world.place(number)].grid
        world.expect(row.grid if row else None, grid, "a visit row lies under its place's grid")


def install_counts(world: World) -> None:
    """Of each place, the effective visit with the greatest (at, id) with a non-zero count."""
    phone = world.phone("wang")
    first = {"installed_before": 2, "wants_later": 1, "no_smartphone": 1}
    world.visit(phone, "1001", "met_covered", 10, app=first)
    zeros = dict.fromkeys(("installed_before", "installed_now", "wants_later", "declined"), 0)
    world.visit(phone, "1001", "met_covered", 20, app=zeros | {"no_smartphone": 0})
    # 1002: the later instant is sent first, and its text is the lesser ("…Z" of eight hours less).
    late = utc_text(world, 40)
    body = {"place_id": world.place("1002"), "outcome": "met_covered", "visited_at": late}
    phone.event("visit", {**body, "app": {"installed_now": 2}}, late)
    world.visit(phone, "1002", "met_covered", 30, app={"declined": 3})
    # 1003: the same instant twice; the greater id counts.
    low, high = sorted((uuid7(world.start), uuid7(world.start)))
    at = world.at(50)
    for fact_id, counts in ((high, {"declined": 1}), (low, {"installed_before": 4})):
        body = {"place_id": world.place("1003"), "outcome": "met_covered", "visited_at": at}
        phone.event("visit", {**body, "app": counts}, at, fact_id)
    # 1004: a visit with nobody met still has counts, and only a no_smartphone above 0.
    world.visit(phone, "1004", "nobody_home", 60, app={"no_smartphone": 2})
    phone.sync()
    world.expect(phone.attention, [], "counts are no trouble")
    # 1001 → before 2, later 1, none 1. 1002 → now 2. 1003 → declined 1. 1004 → none 2.
    app = {
        "installed_before": 2,
        "installed_now": 2,
        "wants_later": 1,
        "declined": 1,
        "no_smartphone": 3,
        "asked": 6,  # 2 + 2 + 1 + 1
        "places_installed": 2,  # 1001 and 1002
    }
    a1 = {"attempted": 4, "met": 3, "covered": 3, "closed": 3, "visits": 7, "app": app}
    world.figures({"A1": a1}, "install counts")
    void_the_last_count(world, phone, a1)
    world.close()


def utc_text(world: World, minutes: float) -> str:
    """A moment of the story as a phone set to UTC writes it."""
    moment = world.start.astimezone(UTC) + timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def void_the_last_count(world: World, phone: Phone, a1: Json) -> None:
    """The visit whose counts stood is voided: the one before it stands again."""
    phone.event("correction", {"supersedes": phone.facts[3]["id"], "void": True, "reason": "误点"})
    phone.sync()
    # 1002: now 2 leaves, declined 3 of the earlier visit returns; it is covered by that one still.
    app = {
        "installed_before": 2,
        "wants_later": 1,
        "declined": 4,
        "no_smartphone": 3,
        "asked": 7,  # 2 + 0 + 1 + 4
        "places_installed": 1,  # 1001
    }
    world.figures({"A1": {**a1, "visits": 6, "app": app}}, "a counting visit voided")


def plain_and_full_bodies(world: World) -> None:
    """Only place_id and outcome are needed; nulls are absences; every field at once is taken."""
    phone = world.phone("zhao")
    phone.event("visit", {"place_id": world.place("2001"), "outcome": "met_covered"})
    optional = ("campaign_id", "mode", "visited_at", "adults_listened", "app", "materials", "quiz")
    nulls: Json = dict.fromkeys((*optional, "commitment", "away", "next_try", "note", "photos"))
    phone.event("visit", {"place_id": world.place("2002"), "outcome": "met_later", **nulls})
    phone.event("visit", full_body(world, phone))
    answer = phone.sync()
    world.expect(answer.held, [[1, 3]], "held")
    world.expect(answer.attention, [], "absent = null; unknown fields are otherwise ignored")
    place = phone.rows("place")[world.place("2003")].data
    world.expect(place.get("do_not_return"), True, "do_not_return shows on the place")
    # C1: 2001 covered, 2002 met, 2003 remote_covered (attempted, covered, closed, not met).
    c1 = {"attempted": 3, "met": 2, "covered": 2, "closed": 2, "visits": 3}
    app = {"installed_before": 1, "asked": 1, "places_installed": 1}
    world.figures({"C1": {**c1, "app": app}}, "bodies")
    world.close()


def full_body(world: World, phone: Phone) -> Json:
    campaign = next(i for i, r in phone.rows("campaign").items() if r.data.get("key") == "wire")
    return {
        "place_id": world.place("2003"),
        "campaign_id": campaign,
        "mode": "remote",
        "outcome": "remote_covered",
        "visited_at": world.at(5),
        "adults_listened": 2,
        "app": {"installed_before": 1},
        "materials": [{"material": "card", "quantity": 1, "batch": None}],
        "quiz": {"asked": 3, "correct": 2},
        "answers": {},
        "do_not_return": True,
        "next_try": {"slot": "date", "date": "2026-12-31"},
        "note": "晚饭后再打",
        "photos": [],
        "geo": {"lat": 30.1234, "lon": 110.4321, "accuracy": 12.5},
        "receipt_code": None,
        "started_at": world.at(4),
        "field_of_2030": {"anything": [1, None]},
    }


def other_kinds(world: World) -> None:
    """Postings, activities and lost photos are taken and touch no figure."""
    phone = world.phone("zhao")
    grid, group = world.code("C"), world.code("C1")
    phone.event("posting", {"kind": "poster", "grid": grid, "group": group, "count": 2})
    phone.event("activity", {"kind": "talk", "grid": grid, "name": "院坝会", "people": 18})
    phone.event("photo_lost", {"sha256": "ab" * 32})
    phone.event("explanation", {"item_id": uuid7(phone.now()), "text": "那天下雨,晚上补写的"})
    answer = phone.sync()
    world.expect(answer.held, [[1, 4]], "the other kinds are held")
    codes = [pair for pair in answer.attention if pair[0] != 4]
    world.expect(codes, [], "posting, activity and photo_lost with their named fields are taken")
    unknown = [code for n, code in answer.attention if n == 4]
    world.notes.append(f"an explanation of an item nobody knows: attention {unknown}")
    world.figures({}, "other kinds")
    world.close()


def two_workers_two_phones(world: World) -> None:
    """Two phones of one worker and one of a neighbour in the same grid see each other's rows."""
    first, second, zhou = world.phone("wang"), world.phone("wang"), world.phone("zhou")
    mine = world.visit(first, "1001", "met_covered", 10)
    also = world.visit(second, "1001", "nobody_home", 11)
    other = world.visit(zhou, "1006", "met_declined", 12)
    for phone in (first, second, zhou):
        answer = phone.sync()
        world.expect(answer.held, [[1, 1]], "each enrolment numbers its own events from 1")
    for phone in (first, second, zhou):
        phone.sync()
        shown = {mine.id, also.id, other.id} <= phone.rows("visit").keys()
        world.expect(shown, True, "a pull brings the visits of every phone of the grid")
    authors = {first.rows("visit")[x].data["worker_id"] for x in (mine.id, also.id, other.id)}
    wanted = {first.worker["id"], zhou.worker["id"]}
    world.expect(authors, wanted, "identity comes from the token: one worker's two phones are one")
    # A1: 1001 visited twice, covered. A2: 1006 declined: met, closed, declined.
    cells = {
        "A1": {"attempted": 1, "met": 1, "covered": 1, "closed": 1, "visits": 2},
        "A2": {"attempted": 1, "met": 1, "declined": 1, "closed": 1, "visits": 1},
    }
    world.figures(cells, "two phones and a neighbour")
    world.close()
