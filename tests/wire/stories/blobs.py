"""Photos after facts, one by one, by content hash; and what the office's commands repeat."""

from tests.wire.answer import Raw
from tests.wire.client import Phone
from tests.wire.figures import differences, filled, total
from tests.wire.lines import sha256
from tests.wire.stories.corrections import COVERED
from tests.wire.stories.enrolment import problem
from tests.wire.world import COUNTY, World

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40 + b"\xff\xd9"


def put(phone: Phone, name: str, body: bytes) -> Raw:
    kind = {"Content_Type": "application/octet-stream"}
    return phone.door.request("PUT", f"/api/v1/blobs/{name}", body, **phone.bearer, **kind)


def photos(world: World) -> None:
    phone, other = world.phone("wang"), world.phone("zhou")
    name, large = sha256(PICTURE), b"x" * (1024 * 1024 + 1)
    lost = "ab" * 32
    raw = put(phone, name, PICTURE)
    world.expect(raw.status, 403, "403 if no event of this enrolment names it")
    wanted = [name, sha256(large), lost]
    world.visit(phone, "1001", "met_covered", 1, photos=wanted)
    answer = phone.sync()
    world.expect(sorted(answer.head["blobs_wanted"]), sorted(wanted), "blobs_wanted: complete")
    raw = put(other, name, PICTURE)
    world.expect(raw.status, 403, "403 if no event of this enrolment names it (another's did)")
    problem(world, put(phone, name, PICTURE[:-1]), 422, "hash_mismatch", "422 `hash_mismatch`")
    problem(world, put(phone, sha256(large), large), 413, "too_large", "raw bytes ≤ 1 MB")
    sentence = "PUT a blob: idempotent, 204"
    for _ in range(2):
        world.expect(put(phone, name, PICTURE).status, 204, sentence)
    left = sorted([sha256(large), lost])
    told = sorted(phone.sync().head["blobs_wanted"])
    world.expect(told, left, "what has come is wanted no more")
    phone.event("photo_lost", {"sha256": lost})
    answer = phone.sync()
    world.expect(answer.attention, [], "photo_lost is taken")
    still = lost in answer.head["blobs_wanted"]
    world.notes.append(f"a photo reported lost is still wanted: {still}")
    stranger = phone.door.request("PUT", f"/api/v1/blobs/{name}", PICTURE)
    problem(world, stranger, 401, "unknown_token", "401 `unknown_token`")
    world.expect(put(phone, "no-hash", PICTURE).status in (400, 403, 404, 422), True, "no hash")
    world.figures({"A1": COVERED}, "photos")
    world.close()


def coverage_at_every_level(world: World) -> None:
    """The same whole integers from the county, the town, a village and a group."""
    phone = world.phone("zhao")
    world.visit(phone, "2001", "met_covered", 1)
    phone.sync()
    whole = filled({"C1": COVERED})
    mine = {name: cell for name, cell in whole.items() if name[0] in "CD"}
    asked = {
        "town": (world.digits + "000", total(whole.values())),
        "village": (world.code("V2"), total(mine.values())),
        "group": (world.code("C1"), whole["C1"]),
    }
    for level, (code, wanted) in asked.items():
        node = world.coverage(code, "--campaign", "wire")
        shown = (node.get("code"), node.get("level"))
        world.expect(shown, (code, level), "coverage show → code and level")
        for line in differences(level, node, wanted):
            world.expect(line, "", "coverage show --region at its own level")
        has_grids = bool(node.get("grids"))
        world.expect(has_grids, level == "village", "`grids` at village level only")
    if world.alone:
        node = world.coverage(COUNTY)
        wrong = differences("county", node, total(whole.values()))
        world.expect(wrong, [], "without --campaign: the one running today")
    sentence = "exit 1 (refused) or 2 (usage)"
    done = world.run(["coverage", "show", "--region", "000000000000", "--json"])
    world.expect(done.returncode in (1, 2), True, f"an unknown region: {sentence}")
    done = world.run(["places", "decide", "no-such", "accept", "--by", "chen" + world.mark])
    world.expect(done.returncode in (1, 2), True, f"an unknown item: {sentence}")
    world.figures({"C1": COVERED}, "one covered door")
    world.close()
