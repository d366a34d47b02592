"""Every table could be distributed by county: its keys, unique keys and foreign keys contain the county."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from doorknock import create_app
from doorknock.db import Base, db

create_app({"TESTING": True, "SECRET_KEY": "t" * 32})
TABLES = sorted(Base.metadata.tables.values(), key=lambda t: t.name)
FORBIDDEN = (
    "id_card", "id_number", "birth", "bank", "income", "health", "religion", "ethnic", "face", "fingerprint", "score",
    "risk", "blacklist", "uncooperative", "track",
)  # fmt: skip


def distribution(table: Table) -> str | None:
    """How the table says that it is distributed."""
    found = table.info.get("dist")
    return found if isinstance(found, str) else None


@pytest.mark.parametrize("table", TABLES, ids=[t.name for t in TABLES])
def test_a_table_says_how_it_is_distributed(table: Table) -> None:
    assert distribution(table) in ("county", "reference")


@pytest.mark.parametrize("table", [t for t in TABLES if distribution(t) == "county"], ids=lambda t: t.name)
def test_every_key_of_a_distributed_table_contains_the_county(table: Table) -> None:
    assert "county" in table.primary_key.columns
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert "county" in constraint.columns, constraint.name
    for index in table.indexes:
        assert not index.unique or "county" in index.columns, index.name


@pytest.mark.parametrize("table", TABLES, ids=[t.name for t in TABLES])
def test_a_foreign_key_stays_within_its_county(table: Table) -> None:
    for constraint in table.constraints:
        if not isinstance(constraint, ForeignKeyConstraint):
            continue
        target = constraint.referred_table
        if distribution(target) == "county":
            assert distribution(table) == "county", f"{table.name} → {target.name}"
            pairs = {(e.parent.name, e.column.name) for e in constraint.elements}
            assert ("county", "county") in pairs, constraint.name


def test_no_column_holds_what_must_not_be_known_of_people() -> None:
    columns = [f"{t.name}.{c.name}" for t in TABLES for c in t.columns]
    assert not [name for name in columns if any(word in name for word in FORBIDDEN)]


def test_the_models_and_the_migrations_say_the_same(app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with app.app_context():
        options = {"compare_type": True}
        context = MigrationContext.configure(db.session.connection(), opts=options)
        assert compare_metadata(context, Base.metadata) == []
