"""From a workbook's sheets to the places that an office means: rows, refusals, warnings, counts.

Pure: what needs the database (is the group known, has it a grid, is the place there already) comes
after. A doubtful cell costs the cell and a warning, a doubtful identity costs the row: a household
is not lost for a mistyped phone, and two households are never made one. Reasons and warnings name
sheet, row and column but repeat no names or numbers, because they travel further than the roster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from doorknock.places.columns import NAMES, compact, header_at
from doorknock.places.fields import (
    KIND_WORDS,
    BadFieldError,
    adults_of,
    phones_of,
    text_of,
    within_limit,
)
from doorknock.places.table import Notes, Table, id_columns
from doorknock.sheets import Sheet, SheetError
from doorknock.tabular import NOTES
from doorknock.words import _, joined

_SUBSTANCE = frozenset({"contact_name", "door", "phone", "adults", "landmark", "nickname"})
"""Fields that make a row more than the numbers and words an office fills in ahead."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One recognised place. A blank text is "", except that a number nobody gave is None.

    ``kind`` is a place's code; ``phone`` digits only; ``group`` a name as written; ``row_order``
    counts the distinct rows of the file from 1; ``sheet`` and ``row`` say where it stands.
    """

    sheet: str
    row: int
    row_order: int
    group: str
    local_no: str | None
    door: str
    contact_name: str
    adults: int | None
    phone: str | None
    kind: str
    landmark: str
    lane: str
    settlement: str
    nickname: str

    @property
    def household(self) -> tuple[str, str, str]:
        """(group, door, name) in the form in which they are compared."""
        return compact(self.group), compact(self.door), compact(self.contact_name)

    @property
    def identity(self) -> tuple[str, ...]:
        """Within a village: (local_no,) where there is one, else the household."""
        return (self.local_no,) if self.local_no else self.household

    def differences(self, other: RosterRow) -> list[str]:
        """The recognised fields, by their Chinese names, in which two rows differ."""
        return [
            word
            for name, word in NAMES.items()
            if _comparable(getattr(self, name)) != _comparable(getattr(other, name))
        ]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why. Row 1 also stands for a sheet that was not read at all."""

    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What some recognised rows add up to; ``by_group`` is keyed by name, in file order."""

    places: int
    by_group: dict[str, int]
    adults: int
    with_phone: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook read: distinct rows in file order, and what was not taken."""

    rows: list[RosterRow]
    repeated: int
    blank: int
    warnings: list[str]
    refused: list[Refusal]


def read_roster(sheets: Sequence[Sheet]) -> Reading:
    """Everything a workbook says about places; SheetError if no sheet has a head to read by."""
    roster = _Roster()
    for sheet in sheets:
        if sheet.hidden:
            roster.notes.add(sheet.name, _("是隐藏的表，没有读；要读请先取消隐藏。"))
        elif sheet.rows:
            roster.read(sheet)
    if not roster.headed:
        raise SheetError("no_header")
    rows = list(roster.taken.values())
    return Reading(rows, roster.repeated, roster.blank, roster.notes.sentences(), roster.refused)


def count(rows: Iterable[RosterRow]) -> Counts:
    """Add up rows, after the database has had its say about them too."""
    kept = list(rows)
    return Counts(
        places=len(kept),
        by_group=dict(Counter(row.group for row in kept)),
        adults=sum(row.adults or 0 for row in kept),
        with_phone=sum(row.phone is not None for row in kept),
    )


