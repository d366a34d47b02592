"""Reading a roster of 20,000 rows beside ten of 2,000: work grows with the rows, whatever stands in the cells."""

from __future__ import annotations

from contextlib import suppress

from bench.harness import compare
from doorknock.ooxml import SheetError
from doorknock.places.reading import read_roster
from doorknock.sheets import Sheet, open_workbook
from tests.places.rows_read import WANG, household
from tests.places.workbooks import roster
from tests.test_sheets import HOSTILE

ROWS, TENTH = 20_000, 2_000


def shared(text: str) -> Sheet:
    """A sheet whose 9,000 rows all say the same in every cell."""
    sheet = open_workbook(roster(WANG))[0]
    cell = sheet.rows[2][2]._replace(value=text)
    sheet.rows |= {n: dict.fromkeys(range(1, 8), cell) for n in range(3, 9_000)}
    return sheet


def try_all(traps: list[bytes]) -> None:
    """Opens what nobody should be able to open."""
    for data in traps:
        with suppress(SheetError):
            open_workbook(data)


def main() -> None:
    """Print the figures."""
    big, small = (roster(*[household(n) for n in range(rows - 2)]) for rows in (ROWS, TENTH))
    long, short = shared("长" * 30_000), shared("长" * 41)
    traps = [make() for make, _ in HOSTILE.values()]
    pairs = [
        compare(
            (f"one roster of {ROWS} rows", lambda: read_roster(open_workbook(big))),
            (f"ten of {TENTH}", lambda: [read_roster(open_workbook(small)) for _ in range(10)]),
            turns=5,
        ),
        compare(
            ("9,000 rows of 30,000 characters in each cell", lambda: read_roster([long])),
            ("the same of 41", lambda: read_roster([short])),
            turns=5,
        ),
        compare(
            (f"{len(traps)} workbooks made to harm", lambda: try_all(traps)),
            (f"one roster of {TENTH} rows", lambda: read_roster(open_workbook(small))),
            turns=5,
        ),
    ]
    for pair in pairs:
        print(pair.line())


if __name__ == "__main__":
    main()
