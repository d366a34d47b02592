"""What stands in a cell of an .xlsx: shared strings, numbers, dates, and nothing a formula left."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from doorknock.ooxml import Package, Part, Relations

MAX_TEXT = 32_767
"""What Excel itself allows in a cell; the rest is cut, far above any field's own limit."""

Value = str | int | float | bool | date | None


class Cell(NamedTuple):
    """One cell: its value, or None with ``formula`` set where a formula stood."""

    value: Value
    formula: bool = False


class _Strings(Part):
    """The shared strings, without formatting and without their reading aids."""

    def __init__(self, package: Package, part: str) -> None:
        self.found: list[str] = []
        self._runs = Runs()
        super().__init__(package, part)

    def opened(self, tag: str, _attributes: dict[str, str], /) -> None:
        self._runs.opened(tag)

    def closed(self, tag: str, text: str, /) -> None:
        self._runs.closed(tag, text)
        if tag == "si":
            self.found.append(self._runs.taken())


class Runs:
    """The text of one string, gathered from its runs."""

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._aside = False

    def opened(self, tag: str) -> None:
        if tag == "rPh":
            self._aside = True

    def closed(self, tag: str, text: str, /) -> None:
        if tag == "rPh":
            self._aside = False
        elif tag == "t" and not self._aside:
            self._runs.append(text)

    def taken(self) -> str:
        text = "".join(self._runs)[:MAX_TEXT]
        self._runs.clear()
        return text


class Styles(Part):
    """Which cell styles show a number in some way: ``found``, by index. ``built_in`` are formats that need no words."""

    def __init__(self, package: Package, part: str, built_in: Iterable[int], shows: Callable[[str], object]) -> None:
        self.found: set[str] = set()
        self._shows = shows
        self._formats = {str(number) for number in built_in}
        self._index = -1
        self._inside = False
        if part:
            super().__init__(package, part)

    def opened(self, tag: str, attributes: dict[str, str], /) -> None:
        if tag == "numFmt":
            if self._shows(attributes.get("formatCode", "")[:255]):
                self._formats.add(attributes.get("numFmtId", ""))
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            self._index += 1
            if attributes.get("numFmtId") in self._formats:
                self.found.add(str(self._index))

    def closed(self, tag: str, _text: str, /) -> None:
        if tag == "cellXfs":
            self._inside = False


_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_PLACEHOLDER = re.compile("[ymdh年月日]", re.IGNORECASE)


def _shows_a_date(code: str) -> object:
    return _PLACEHOLDER.search(_LITERAL.sub("", code))


class Values:
    """Turns what stands in a cell into a value."""

    _NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]{0,400})?([eE][+-]?[0-9]{1,4})?")
    _ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

    def __init__(self, package: Package, relations: Relations, epoch: date) -> None:
        strings, styles = relations.first("/sharedStrings"), relations.first("/styles")
        self._strings = _Strings(package, strings).found if strings else []
        self._dates = Styles(package, styles, _DATES, _shows_a_date).found
        self._epoch = epoch

    def read(self, kind: str, style: str, text: str) -> Value:
        """The value of a cell of this type; None where it is empty, an error or makes no sense."""
        if kind == "s":
            known = text.isascii() and text.isdigit() and len(text) < 8
            index = int(text) if known else len(self._strings)
            return self._text(self._strings[index]) if index < len(self._strings) else None
        if kind in ("inlineStr", "str"):
            return self._text(text)
        if kind == "b":
            return text.strip() == "1"
        if kind == "d":
            return _iso(text)
        return self._number(style, text.strip()) if kind == "n" else None

    def _text(self, text: str) -> str | None:
        if "_x" in text:
            text = self._ESCAPED.sub(_unescaped, text)
        return text if text.strip() else None

    def _number(self, style: str, text: str) -> int | float | date | None:
        number = float(text) if self._NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(number):
            return None
        if style in self._dates and 0 < number < 2_900_000:
            return self._epoch + timedelta(days=int(number))
        return int(number) if number.is_integer() and abs(number) < 1e21 else number


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    if code < 0x20:
        return " "
    return "_" if code == 0x5F else found[0]


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
