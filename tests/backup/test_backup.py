"""A backup of 禾丰村: it counts once it was restored elsewhere and verified, and phones hear of it only then."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from doorknock import clock, create_app, shelf, web
from doorknock.backup import listing
from doorknock.db import db
from doorknock.sync import covering
from tests import databases as made
from tests.databases import ROOT, missing
from tests.hefeng import Hefeng
from tests.wire.client import Phone
from tests.wire.lines import Json

PHOTO = b"\xff\xd8\xff\xe0 a photo of a door plate"
SHA = hashlib.sha256(PHOTO).hexdigest()


def backup(village: Hefeng, file: Path, *more: str, code: int = 0) -> Json:
    """`backup FILE --json`, and what it answers."""
    found: Json = village.flask("backup", str(file), *more, "--json", code=code)
    return found


def refusal(village: Hefeng, *arguments: str) -> str:
    """What a refused command says, and that it is refused plainly."""
    with village.app.app_context():
        done = village.app.test_cli_runner().invoke(args=list(arguments))
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True), done.output
    return done.stderr


def walked(village: Hefeng, visits: int = 3) -> Phone:
    """王建国's phone with some visits that the server holds."""
    phone = village.phone("wang")
    for minute in range(1, visits + 1):
        village.visit(phone, f"{1000 + minute}", "met_covered", minute)
    phone.sync()
    return phone


def photographed(village: Hefeng) -> Phone:
    """The same with a photo that came."""
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, photos=[SHA])
    phone.sync()
    assert phone.door.request("PUT", f"/api/v1/blobs/{SHA}", PHOTO, **phone.bearer).status == 204
    return phone


def test_a_folder_that_is_not_there_is_refused(village: Hefeng, tmp_path: Path) -> None:
    assert "没有这个文件夹" in refusal(village, "backup", str(tmp_path / "nowhere" / "one.backup"))


