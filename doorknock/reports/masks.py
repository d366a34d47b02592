"""Which parts' refusals must not be printed for those who see no small number about people's choices.

Of a table that prints how many visits ended how, a refusal that is held back is the rest of its row. So its row holds
back 见面宣传 too: what the two come to together is all that can be read.
"""

from __future__ import annotations

from doorknock.coverage import masking
from doorknock.coverage.masking import Cell
from doorknock.regions.models import Region
from doorknock.reports.counting import Counted

DECLINED, TOLD = "met_declined", "met_covered"


def hidden(counted: Counted, top: Region) -> frozenset[str]:
    """The codes, at and below ``top`` down to villages, whose refusals are held back."""
    return masking.hidden(_cell(counted, top))


def _cell(counted: Counted, region: Region) -> Cell:
    line = counted.whole(region)
    cell = Cell(region.code, line.outcomes[DECLINED], 0, line.outcomes[DECLINED] + line.outcomes[TOLD])
    cell.parts = [_cell(counted, part) for part in counted.below(region)]
    return cell
