"""The county's forms, as an office would make them in its own program."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

VILLAGES = 13
MADE = datetime(2026, 5, 1, tzinfo=UTC)


def form(write: Any) -> bytes:
    """A workbook whose one sheet, named 日报, is written by ``write(book, sheet)``; the same bytes at any hour."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": MADE})
    write(book, book.add_worksheet("日报"))
    book.close()
    return out.getvalue()


def cells(**texts: object) -> bytes:
    """A workbook with these cells: ``cells(A1="【今日走访】")``; what begins with = is a formula."""

    def write(_book: Any, sheet: Any) -> None:
        for name, text in texts.items():
            sheet.write(name, text)

    return form(write)


def daily_form() -> bytes:
    """青禾县's daily form: a head, a sentence, a row that repeats, its sums, and a signature below."""

    def write(book: Any, sheet: Any) -> None:
        box = book.add_format({"border": 1, "font_name": "仿宋", "align": "center"})
        rate = book.add_format({"border": 1, "num_format": "0.00%"})
        title = book.add_format({"bold": True, "font_size": 18, "align": "center"})
        bold = book.add_format({"bold": True})
        sheet.set_column("A:A", 16.5)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.merge_range("A1:G1", "青禾县反诈宣传日报表", title)
        sheet.write("A2", "填报单位：【单位】（第【期数】期）")
        sheet.write_rich_string("C2", "截至【日期】办结 ", bold, "【办结户数】", " 户，办结率【办结率】")
        sheet.write_row("A4", ["村", "走访", "见面宣传", "婉拒", "补到", "占比", "说明"], box)
        sheet.write_row("A5", ["【村】", "【今日走访】", "【今日见面宣传】", "【今日见面婉拒】", "【昨天补到】"], box)
        sheet.write_formula("F5", "=IF(ISNUMBER(B5),C5/B5,0)", rate, 99)
        sheet.write("G5", "【说明】", box)
        for row in range(5, 4 + VILLAGES):
            for column in range(7):
                sheet.write_blank(row, column, None, box)
            sheet.write_formula(row, 5, f"=IF(ISNUMBER(B{row + 1}),C{row + 1}/B{row + 1},0)", rate, 99)
        last = 5 + VILLAGES
        sheet.write(last - 1, 0, "合计", box)
        for column in range(1, 5):
            letter = "ABCDE"[column]
            sheet.write_formula(last - 1, column, f"=SUM({letter}5:{letter}{last - 1})", box, 12345)
        sheet.write(last, 0, "办结率")
        sheet.write(last, 1, "【办结率】", rate)
        sheet.write(last, 2, "【办结率】", box)
        sheet.insert_textbox("I2", "县里自己的说明")
        sheet.conditional_format("B5:B17", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("A20", {"validate": "list", "source": ["是", "否"]})
        sheet.set_header("&L县反诈中心")
        sheet.print_area("A1:G20")

    return form(write)


def listed_form(*names: str) -> bytes:
    """A form where the villages stand already, in the county's own order, with marks over the columns."""

    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row("A1", ["序号", "村（社区）", "走访【各村今日走访】", "【各村今日无人在家】"])
        for row, name in enumerate(names, 1):
            sheet.write_row(row, 0, [row, name])
        total = len(names) + 1
        sheet.write_row(total, 0, ["", "合计"])
        sheet.write_formula(total, 2, f"=SUM(C2:C{total})", None, 7)

    return form(write)
