"""Importing on the page: seen first, written once and whole or not at all; the upload does not stay."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from doorknock.places import importing, roster
from tests.hefeng import OTHER, VILLAGE, Hefeng, Screen, changed, plain
from tests.wire.roster import HEFENG, LIUXI, Household, make_roster

PAGE = f"/office/import/{VILLAGE}"
SAMPLES = Path(__file__).parent / "samples"


def workbook(village: Hefeng, rows: list[Household]) -> bytes:
    return make_roster(rows, village.folder / "新户表.xlsx").read_bytes()


def send(screen: Screen, data: bytes, page: str = PAGE, name: str = "户表.xlsx", status: int = 303) -> str:
    """Upload; the address of the preview, or the refusal's page."""
    answer = screen.client.post(page, data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == status, answer.text
    return answer.location or answer.text


def finished(screen: Screen, job: str) -> str:
    """Poll as htmx does until the job has ended; its last words."""
    for _ in range(200):
        page = screen.get(job, htmx=True)
        if "正在导入" not in page:
            return plain(page)
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def uploads(village: Hefeng) -> list[Path]:
    return list(Path(str(village.app.config["DATA_DIR"])).glob("imports/*/roster.xlsx"))


def test_who_may_not_import_is_refused(village: Hefeng) -> None:
    for person in ("gao", "xu", "lin"):
        screen = village.office(person)
        screen.get(PAGE, status=403)
        send(screen, workbook(village, HEFENG), status=403)
    assert uploads(village) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"%PDF-1.7", "不是"), (b"", "空"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "")],
)
def test_a_file_that_cannot_be_read_gets_its_sentence(village: Hefeng, data: bytes, sentence: str) -> None:
    page = send(village.office("chen"), data, status=422)
    assert sentence in page
    assert "什么都没有写进去" in page
    assert uploads(village) == []
    assert "还没有选文件" in village.office("chen").post(PAGE, status=422).text


def test_nothing_is_written_before_it_is_confirmed(village: Hefeng) -> None:
    chen = village.office("chen")
    more = Household("A1", "1098", "一组9号", "钱新来", 2, "", "住户", "")
    job = send(chen, workbook(village, [*HEFENG[1:], more]))
    page = plain(chen.get(job))
    assert "认出 12 新增 1 有变化 11 没变 0" in page, "each of the eleven is one row higher up"
    assert "户表里有、文件里没有的 1 户" in page
    assert "一组1号 王水根" in page
    assert village.figures() == changed()
    assert len(uploads(village)) == 1
    chen.post(job)
    done = finished(chen, job)
    assert "导入好了" in done
    assert "认出 12 新增 1" in done
    assert village.figures() == changed(N=13, D=13)
    assert uploads(village) == []
    village.stands()


def test_not_importing_deletes_the_upload(village: Hefeng) -> None:
    chen = village.office("chen")
    job = send(chen, workbook(village, HEFENG))
    chen.post(job, drop="1")
    assert uploads(village) == []
    chen.get(job, status=404)


def test_refusals_and_warnings_say_where_and_why(village: Hefeng) -> None:
    chen = village.office("chen")
    lost = Household("A1", "1097", "一组8号", "钱新来", 2, "", "住户", "")
    path = make_roster([*HEFENG, lost], village.folder / "t.xlsx")
    book = load_workbook(path)
    book["户表"]["A14"] = "九组"
    book.save(path)
    page = plain(chen.get(send(chen, path.read_bytes())))
    assert "没收的 1 行" in page
    assert "户表 14 「九组」不在这个村的组名单里" in page


def test_what_was_corrected_in_the_field_stays_unless_ticked(village: Hefeng) -> None:
    phone = village.phone("wang")
    for number, landmark in (("1001", "祠堂边"), ("1004", "桥头小卖部")):
        phone.event("place_edit", {"place_id": village.ids[number], "landmark": landmark}, village.at(1))
    phone.sync()
    chen = village.office("chen")
    assert "位置说明" in plain(chen.get(f"/office/places/one/{village.ids['1001']}"))
    job = send(chen, workbook(village, HEFENG))
    page = plain(chen.get(job))
    assert "现场改过的 2 处" in page
    assert re.search(r"一组1号 备注 祠堂边 .* 老槐树东", page), "side by side"
    chen.post(job, tick=f"{village.ids['1004']}:landmark")
    finished(chen, job)
    phone.sync()
    rows = phone.rows("place")
    assert rows[village.ids["1001"]].data["landmark"] == "祠堂边"
    assert rows[village.ids["1004"]].data["landmark"] == "村口小卖部"
    village.stands()


def test_an_import_that_fails_half_way_has_written_nothing(village: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [Household("A1", f"12{n:02}", f"一组2{n}号", "钱新来", 2, "", "住户", "") for n in range(9)]
    chen = village.office("chen")
    job = send(chen, workbook(village, more))
    take_row, taken = roster.take_row, []

    def fail_at_the_fifth(*arguments: object) -> object:
        taken.append(arguments)
        if len(taken) == 5:
            raise OSError("the disk went away")
        return take_row(*arguments)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(roster, "take_row", fail_at_the_fifth)
    chen.post(job)
    assert "什么都没有改" in finished(chen, job)
    monkeypatch.undo()
    assert village.figures() == changed()
    assert uploads(village) == []
    village.stands()


def test_an_import_cut_off_with_its_process_says_so(village: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    chen = village.office("chen")
    job = send(chen, workbook(village, HEFENG))
    monkeypatch.setattr(importing, "_run", lambda *_: None)  # the thread that died with its process
    chen.post(job)
    assert "正在导入" in chen.get(job, htmx=True)
    monkeypatch.setattr(importing, "SILENT", importing.SILENT * 0)
    assert "没有导入" in chen.get(job, htmx=True)
    assert uploads(village) == []


def test_a_second_import_changes_nothing_and_says_so(village: Hefeng) -> None:
    chen = village.office("chen")
    page = plain(chen.get(send(chen, workbook(village, HEFENG))))
    assert "认出 12 新增 0 有变化 0 没变 12 重复 0 空行 0 没收 0" in page
    assert "不用导入" in page


def test_the_town_imports_without_seeing_names(village: Hefeng) -> None:
    phone = village.phone("wang")
    phone.event("place_edit", {"place_id": village.ids["1001"], "contact_name": "王水生"}, village.at(1))
    phone.sync()
    tang = village.office("tang")
    page = plain(tang.get(send(tang, workbook(village, HEFENG[:-1]))))
    assert "和文件里的不一样" in page
    assert "王水" not in page
    assert "孙玉梅" not in page
    other = send(tang, make_roster(LIUXI, village.folder / "l.xlsx").read_bytes(), f"/office/import/{OTHER}")
    tang.post(other)
    assert "导入好了" in finished(tang, other)


def test_an_uploads_address_opens_nothing_in_another_village(village: Hefeng) -> None:
    job = send(village.office("chen"), workbook(village, HEFENG))
    village.office("lin").get(job.replace(VILLAGE, OTHER), status=404)
    village.office("chen").get(f"{PAGE}/../../etc", status=404)
