"""New, away, wrong and back: one item per place and kind, decided, undone, recounted."""

from tests.wire.client import Phone
from tests.wire.lines import Event, Json, uuid7
from tests.wire.stories.commitments import promise
from tests.wire.stories.corrections import COVERED, DECLINED, MISSED, added, void
from tests.wire.world import World

AGAIN = "Deciding again the same way changes nothing (exit 0)"


def new_place(world: World, phone: Phone, cell: str, minutes: float, **more: object) -> str:
    """Freeze a place_new; the id that the phone minted."""
    place_id = uuid7(phone.now())
    body: Json = {
        "place_id": place_id,
        "grid": world.code(cell[0]),
        "group": world.code(cell) if cell[1] != "-" else None,
        "kind": "household",
        "contact_name": "钱新来",
        "landmark": "新修的路口",
        "address": {"door": "9号"},
        "adults": 2,
    }
    phone.event("place_new", body | more, world.at(minutes))
    return place_id


def visit_to(world: World, phone: Phone, place_id: str, outcome: str, minutes: float) -> Event:
    at = world.at(minutes)
    body = {"place_id": place_id, "outcome": outcome, "visited_at": at}
    return phone.event("visit", body, at)


def status(phone: Phone, place_id: str) -> object:
    phone.sync()
    row = phone.rows("place").get(place_id)
    return row.data.get("status") if row else None


def new_places(world: World) -> None:
    """Pending until the village says yes; what was done there counts from that moment on."""
    phone = world.phone("wang")
    first, second = new_place(world, phone, "A1", 1), new_place(world, phone, "A-", 2)
    visit_to(world, phone, first, "met_covered", 3)
    visit_to(world, phone, second, "met_declined", 4)
    answer = phone.sync()
    world.expect(answer.attention, [], "a new place and its visits are taken")
    world.expect(status(phone, first), "pending", "a place_new is pending")
    # Pending is in neither N nor D; its visits are in `visits` and in no rate.
    pending = {"pending": 1, "visits": 1}
    cells = {"A1": pending, "A-": {**pending, "N": 0, "D": 0}}
    world.figures(cells, "two pending", town={"N": 24, "D": 24, "pending": 2, "visits": 2})
    item, other = world.item("V1", "new", first), world.item("V1", "new", second)
    world.decide(item, "accept", by="wang", code=1)  # a worker does not review
    world.decide(item, "accept", by="gao", code=1)  # nor do the police
    world.decide(item, "accept", by="lin", code=1)  # nor the cadre of another village
    world.decide(item, "accept")
    world.decide(item, "accept")
    world.decide(item, "reject", code=1)  # the other way is refused: undo first
    world.decide(other, "reject", by="tang")
    world.expect(status(phone, first), "active", "new → accept: active")
    world.expect(status(phone, second), "wrong", "new → reject: wrong")
    # 9号 of A1 enters N and D with its covered visit; the rejected one keeps only its visit.
    a1 = {"N": 6, "D": 6, **COVERED}
    cells = {"A1": a1, "A-": {"N": 0, "D": 0, "visits": 1}}
    world.figures(cells, f"one accepted, one rejected ({AGAIN})", town={"N": 25, "D": 25})
    world.expect([i["kind"] for i in world.review("V1")], [], "decided items leave the list")
    world.undo(item)
    world.undo(other, by="tang")
    cells = {"A1": pending, "A-": {**pending, "N": 0, "D": 0}}
    world.figures(cells, "both decisions undone", town={"N": 24, "D": 24, "pending": 2})
    world.expect(status(phone, first), "pending", "Merge and every decision can be undone")
    world.decide(other, "accept")
    # A place without a group counts in its village and grid, in no group: declined there.
    cells = {"A1": pending, "A-": {"N": 1, "D": 1, **DECLINED}}
    world.figures(cells, "accepted without a group", town={"N": 25, "D": 25, "closed": 1})
    world.close()


def place_before_and_after(world: World) -> None:
    """A visit before its place_new waits; a second place_new of the same id is refused."""
    phone, sun = world.phone("wang"), world.phone("sun")
    place_id = uuid7(phone.now())
    early = visit_to(world, phone, place_id, "met_covered", 1)
    new_place(world, phone, "A1", 2, place_id=place_id)
    answer = phone.send([early])
    world.expect(answer.attention, [(1, "unknown_place")], "events on unknown places wait")
    answer = phone.send(phone.waiting())
    world.expect(answer.attention, [], "… and are run again when the place appears")
    new_place(world, phone, "A2", 3, place_id=place_id)
    new_place(world, phone, "A2", 4, place_id=world.place("1001"))
    new_place(world, phone, "C1", 5)
    answer = phone.sync()
    wanted = [(3, "place_exists"), (4, "place_exists"), (5, "out_of_scope")]
    world.expect(answer.attention, wanted, "a known place_id is `place_exists`; foreign grids out")
    new_place(world, sun, "D3", 6, place_id=place_id)  # a stranger's place, known by its id
    answer = sun.sync()
    codes = (((1, "place_exists"),), ((1, "out_of_scope"),))
    world.expect_in(tuple(answer.attention), codes, "a place_new on another grid's place_id")
    cells = {"A1": {"pending": 1, "visits": 1}}
    world.figures(cells, "one new place", town={"pending": 1, "visits": 1})
    world.close()


