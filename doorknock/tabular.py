"""Tables as files, written row by row in constant memory: no text becomes a formula, and no digit is lost.

A workbook says of each cell that it is text. A .csv says nothing: whoever opens it guesses, and takes ``=1+1`` for a
formula, ``007`` for 7 and ``3-5`` for a day in March. So what would be guessed wrong is marked: ``'`` before what looks
like a formula (``unguarded`` takes it off again), a tab behind what looks like a number or a day.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from doorknock import clock
from doorknock.cells import MAX_TEXT
from doorknock.words import _, lazy

Kind = Literal["text", "number", "day", "instant"]
Value = str | int | float | date | datetime | None
Row = Sequence[Value]
NOTES = lazy("说明")
"""The name of the sheet that says what a workbook is."""
ROWS_A_SHEET = 1_000_000
"""A sheet of a workbook ends at 1,048,576; what is more stands on the next one."""
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u207c\u207a\u208c\u208a"
"""What begins a formula, and what some programs fold into one of these."""
_UNSEEN = r"\s'\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(f"[\t\r\n]|[{_UNSEEN}]*[{_SIGNS}]")
_NUMBER = re.compile(r"[\s\d.,:/\\\-\u2013\u2014()%+eE¥￥$€£年月日时分]*")
_CONTROL = re.compile("\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class Column:
    """One column: its word, what stands in it, and its width in a workbook, in digits."""

    word: str
    kind: Kind = "text"
    width: int = 12


class Table(Protocol):
    """A file that takes rows. ``close`` ends it and puts it on the disk; without it the file is no table."""

    def rows(self, rows: Iterable[Row]) -> None:
        """Write these rows, each with a value for each column."""

    def close(self, notes: Sequence[tuple[str, Value]]) -> None:
        """Nothing more comes; ``notes`` say what this is, where the format has a place for it."""


def guarded(text: str) -> str:
    """The text as it may stand in a .csv: what a spreadsheet could take for a formula gets a ``'`` in front."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What was written, of a cell that ``guarded`` may have marked."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def visible(text: str) -> str:
    """The text with what no table can hold made visible: ␇ for a bell; lines end as they do in a cell."""
    return text if text.isprintable() else _CONTROL.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    sign = found[0]
    if sign[0] == "\r":
        return "\n"
    if sign < " ":
        return chr(0x2400 + ord(sign))
    return "\u2421" if sign == "\x7f" else "\ufffd"


def _plain(value: Value) -> Value:
    """A text of a .csv. Most begin with a letter, and then nothing can be guessed but TRUE and FALSE."""
    if not isinstance(value, str) or not value:
        return value
    text = visible(value)
    if text[0].isalpha():
        return text if text.upper() not in ("TRUE", "FALSE") else f"{text}\t"
    if _NUMBER.fullmatch(text) and any(map(str.isdigit, text)):
        text += "\t"
    return guarded(text)


def _day(value: Value) -> Value:
    return value.isoformat() if isinstance(value, date) else _plain(value)


def _instant(value: Value) -> Value:
    return value.astimezone(clock.SHANGHAI).isoformat(" ")[:19] if isinstance(value, datetime) else _plain(value)


_IN_CSV: dict[Kind, Callable[[Value], Value]] = {"text": _plain, "number": _plain, "day": _day, "instant": _instant}


class Csv:
    """A .csv as WPS and Excel open it without asking: UTF-8 with its mark, lines that end in CR LF."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="", errors="replace")
        self.writer = csv.writer(self.file, lineterminator="\r\n")
        self.ways = [_IN_CSV[column.kind] for column in columns]
        self.writer.writerow([_plain(str(column.word)) for column in columns])

    def rows(self, rows: Iterable[Row]) -> None:
        """Write these rows."""
        ways = self.ways
        self.writer.writerows([way(value) for way, value in zip(ways, row, strict=True)] for row in rows)

    def close(self, notes: Sequence[tuple[str, Value]]) -> None:
        """The rows are on the disk; a .csv has no place for notes."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()


class Xlsx:
    """A workbook whose rows go to the disk as they come; ``close`` packs them. Needs room for both in its folder."""

    def __init__(self, path: Path, columns: Sequence[Column], title: str) -> None:
        self.path, self.columns, self.title = path, columns, title
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book: Any = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(path.parent)} | plain
        )  # fmt: skip
        self.formats = {
            "head": self.book.add_format({"bold": True, "bottom": 2}),
            "quoted": self.book.add_format({"quote_prefix": True}),
            "day": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        self.sheets = self.row = 0
        self._begin()

    def _begin(self) -> None:
        self.sheets += 1
        self.sheet = self.book.add_worksheet(f"{self.title}{self.sheets if self.sheets > 1 else ''}")
        self.sheet.freeze_panes(1, 0)
        for at, column in enumerate(self.columns):
            self.sheet.set_column(at, at, column.width)
            self.sheet.write_string(0, at, str(column.word), self.formats["head"])
        self.row = 0

    def rows(self, rows: Iterable[Row]) -> None:
        """Write these rows, on a further sheet where this one is full."""
        for row in rows:
            if self.row == ROWS_A_SHEET:
                self._begin()
            self.row += 1
            for at, value in enumerate(row):
                if value is not None and value != "":
                    self._cell(self.row, at, value)

    def _cell(self, row: int, at: int, value: Value) -> None:
        if isinstance(value, str):
            text = _fitting(visible(value))
            if text[0].isalnum():
                self.sheet.write_string(row, at, text)
            else:
                known = guarded(text) if unguarded(text) != text else text
                self.sheet.write_string(row, at, known, self.formats["quoted"] if _FORMULA.match(known) else None)
        elif isinstance(value, datetime):
            self.sheet.write_number(row, at, _serial(value), self.formats["instant"])
        elif isinstance(value, date):
            self.sheet.write_number(row, at, (value - _DAY_ZERO).days, self.formats["day"])
        else:
            self.sheet.write_number(row, at, value)

    def close(self, notes: Sequence[tuple[str, Value]]) -> None:
        """Write the notes on a sheet of their own, and pack the workbook."""
        about = self.book.add_worksheet(str(NOTES))
        about.set_column(0, 0, 14)
        about.set_column(1, 1, 60)
        self.sheet = about
        for row, note in enumerate(notes):
            for at, value in enumerate(note):
                if value is not None and value != "":
                    self._cell(row, at, value)
        try:
            self.book.close()
        except FileCreateError as error:
            raise error.args[0] from error  # the fault of the disk itself, which whoever asks knows
        with self.path.open("rb") as file:
            os.fsync(file.fileno())


def _serial(instant: datetime) -> float:
    """Days since the day zero of workbooks, in Shanghai time."""
    local = instant.astimezone(clock.SHANGHAI)
    begun = datetime.combine(local.date(), datetime.min.time(), clock.SHANGHAI)
    return (local.date() - _DAY_ZERO).days + (local.astimezone(UTC) - begun.astimezone(UTC)).total_seconds() / 86_400


def _fitting(text: str) -> str:
    """As much as a cell of a workbook holds, with a word for what it doesn't. It counts in units of 16 bits."""
    if len(text) * 2 <= MAX_TEXT:
        return text
    data = text.encode("utf-16-le", "replace")
    if len(data) <= 2 * MAX_TEXT:
        return text
    kept = data[: 2 * (MAX_TEXT - 40)].decode("utf-16-le", "ignore")
    return kept + _("……（太长，后面还有 %(count)s 个字，存成 .csv 是全的）", count=len(text) - len(kept))
