"""Somebody stands in for another for a short while: rows come, visits count, late ones too, and then the rows go."""

import time
from datetime import UTC, datetime, timedelta

from tests.wire.lines import rfc3339
from tests.wire.stories.corrections import COVERED, DECLINED, MISSED, added
from tests.wire.world import World

SHORT = timedelta(seconds=4)


def term(world: World, worker: str, away: str, grid: str, *more: str) -> datetime:
    """The worker holds the grid from now for a few seconds; the moment of its end."""
    until = datetime.now(UTC) + SHORT
    names = (worker + world.mark, "--for", away + world.mark)
    world.flask("people", "substitute", *names, "--grid", world.code(grid), "--until", rfc3339(until), *more)
    return until


def wait_for(instant: datetime) -> None:
    """Sleep until the server's clock has passed it."""
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()) + 0.2)


def both(world: World) -> None:
    """The substitute and the one who is away hold the grid together, then the substitute no more."""
    wang, li = world.phone("wang"), world.phone("li")
    world.expect(sorted(li.last.head["scope"] if li.last else []), [world.code("B")], "before: her own grid")
    before = li.store.view()
    until = term(world, "li", "wang", "A")
    answer = li.sync()
    world.expect(answer.head["scope"], [world.code("A"), world.code("B")], "grids now = since ≤ now < until")
    world.expect(answer.head["fresh"], [world.code("A")], "the grid comes from nothing")
    doors = {row.data["local_no"] for row in li.rows("place").values()}
    world.expect({"1001", "1002"} <= doors, True, "the substitute has the doors of the grid")
    world.visit(li, "1001", "met_covered", 10)
    li.sync()
    world.expect(wang.sync().head["scope"], [world.code("A")], "the other holds it meanwhile too")
    world.visit(li, "1002", "met_declined", 20)  # recorded in the term, not sent
    world.visit(wang, "1003", "nobody_home", 30)
    wait_for(until)
    answer = li.sync()
    world.expect(answer.attention, [], "what was recorded in the term is in scope after it")
    world.expect(answer.head["scope"], [world.code("B")], "the term ended by itself")
    world.expect(li.store.view(), before, "I6: the rows of the grid are gone, nothing else")
    world.expect(wang.sync().attention, [], "nothing changed for the other")
    # 1001, 1002 and 1003 lie in 一组 of grid A: one covered, one declined, nobody home.
    cells = {"A1": added(COVERED, DECLINED, MISSED)}
    world.figures(cells, "the substitute's visits count", town={"visits": 3})
    world.close()


def alone(world: World) -> None:
    """The one who is away loses the rows for the term, delivers late, and has them again afterwards."""
    wang, li = world.phone("wang"), world.phone("li")
    before = wang.store.view()
    world.visit(wang, "1001", "met_covered", 10)  # before the term, not sent
    until = term(world, "li", "wang", "A", "--alone")
    answer = wang.sync()
    world.expect(answer.head["scope"], [], "only the substitute holds it")
    world.expect(wang.rows("place"), {}, "the rows of who is away are gone")
    world.expect(answer.attention, [], "what was recorded before is taken")
    world.expect(world.code("A") in li.sync().head["scope"], True, "the substitute has it")
    taken = world.run(["people", "substitute", "zhao" + world.mark, "--for", "wang" + world.mark, "--grid",
                       world.code("A"), "--until", rfc3339(until)])  # fmt: skip
    world.expect(taken.returncode, 1, "one substitute at a time")
    wait_for(until)
    answer = wang.sync()
    world.expect(
        (answer.head["scope"], answer.head["fresh"]), ([world.code("A")],) * 2, "it is taken up again by itself"
    )
    world.expect(before.keys() <= wang.store.view().keys(), True, "with all its rows")
    world.expect(li.sync().head["scope"], [world.code("B")], "the substitute has her own again")
    world.figures({"A1": COVERED}, "the late visit counts once", town={"visits": 1})
    world.close()
