"""``make proven`` finds whatever keeps ledger and README from speaking of the code as it is."""

from __future__ import annotations

from dataclasses import replace

from bench import table
from bench.harness import Published
from bench.proven import unmeasured, unplayed
from tests.faults import trial_portals
from tests.faults.played import Played, code_now
from tests.faults.trial import Trial

PORTALS: dict[str, Trial] = {"portals": trial_portals}
WHOLE = Played(cases=trial_portals.GOAL, code="1a2b3c4d")


def said(row: Played) -> list[str]:
    return unplayed(PORTALS, {"portals": row}, lambda _word: "1a2b3c4d")


def test_a_trial_that_was_played_whole_on_this_code_lacks_nothing() -> None:
    assert said(WHOLE) == []


def test_one_that_was_not_or_in_which_something_broke_is_named() -> None:
    assert unplayed(PORTALS, {}, lambda _word: "1a2b3c4d") == ["portals: not played"]
    assert said(replace(WHOLE, code="00000000")) == ["portals: played on other code than 1a2b3c4d"]
    assert said(replace(WHOLE, cases=7)) == [f"portals: 7 of {trial_portals.GOAL:,} cases"]
    assert said(replace(WHOLE, breaches=2)) == ["portals: 2 cases broken"]


def test_figures_are_of_this_code_and_none_fails() -> None:
    good, bad = (Published("ingest", "12 %", "25 %", "13 %", ok=ok) for ok in (True, False))
    assert unmeasured(f"{table.BEGIN}\n{table.END}", code_now()) == ["README: no figures"]
    assert unmeasured(table.block([good]), code_now()) == []
    assert unmeasured(table.block([good]), "00000000") == ["README: figures of other code than 00000000"]
    assert unmeasured(table.block([good, bad]), code_now()) == ["README: ingest fails"]
