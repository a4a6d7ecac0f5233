"""Figures that people enter: submissions, what became of them, and who acts for whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("dataset", sa.String(length=127), nullable=False),
        sa.Column("unit", sa.String(length=35), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("rows", _DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("approved", _MOMENT, nullable=True),
        sa.Column("receipt", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "dataset", "unit", "period", "revision", name=op.f("uq_submissions_dataset_unit_period_revision")
        ),
    )
    op.create_index(op.f("ix_submissions_state"), "submissions", ["state"], unique=False)
    op.create_index(op.f("ix_submissions_unit_period"), "submissions", ["unit", "period"], unique=False)
    op.create_table(
        "submission_steps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("submission", sa.String(length=32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("behalf", sa.String(length=64), nullable=True),
        sa.Column("behalf_name", sa.String(length=200), nullable=True),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_submission_steps_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_steps")),
    )
    op.create_index(op.f("ix_submission_steps_submission"), "submission_steps", ["submission"], unique=False)
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("giver", sa.String(length=64), nullable=False),
        sa.Column("giver_name", sa.String(length=200), nullable=False),
        sa.Column("taker", sa.String(length=64), nullable=False),
        sa.Column("taker_name", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("start", _MOMENT, nullable=False),
        sa.Column("end", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("revoked", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_giver"), "delegations", ["giver"], unique=False)
    op.create_index(op.f("ix_delegations_taker"), "delegations", ["taker"], unique=False)
