"""One worksheet of a template: where its marks are, what stands in the way of filling them, and the filled part."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby

from doorknock.papers import marks
from doorknock.papers.called import Village
from doorknock.papers.paper import Figure
from doorknock.papers.sheet_bytes import Piece, Rich, opening_of, spliced
from doorknock.papers.sheet_cells import MARK, Answers, Marked, cell_xml, value_of
from doorknock.papers.sheet_parts import CellAt, Grid, RowAt, Strings, each_cell
from doorknock.sheets import column_letters
from doorknock.words import _, joined

_KIND = re.compile(rb"""\s+t=("[^"]*"|'[^']*')""")
_ROW_OWN = re.compile(rb"""\s+(?:r|spans)=("[^"]*"|'[^']*')""")
_OFFICE = re.compile("(村民委员会|村委会|居民委员会|居委会|社区|村|镇|乡|街道)$")


class SheetPlan:
    """A worksheet that is to be filled. ``wrong`` holds what is in the way, one sentence each."""

    def __init__(
        self, title: str, data: bytes, grid: Grid, strings: Strings | None, answers: Answers, percents: set[str]
    ) -> None:
        self.title, self.data, self.grid, self.answers = title, data, grid, answers
        self.strings, self.percents = strings, percents
        self.wrong: list[str] = []
        self.marked = [marked for cell in each_cell(grid) if (marked := self._marked(cell)) is not None]
        self._placed: dict[tuple[int, int], bytes] = {}
        self._heights: dict[int, RowAt] = {}

    def look(self) -> None:
        """Fill ``wrong`` with marks that nobody knows and formulas that hold marks."""
        for marked in self.marked:
            for word in marked.words:
                if marks.key_of(word) is None and marks.of_each(word) is None:
                    near = marks.like(word)
                    told = _("【%(word)s】（%(cell)s）不认识", word=word, cell=self._named(marked.cell))
                    self.wrong.append(told + (_("，是不是【%(near)s】", near=near) if near else ""))
        for cell in each_cell(self.grid):
            if cell.formula and any(marks.key_of(word) for word in MARK.findall(cell.formula_text)):
                self.wrong.append(_("公式里不能写记号（%(cell)s）", cell=self._named(cell)))

    def plan(self) -> None:
        """Place every answer; what can't be placed is in ``wrong``."""
        rows = {marked.cell.row for marked in self.marked if "village" in map(marks.key_of, marked.words)}
        by_row = groupby(sorted(self.marked, key=lambda m: (m.cell.row, m.cell.column)), key=lambda m: m.cell.row)
        for number, found in ((number, list(group)) for number, group in by_row):
            if number in rows:
                self._repeat(self.grid.rows[number], found)
                continue
            self._below(found)
            for marked in found:
                self._place(marked, marked.cell.row, marked.cell.style, self._whole)

    def filled(self) -> bytes:
        """The part with the answers in their places, and no result of a formula remembered."""
        edits = [
            (cell.whole, self._forgotten(cell))
            for cell in each_cell(self.grid)
            if cell.formula and (cell.row, cell.column) not in self._placed
        ]
        by_row: dict[int, dict[int, bytes]] = defaultdict(dict)
        for (row, column), xml in self._placed.items():
            by_row[row][column] = xml
        for number in by_row:
            if number in self.grid.rows:
                edits += self._in_row(self.grid.rows[number], by_row[number])
        return spliced(self.data, [*edits, *self._new_rows(by_row)])

    def _marked(self, cell: CellAt) -> Marked | None:
        found = self._rich(cell)
        if found is None or cell.formula is not None or not MARK.search(found[0].text):
            return None
        return Marked(cell, *found)

    def _rich(self, cell: CellAt) -> tuple[Rich, bytes, str] | None:
        """A cell's text, and where it is written."""
        if cell.rich is not None:
            return cell.rich, self.data, self.grid.prefix
        if cell.shared is not None and self.strings and cell.shared < len(self.strings.found):
            return self.strings.found[cell.shared], self.strings.data, self.strings.prefix
        return (Rich(cell.whole, [(cell.whole, cell.raw)]), self.data, "") if cell.raw else None

    def _named(self, cell: CellAt) -> str:
        return f"{self.title}!{cell.name}" if self.title else cell.name

    def _whole(self, word: str) -> Figure | str:
        """What a mark stands for in the whole paper; the mark over a column goes."""
        key = marks.key_of(word)
        return self.answers.of(key) if key else ""

    def _place(self, marked: Marked, row: int, style: str, say: Callable[[str], Figure | str]) -> None:
        column = marked.cell.column
        name, percent = f"{column_letters(column)}{row}", style in self.percents
        xml = marked.xml(name, style, self.grid.prefix, say, percent=percent)
        each = marks.of_each(marked.words[0])
        if marked.alone and each:  # a head that is only a mark is left with its word
            xml = cell_xml(name, style, self.grid.prefix, marks.word_of(each) if each != "state" else _("说明"))
        self._placed[row, column] = xml

    def _repeat(self, row: RowAt, found: list[Marked]) -> None:
        """A row with 【村】: for every village, in the rows that are blank below."""
        villages = self.answers.villages
        if not villages:
            self.wrong.append(_("这份报告里没有分村的数，第 %(row)s 行的【村】填不了", row=row.number))
            return
        constant = [cell for cell in row.cells.values() if not cell.blank and cell.formula is None]
        columns = [cell.column for cell in constant]
        free = next((n for n in range(1, len(villages)) if not self._is_free(row.number + n, columns)), len(villages))
        if free < len(villages):
            told = _("第 %(row)s 行的【村】下面要空 %(need)s 行，现在只空 %(free)s 行，请插入空行", row=row.number,
                     need=len(villages) - 1, free=free - 1)  # fmt: skip
            self.wrong.append(told)
            return
        keys = [marks.key_of(word) for marked in found for word in marked.words]
        for number, village in enumerate(villages, row.number):
            say = self._saying(village, [key for key in keys if key])
            for cell in constant:
                at = self._at(number, cell.column)
                style = at.style if at and at.style else cell.style
                marked = next((each for each in found if each.cell is cell), None)
                if marked is not None:
                    self._place(marked, number, style, _by_word(say))
                elif number != row.number:
                    self._placed[number, cell.column] = self._same(cell, number, style)
            self._heights[number] = row

    def _saying(self, village: Village, keys: list[str]) -> Callable[[str], Figure | str]:
        """Answers for one village, by key. Its words stand in 【说明】, or else where its first figure would."""
        first = next((key for key in keys if key in marks.FIGURES), "")
        instead = village.state if "state" not in keys else ""

        def say(key: str) -> Figure | str:
            answer = self.answers.of(key, village)
            silent = isinstance(answer, str) or answer.value is None
            return instead if instead and key == first and silent else answer

        return say

    def _below(self, found: list[Marked]) -> None:
        """Heads with 【各村…】: answers beside the villages' names below."""
        heads = [(marked, key) for marked in found for word in marked.words if (key := marks.of_each(word)) is not None]
        if not heads:
            return
        rows, missing = {}, []
        for village in self.answers.villages:
            row = self._row_of(village.name, heads[0][0].cell.row)
            missing += [village.name] if row is None else []
            rows[village.name] = row
        if missing or not rows:
            who = joined(missing) or _("一个村也没有")
            self.wrong.append(_("%(cell)s 下面没有找到：%(who)s", cell=self._named(heads[0][0].cell), who=who))
            return
        for village in self.answers.villages:
            say = self._saying(village, [key for _marked, key in heads])
            for marked, key in heads:
                self._beside(rows[village.name] or 0, marked.cell, say(key))

    def _beside(self, row: int, head: CellAt, answer: Figure | str) -> None:
        at = self._at(row, head.column)
        name = f"{column_letters(head.column)}{row}"
        if (at and at.formula) or self._is_covered(row, head.column):
            self.wrong.append(_("%(cell)s 里是公式或合并的格子，填不了", cell=name))
            return
        style = at.style if at else ""
        value = value_of(answer, percent=style in self.percents)
        self._placed[row, head.column] = cell_xml(name, style, self.grid.prefix, value)

    def _row_of(self, village: str, above: int) -> int | None:
        """The first row below in which a cell is the village's name."""
        for wanted in (_folded(village), _short(village)):
            rows = [row for row in self._names.get(wanted, ()) if row > above]
            if rows:
                return min(rows)
        return None

    @property
    def _names(self) -> dict[str, list[int]]:
        if not hasattr(self, "_texts"):
            self._texts: dict[str, list[int]] = defaultdict(list)
            for cell in each_cell(self.grid):
                if (found := self._rich(cell)) is not None and len(found[0].text) <= 40:
                    for form in {_folded(found[0].text), _short(found[0].text)}:
                        self._texts[form].append(cell.row)
        return self._texts

    def _at(self, row: int, column: int) -> CellAt | None:
        return self.grid.rows[row].cells.get(column) if row in self.grid.rows else None

    def _is_free(self, row: int, columns: list[int]) -> bool:
        cells = [self._at(row, column) for column in columns]
        return all(at is None or at.blank for at in cells) and not any(self._is_covered(row, c) for c in columns)

    def _is_covered(self, row: int, column: int) -> bool:
        """Whether a merged area hides the cell behind its first one."""
        return any(
            top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
            for top, left, bottom, right in self.grid.merged
        )

    def _same(self, cell: CellAt, row: int, style: str) -> bytes:
        """A cell of a repeated row that holds no mark, for another row."""
        found = self._rich(cell)
        name = f"{column_letters(cell.column)}{row}"
        if cell.shared is None and cell.rich is None and _is_number(cell.raw):
            return cell_xml(name, style, self.grid.prefix, float(cell.raw))
        return cell_xml(name, style, self.grid.prefix, found[0].text if found else "")

    def _forgotten(self, cell: CellAt) -> bytes:
        """A cell with a formula, without the result that its program remembered."""
        kept = self.data[cell.formula.start : cell.formula.end] if cell.formula else b""
        return _KIND.sub(b"", opening_of(self.data, cell.whole)) + kept + b"</%bc>" % self._prefix

    @property
    def _prefix(self) -> bytes:
        return self.grid.prefix.encode()

    def _in_row(self, row: RowAt, cells: dict[int, bytes]) -> Iterator[tuple[Piece, bytes]]:
        opening = self.data[row.opening.start : row.opening.end]
        if row.closed:
            inside = b"".join(cells[column] for column in sorted(cells))
            yield row.opening, opening[:-2] + b">" + inside + b"</%brow>" % self._prefix
            return
        end = self.data.rindex(b"</", row.opening.end, row.end)
        inserted: dict[int, bytes] = defaultdict(bytes)
        for column in sorted(cells):
            if (there := row.cells.get(column)) is not None:
                yield there.whole, cells[column]
                continue
            after = [cell.whole.start for number, cell in row.cells.items() if number > column]
            inserted[min(after, default=end)] += cells[column]
        yield from ((Piece(at, at), xml) for at, xml in inserted.items())

    def _new_rows(self, by_row: dict[int, dict[int, bytes]]) -> Iterator[tuple[Piece, bytes]]:
        end = self.data.rindex(b"</", 0, self.grid.data_end)
        inserted: dict[int, bytes] = defaultdict(bytes)
        for number in sorted(set(by_row) - set(self.grid.rows)):
            like = self._heights[number]
            opening = _ROW_OWN.sub(b"", self.data[like.opening.start : like.opening.end].rstrip(b"/>"))
            cells = b"".join(by_row[number][column] for column in sorted(by_row[number]))
            after = [row.opening.start for other, row in self.grid.rows.items() if other > number]
            inserted[min(after, default=end)] += opening + b' r="%d">' % number + cells + b"</%brow>" % self._prefix
        yield from ((Piece(at, at), xml) for at, xml in inserted.items())


def _by_word(say: Callable[[str], Figure | str]) -> Callable[[str], Figure | str]:
    return lambda word: say(marks.of_each(word) or marks.key_of(word) or "")


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _short(text: str) -> str:
    """A village's name without what it is."""
    plain = _folded(text)
    return _OFFICE.sub("", plain) or plain


def _is_number(raw: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", raw) is not None