def report(world: World, phone: Phone, number: str, kind: str, minutes: float, of: str = "") -> Event:
    body: Json = {"place_id": world.place(number), "report": kind}
    if of:
        body["duplicate_of"] = world.place(of)
    return phone.event("place_report", body, world.at(minutes))


def away_and_back(world: World) -> None:
    phone = world.phone("wang")
    place = world.place("1001")
    world.visit(phone, "1001", "met_covered", 1)
    report(world, phone, "1001", "away", 2)
    gone = {"kind": "外出务工", "back_on": None}
    world.visit(phone, "1001", "away_reported", 3, away=gone)
    answer = phone.sync()
    world.expect(answer.attention, [], "reports are taken")
    item = world.item("V1", "away", place)
    world.expect([i["local_no"] for i in world.review("V1")], ["1001"], "an item tells local_no")
    # Reported but unconfirmed: still active. Two visits, covered by the first.
    before = added(COVERED, {"visits": 1})
    world.figures({"A1": before}, "reported away")
    world.decide(item, "accept")
    world.expect(status(phone, place), "away", "away → accept: away")
    # N keeps it, D does not; its visits stay in `visits` and leave every rate.
    away = {"N": 5, "away": 1, "D": 4, "visits": 2}
    world.figures({"A1": away}, "confirmed away", town={"N": 24, "away": 1, "D": 23, "visits": 2})
    world.undo(item)
    world.figures({"A1": before}, "away undone", town={"N": 24, "D": 24, "covered": 1})
    world.expect(status(phone, place), "active", "undone: active again")
    world.decide(item, "accept")
    back_home(world, phone, place)
    world.close()


def back_home(world: World, phone: Phone, place: str) -> None:
    """A later met or remote visit to an away place asks; a miss does not."""
    told = {"place_id": place, "outcome": "nobody_home"}
    phone.event("visit", told)
    phone.sync()
    world.expect(world.review("V1"), [], "nobody_home at an away place asks nothing")
    phone.event("visit", {**told, "outcome": "met_declined"})
    phone.sync()
    item = world.item("V1", "back", place)
    away = {"N": 5, "away": 1, "D": 4, "visits": 4}
    world.figures({"A1": away}, "seen again, not decided", town={"D": 23, "visits": 4})
    world.decide(item, "accept")
    world.expect(status(phone, place), "active", "back → accept: active")
    # In D again with all four visits: covered by the first, declined by the last.
    home = added(COVERED, {"declined": 1, "visits": 3})
    world.figures({"A1": home}, "back", town={"D": 24, "covered": 1, "declined": 1, "visits": 4})
    world.undo(item)
    world.figures({"A1": away}, "back undone", town={"away": 1, "D": 23})
    world.decide(item, "accept")
    world.figures({"A1": home}, "back again", town={"away": 0, "D": 24})


def wrong_place(world: World) -> None:
    """Two reports, one item; voiding the last one closes it; rejected, it opens for later ones."""
    phone = world.phone("wang")
    place = world.place("1002")
    entry = world.visit(phone, "1002", "wrong_entry", 1)
    other = world.visit(phone, "1002", "wrong_entry", 2)
    phone.sync()
    world.item("V1", "wrong", place)
    void(world, phone, entry.id, 3)
    phone.sync()
    world.item("V1", "wrong", place)  # one report is left
    void(world, phone, other.id, 4)
    phone.sync()
    sentence = "voiding the last report closes an undecided item"
    world.expect([i["kind"] for i in world.review("V1")], [], sentence)
    report(world, phone, "1002", "wrong", 5)
    phone.sync()
    item = world.item("V1", "wrong", place)
    world.decide(item, "reject")
    world.expect(status(phone, place), "active", "A rejected item changes nothing else")
    world.expect(world.review("V1"), [], "a rejected item leaves the list")
    told = {"place_id": place, "report": "wrong"}
    phone.event("place_report", told)  # made and received after the decision
    phone.sync()
    again = world.item("V1", "wrong", place)
    world.figures({}, "rejected and reported again", town={"N": 24, "D": 24, "visits": 0})
    world.visit(phone, "1002", "nobody_home", 6)
    phone.sync()
    world.decide(again, "accept", by="tang")
    world.expect(status(phone, place), "wrong", "wrong → accept: wrong")
    wrong = {"N": 4, "D": 4, "visits": 1}
    world.figures({"A1": wrong}, "confirmed wrong", town={"N": 23, "D": 23, "visits": 1})
    world.undo(again, by="tang")
    world.figures({"A1": MISSED}, "wrong undone", town={"N": 24, "D": 24, "attempted": 1})
    world.close()


