"""Activities and postings: told, corrected, taken back; no figure of the doors moves, and a rebuild meets all of it."""

from tests.wire.world import World


def told_and_put_right(world: World) -> None:
    """A correction before what it corrects, a void, another worker's, and one that was held for its grid."""
    phone, again, other = world.phone("wang"), world.phone("wang"), world.phone("zhou")
    grid, group = world.code("A"), world.code("A1")
    plaques = {"kind": "plaque", "grid": grid, "group": group, "spot": "村口", "count": 2}
    hung = phone.event("posting", plaques, world.at(1))
    held = phone.event("activity", {"kind": "talk", "grid": grid, "people": 30, "done_at": world.at(1)}, world.at(2))
    phone.event("correction", {"supersedes": held.id, "void": True, "reason": "没办成"}, world.at(3))
    again.event("posting", {**plaques, "count": 3, "supersedes": hung.id}, world.at(4))
    answer = again.sync()
    world.expect(answer.attention, [(1, "unknown_visit")], "what is corrected has not come yet")
    answer = phone.sync()
    world.expect(answer.attention, [], "told and taken back")
    world.expect(again.sync().attention, [], "what waited for it was taken")
    other.event("posting", {**plaques, "supersedes": hung.id}, world.at(5))
    other.event("correction", {"supersedes": hung.id, "void": True}, world.at(6))
    answer = other.sync()
    world.expect(answer.attention, [(1, "not_yours"), (2, "not_yours")], "only who told of it")
    astray = phone.event("activity", {"kind": "talk", "grid": world.code("B")}, world.at(7))
    world.expect(phone.sync().attention, [(4, "out_of_scope")], "another's grid waits for a person")
    phone.event("activity", {"kind": "talk", "grid": grid, "supersedes": astray.id}, world.at(8))
    world.expect(phone.sync().attention, [], "a correction of it was taken, so it leaves")
    phone.event("activity", {"kind": "talk", "grid": grid, "supersedes": hung.id}, world.at(9))
    world.expect(phone.sync().attention, [(6, "bad_body")], "a posting does not become an activity")
    world.figures({}, "nothing of it touches a door")
    world.close()
