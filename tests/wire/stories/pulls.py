"""What a pull brings: complete, in scope, sealed, in pages, afresh when the cursor is foreign."""

from typing import Any

from tests.wire.answer import Answer
from tests.wire.client import Phone, Row
from tests.wire.lines import Json, sha256
from tests.wire.roster import HEFENG, LIUXI, Household
from tests.wire.world import World

KINDS = {"住户": "household", "商铺": "shop", "出租房": "rental"}
SHARED = {"region", "grid", "campaign", "form", "material"}


def first_pull(world: World) -> None:
    phone = world.phone("zhou")
    if phone.last is None:
        return
    head = phone.last.head
    for key, empty in (("held", []), ("tip", None), ("attention", []), ("blobs_wanted", [])):
        world.expect(head[key], empty, f"a new enrolment's `{key}` is {empty}")
    world.expect((head["covered"], head["forget"]), ([], []), "nothing is covered or forgotten yet")
    world.expect(sorted(head["scope"]), [world.code("A"), world.code("B")], "scope = his grids")
    doors_are_complete(world, phone)
    shared_rows_are_there(world, phone)
    cursor_follows_the_last_row(world)
    second_pull_brings_nothing(world, phone)
    world.figures({}, "a pull changes no figure")
    world.close()


def doors_are_complete(world: World, phone: Phone) -> None:
    rows = {row.data["local_no"]: row for row in phone.rows("place").values()}
    world.expect(sorted(rows), [h.number for h in HEFENG], "the first pull has every door")
    for home in HEFENG:
        if home.number in rows:
            door_is_as_imported(world, home, rows[home.number])


def door_is_as_imported(world: World, home: Household, row: Row) -> None:
    told = row.data
    wanted = {
        "grid": world.code(home.cell[0]),
        "group": world.code(home.cell),
        "kind": KINDS[home.kind],
        "contact_name": home.name,
        "adults": home.adults,
        "status": "active",
        "landmark": home.landmark or None,
        "phone": home.phone or None,
    }
    got = {key: told.get(key) or None for key in wanted}
    world.expect(got, wanted, f"place row of {home.number}")
    world.expect(row.grid, wanted["grid"], f"the row of {home.number} lies under its grid")
    address: Json = told.get("address") or {}
    world.expect(address.get("door") is not None, True, f"address.door of {home.number}: {address}")
    world.expect(told.get("merged_into"), None, f"{home.number} is merged into nothing")


def shared_rows_are_there(world: World, phone: Phone) -> None:
    shared = {key[0] for key, row in phone.store.rows.items() if row.grid is None}
    world.expect(shared <= SHARED, True, f"shared rows are {sorted(SHARED)}: {sorted(shared)}")
    wanted = {"region", "grid", "campaign"}
    world.expect(wanted <= shared, True, f"regions, grids and campaigns are shared: {shared}")
    running = [r.data for r in phone.rows("campaign").values() if r.data.get("key") == "wire"]
    if not world.expect(len(running), 1, "the campaign is pulled once"):
        return
    campaign, told = running[0], world.setup()["campaign"]
    for key in ("name", "starts", "ends"):
        world.expect(campaign.get(key), told[key], f"campaign row: {key}")
    text: Json = campaign.get("commitment") or {}
    hashed = sha256(told["commitment"]["text"].encode())
    wanted_text = {"version": "1", "text": told["commitment"]["text"], "text_hash": hashed}
    got = {key: text.get(key) for key in wanted_text}
    world.expect(got, wanted_text, "text_hash = sha256 hex of the UTF-8 text")


def cursor_follows_the_last_row(world: World) -> None:
    """A raw first answer, before any store has touched it."""
    phone = world.blank_phone()
    phone.enrol(username="zhou" + world.mark, password=world.password("zhou"))
    world.phones.append(phone)
    answer = phone.send()
    rows_are_well_formed(world, answer)
    for grid, seq in answer.tail["cursor"]["grids"].items():
        seqs = [row["seq"] for row in answer.rows if row.get("grid") == grid]
        world.expect(seq, seqs[-1] if seqs else 0, "a grid's cursor is the seq of its last row sent")
        world.expect(seqs, sorted(seqs), "rows of a grid come in the order of their numbers")
    shared = [row["seq"] for row in answer.rows if "grid" not in row]
    top = answer.tail["cursor"]["shared"]
    world.expect(max(shared, default=0) <= top, True, "shared rows lie below cursor.shared")
    world.expect(answer.tail["more"], False, "without a limit there is no more")


def rows_are_well_formed(world: World, answer: Answer) -> None:
    epoch = answer.tail["cursor"]["epoch"]
    world.expect(epoch, answer.head["epoch"], "one epoch in the head and in the cursor")
    grids = set(answer.tail["cursor"]["grids"])
    world.expect(grids, set(answer.head["scope"]), "cursor.grids = the scope")
    for row in answer.rows:
        whole = {"kind", "id", "seq"} <= row.keys() and ("data" in row or row.get("removed") is True)
        world.expect(whole, True, f"a row is kind, id, seq and data or removed: {row}")
        if row.get("grid") is None:
            world.expect("grid" in row, False, f"shared rows have no `grid`: {row['kind']}")
            world.expect(row["kind"] in SHARED, True, f"{row['kind']} is a shared kind")


def second_pull_brings_nothing(world: World, phone: Phone) -> None:
    before = phone.store.cursor
    answer = phone.send()
    world.expect(answer.rows, [], "nothing new after the cursor: no rows")
    world.expect(answer.tail["cursor"], before, "no rows: the cursor stands")


