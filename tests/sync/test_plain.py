"""The short way of reading a body answers what the schema answers, for anything that anybody may send."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from bench.day import body_of
from doorknock import plain
from doorknock.fields import Body, Text
from doorknock.sync.kinds import KINDS, VOID
from tests import hostile

PLACE = "0193b3a0-0000-7000-8000-000000001001"
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 3.0, 3.5, 2**63, 1e308, float("inf"), float("nan"), "", "3", "morning", "met_covered",
    PLACE, PLACE.upper(), "a" * 64, "2026-11-22", "2026-02-30", "2026-11-22T08:00:00+08:00", "2026-11-22T08:00:60Z",
    [], [None], ["a" * 64] * 4, [[1, 2], [3.5]], [{"material": "leaflet"}], {}, {"kind": "working"},
    {"lat": 40, "lon": 200},
    {"method": "screen", "strokes": [[1, 2, 3]]}, {"installed_now": "1"}, *hostile.strings(),
]  # fmt: skip
SCHEMAS = {kind: known.schema for kind, known in KINDS.items()} | {"void": VOID}


def judged(load: Any, body: Any) -> Any:
    """What is read, in its order and with its types; or what is wrong, in words."""
    try:
        return repr(load(copy.deepcopy(body)))
    except ValidationError as error:
        return str(error.messages)


def bodies(schema: Schema, rng: random.Random) -> Iterator[Any]:
    """Plain ones, and with anything anywhere."""
    names = [*schema.fields, "from_the_future"]
    for _ in range(150):
        yield {name: rng.choice(ODD) for name in rng.sample(names, rng.randint(0, min(4, len(names))))}
    for _ in range(150):
        whole = body_of(rng, PLACE, PLACE, datetime(2026, 11, 22, 8, tzinfo=UTC))
        yield whole
        yield whole | {rng.choice(names): rng.choice(ODD)}
        inside = [value for value in whole.values() if isinstance(value, dict)]
        if inside:
            part = rng.choice(inside)
            part[rng.choice(list(part))] = rng.choice(ODD)
        yield whole
    yield from ODD


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_short_way_answers_what_the_schema_answers(kind: str) -> None:
    schema = SCHEMAS[kind]
    for body in bodies(schema, random.Random(kind)):
        assert judged(lambda said: plain.load(schema, said), body) == judged(schema.load, body), body


def test_a_schema_that_does_more_than_read_is_left_to_itself() -> None:
    class Renamed(Body):
        name = Text(data_key="called")
        other = fields.String(load_default="nothing said")

    schema = Renamed()
    assert (
        plain.load(schema, {"called": "王"}) == schema.load({"called": "王"}) == {"name": "王", "other": "nothing said"}
    )
