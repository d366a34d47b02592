"""``make proven``: what README and docs/fault-ledger.md lack to speak of today's code; 1 where they lack anything."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bench.table import BEGIN, END, README
from tests.faults.ledger import CodeOf, trials, written
from tests.faults.played import Played, code_now
from tests.faults.trial import Trial


def unplayed(known: Mapping[str, Trial], rows: Mapping[str, Played], code_of: CodeOf) -> list[str]:
    """A sentence for each trial that was not played to its goal on this code, or in which something broke."""
    found = []
    for word, trial in known.items():
        row, code = rows.get(word, Played()), code_of(word)
        if row.code != code:
            found.append(f"{word}: played on other code than {code}" if row.cases else f"{word}: not played")
        elif row.cases < trial.GOAL:
            found.append(f"{word}: {row.cases:,} of {trial.GOAL:,} cases")
        if row.breaches:
            found.append(f"{word}: {row.breaches} cases broken")
    return found


def unmeasured(readme: str, code: str) -> list[str]:
    """The same of the README's table of figures."""
    table = readme.partition(BEGIN)[2].partition(END)[0]
    figures = [line for line in table.splitlines() if line.startswith("| ")][1:]
    if not figures:
        return ["README: no figures"]
    other = [] if f"code {code}" in table else [f"README: figures of other code than {code}"]
    return other + [f"README: {line.split('|')[1].strip()} fails" for line in figures if "**fails**" in line]


def main() -> int:
    """Say what is lacking."""
    code = code_now()
    lacking = unplayed(trials(), written(), code_now) + unmeasured(README.read_text(encoding="utf-8"), code)
    print("\n".join(lacking) or f"ledger and README speak of the code as it is ({code})")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
