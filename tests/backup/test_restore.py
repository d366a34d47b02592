"""禾丰村's server restored from a backup that is older than its phones: what is missing comes again by itself."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select, text

from doorknock import clock, shelf, web
from doorknock.backup import archive, snapshot
from doorknock.backup.proof import scratch_folder
from doorknock.db import db
from doorknock.errors import Refused
from doorknock.people import devices, joining, revocations
from doorknock.people.devices import Device
from doorknock.people.models import Person
from doorknock.sync.journal import JournalLine
from tests.backup.test_backup import PHOTO, SHA, backup, photographed, refusal, walked
from tests.databases import ROOT
from tests.hefeng import Hefeng
from tests.wire.client import Phone
from tests.wire.lines import Json


def restore(village: Hefeng, file: Path, *more: str) -> Json:
    """`restore FILE --json`, and what it answers."""
    found: Json = village.flask("restore", str(file), *more, "--json")
    return found


def switch_off(village: Hefeng, phone: Phone) -> None:
    """As the office does it."""
    with village.app.app_context():
        devices.revoke(db.session.scalars(select(Device).where(Device.id == phone.device_id)).one())
        web.commit()


def person(username: str) -> Person:
    return db.session.scalars(select(Person).where(Person.username == username)).one()


def lines(village: Hefeng) -> int:
    with village.app.app_context():
        return db.session.scalar(select(func.count()).select_from(JournalLine)) or 0


def test_a_file_that_is_not_there_or_no_backup_is_refused_and_nothing_changes(village: Hefeng, tmp_path: Path) -> None:
    walked(village)
    other = tmp_path / "户表.backup"
    other.write_bytes(b"PK\3\4 a workbook")
    assert "没有这个文件" in refusal(village, "restore", str(tmp_path / "none.backup"))
    assert "不是一份完整的备份" in refusal(village, "restore", str(other))
    assert lines(village) == 3


def test_a_file_cut_short_is_refused(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    file = tmp_path / "one.backup"
    backup(village, file)
    whole = file.read_bytes()
    epoch = phone.sync().head["epoch"]
    for part in (0, 0.02, 0.5, 0.98, 0.999):
        file.write_bytes(whole[: int(len(whole) * part)])
        assert "不是一份完整的备份" in refusal(village, "restore", str(file))
    assert (lines(village), phone.sync().head["epoch"]) == (3, epoch)


def test_one_altered_bit_anywhere_is_refused_unless_it_says_the_same(village: Hefeng, tmp_path: Path) -> None:
    walked(village)
    file, altered = tmp_path / "one.backup", tmp_path / "altered.backup"
    backup(village, file)
    whole, accepted = file.read_bytes(), []
    for case in range(100):
        content = bytearray(whole)
        content[case * len(whole) // 100] ^= 1 << case % 8
        altered.write_bytes(content)
        with village.app.app_context(), suppress(Refused), scratch_folder(tmp_path) as folder:
            archive.unpack(altered, folder, blobs=True)
            accepted.append(bytes(content))
    assert len(accepted) < 20
    assert {gzip.decompress(content) for content in accepted} <= {gzip.decompress(whole)}  # a run found elsewhere


def test_a_backup_whose_journal_is_broken_is_refused(village: Hefeng, tmp_path: Path) -> None:
    walked(village)
    with village.app.app_context():
        db.session.execute(text("UPDATE journal SET sha = prev WHERE n = 2"))
        db.session.commit()
    file = tmp_path / "one.backup"
    backup(village, file)
    with village.app.app_context():
        db.session.execute(text("UPDATE journal SET detail = 'still here'"))
        db.session.commit()
    assert "没有通过验证" in refusal(village, "restore", str(file))
    with village.app.app_context():
        assert set(db.session.scalars(select(JournalLine.detail))) == {"still here"}
    done = restore(village, file, "--anyway")  # there may be nothing better
    assert any("hash" in problem for problem in done["problems"])
    assert lines(village) == 3


def test_a_backup_of_a_newer_program_is_refused(village: Hefeng, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    with village.app.app_context():
        head = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    backup(village, file)
    with village.app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
        db.session.commit()
    assert "更新的程序" in refusal(village, "restore", str(file))


def test_everything_since_the_backup_comes_again_without_anybody(village: Hefeng, tmp_path: Path) -> None:
    early, late = walked(village), village.phone("zhou")
    village.visit(late, "1008", "met_declined", 4)
    late.sync()
    backup(village, tmp_path / "one.backup", "--verify")
    village.visit(early, "1004", "met_covered", 10)
    village.visit(late, "1009", "nobody_home", 11)
    new = village.phone("wang")  # enrolled after the backup
    village.visit(new, "1006", "met_covered", 12)
    for phone in (early, late, new):
        phone.sync()
    before, life = village.figures(), early.sync().head["epoch"]
    done = restore(village, tmp_path / "one.backup")
    assert (done["events"], done["same_key"], lines(village)) == (4, True, 4)
    for phone in (early, late, new):
        answer = phone.sync()
        assert answer.head["epoch"] == done["epoch"] != life
        assert phone.waiting() == []
    assert village.figures() == before
    for phone in (early, late, new):
        phone.sync()
        assert phone.store.view() == phone.fresh().view()
    village.stands()


def test_a_backup_of_an_older_schema_is_brought_up_before_it_is_put_in_place(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    folder = str(ROOT / "migrations")
    with village.app.app_context():
        db.session.remove()
        downgrade(folder, revision="-1")
    older = backup(village, tmp_path / "one.backup")
    with village.app.app_context():
        upgrade(folder)
        db.session.remove()
    done = restore(village, tmp_path / "one.backup")
    assert done["schema"] == older["schema"]
    assert phone.sync().head["held"] == [[1, 3]]
    assert (village.app.test_client().get("/readyz").json or {})["schema"]
    village.stands()


def test_what_was_switched_off_since_stays_off(village: Hefeng, tmp_path: Path) -> None:
    phone, leaver = walked(village), village.phone("zhou")
    backup(village, tmp_path / "one.backup", "--verify")
    switch_off(village, phone)
    with village.app.app_context():
        joining.leave(person("zhou"), phones="deliver", by=person("tang"))
        web.commit()
    done = restore(village, tmp_path / "one.backup")
    assert (done["phones_off"], done["persons_off"]) == (1, 1)
    assert phone.post_lines([]).status == 403
    assert village.app.test_client().post(
        "/login", data={"username": "zhou", "password": "qinghe-door-zhou-1"}
    ).status_code in (401, 403)
    with clock.pinned(clock.now() + timedelta(days=8)):
        assert leaver.post_lines([]).status == 403


def test_a_line_that_a_power_cut_left_half_written_is_passed_over_and_stays_alone(village: Hefeng) -> None:
    first, second = walked(village), village.phone("zhou")
    switch_off(village, first)
    with (Path(village.app.config["DATA_DIR"]) / revocations.NAME).open("a") as file:
        file.write('{"device_id": "019')
    assert first.post_lines([]).status == 403
    switch_off(village, second)
    with village.app.app_context():
        assert set(revocations.phones()) == {first.device_id, second.device_id}


def test_somebody_who_came_back_is_not_switched_off_by_a_restore(village: Hefeng, tmp_path: Path) -> None:
    backup(village, tmp_path / "one.backup", "--verify")
    with village.app.app_context():
        joining.leave(person("zhou"), phones="deliver", by=person("tang"))
        web.commit()
        joining.come_back(person("zhou"), by=person("tang"))
        web.commit()
    assert restore(village, tmp_path / "one.backup")["persons_off"] == 0


def test_after_a_lost_disk_the_lists_come_back_from_the_backup(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    switch_off(village, phone)
    backup(village, tmp_path / "one.backup", "--verify")
    (Path(village.app.config["DATA_DIR"]) / "revocations.jsonl").unlink()
    restore(village, tmp_path / "one.backup")
    with village.app.app_context():
        assert phone.device_id in revocations.phones()


def test_everybody_in_the_office_logs_in_again(village: Hefeng, tmp_path: Path) -> None:
    chen = village.office("chen")
    backup(village, tmp_path / "one.backup", "--verify")
    restore(village, tmp_path / "one.backup")
    assert chen.client.get("/office").status_code == 401
    village.office("chen").get("/office")


def test_a_wrong_restore_is_taken_back_with_what_it_kept(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    backup(village, tmp_path / "one.backup", "--verify")
    village.office("chen").post(f"/office/places/one/{village.ids['1004']}/close")
    item_less = village.visit(phone, "1004", "met_covered", 9)
    phone.sync()
    done = restore(village, tmp_path / "one.backup")
    assert lines(village) == 3
    restore(village, Path(done["before"]))
    assert lines(village) == 4
    assert phone.sync().head["held"] == [[1, item_less.n]]
    village.stands()


def test_photos_come_back_from_the_file_and_what_is_gone_is_asked_of_the_phone_again(
    village: Hefeng, tmp_path: Path
) -> None:
    phone = photographed(village)
    backup(village, tmp_path / "one.backup", "--verify")
    lent = tmp_path / "shelf"
    backup(village, tmp_path / "lean.backup", "--verify", "--blobs", str(lent))
    with village.app.app_context():
        kept = shelf.path_of(SHA)
    kept.unlink()
    assert restore(village, tmp_path / "one.backup")["blobs_back"] == 1
    assert kept.read_bytes() == PHOTO
    kept.unlink()
    assert "照片和图画缺 1 张" in refusal(village, "restore", str(tmp_path / "lean.backup"))
    assert restore(village, tmp_path / "lean.backup", "--blobs", str(lent))["blobs_back"] == 1
    kept.unlink()
    assert restore(village, tmp_path / "lean.backup", "--without-blobs")["blobs_wanted"] == 1
    assert phone.sync().head["blobs_wanted"] == [SHA]


def test_a_backup_under_another_secret_says_that_phones_will_have_to_log_in(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    backup(village, tmp_path / "one.backup", "--verify")
    village.app.config["SECRET_KEY"] = "another secret, after the first was lost"
    assert restore(village, tmp_path / "one.backup")["same_key"] is False
    assert phone.post_lines([]).status == 401


def test_a_database_that_is_broken_is_set_aside_and_the_backup_takes_its_place(
    village: Hefeng, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    phone = walked(village)
    backup(village, tmp_path / "one.backup", "--verify")
    if pytestconfig.getoption("--database") == "postgresql":
        with village.app.app_context():
            db.session.execute(text("DROP TABLE meta"))
            db.session.commit()
    else:
        file = Path(str(village.app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
        with village.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        file.write_bytes(b"\0" * 8192)
    restore(village, tmp_path / "one.backup")
    assert phone.sync().head["held"] == [[1, 3]]
    village.stands()


def test_a_database_that_was_set_aside_is_gone_after_five_weeks_for_names_can_be_read_in_it(
    village: Hefeng, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    if pytestconfig.getoption("--database") == "postgresql":
        with village.app.app_context():
            assert snapshot.store_of(str(village.app.config["SQLALCHEMY_DATABASE_URI"])).aside() == []
        return
    file = Path(str(village.app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
    broken, younger, other = (file.with_name(file.name + end) for end in (".broken-1a2b", ".broken-3c4d", ".mine"))
    for path, days in ((broken, 36), (younger, 34), (other, 36)):
        path.write_bytes(b"SQLite format 3")
        then = time.time() - days * 86_400
        os.utime(path, (then, then))
    said = backup(village, tmp_path / "one.backup", "--verify")
    assert [str(broken)] == said["removed"]
    assert [broken.exists(), younger.exists(), other.exists()] == [False, True, True]


def test_a_member_that_does_not_belong_is_not_unpacked(village: Hefeng, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    with gzip.open(file, "wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
        entry = tarfile.TarInfo("../escaped")
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"bad"))
    assert "不是一份完整的备份" in refusal(village, "restore", str(file))
    assert list(tmp_path.rglob("escaped")) == []
