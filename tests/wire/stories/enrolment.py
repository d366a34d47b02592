"""Who may speak: login, one-time codes, tokens, renewal, the lock."""

from tests.wire.answer import Raw
from tests.wire.client import Phone
from tests.wire.lines import uuid7
from tests.wire.world import World


def problem(world: World, raw: Raw, status: int, code: str, sentence: str) -> None:
    """A refusal is application/problem+json with this status and this stable code."""
    world.expect((raw.status, raw.code), (status, code), sentence)


def login_and_code(world: World) -> None:
    wrong = "Wrong login 401 `login_failed`"
    user = "wang" + world.mark
    stranger = world.blank_phone()
    problem(world, stranger.enrol(username=user, password="not his"), 401, "login_failed", wrong)
    nobody = stranger.enrol(username="nobody" + world.mark, password="not his")
    problem(world, nobody, 401, "login_failed", wrong + " (unknown name)")
    raw = stranger.enrol(code="00000000")
    problem(world, raw, 401, "login_failed", wrong + " (a code that was never given)")
    for body in ({}, {"username": user}, {"code": 7}):
        raw = stranger.door.post_json("/api/v1/devices", {**body, "name": "x", "app_version": "x"})
        refused = 400 <= raw.status < 500 and raw.code is not None
        world.expect(refused, True, f"errors are problems with a code: {body} gave {raw.status}")

    by_password = world.phone("wang")
    worker = by_password.worker
    world.expect(set(worker) >= {"id", "name", "username", "grids"}, True, f"worker keys: {worker}")
    world.expect(worker["name"], "王建国", "201 tells the worker's name")
    world.expect(worker["username"], user, "201 tells the worker's username")
    world.expect(worker["grids"], [world.code("A")], "201 tells the worker's grids, by code")
    enrol_by_code(world, by_password)
    asked_about_itself(world, by_password)
    world.figures({}, "nothing was done yet")  # N = D = 24: 8 + 4 + 6 + 6; all else zero
    world.close()


def enrol_by_code(world: World, other: Phone) -> None:
    code = world.enrolment_code("wang")
    phone = world.blank_phone()
    raw = phone.enrol(code=code)
    if not world.expect(raw.status, 201, "POST /devices with an enrolment code → 201"):
        return
    world.phones.append(phone)
    phone.sync()
    world.expect(phone.worker["id"], other.worker["id"], "both enrolments are the same worker's")
    world.expect(phone.device_id != other.device_id, True, "an enrolment is one phone × one worker")
    epochs = {raw.json()["epoch"], other.last.head["epoch"] if other.last else None}
    world.expect(len(epochs), 1, "201 tells the epoch of every answer")
    again = world.blank_phone().enrol(code=code)
    world.expect_in(again.status, (400, 401, 403, 409, 410, 422), "Enrolment code: one use")
    world.expect(again.code is not None, True, "a used code is refused by a problem")


def asked_about_itself(world: World, phone: Phone) -> None:
    raw = phone.door.request("GET", "/api/v1/devices/me", b"", **phone.bearer)
    world.expect(raw.status, 200, "GET /api/v1/devices/me")
    world.expect(phone.device_id in raw.body.decode(), True, "devices/me names the enrolment")
    bad = {"Authorization": "Bearer " + "x" * 40}
    raw = phone.door.request("GET", "/api/v1/devices/me", b"", **bad)
    problem(world, raw, 401, "unknown_token", "401 `unknown_token`")
    raw = phone.door.request("GET", "/api/v1/openapi.json")
    world.expect(raw.status, 200, "GET /api/v1/openapi.json")
    paths = raw.json().get("paths", {})
    for path in ("/api/v1/devices", "/api/v1/sync"):
        world.expect(path in paths, True, f"{path} is described in OpenAPI: {sorted(paths)}")


def renewal(world: World) -> None:
    """A restored phone asks for a successor and writes its events again under new numbers."""
    phone = world.phone("wang")
    world.visit(phone, "1001", "met_covered", 10)
    world.visit(phone, "1002", "nobody_home", 20)
    phone.sync()
    world.visit(phone, "1003", "met_declined", 30)  # frozen, never sent by the first enrolment
    raw, younger = phone.renewed()
    if not world.expect(raw.status, 201, 'with a bearer token and {"renew": true}, a successor'):
        return
    world.expect(younger.device_id != phone.device_id, True, "a successor is another enrolment")
    world.expect(younger.worker["id"], phone.worker["id"], "… of the same worker")
    world.phones.append(younger)
    younger.refrozen_from(phone)
    answer = younger.sync()
    world.expect(answer.held, [[1, 3]], "numbers start again: two duplicates and a new one, held")
    world.expect(answer.attention, [], "a duplicate under another enrolment is no trouble")
    # The first two are known ids: no effect. The third is new. So one visit at each of three doors.
    cells = {
        "A1": {
            "attempted": 3,
            "met": 2,  # met_covered, met_declined
            "covered": 1,
            "declined": 1,
            "closed": 2,
            "visits": 3,
        }
    }
    world.figures(cells, "renewal", town={"visits": 3})
    world.put_away(phone)  # its third event lives on in the successor
    bad = {"Authorization": "Bearer nonsense"}
    raw = phone.door.post_json("/api/v1/devices", {"renew": True, "name": "x"}, **bad)
    world.expect(raw.status, 401, "renew needs a token that the server knows")
    world.close()


def tokens(world: World) -> None:
    phone = world.phone("wang")
    forged = f"Bearer {phone.token[:-2]}" + ("aa" if phone.token[-2:] != "aa" else "bb")
    for token in ("Bearer x", "Basic eDp5", forged, f"Bearer {uuid7(phone.now())}"):
        raw = phone.post(b"{}\n", Authorization=token)
        problem(world, raw, 401, "unknown_token", f"401 `unknown_token` ({token[:12]}…)")
    silent = {"Content_Type": "application/x-ndjson"}
    raw = phone.door.request("POST", "/api/v1/sync", b"{}\n", **silent)
    problem(world, raw, 401, "unknown_token", "401 `unknown_token` (no token at all)")
    world.close()


def lock(world: World) -> None:
    """Played last: it may lock the whole address out."""
    stranger = world.blank_phone()
    for _ in range(60):
        raw = stranger.enrol(username="gao" + world.mark, password="guess")
        if raw.status == 429:
            break
        problem(world, raw, 401, "login_failed", "Wrong login 401 `login_failed`")
    if world.expect(raw.status, 429, "locked 429 (60 wrong passwords for one name)"):
        world.expect(raw.code is not None, True, "429 is a problem with a stable code")
        world.expect("retry-after" in raw.headers, True, "429 and 503 with Retry-After")
    world.settle()