class _Roster:
    """The village's roster as it grows sheet by sheet."""

    def __init__(self) -> None:
        self.taken: dict[tuple[str, ...], RosterRow] = {}
        self.refused: list[Refusal] = []
        self.notes = Notes()
        self.repeated = self.blank = 0
        self.headed = False

    def read(self, sheet: Sheet) -> None:
        numbers = list(sheet.rows)
        table, at, ids = None, 0, frozenset[int]()
        while at < len(numbers):
            header = header_at(sheet, numbers, at)
            if header:
                at += header.depth
                if table is None:
                    ids = id_columns(sheet, numbers[at:])
                    self.blank += _blank_rows(sheet, numbers, at)
                table = Table(sheet, header, ids, self.notes)
                continue
            if table:
                self._take(sheet, table, numbers[at])
            at += 1
        self.headed = self.headed or table is not None
        if table is None and sheet.name != NOTES:
            reason = _("这张表找不到表头，没有读。请写上「村组、户主、门牌」这样的列名。")
            self.refused.append(Refusal(sheet.name, 1, reason))

    def _take(self, sheet: Sheet, table: Table, number: int) -> None:
        if table.passes_over(number):
            return
        try:
            row = self._row(sheet, table, number)
        except BadFieldError as bad:
            self.refused.append(Refusal(sheet.name, number, str(bad)))
            return
        if row is None:
            return
        first = self.taken.setdefault(row.identity, row)
        if first is not row:
            self._meet_again(first, row)

    def _meet_again(self, first: RosterRow, row: RosterRow) -> None:
        differing = first.differences(row)
        if not differing:
            self.repeated += 1
            return
        same = _("编号") if row.local_no else _("村组、门牌和户主")
        reason = _(
            "和「%(sheet)s」第 %(row)s 行的%(same)s一样，但%(differing)s不一样。请核对后改正，或只留一行。",
            sheet=first.sheet,
            row=first.row,
            same=same,
            differing=joined(differing),
        )
        self.refused.append(Refusal(row.sheet, row.row, reason))

    def _row(self, sheet: Sheet, table: Table, number: int) -> RosterRow | None:
        texts = table.texts(number)
        named = "local_no" in texts and table.has_formula(number)
        if not (named or _SUBSTANCE & texts.keys()):
            if any(cell.value is not None for cell in sheet.rows[number].values()):
                what = _("没有户主、门牌这些内容，没有读。")
                self.notes.add(sheet.name, what, _("第 %(number)s 行", number=number))
            return None
        _refuse_nameless(texts, len(sheet.rows[number]), len(table.header.columns))
        if "group" not in table.header.columns:
            texts["group"] = text_of(sheet.name)
        elif "group" not in texts:
            raise BadFieldError(_("没有写村组，请补上。"))
        plain = {name: within_limit(name, texts.get(name, "")) for name in _PLAIN}
        return RosterRow(
            sheet=sheet.name,
            row=number,
            row_order=len(self.taken) + 1,
            local_no=within_limit("local_no", texts.get("local_no", "")) or None,
            adults=adults_of(texts["adults"]) if "adults" in texts else None,
            phone=self._phone(sheet, number, texts.get("phone", "")),
            kind=self._kind(sheet, number, texts.get("kind", "")),
            **plain,
        )

    def _phone(self, sheet: Sheet, number: int, text: str) -> str | None:
        phones = phones_of(text)
        if len(phones) > 1:
            self.notes.add(sheet.name, _("有几个电话，只读了第一个。"), _("第 %(number)s 行", number=number))
        if text and not phones:
            self.notes.add(sheet.name, _("的电话不像电话号码，按空白读。"), _("第 %(number)s 行", number=number))
        return phones[0] if phones else None

    def _kind(self, sheet: Sheet, number: int, text: str) -> str:
        word = compact(text)
        if word and word not in KIND_WORDS:
            what = _("的类型「%(word)s」不认识，按住户读。", word=word[:10])
            self.notes.add(sheet.name, what, _("第 %(number)s 行", number=number))
        return KIND_WORDS.get(word, "household")


_PLAIN = ("group", "door", "contact_name", "landmark", "lane", "settlement", "nickname")


def _refuse_nameless(texts: dict[str, str], cells: int, columns: int) -> None:
    if texts.keys().isdisjoint({"local_no", "door", "contact_name"}):
        raise BadFieldError(_("没有户主、门牌，也没有编号，看不出是哪一户。"))
    if cells == 1 and columns > 2:
        raise BadFieldError(_("只有一格有字，看不出是不是一户。"))


def _blank_rows(sheet: Sheet, numbers: Sequence[int], at: int) -> int:
    """Wholly empty rows from under the head to the last row that has anything in it."""
    head = numbers[at - 1]
    filled = [n for n in numbers[at:] if any(c.value is not None for c in sheet.rows[n].values())]
    return filled[-1] - head - len(filled) if filled else 0


def _comparable(value: str | int | None) -> str | int | None:
    return compact(value) if isinstance(value, str) else value