def merged(world: World) -> None:
    """1001 (grid A) is 1009 (grid B) twice on the list: its visits count there until undone."""
    zhou, wang, li = world.phone("zhou"), world.phone("wang"), world.phone("li")
    app = {"installed_now": 1}
    told = {**promise("screen"), "app": app}
    mine = world.visit(wang, "1001", "met_covered", 10, **told)
    wang.sync()
    theirs = world.visit(li, "1009", "nobody_home", 20, app={"declined": 2})
    li.sync()
    report(world, zhou, "1001", "duplicate", 30, of="1009")
    zhou.sync()
    counts = {"asked": 1, "installed_now": 1, "places_installed": 1}
    apart = {
        "A1": {**added(COVERED, {"signed": 1, "offered": 1}), "app": counts},
        "B3": {**MISSED, "app": {"asked": 2, "declined": 2}},
    }
    world.figures(apart, "two doors", town={"N": 24, "attempted": 2, "covered": 1, "visits": 2})
    item = world.item("V1", "duplicate", world.place("1001"))
    listed = [i["duplicate_of"] for i in world.review("V1")]
    world.expect(listed, [world.place("1009")], "the item names duplicate_of")
    world.decide(item, "accept")
    # One door left, in B3, with both visits: covered and signed by wang's, counts by li's later one.
    whole = added(COVERED, {"signed": 1, "offered": 1, "visits": 1})
    one = {
        "A1": {"N": 4, "D": 4},
        "B3": {**whole, "app": {"asked": 2, "declined": 2}},
    }
    world.figures(one, "merged", town={"N": 23, "D": 23, "attempted": 1, "covered": 1, "visits": 2})
    for phone in (wang, li, zhou):
        phone.sync()
    world.expect(mine.id in wang.rows("visit"), False, "visits lie under the surviving place's grid")
    world.expect({mine.id, theirs.id} <= li.rows("visit").keys(), True, "… where li sees both")
    row = zhou.rows("place").get(world.place("1001"))
    merged_into = row.data.get("merged_into") if row else "no row"
    world.expect(merged_into, world.place("1009"), "merged into duplicate_of")
    later_visits(world, wang, one)
    world.undo(item)
    # Apart again. 1001: the screen signature (the withdrawal named 1009 only), and the later visit.
    apart["A1"] = {**added(COVERED, {"signed": 1, "offered": 1, "visits": 1}), "app": counts}
    world.figures(apart, "merge undone", town={"N": 24, "D": 24, "signed": 1, "visits": 3})
    for phone in (wang, li):
        phone.sync()
    world.expect(mine.id in wang.rows("visit"), True, "an undo is a recount: the visit is home")
    world.expect(mine.id in li.rows("visit"), False, "… and away from the survivor's grid")
    world.close()


def later_visits(world: World, wang: Phone, one: dict[str, Json]) -> None:
    """After the merge: a visit to the merged door, and a withdrawal by the survivor."""
    late = world.visit(wang, "1001", "nobody_home", 40)
    answer = wang.sync()
    world.expect(answer.attention, [], "scope is judged where its place stands, before merges")
    li = world.phones[2]
    body = {"place_id": world.place("1009")}
    li.event("commitment_withdrawal", body, world.at(50))
    li.sync()
    world.expect(late.id in li.rows("visit"), True, "a visit to a merged door counts for the other")
    # The signature was given at 1001 at minute 10; withdrawn by 1009 at 50, after the merge.
    b3 = {**one["B3"], "visits": 3, "signed": 0}
    world.figures({**one, "B3": b3}, "withdrawn through the survivor", town={"offered": 1})


def merged_into_asked(world: World) -> None:
    """A duplicate without duplicate_of is merged only when the place is named."""
    phone = world.phone("wang")
    world.visit(phone, "1003", "met_declined", 1)
    report(world, phone, "1003", "duplicate", 2)
    answer = phone.sync()
    world.expect(answer.attention, [], "duplicate_of may be left out")
    item = world.item("V1", "duplicate", world.place("1003"))
    done = world.run(["places", "decide", item, "accept", "--by", "chen" + world.mark])
    world.expect(done.returncode in (1, 2), True, "without duplicate_of, `--into PLACE` is asked")
    world.figures({"A1": DECLINED}, "not merged yet")
    world.decide(item, "accept", "--into", world.place("1006"))
    cells = {"A1": {"N": 4, "D": 4}, "A2": DECLINED}
    world.figures(cells, "merged into 1006", town={"N": 23, "D": 23, "closed": 1})
    world.undo(item)
    world.figures({"A1": DECLINED}, "undone", town={"N": 24, "D": 24, "closed": 1})
    world.close()