def foreign_cursors(world: World) -> None:
    """Another epoch, a cursor ahead, a grid out of scope, a scope that differs: all end the same."""
    phone = world.phone("zhou")
    epoch = phone.last.head["epoch"] if phone.last else ""
    a, b, c = world.code("A"), world.code("B"), world.code("C")
    truth = phone.store.view()
    cursor = phone.store.cursor or {}
    seqs = cursor["grids"]
    shared = cursor["shared"]
    cases: list[tuple[str, Any, set[str | None]]] = [
        ("null = from nothing", None, {None, a, b}),
        ("another epoch", {**cursor, "epoch": "0" * 32}, {None, a, b}),
        ("no grids at all", {"epoch": epoch, "grids": {}, "shared": shared}, {None, a, b}),
        ("ahead of the server", {**cursor, "grids": {a: 10**12, b: seqs[b]}}, {a}),
        ("one grid missing", {**cursor, "grids": {b: seqs[b]}}, {None, a}),
        ("a foreign grid is ignored", {**cursor, "grids": {**seqs, c: 5}}, {None}),
    ]
    for name, told, wanted in cases:
        answer = phone.send(cursor=told)
        grids = {row.get("grid") for row in answer.rows}
        world.expect(wanted <= grids, True, f"cursor: {name}: rows of {grids}, at least {wanted}")
        world.expect(c in grids or c in answer.head["scope"], False, "one out of scope is ignored")
        rows_are_well_formed(world, answer)
        world.expect(phone.fresh().view(), truth, f"cursor: {name}: the view is whole")
    world.close()


def pages(world: World) -> None:
    """`limit` ends an answer at a row boundary; the pages together are the whole."""
    writer = world.phone("zhou")
    for i, home in enumerate(HEFENG):
        world.visit(writer, home.number, "met_covered", 10 + i, note="讲了三种骗术")
    writer.sync()
    whole = writer.fresh().view()
    for limit in (1, 700, 4000):
        phone = world.blank_phone()
        phone.enrol(username="zhou" + world.mark, password=world.password("zhou"))
        world.phones.append(phone)
        phone.limit = limit
        count = read_pages(world, phone, limit)
        world.expect(phone.store.view(), whole, f"limit {limit}: {count} pages are the whole")
        phone.limit = None
    # 12 doors, one met_covered each: A1 5, A2 3, B3 4.
    each = {
        name: dict.fromkeys(("attempted", "met", "covered", "closed", "visits"), n)
        for name, n in (("A1", 5), ("A2", 3), ("B3", 4))
    }
    world.figures(each, "twelve covered doors", town={"covered": 12, "visits": 12})
    world.close()


def read_pages(world: World, phone: Phone, limit: int) -> int:
    for count in range(1, 200):
        answer = phone.send()
        grid_sizes = [size for size, row in zip(answer.sizes, answer.rows, strict=True) if row.get("grid")]
        if len(grid_sizes) == len(answer.sizes):  # shared rows are sent whole, whatever the limit
            sentence = f"limit {limit}: ends at about that many bytes, not {sum(grid_sizes)}"
            world.expect(sum(grid_sizes[:-1]) <= 2 * limit, True, sentence)
        if not answer.tail["more"]:
            world.expect(count > 1, True, f"limit {limit} makes pages")
            return count
        world.expect(bool(answer.rows), True, "every answer that has more brings at least one row")
    world.expect(True, False, f"limit {limit}: no end after 200 pages")
    return 200


def gzip_and_digest(world: World) -> None:
    """Plain or gzip, with a digest or without: the same effect, the same answer."""
    phone = world.phone("zhao")
    minute = 0
    for packed in (True, False):
        for digest in (True, False):
            phone.gzip, phone.digest, phone.door.gzip = packed, digest, not packed
            world.visit(phone, LIUXI[minute].number, "nobody_home", minute)
            answer = phone.send(phone.waiting(), head_field_of_2030={"x": 1})
            minute += 1
            world.expect(answer.held, [[1, minute]], f"gzip {packed}, digest {digest}: held")
    raw = phone.door.request("POST", "/api/v1/sync", b"", **{**phone.bearer, "Accept_Encoding": "gzip"})
    world.expect(raw.status, 400, "an empty body is damaged or malformed")
    # Four doors of group 一组 of 柳溪村, nobody home.
    world.figures({"C1": {"attempted": 4, "visits": 4}}, "four plain ways to send")
    world.close()


def scope_moves(world: World) -> None:
    """The office gives 王建国 another grid: he still delivers, and his phone leaves the old one."""
    wang, li = world.phone("wang"), world.phone("li")
    late = world.visit(wang, "1001", "met_covered", 10)
    setup = world.setup()
    for person in setup["people"]:
        if person["username"] == "wang" + world.mark:
            person["grids"] = [world.code("B")]
    world.load(setup)
    body = {"place_id": world.place("1002"), "outcome": "nobody_home"}
    after = wang.event("visit", body)  # made without the news, a moment after the change
    answer = wang.send([late, after])
    world.expect(answer.head["scope"], [world.code("B")], "listed people have exactly these grids")
    world.expect(answer.attention, [], "A worker moved while offline still delivers")
    wang.sync()
    grids = {row.grid for row in wang.store.rows.values() if row.grid}
    world.expect(grids <= {world.code("B")}, True, f"I6: only the new grid is held: {grids}")
    rows = {row.data["local_no"] for row in wang.rows("place").values()}
    world.expect(rows, {"1009", "1010", "1011", "1012"}, "a grid not in the cursor = from 0")
    li.sync()
    # 1001 covered before the change, 1002 missed after it.
    a1 = {"attempted": 2, "met": 1, "covered": 1, "closed": 1, "visits": 2}
    world.figures({"A1": a1}, "the moved worker's visits count")
    world.close()
