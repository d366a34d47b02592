"""Temporary passwords, second factors, sessions as one sees them, and assignments that stand in for another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table of recovery codes."""
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("temporary_until", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("single_use", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("totp_secret", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("totp_step", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("phones_until", sa.DateTime(), nullable=True))
    with op.batch_alter_table("login_session") as batch_op:
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("browser", sa.String(length=40), nullable=False, server_default=""))
    with op.batch_alter_table("grid_assignment") as batch_op:
        batch_op.add_column(sa.Column("stands_for", sa.String(length=36), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
        info={"dist": "reference"},
    )
    with op.batch_alter_table("recovery_code") as batch_op:
        batch_op.create_index("ix_recovery_code_person_id", ["person_id"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("recovery_code")
    with op.batch_alter_table("grid_assignment") as batch_op:
        batch_op.drop_column("stands_for")
    with op.batch_alter_table("login_session") as batch_op:
        batch_op.drop_column("browser")
        batch_op.drop_column("seen_at")
    with op.batch_alter_table("person") as batch_op:
        for name in ("phones_until", "totp_step", "totp_secret", "single_use", "temporary_until", "must_change"):
            batch_op.drop_column(name)
