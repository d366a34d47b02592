"""The fold in Python comes to what the shared cases say; static/shared/fold.js is held to the same file."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from doorknock import clock
from doorknock.commitments import fold as promises
from doorknock.visits import fold

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "cases" / "fold.json").read_text("utf-8"))


def folded(given: dict[str, Any]) -> dict[str, Any]:
    """A case's input, put through the server's fold, in the case's own words."""
    ends = fold.survivors(given["survivor"])
    facts = [_fact(visit, ends) for visit in given["visits"]]
    by = fold.superseded(facts)
    standing = fold.effective(facts)
    found = {}
    for place in {f.place for f in facts if not f.void}:
        mine = sorted((f for f in standing if f.place == place), key=lambda f: f.order)
        here = [f for f in facts if f.place == place and not f.void]
        found[place] = {
            "effective": [f.id for f in mine],
            "superseded_by": {f.id: by[f.id] for f in here if by[f.id]},
            "state": fold.state(mine),
            "do_not_return": any(f.do_not_return for f in mine),
            **_measured(mine),
            **_promised(given, mine, ends),
        }
    return found


def _fact(visit: dict[str, Any], ends: dict[str, str]) -> fold.Fact:
    app = visit.get("app") or {}
    counts = tuple(app.get(name) or 0 for name in fold.APP)
    return fold.Fact(
        id=visit["id"], root=visit["root"], at=clock.parse(visit["at"]), void=visit["void"],
        place=ends.get(visit.get("place", ""), visit.get("place", "")), outcome=visit.get("outcome"),
        app=(counts[0], counts[1], counts[2], counts[3], counts[4]), do_not_return=bool(visit.get("do_not_return")),
    )  # fmt: skip


def _measured(mine: list[fold.Fact]) -> dict[str, Any]:
    sums = fold.measures(mine)
    flags = {name: bool(sums[name]) for name in ("attempted", "met", "covered", "closed", "declined")}
    names = ("asked", "installed_before", "installed_now", "wants_later", "no_smartphone", "places_installed")
    app = {name: sums[name] for name in names} | {"declined": sums["app_declined"]}
    return flags | {"visits": sums["visits"], "app": app}


def _promised(given: dict[str, Any], mine: list[fold.Fact], ends: dict[str, str]) -> dict[str, bool]:
    methods = {v["id"]: v["commitment"]["method"] for v in given["visits"] if v.get("commitment")}
    made = [promises.Promise(f.id, f.place, f.at, methods[f.id]) for f in mine if methods.get(f.id)]
    taken = [
        promises.Withdrawal(
            at=clock.parse(w["at"]), commitment_id=w.get("commitment_id"),
            place=ends.get(w["place_id"], w["place_id"]) if w.get("place_id") else None,
        )
        for w in given["withdrawals"]
    ]  # fmt: skip
    sums = promises.measures(made, promises.withdrawn(made, taken))
    return {name: bool(value) for name, value in sums.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_visits_come_to_what_the_shared_case_says(case: dict[str, Any]) -> None:
    assert folded(case["input"]) == case["expected"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_order_of_arrival_changes_nothing(case: dict[str, Any]) -> None:
    given = case["input"]
    shuffled = given | {
        name: random.Random(7).sample(given[name], len(given[name])) for name in ("visits", "withdrawals")
    }
    assert folded(shuffled) == case["expected"]


def test_there_are_enough_cases_to_bind_both_folds() -> None:
    assert len(CASES) >= 40
