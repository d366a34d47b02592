"""Migrations are numbered, linear, and keep the rows of a village that is in use."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from doorknock import create_app
from doorknock.db import db
from tests import databases as made
from tests.hefeng import Hefeng

FOLDER = Path(__file__).parent.parent / "migrations"
WIDER = '''"""A column more on places, the way a batch migration does it."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("place", recreate=recreate) as batch:
        batch.add_column(sa.Column("spare", sa.Text()))


def downgrade():
    with op.batch_alter_table("place") as batch:
        batch.drop_column("spare")
'''
COUNTED = ("place", "visit", "commitment", "review_report", "journal", "change", "contribution")


def revisions() -> list[tuple[str, str, str | None]]:
    """(file name, revision, the one before) of every migration, in the order of their names."""
    found = []
    for path in sorted((FOLDER / "versions").glob("*.py")):
        said = dict(re.findall(r"^(revision|down_revision) = (.+)$", path.read_text(encoding="utf-8"), re.M))
        down = None if said["down_revision"] == "None" else said["down_revision"].strip("\"'")
        found.append((path.stem, said["revision"].strip("\"'"), down))
    return found


def test_migrations_are_numbered_and_each_follows_the_one_before() -> None:
    before = None
    for number, (name, revision, down) in enumerate(revisions(), 1):
        assert re.fullmatch(r"\d{4}_[a-z]+(_[a-z]+)+", name), name
        assert (revision, down) == (f"{number:04d}", before), name
        before = revision


def counts() -> dict[str, int]:
    """Rows per table of what a migration must not lose."""
    return {name: db.session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in COUNTED}  # noqa: S608


def test_a_migration_keeps_every_row_of_a_village_in_use(app: Flask, tmp_path: Path) -> None:
    village = Hefeng(app, tmp_path).found()
    phone = village.phone("wang")
    village.visit(phone, "1001", "met_covered", 1, commitment={"version": "1", "method": "paper"})
    village.report(phone, "1002", "wrong")
    phone.sync()
    folder = shutil.copytree(FOLDER, tmp_path / "migrations")
    head = revisions()[-1][1]
    (folder / "versions" / "9999_widen_places.py").write_text(WIDER.format(head=head), encoding="utf-8")
    with app.app_context():
        before = counts()
        assert all(before.values())
        db.session.remove()
        upgrade(str(folder))
        assert counts() == before
        assert "spare" in {column["name"] for column in inspect(db.session.connection()).get_columns("place")}
        db.session.remove()
        downgrade(str(folder), revision=head)
        assert counts() == before
        db.session.remove()
    village.visit(phone, "1003", "nobody_home", 2)
    assert phone.sync().head["held"] == [[1, 3]]
    village.stands()


def test_the_house_can_be_taken_down_and_built_again(empty_database_url: str, tmp_path: Path) -> None:
    app = create_app(made.settings(empty_database_url, tmp_path))
    with app.app_context():
        upgrade(str(FOLDER))
        downgrade(str(FOLDER), revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade(str(FOLDER))
        assert set(COUNTED) <= set(inspect(db.engine).get_table_names())
        db.session.remove()
        db.engine.dispose()


def test_foreign_keys_are_checked_again_after_a_migration(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            db.session.execute(
                text(
                    "INSERT INTO review_item (county, id, place_id, village_code, kind, status, opened_at)"
                    " VALUES ('990102', 'x', 'nobody', '990102103201', 'new', 'open', '2026-11-21')"
                )
            )
