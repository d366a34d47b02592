"""An export from the page to the file: who may, what for, whose; made, taken, cancelled, cut off, gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from doorknock import clock, web
from doorknock.audit import AuditLine
from doorknock.db import db
from doorknock.exports import exporting, making, progress
from doorknock.exports.exporting import ExportJob
from doorknock.exports.reading import PORTION
from doorknock.people.models import by_username
from tests.databases import ROOT
from tests.exports.taking import PURPOSE, Taken, finished, order, take
from tests.hefeng import OTHER, TOWN, VILLAGE, Hefeng, Screen, plain

COUNTY = "990102000000"
DOORS = ("visits", "roster", "commitments", "corrections")


def jobs(village: Hefeng) -> list[ExportJob]:
    with village.app.app_context():
        return list(db.session.scalars(select(ExportJob).order_by(ExportJob.asked_at)))


def folders(village: Hefeng) -> list[Path]:
    return sorted(Path(village.app.config["DATA_DIR"], "exports").glob("*/"))


def log(village: Hefeng) -> list[AuditLine]:
    with village.app.app_context():
        out = AuditLine.verb.startswith("export.")
        return list(db.session.scalars(select(AuditLine).where(out).order_by(AuditLine.at)))


def change(village: Hefeng, **columns: object) -> None:
    """As if all exports stood like this."""
    with village.app.app_context():
        db.session.execute(update(ExportJob).values(**columns))
        web.commit()


# ---- refused


def test_the_police_export_nothing(village: Hefeng) -> None:
    police = village.office("gao")
    assert police.client.get("/office/exports").status_code == 403
    assert police.client.post(f"/office/exports/{TOWN}", data={"ledger": "coverage"}).status_code == 403
    assert "/office/exports" not in police.get("/office")
    assert jobs(village) == []


@pytest.mark.parametrize("ledger", DOORS)
def test_a_county_takes_out_no_single_door_and_is_told_so(village: Hefeng, ledger: str) -> None:
    county = village.office("xu")
    for where in (COUNTY, VILLAGE):
        page = county.get(f"/office/exports/{where}")
        assert f'value="{ledger}"' not in page
        assert "县里只导出合计" in page
        form = {"ledger": ledger, "campaign": "wire", "purpose": PURPOSE}
        answer = county.client.post(f"/office/exports/{where}", data=form)
        assert (answer.status_code, "不能导出一户一户的记录" in answer.text) == (422, True)
    assert jobs(village) == []


@pytest.mark.parametrize("purpose", ["", " ", "查", "查" * 61])
def test_nothing_is_exported_without_a_purpose(village: Hefeng, purpose: str) -> None:
    chen = village.office("chen")
    form = {"ledger": "roster", "purpose": purpose, "format": "csv"}
    answer = chen.client.post(f"/office/exports/{VILLAGE}", data=form)
    assert (answer.status_code, "请写明用途" in answer.text) == (422, True)
    assert jobs(village) == []


@pytest.mark.parametrize(
    ("wish", "said"),
    [({"ledger": "all"}, "请选导出哪一种"), ({"campaign": "none"}, "请选是哪一次行动"),
     ({"first": "2026-11-02", "last": "2026-11-01"}, "日子在「从」前面"), ({"first": "yesterday"}, "2026-11-21 这样")],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_told_what_to_do(village: Hefeng, wish: dict[str, str], said: str) -> None:
    form = {"ledger": "visits", "campaign": "wire", "purpose": PURPOSE} | wish
    answer = village.office("chen").client.post(f"/office/exports/{VILLAGE}", data=form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert jobs(village) == []


def test_whoever_has_three_waiting_waits(village: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "start", lambda: None)
    chen = village.office("chen")
    for _each in range(3):
        order(chen, "roster")
    form = {"ledger": "roster", "purpose": PURPOSE}
    answer = chen.client.post(f"/office/exports/{VILLAGE}", data=form)
    assert (answer.status_code, "已经有 3 个在做" in answer.text) == (422, True)


def test_a_file_is_for_who_asked_and_for_nobody_else(walked: Hefeng) -> None:
    taken = take(walked, "chen", "visits")
    town = walked.office("tang")
    for path in (taken.address, f"{taken.address}/file"):
        assert town.client.get(path).status_code == 404
        assert walked.app.test_client().get(path).status_code == 401
    assert town.client.post(f"{taken.address}/cancel").status_code == 404
    elsewhere = taken.address.replace(VILLAGE, OTHER)
    assert taken.screen.client.get(elsewhere).status_code == 403
    taken.file()


def test_whoever_lost_the_right_gets_neither_the_file_nor_a_new_one(
    walked: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = take(walked, "chen", "visits")
    monkeypatch.setattr(making, "start", lambda: None)
    waiting = order(taken.screen, "visits")
    with walked.app.app_context():
        person = by_username("chen")
        assert person is not None
        person.role = "police"
        web.commit()
    taken.file(403)
    making.work(walked.app)
    (made,) = [job for job in jobs(walked) if job.id in waiting.address]
    assert (made.state, "岗位不能导出" in made.told) == ("failed", True)


def test_groups_are_no_region_of_exports(village: Hefeng) -> None:
    assert village.office("chen").client.get(f"/office/exports/{VILLAGE}001").status_code == 404


# ---- made and taken


def test_the_file_comes_under_a_chinese_name_and_no_cache_keeps_it(walked: Hefeng) -> None:
    answer = take(walked, "chen", "visits", "xlsx").file()
    told = answer.headers["Content-Disposition"]
    assert 'attachment; filename="visits-990102103201-' in told
    assert "filename*=UTF-8''%E8%B5%B0%E8%AE%BF%E5%8F%B0%E8%B4%A6-%E7%A6%BE%E4%B8%B0%E6%9D%91-" in told
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("ledger", [*DOORS, "coverage"])
def test_each_kind_says_how_many_rows_it_has_and_has_them(walked: Hefeng, ledger: str, form: str) -> None:
    taken = take(walked, "chen", ledger, form)
    rows = taken.csv() if form == "csv" else taken.xlsx()
    assert f"{len(rows)} 行" in taken.page
    assert len(rows) > 0


def test_who_took_what_for_what_and_how_many_rows_stands_in_the_log(walked: Hefeng) -> None:
    rows = take(walked, "chen", "visits").csv()
    (line,) = log(walked)
    assert (line.verb, line.region) == ("export.visits", VILLAGE)
    assert line.detail == {"purpose": PURPOSE, "rows": len(rows), "names": True, "format": "csv"}
    page = plain(walked.office("chen").get("/office/audit?what=out"))
    assert f"陈秀英 导出了走访台账 — 禾丰村 {len(rows)} 行，用途：{PURPOSE}" in page


def test_names_and_numbers_leave_only_for_the_village(walked: Hefeng) -> None:
    with_names, without = take(walked, "chen", "visits"), take(walked, "tang", "visits", where=TOWN)
    assert with_names.csv()[0]["户主"] == "王水根"
    assert with_names.csv()[0]["电话"].strip("\t") == "13900000001"
    told = without.file().data.decode()
    for secret in ("王水根", "13900000001", "爱听", "周"):
        assert secret in with_names.file().data.decode()
        assert secret not in told
    assert len(without.csv()) == len(with_names.csv())
    assert "没有姓名、电话和备注" in without.screen.get(f"/office/exports/{TOWN}")


def test_days_narrow_it_and_an_empty_ledger_has_only_its_head(walked: Hefeng) -> None:
    day = clock.day_of(walked.start)
    assert len(take(walked, "chen", "visits", first=str(day - timedelta(days=1)), last=str(day)).csv()) == 5
    assert take(walked, "chen", "visits", last=str(day - timedelta(days=3))).csv() == []


def test_what_waits_is_made_one_after_another_by_one_worker(walked: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(making, "start", lambda: None)
        chen = walked.office("chen")
        first, second = order(chen, "visits"), order(chen, "roster")
    with walked.app.app_context(), making._turn() as mine:
        assert mine
        assert making.work(walked.app) == 0, "somebody else is at it"
    assert "排着队" in first.page
    assert making.work(walked.app) <= 2
    finished(walked, second)
    assert [len(taken.csv()) for taken in (first, second)] == [5, 12]


def test_what_comes_in_while_it_is_written_is_not_in_it_and_nothing_is_in_it_twice(
    walked: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "start", lambda: None)
    monkeypatch.setattr("doorknock.exports.reading.doors.__defaults__", (None, 2))
    phone, told = walked.phone("wang"), progress.Watch.on
    taken = order(walked.office("chen"), "visits")

    def meanwhile(watch: progress.Watch, done: int, rows: int) -> None:
        if watch.done == 0:
            for number in ("1001", "1003", "1008"):
                walked.visit(phone, number, "nobody_home", 20)
            worker = threading.Thread(target=phone.sync)
            worker.start()
            worker.join()
        told(watch, done, rows)

    monkeypatch.setattr(progress.Watch, "on", meanwhile)
    making.work(walked.app)
    assert walked.figures()["visits"] == 8
    assert [row["门牌"] for row in taken.csv()] == ["一组1号", "一组2号", "一组3号", "一组4号", "二组1号"]


# ---- cancelled


def test_a_cancelled_export_leaves_no_file_and_says_so(walked: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "start", lambda: None)
    waiting = order(walked.office("chen"), "visits")
    waiting.screen.post(f"{waiting.address}/cancel")
    assert "不要了，文件没有留" in waiting.page
    assert making.work(walked.app) == 0
    waiting.file(404)
    assert (folders(walked), log(walked)) == ([], [])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_one_that_is_cancelled_half_way_leaves_no_file_either(
    walked: Hefeng, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(making, "start", lambda: None)
    monkeypatch.setattr(progress, "EVERY", 0)
    monkeypatch.setattr("doorknock.exports.reading.doors.__defaults__", (None, 5))
    running = order(walked.office("chen"), "visits", form)
    seen: list[list[Path]] = []
    told = progress.Watch.on

    def cancelling(watch: progress.Watch, done: int, rows: int) -> None:
        seen.append(list(folders(walked)[0].iterdir()))
        clerk = threading.Thread(target=running.screen.post, args=(f"{running.address}/cancel",))
        clerk.start()  # as in a request of its own
        clerk.join()
        told(watch, done, rows)

    monkeypatch.setattr(progress.Watch, "on", cancelling)
    making.work(walked.app)
    assert len(seen) == 1, "it stopped at once"
    assert seen[0], "something had been written"
    assert "不要了，文件没有留" in running.page
    assert (folders(walked), log(walked)) == ([], [])
    running.file(404)


def test_a_cancel_that_comes_when_all_is_done_changes_nothing(walked: Hefeng) -> None:
    taken = take(walked, "chen", "visits")
    taken.screen.post(f"{taken.address}/cancel")
    assert "做好了" in taken.page
    assert len(taken.csv()) == 5


# ---- cut off


def test_what_was_cut_off_is_taken_up_again_and_offered_only_when_whole(
    walked: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(making, "start", lambda: None)
        taken = order(walked.office("chen"), "visits")
        (job,) = jobs(walked)
        with walked.app.app_context():
            job.folder.mkdir(parents=True)
            (job.folder / "part").write_text("村,村组\r\n", encoding="utf-8")
            job.file.write_text("村,村组\r\n", encoding="utf-8")
        change(walked, state="running", tries=1, done=7)
        taken.file(404)
        assert "正在做" in taken.page
    finished(walked, taken)
    assert len(taken.csv()) == 5
    assert jobs(walked)[0].tries == 2


def test_what_is_cut_off_again_and_again_is_said_to_have_stopped(walked: Hefeng) -> None:
    taken = take(walked, "chen", "visits")
    change(walked, state="running", tries=making.TRIES, ended_at=None)
    finished(walked, taken)
    assert "做到一半停了几次" in taken.page
    taken.file(404)
    assert folders(walked) == []


def test_a_fault_is_said_in_words_and_leaves_nothing(walked: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_said: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("doorknock.tabular.Csv.rows", full)
    taken = take(walked, "chen", "visits")
    assert "服务器的存储满了" in taken.page
    monkeypatch.setattr("doorknock.tabular.Csv.rows", lambda *_said: 1 / 0)
    assert "导出时出了错" in take(walked, "chen", "roster").page
    assert (folders(walked), log(walked)) == ([], [])


def worker(village: Hefeng, *options: str) -> subprocess.Popen[bytes]:
    """``flask exports work`` on the same database and files, as it runs beside a server."""
    config = village.app.config
    told = {name: str(config[name]) for name in ("DATA_DIR", "SECRET_KEY", "PUBLIC_URL")}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "exports", "work", *options], cwd=ROOT,
        env=os.environ | told | {"DATABASE_URL": str(config["SQLALCHEMY_DATABASE_URI"])}, stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_worker_killed_in_the_middle_leaves_nothing_to_take_and_the_next_one_makes_it_whole(
    village: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "start", lambda: None)
    phone = village.phone("zhou")
    at = {"grid": "990102103201001", "group": "990102103201001"}
    for n in range(3 * PORTION):
        place = f"01900000-0000-7000-8000-{n:012x}"
        phone.event("place_new", at | {"place_id": place, "contact_name": f"新户{n}"})
        phone.event("visit", {"place_id": place, "outcome": "nobody_home"})
    phone.sync()
    taken = order(village.office("chen"), "visits", "xlsx")
    first = worker(village)
    deadline = time.monotonic() + 60
    while not (folders(village) and list(folders(village)[0].iterdir())):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    first.send_signal(signal.SIGKILL)
    first.wait()
    if jobs(village)[0].state == "done":
        pytest.fail("the worker was quicker than the signal")
    taken.file(404)
    assert worker(village, "--once").wait(60) == 0
    assert len(taken.xlsx()) == 3 * PORTION
    assert jobs(village)[0].tries == 2


# ---- gone


def test_after_a_day_the_file_is_gone(walked: Hefeng) -> None:
    taken = take(walked, "chen", "visits")
    change(walked, asked_at=clock.now() - timedelta(hours=25), ended_at=clock.now() - timedelta(hours=25))
    taken.file(404)
    assert folders(walked) != []
    walked.flask("privacy", "sweep", "--json")
    assert folders(walked) == []
    assert "文件已经删了" in taken.page


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(walked: Hefeng) -> None:
    taken = take(walked, "chen", "visits")
    with walked.app.app_context():
        jobs(walked)[0].file.write_text("x", encoding="utf-8")
    taken.file(404)


def erase(village: Hefeng, number: str) -> None:
    village.office("chen").post(f"/office/places/one/{village.ids[number]}/erase", said="1")


def test_with_a_household_go_the_files_that_may_hold_it(walked: Hefeng) -> None:
    mine, above = take(walked, "chen", "visits"), take(walked, "tang", "visits", where=TOWN)
    sums, other = take(walked, "tang", "coverage", where=TOWN), take(walked, "tang", "roster", where=OTHER)
    erase(walked, "1001")
    for taken in (mine, above):
        assert "有住户要求删掉记录" in taken.page
        taken.file(404)
    assert len(folders(walked)) == 2
    for taken in (sums, other):
        taken.file()
    again = take(walked, "chen", "visits")
    with walked.app.app_context():
        change(walked, as_of=clock.now() + timedelta(minutes=2))
    assert "王水根" not in again.file().data.decode()
    assert len(again.csv()) == 5, "the work that was done still adds up"


def test_a_file_that_was_begun_before_an_erasure_and_ended_after_it_is_not_given_out(
    walked: Hefeng, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "recall", lambda *_said: None)
    taken = take(walked, "chen", "visits")
    erase(walked, "1001")
    taken.file(404)


# ---- on its page


def test_the_page_offers_the_regions_below_and_lists_what_one_asked_for(walked: Hefeng) -> None:
    tang = walked.office("tang")
    taken = take(walked, "tang", "visits", where=VILLAGE)
    page = plain(tang.get(f"/office/exports/{TOWN}"))
    assert "走访台账·禾丰村" in page
    assert "柳溪村" in page
    assert tang.client.get(f"/office/exports?region={VILLAGE}").headers["Location"].endswith(VILLAGE)
    assert "走访台账·禾丰村" not in plain(walked.office("chen").get(f"/office/exports/{VILLAGE}"))
    assert isinstance(taken, Taken)


def test_htmx_gets_the_piece_that_it_asks_again_for(walked: Hefeng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "start", lambda: None)
    waiting = order(walked.office("chen"), "visits")
    piece = waiting.screen.get(waiting.address, htmx=True)
    assert piece.lstrip().startswith('<div id="export"')
    assert f'hx-get="{waiting.address}"' in piece
    finished(walked, waiting)
    assert "hx-get" not in waiting.screen.get(waiting.address, htmx=True)


def test_the_screen_of_a_county_offers_sums_and_the_map(village: Hefeng) -> None:
    xu: Screen = village.office("xu")
    page = xu.get(f"/office/exports/{COUNTY}")
    assert ('value="coverage"' in page, 'value="map"' in page) == (True, True)
