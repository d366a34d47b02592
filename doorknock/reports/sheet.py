"""One region's part of what was counted, as one kind of reader may see it: lines, and figures that lead to records."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from doorknock import clock
from doorknock.coverage.table import LEFT_OUT, UNDER
from doorknock.papers.paper import Cell, Figure, Words
from doorknock.places.counters import DAY
from doorknock.regions.models import Region
from doorknock.reports.counting import Asked, Counted, Line
from doorknock.reports.masks import DECLINED, TOLD
from doorknock.words import _, lazy

COLUMNS = ("met_covered", "met_declined", "met_later", "nobody_home")
"""Outcomes with a column of their own; the rest stand together as 其他."""
WHOLE = {"county": lazy("全县"), "town": lazy("全镇"), "village": lazy("全村")}
PART = {"county": lazy("镇"), "town": lazy("村"), "village": lazy("网格")}


@dataclass(frozen=True)
class Sheet:
    """``hidden`` = codes whose refusals are held back; None = this reader sees all."""

    region: Region
    asked: Asked
    total: Line
    lines: list[Line]
    hidden: frozenset[str] | None
    span: str = "day"
    """How the figures of the editions are called by marks: day, week, month, phase."""

    def known(self, line: Line) -> bool:
        """Whether a line's figures say anything: not where nothing was planned, or nobody could tell of it."""
        if line.visits:
            return True
        phones = len(line.fresh.phones)
        return not line.rests and phones > 0 and line.silent(self.asked.instant) < phones

    @property
    def any_known(self) -> bool:
        """Whether the sums say anything."""
        return any(self.known(line) for line in self.lines)

    def state(self, line: Line) -> Cell:
        """What is to be said of a line beside its figures."""
        if line.rests:
            return Words(_("今日无安排")) if not line.visits else ""
        said = line.fresh.said()
        if said.behind or (not line.fresh.phones and not line.visits):
            return Words(said.words, look=said.behind)
        return ""

    def outcome(self, key: str, line: Line, *, known: bool = True) -> Figure:
        """How many visits ended so: an outcome, "visits" for all, "other" for those without a column."""
        name = f"{self.span}.{key}"
        if not known:
            return Figure(name, None)
        count = self._count(key, line)
        if self.hidden is not None and key in (DECLINED, TOLD) and line.code in self.hidden:
            small = key == DECLINED and count < 5
            return Figure(name, None, text=UNDER if small else str(LEFT_OUT))
        return Figure(name, count, href=self._visits(key, line) if count else "")

    @property
    def late_today(self) -> bool:
        """Whether the edition before ended on the day that the paper speaks of: a 通报 of the same evening."""
        return clock.day_of(self.asked.instant) == self.asked.first - DAY

    def late(self, line: Line) -> Figure:
        """补到 of the edition before."""
        return Figure("day.late" if self.late_today else "late_yesterday", line.late)

    def gained(self, key: str, line: Line) -> Figure:
        """By how many doors more than at the 18:00 before, all in all: what was taken back is subtracted."""
        return Figure(f"{self.span}.{key}", line.sums[key] - line.stood[key])

    def standing(self, key: str, line: Line) -> Figure:
        """How many doors stand so; ``closed_rate`` and the like as rates of D."""
        sums, base = line.sums, line.sums["d"]
        name = key.removesuffix("_rate")
        count = {"left": line.left, "untried": base - sums["attempted"]}.get(name, sums.get(name, 0))
        if key.endswith("_rate"):
            return Figure(key, count, base)
        return Figure(key, count, href=self._doors(name, line))

    def _count(self, key: str, line: Line) -> int:
        if key == "visits":
            return line.visits
        if key == "other":
            return line.visits - sum(line.outcomes[each] for each in COLUMNS)
        return line.outcomes[key]

    def _visits(self, key: str, line: Line) -> str:
        first, last = self.asked.first.isoformat(), self.asked.last.isoformat()
        asks: list[tuple[str, str]] = [*self._where(line), ("edition", first if first == last else f"{first}..{last}")]
        if self.hidden is None:
            asks += [("known", clock.text_of(self.asked.moment))] if self.asked.moment else []
            asks += [("outcome", each) for each in self._outcomes(key, line)]
        return f"/office/visits?{urlencode(asks)}"

    def _outcomes(self, key: str, line: Line) -> list[str]:
        if key == "visits":
            return []
        return [each for each in line.outcomes if each not in COLUMNS] if key == "other" else [key]

    def _doors(self, name: str, line: Line) -> str:
        of = {"left": None, "d": "d", "closed": "closed", "attempted": "attempted", "met": "met", "covered": "covered"}
        if self.hidden is not None or name not in of:
            return ""
        asks = self._where(line)
        if name == "left":
            return f"/office/gaps/{line.code[:12]}?{urlencode(asks[1:])}"
        return f"/office/doors?{urlencode([*asks, ('of', name)])}"

    def _where(self, line: Line) -> list[tuple[str, str]]:
        region = line.code[:12]
        grid = [("grid", line.code)] if line.level == "grid" else []
        return [("region", region), *grid, ("campaign", self.asked.campaign.key)]


def of(counted: Counted, region: Region, hidden: frozenset[str] | None, span: str = "day") -> Sheet:
    """The region's sheet; ``hidden`` from ``masks`` for those who see masked figures."""
    return Sheet(region, counted.asked, counted.whole(region), counted.parts(region), hidden, span)
