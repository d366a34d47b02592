"""A roster pasted from WPS or Excel goes the way of a file; without a head, staff say once what each column is."""

from __future__ import annotations

import re

import pytest

from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.places import pasting
from doorknock.places.columns import NAMES, head_word, header_at
from doorknock.places.reading import read_roster
from tests.hefeng import VILLAGE, Hefeng, Screen, changed, plain
from tests.places.test_roster_pages import finished
from tests.wire.roster import GROUP_NAMES, HEADER, HEFENG, Household

PAGE = f"/office/import/{VILLAGE}/paste"
COLUMNS = ["group", "local_no", "door", "contact_name", "adults", "phone", "kind", "landmark"]
NEW = Household("A1", "1098", "一组9号", "钱新来", 2, "", "住户", "桥头")


def cells(rows: list[Household], *, head: bool = True) -> str:
    """What WPS puts on the clipboard."""
    lines = [[GROUP_NAMES[r.cell[1]], *r[1:4], str(r.adults), r.phone, r.kind, r.landmark] for r in rows]
    return "\r\n".join("\t".join(line) for line in ([HEADER] if head else []) + lines) + "\r\n"


def paste(screen: Screen, text: str, status: int = 303, **more: object) -> str:
    answer = screen.client.post(PAGE, data={"cells": text, **more})
    assert answer.status_code == status, answer.text
    return answer.location or answer.text


def test_who_may_not_import_may_not_paste(village: Hefeng) -> None:
    for person in ("gao", "xu", "lin"):
        paste(village.office(person), cells([*HEFENG, NEW]), status=403)
    assert village.figures() == changed()


def test_pasted_cells_with_a_head_are_seen_first_and_imported_like_a_file(village: Hefeng) -> None:
    chen = village.office("chen")
    job = paste(chen, cells([*HEFENG, NEW]))
    assert "认出 13 新增 1 有变化 0 没变 12" in plain(chen.get(job))
    assert village.figures() == changed()
    chen.post(job)
    assert "导入好了" in finished(chen, job)
    assert village.figures() == changed(N=13, D=13)
    village.stands()


def test_without_a_head_it_is_asked_once_which_column_is_what(village: Hefeng) -> None:
    chen, text = village.office("chen"), cells([NEW], head=False)
    page = paste(chen, text, status=200)
    assert "哪列是什么" in plain(page)
    assert page.count('<select name="column"') == 8
    job = paste(chen, text, column=COLUMNS)
    assert "认出 1 新增 1" in plain(chen.get(job))
    again = paste(chen, text, status=200)
    assert re.findall(r'<option value="(\w+)" selected', again) == COLUMNS, "what was said the last time"


def test_a_choice_that_tells_no_door_from_another_is_refused_and_the_text_stays(village: Hefeng) -> None:
    chen, text = village.office("chen"), cells([NEW], head=False)
    page = paste(chen, text, status=422, column=["", *COLUMNS[1:]])
    assert "请至少选一列村组" in page
    assert "钱新来" in page
    assert "有两列选了一样的" in paste(chen, text, status=422, column=["group", "group", *COLUMNS[2:]])
    assert village.figures() == changed()


@pytest.mark.parametrize(("text", "sentence"), [("", "还没有粘贴内容"), (" \r\n\t\r\n", "还没有粘贴内容")])
def test_nothing_pasted_gets_its_sentence(village: Hefeng, text: str, sentence: str) -> None:
    assert sentence in paste(village.office("chen"), text, status=422)


def test_columns_of_id_numbers_are_neither_shown_nor_read(village: Hefeng) -> None:
    chen, number = village.office("chen"), "99010219900101123X"
    text = "\r\n".join(f"一组\t10{n}\t钱新来\t{number}" for n in range(60, 63))
    page = paste(chen, text, status=200)
    assert number not in page.split("<tbody>")[1]
    job = paste(chen, text, column=["group", "local_no", "contact_name", "landmark"])
    assert number not in chen.get(job)
    assert "多半是证件号，没有读" in plain(chen.get(job))


def test_the_doors_that_are_missing_are_printed_with_a_purpose(village: Hefeng) -> None:
    chen = village.office("chen")
    job = paste(chen, cells(HEFENG[1:]))
    chen.post(f"{job}/missing", status=409, purpose=" ")
    page = plain(chen.post(f"{job}/missing", status=200, purpose="拿去问一组").text)
    assert "户表里有、文件里没有的 1 户" in page
    assert "一组1号 王水根" in page
    with village.app.app_context():
        line = db.session.query(AuditLine).filter_by(verb="export.print").one()
        assert (line.detail["purpose"], line.detail["count"]) == ("拿去问一组", 1)


def test_a_cell_with_a_line_break_or_a_tab_in_quotes_is_one_cell() -> None:
    sheet = pasting.sheet_of('村组\t户主\n一组\t"钱\n新来"\n二组\t"李\t四"\n')
    assert [row.contact_name for row in read_roster([sheet]).rows] == ["钱 新来", "李四"]


@pytest.mark.parametrize("name", NAMES)
def test_the_word_put_over_a_chosen_column_is_read_back_as_that_field(name: str) -> None:
    other = "contact_name" if name != "contact_name" else "door"
    sheet = pasting.sheet_of(f"{head_word(name)}\t{head_word(other)}\nx\ty\n")
    head = header_at(sheet, [1, 2], 0)
    assert head is not None
    assert head.columns == {name: [1], other: [2]}
