"""Sources that the platform reads by itself: where they stand, how their runs went, and their sealed secrets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "source_states",
        sa.Column("source", sa.String(length=127), nullable=False),
        sa.Column("paused_by", sa.String(length=64), nullable=True),
        sa.Column("cursor", _DOCUMENT, nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("held_until", _MOMENT, nullable=True),
        sa.Column("due", _MOMENT, nullable=True),
        sa.Column("asked", _MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", _DOCUMENT, nullable=True),
        sa.Column("spans", _DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_states")),
    )
    op.create_table(
        "source_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=127), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("began", _MOMENT, nullable=False),
        sa.Column("ended", _MOMENT, nullable=True),
        sa.Column("deliveries", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("duplicated", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("problem", _DOCUMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_runs")),
    )
    op.create_index(op.f("ix_source_runs_began"), "source_runs", ["began"], unique=False)
    op.create_index(op.f("ix_source_runs_source_began"), "source_runs", ["source", "began"], unique=False)
    op.create_table(
        "source_secrets",
        sa.Column("source", sa.String(length=127), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source", "name", name=op.f("pk_source_secrets")),
    )
