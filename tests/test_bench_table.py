"""The README's table of figures says what a run said, and nothing else of the README changes."""

from __future__ import annotations

from bench import table
from bench.harness import Published

RUN = """== ingest
SQLite: 1600 visits: 900 ms
{"figure": "ingest", "must": "12 %", "aim": "25 %", "measured": "13 %", "ok": true}
{"figure": "storm", "must": "p99 < 5 s", "aim": "p99 < 2 s", "measured": "p99 7 s", "ok": false}
"""


def test_only_published_lines_are_figures() -> None:
    assert [row.figure for row in table.collected(RUN)] == ["ingest", "storm"]


def test_the_table_takes_the_place_of_the_one_before() -> None:
    readme = f"above\n{table.BEGIN}\nof yesterday\n{table.END}\nbelow\n"
    once = table.renewed(readme, table.collected(RUN))
    assert once.startswith("above\n")
    assert once.endswith("\nbelow\n")
    assert "of yesterday" not in once
    assert "| ingest | 12 % | 25 % | 13 % |" in once
    assert table.renewed(once, table.collected(RUN)) == once


def test_a_must_that_fails_is_said_aloud() -> None:
    row = Published("storm", "p99 < 5 s", "p99 < 2 s", "p99 7 s", ok=False)
    assert "p99 7 s (**fails**)" in table.block([row])
