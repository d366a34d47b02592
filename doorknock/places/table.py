"""A table on a sheet: its head, its rows' texts by field, and what had to be left out, said aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from doorknock.places.columns import NAMES, Header, compact, is_column_count, is_note, is_total
from doorknock.places.fields import BadFieldError, holds_id_number, is_id_number, is_nothing, text_of
from doorknock.sheets import Cell, Sheet, Value, column_letters
from doorknock.words import _, joined

_CARRIED = ("group", "lane", "settlement")
"""Fields that offices write once for many rows, in a cell merged downwards."""
_SHOWN = 5
_MOST = 200


class Notes:
    """Warnings, alike ones gathered: each names its sheet and up to five cells or rows."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], tuple[int, list[str]]] = {}

    def add(self, sheet: str, what: str, place: str = "") -> None:
        """Remember ``what`` about a cell or row of a sheet, or about the sheet."""
        count, places = self._places.get((sheet, what), (0, []))
        if place and len(places) < _SHOWN:
            places.append(place)
        self._places[sheet, what] = (count + 1, places)

    def sentences(self) -> list[str]:
        """One sentence for each kind of warning and sheet, in the order they came up."""
        said = []
        for (sheet, what), (count, places) in self._places.items():
            rest = _(" 等 %(count)s 处", count=count) if count > len(places) > 0 else ""
            said.append(
                _(
                    "「%(sheet)s」%(places)s%(rest)s%(what)s",
                    sheet=sheet,
                    places=joined(places),
                    rest=rest,
                    what=what.lstrip() if rest else what,
                )
            )
        more = len(said) - _MOST
        return said if more <= 0 else [*said[:_MOST], _("还有 %(more)s 条类似的提醒。", more=more)]


class Table:
    """The part of a sheet under one head, read row by row from top to bottom."""

    def __init__(self, sheet: Sheet, header: Header, id_columns: frozenset[int], notes: Notes) -> None:
        self.header = header
        self._sheet = sheet
        self._notes = notes
        self._skipped = id_columns | header.private.keys()
        self._carried: dict[int, tuple[Cell, int]] = {}
        self._announce(id_columns)

    def _announce(self, id_columns: frozenset[int]) -> None:
        for word in self.header.private.values():
            self._notes.add(self._sheet.name, _("「%(word)s」一列没有读，也没有存。", word=word[:10]))
        for column in sorted(id_columns - self.header.private.keys()):
            letters = column_letters(column)
            self._notes.add(self._sheet.name, _("%(letters)s 列多半是证件号，没有读，也没有存。", letters=letters))
        if "adults" not in self.header.columns:
            for word in self.header.headcounts.values():
                what = _("「%(word)s」不一定是成年人数，没有读；如果是，请把列名改成「成年人数」。", word=word)
                self._notes.add(self._sheet.name, what)

    def passes_over(self, number: int) -> bool:
        """Whether the row is a total, a remark, a title in a merged cell: anything but a place."""
        row = self._sheet.rows[number]
        filled = sorted(column for column, cell in row.items() if cell.value is not None)
        words = [compact(text_of(row[column].value)) for column in filled]
        if is_total(words[:3]) or is_note(words) or is_column_count(words):
            return True
        _, last = self._sheet.merged.get((number, filled[0]), (0, 0)) if filled else (0, 0)
        return len(filled) == 1 and last > filled[0]

    def texts(self, number: int) -> dict[str, str]:
        """The row's non-blank texts by field; BadFieldError if one of them lost its meaning."""
        self._carry(number)
        found = {name: self._text(name, number) for name in self.header.columns}
        return {name: text for name, text in found.items() if text}

    def has_formula(self, number: int) -> bool:
        """Whether a field of the row is blank only because a formula stood there."""
        row = self._sheet.rows[number]
        known = (column for columns in self.header.columns.values() for column in columns)
        return any(column in row and row[column].formula for column in known)

    def _carry(self, number: int) -> None:
        row = self._sheet.rows[number]
        for name in _CARRIED:
            for column in self.header.columns.get(name, ()):
                if column in row:
                    bottom, _ = self._sheet.merged.get((number, column), (number, column))
                    self._carried[column] = (row[column], bottom)

    def _text(self, name: str, number: int) -> str:
        for column in self.header.columns[name]:
            cell = self._cell(number, column)
            if cell is None or column in self._skipped:
                continue
            place = f"{column_letters(column)}{number}"
            text = _readable(name, cell.value)
            if cell.formula:
                self._notes.add(self._sheet.name, _(" 是公式，按空白读。"), place)
            elif name != "phone" and holds_id_number(text):
                self._notes.add(self._sheet.name, _(" 像证件号或卡号，没有读，也没有存。"), place)
            elif not is_nothing(text) or (name == "adults" and compact(text) == "0"):
                return text
        return ""

    def _cell(self, number: int, column: int) -> Cell | None:
        cell = self._sheet.rows[number].get(column)
        if cell is None and column in self._carried:
            carried, bottom = self._carried[column]
            return carried if number <= bottom else None
        return cell


def id_columns(sheet: Sheet, numbers: Sequence[int]) -> frozenset[int]:
    """Columns in which at least half of the values in these rows look like ID numbers."""
    values: dict[int, int] = {}
    alike: dict[int, int] = {}
    for number in numbers:
        for column, cell in sheet.rows[number].items():
            values[column] = values.get(column, 0) + (cell.value is not None)
            if _is_long(cell.value) and is_id_number(text_of(cell.value)):
                alike[column] = alike.get(column, 0) + 1
    return frozenset(column for column, count in alike.items() if count * 2 >= values[column])


def _is_long(value: Value) -> bool:
    return len(value) >= 15 if isinstance(value, str) else isinstance(value, int | float) and value > 1e13


def _readable(name: str, value: Value) -> str:
    if isinstance(value, date) and name in ("door", "local_no", "adults"):
        raise BadFieldError(_("%(field)s被表格软件改成了日期，请把这一列设成文本，重新填。", field=NAMES[name]))
    return text_of(value)
