"""A roster pasted from WPS or Excel: the text of the cells, read by the same code as a file.

What is pasted has tabs between cells and a line to a row, quotes round a cell that holds either. Where it comes without
a head, staff say once which column is what; the answer is kept for the village, for the next paste looks the same.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from flask import current_app

from doorknock.errors import Refused
from doorknock.places.columns import NAMES, head_word, header_at
from doorknock.places.fields import text_of
from doorknock.places.table import id_columns
from doorknock.regions.models import Region
from doorknock.sheets import MAX_COLUMNS, MAX_ROWS, Cell, Sheet, SheetError, open_workbook
from doorknock.words import _

MARK = b"doorknock pasted cells\n"
"""What a kept paste begins with, so that it is told from a workbook."""
MOST = 2_000_000
SHOWN = 5
HEAD_WITHIN = 10
IDENTIFYING = ("local_no", "door", "contact_name")


def opened(data: bytes) -> list[Sheet]:
    """The sheets of an upload: a workbook's, or the one that was pasted. SheetError for what can't be read."""
    if data.startswith(MARK):
        return [sheet_of(data.removeprefix(MARK).decode("utf-8"))]
    return open_workbook(data)


def kept(text: str) -> bytes:
    """The paste as an upload is kept."""
    return MARK + text.encode("utf-8", "replace")


def sheet_of(text: str) -> Sheet:
    """The pasted cells as a sheet; SheetError where there are none, or too many."""
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    sheet = Sheet(_("粘贴的内容"))
    try:
        lines = list(csv.reader(io.StringIO(plain), delimiter="\t"))
    except csv.Error as error:
        raise SheetError("damaged") from error
    for number, line in enumerate(lines, 1):
        cells = {column: Cell(value.strip()) for column, value in enumerate(line, 1) if value.strip()}
        if cells:
            sheet.rows[number] = cells
        if len(sheet.rows) > MAX_ROWS:
            raise SheetError("too_many_rows")
        if max(cells, default=0) > MAX_COLUMNS:
            raise SheetError("too_many_columns")
    if not sheet.rows:
        raise Refused(_("还没有粘贴内容。请在表格里选好、复制，再粘贴到框里。"))
    return sheet


def has_head(sheet: Sheet) -> bool:
    """Whether one of the first rows says what the columns are."""
    numbers = list(sheet.rows)
    return any(header_at(sheet, numbers, at) for at in range(min(len(numbers), HEAD_WITHIN)))


def columns_of(sheet: Sheet) -> int:
    """How many columns the paste has."""
    return max(max(row) for row in sheet.rows.values())


def first_rows(sheet: Sheet) -> list[list[str]]:
    """The first rows for choosing what is what; what looks like ID numbers is not shown."""
    hidden = id_columns(sheet, list(sheet.rows))
    width = range(1, columns_of(sheet) + 1)
    shown = list(sheet.rows.values())[:SHOWN]
    return [[_shown(row.get(column), hidden=column in hidden) for column in width] for row in shown]


def _shown(cell: Cell | None, *, hidden: bool) -> str:
    return _("不读") if hidden else text_of(cell.value)[:20] if cell else ""


def with_head(text: str, chosen: list[str]) -> str:
    """The paste under a head of the chosen fields; Refused where a row could not be told from another."""
    fields = [name for name in chosen if name in NAMES]
    if len(fields) != len(set(fields)):
        raise Refused(_("有两列选了一样的，请改一列。"))
    if "group" not in fields or not set(fields) & set(IDENTIFYING):
        raise Refused(_("请至少选一列村组，再选编号、门牌或户主中的一列。"))
    head = "\t".join(head_word(name) if name in NAMES else "" for name in chosen)
    return f"{head}\n{text}"


def remember(village: Region, chosen: list[str]) -> None:
    """Keep which column is what, for the village's next paste."""
    file = _memory(village)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(chosen), encoding="utf-8")


def remembered(village: Region, width: int) -> list[str]:
    """What the columns were the last time, if there were as many; else nothing is chosen."""
    file = _memory(village)
    last: list[str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return last if len(last) == width else [""] * width


def _memory(village: Region) -> Path:
    return Path(current_app.config["DATA_DIR"]) / "columns" / f"{village.code}.json"
