"""Going back to an older program: it refuses a database of a newer one, and the older backup puts that right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import inspect, text

from doorknock.db import db
from tests.backup.test_backup import backup, walked
from tests.backup.test_restore import restore
from tests.databases import ROOT
from tests.hefeng import Hefeng


def of_a_newer_program(village: Hefeng) -> None:
    """What an upgrade leaves: another version, a column more, a table more."""
    with village.app.app_context():
        db.session.execute(text("ALTER TABLE place ADD COLUMN spare TEXT"))
        db.session.execute(text("CREATE TABLE next_year (id TEXT PRIMARY KEY)"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()


def started(village: Hefeng) -> subprocess.CompletedProcess[str]:
    """What the unit runs before it serves, as a process of its own."""
    environment = os.environ | {
        "DATABASE_URL": str(village.app.config["SQLALCHEMY_DATABASE_URI"]), "SECRET_KEY": "1a" * 20,
        "DATA_DIR": str(village.app.config["DATA_DIR"]), "PUBLIC_URL": "http://127.0.0.1:5000",
    }  # fmt: skip
    with village.app.app_context():
        db.session.remove()
        db.engine.dispose()
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"], cwd=ROOT, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def columns(village: Hefeng) -> set[str]:
    with village.app.app_context():
        found = {each["name"] for each in inspect(db.session.connection()).get_columns("place")}
        db.session.remove()
        return found


def test_an_older_program_refuses_to_start_on_a_newer_database_and_changes_nothing(village: Hefeng) -> None:
    walked(village)
    of_a_newer_program(village)
    done = started(village)
    assert done.returncode == 1
    assert "9999" in done.stderr, "it says which version it does not know"
    assert "Traceback" not in done.stderr
    assert "spare" in columns(village)
    ready = village.app.test_client().get("/readyz")
    assert (ready.status_code, (ready.json or {})["schema"]) == (503, False), "and if it were served, it is not ready"


def test_the_unit_serves_only_what_has_passed_that(village: Hefeng) -> None:
    unit = (ROOT / "docs" / "ops" / "systemd" / "doorknock-web.service").read_text(encoding="utf-8")
    assert "\nExecStartPre=/opt/doorknock/.venv/bin/flask --app app db upgrade\n" in unit
    assert started(village).returncode == 0, "the same on a database of its own"


def test_the_backup_of_before_the_upgrade_brings_the_older_program_back_and_phones_fill_it_up(
    village: Hefeng, tmp_path: Path
) -> None:
    phone = walked(village)
    backup(village, tmp_path / "one.backup", "--verify")
    of_a_newer_program(village)
    village.visit(phone, "1004", "met_covered", 9)  # with the newer program
    phone.sync()
    before = village.figures()
    assert started(village).returncode == 1
    restore(village, tmp_path / "one.backup")
    assert started(village).returncode == 0
    assert "spare" not in columns(village)
    ready = village.app.test_client().get("/readyz")
    assert (ready.status_code, (ready.json or {})["schema"]) == (200, True)
    phone.sync()
    assert phone.waiting() == []
    assert village.figures() == before
    village.stands()