def test_a_verified_backup_covers_what_was_held_and_nothing_that_came_later(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    assert phone.sync().head["covered"] == []
    answer = backup(village, tmp_path / "one.backup", "--verify")
    assert (answer["verified"], answer["covered"], answer["problems"]) == (True, 3, [])
    village.visit(phone, "1005", "nobody_home", 9)
    assert phone.sync().head["covered"] == [[1, 3]]
    assert backup(village, tmp_path / "two.backup", "--verify")["covered"] == 1
    assert phone.sync().head["covered"] == [[1, 4]]


def test_what_was_verified_of_another_life_covers_nothing(village: Hefeng) -> None:
    phone = walked(village)
    with village.app.app_context():
        assert covering.advance("another life of this database", covering.held()) == 0
    assert phone.sync().head["covered"] == []


def test_without_verify_nothing_is_covered_and_the_words_say_so(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    words = village.flask("backup", str(tmp_path / "one.backup"))
    assert "没有验证过，还不算备份" in words
    assert phone.sync().head["covered"] == []


def test_a_journal_that_does_not_verify_makes_no_backup_that_counts(village: Hefeng, tmp_path: Path) -> None:
    phone = walked(village)
    with village.app.app_context():
        db.session.execute(text("UPDATE journal SET sha = prev WHERE n = 2"))
        db.session.commit()
    answer = backup(village, tmp_path / "one.backup", "--verify", code=1)
    assert (answer["verified"], answer["covered"]) == (False, 0)
    assert any("hash" in problem for problem in answer["problems"])
    assert Path(answer["file"]).exists()  # it may be all that is left one day
    assert phone.sync().head["covered"] == []


def test_a_good_backup_is_not_replaced_by_one_that_was_not_verified(village: Hefeng, tmp_path: Path) -> None:
    walked(village)
    file = tmp_path / "one.backup"
    backup(village, file, "--verify")
    before = file.read_bytes()
    assert "没有验证过的备份不盖掉旧的" in refusal(village, "backup", str(file))
    with village.app.app_context():
        db.session.execute(text("UPDATE journal SET sha = prev WHERE n = 2"))
        db.session.commit()
    assert backup(village, file, "--verify", code=1)["file"] == f"{file}.unverified"
    assert file.read_bytes() == before


def test_the_secret_is_in_no_backup(village: Hefeng, tmp_path: Path) -> None:
    photographed(village)
    file = tmp_path / "one.backup"
    backup(village, file)
    secret = str(village.app.config["SECRET_KEY"]).encode()
    with tarfile.open(file) as tar:
        members = {entry.name: tar.extractfile(entry) for entry in tar}
        contents = {name: stream.read() for name, stream in members.items() if stream}
    assert set(contents) == {"database", f"blobs/{SHA}", "manifest.json"}
    assert [name for name, content in contents.items() if secret in content] == []


def test_photos_may_lie_on_a_shelf_that_all_backups_share(village: Hefeng, tmp_path: Path) -> None:
    photographed(village)
    lent = tmp_path / "shelf"
    for name in ("one.backup", "two.backup"):
        assert backup(village, tmp_path / name, "--verify", "--blobs", str(lent))["verified"]
    assert [path.name for path in lent.glob("*/*")] == [SHA]
    (lent / SHA[:2] / SHA).write_bytes(b"rot")
    answer = backup(village, tmp_path / "three.backup", "--verify", "--blobs", str(lent), code=1)
    assert answer["problems"] == ["照片和图画缺 1 张。"]


def test_a_photo_that_is_damaged_on_the_server_is_named_and_left_out(village: Hefeng, tmp_path: Path) -> None:
    photographed(village)
    with village.app.app_context():
        shelf.path_of(SHA).write_bytes(b"rot")
    answer = backup(village, tmp_path / "one.backup", "--verify")
    assert (answer["damaged_blobs"], answer["blobs"], answer["verified"]) == (1, 0, True)


def test_backups_older_than_thirty_five_days_go_but_never_the_newest_verified_one(
    village: Hefeng, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.backup"
    stranger.write_text("not on the list")
    start = clock.now()
    with clock.pinned(start - timedelta(days=40)):
        backup(village, tmp_path / "old.backup", "--verify")
        backup(village, tmp_path / "old-unverified.backup")
    assert backup(village, tmp_path / "unverified.backup")["removed"] == []
    answer = backup(village, tmp_path / "new.backup", "--verify")
    assert {Path(name).name for name in answer["removed"]} == {"old.backup", "old-unverified.backup"}
    assert {path.name for path in tmp_path.glob("*.backup")} == {"stranger.backup", "unverified.backup", "new.backup"}


def test_two_at_a_time_are_refused(village: Hefeng, tmp_path: Path) -> None:
    with village.app.app_context():
        with listing.alone():
            done = village.app.test_cli_runner().invoke(args=["backup", str(tmp_path / "one.backup")])
        assert (done.exit_code, "正在做" in done.stderr) == (1, True)


def test_a_backup_is_for_nobody_elses_eyes(village: Hefeng, tmp_path: Path) -> None:
    photographed(village)
    backup(village, tmp_path / "one.backup", "--blobs", str(tmp_path / "shelf"))
    files = [tmp_path / "one.backup", *(tmp_path / "shelf").glob("*/*")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_root_makes_none_for_a_server_of_another_user(village: Hefeng, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        missing("root")
    os.chown(str(village.app.config["DATA_DIR"]), 65534, -1)
    assert "不要用 root" in refusal(village, "backup", str(tmp_path / "one.backup"))


def test_what_a_power_cut_left_behind_goes_with_the_next_backup(village: Hefeng, tmp_path: Path) -> None:
    old, new = tmp_path / ".doorknock-old", tmp_path / ".doorknock-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    backup(village, tmp_path / "one.backup")
    assert (old.exists(), new.exists()) == (False, True)


LIMITED = """
import resource, signal, sys
from flask.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv = ["flask", "--app", "app", *sys.argv[1:]]
main()
"""
"""`flask` in a process whose files cannot grow beyond 20 KB: the disk is full in the middle of the copy."""


def test_a_full_disk_leaves_no_half_file_and_is_said_plainly(village: Hefeng, tmp_path: Path) -> None:
    walked(village)
    folder = tmp_path / "backups"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "backup", str(folder / "one.backup"), "--verify"], cwd=ROOT,
        env=environment(village), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "磁盘满了" in done.stderr
    assert list(folder.iterdir()) == []
    assert backup(village, folder / "one.backup", "--verify")["verified"]


def environment(village: Hefeng) -> dict[str, str]:
    """What a process is told that serves the village."""
    config = village.app.config
    return os.environ | {
        "DATABASE_URL": str(config["SQLALCHEMY_DATABASE_URI"]), "DATA_DIR": str(config["DATA_DIR"]),
        "SECRET_KEY": str(config["SECRET_KEY"]), "PUBLIC_URL": str(config["PUBLIC_URL"]),
    }  # fmt: skip


def test_a_database_that_is_not_ours_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    app = create_app(made.settings(empty_database_url, tmp_path))
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "one.backup")])
        web.rollback()
        db.engine.dispose()
    assert (done.exit_code, "敲门行动的数据" in done.stderr or "还没有数据库" in done.stderr) == (1, True)


def test_ready_says_how_old_the_newest_verified_backup_is(village: Hefeng, tmp_path: Path) -> None:
    client = village.app.test_client()
    assert json.loads(client.get("/readyz").text)["backup_age_hours"] is None
    now = clock.now()
    backup(village, tmp_path / "one.backup", "--verify")
    backup(village, tmp_path / "unverified.backup")
    for hours in (1, 40):
        with clock.pinned(now + timedelta(hours=hours)):
            answer = client.get("/readyz").json or {}
            figure = re.search(r"^doorknock_backup_age_seconds (\S+)$", client.get("/metrics").text, re.M)
        assert (answer["ok"], answer["backup"], answer["backup_age_hours"]) == (True, hours < 36, float(hours))
        assert figure is not None
        assert abs(float(figure[1]) - hours * 3600) < 300
