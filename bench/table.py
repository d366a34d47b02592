"""The table of figures in the README, written between its markers from the JSON lines of a run.

``python -m bench.table FILE`` takes what ``bench/run`` collected. Only a run of everything comes here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.harness import Published
from bench.machine import words
from tests.faults.played import code_now

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- bench: begin, written by make bench -->", "<!-- bench: end -->"


def collected(text: str) -> list[Published]:
    """The figures among the lines of a run's output."""
    return [Published(**json.loads(line)) for line in text.splitlines() if line.startswith('{"figure"')]


def block(rows: list[Published]) -> str:
    """The table as Markdown, with machine, date and code; a must that fails is marked."""
    head = [f"Measured {words()}; code {code_now()}.", "", "| figure | must | aim | measured |", "|---|---|---|---|"]
    lines = [f"| {r.figure} | {r.must} | {r.aim} | {r.measured}{'' if r.ok else ' (**fails**)'} |" for r in rows]
    return "\n".join([BEGIN, *head, *lines, END])


def renewed(readme: str, rows: list[Published]) -> str:
    """The README with this table in the place of the one before."""
    before, rest = readme.split(BEGIN)
    return before + block(rows) + rest.split(END)[1]


def main(file: str) -> int:
    """Renew the README; 1 where a must fails."""
    rows = collected(Path(file).read_text(encoding="utf-8"))
    README.write_text(renewed(README.read_text(encoding="utf-8"), rows), encoding="utf-8")
    failing = [row.figure for row in rows if not row.ok]
    print(f"{len(rows)} figures in README.md; must fails: {'; '.join(failing) or 'none'}")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
