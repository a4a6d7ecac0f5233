"""Walls and their displays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "walls",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("declaration", _DOCUMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("control", _DOCUMENT, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walls")),
    )
    op.create_table(
        "displays",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("wall", sa.String(length=63), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("seen", _MOMENT, nullable=True),
        sa.Column("report", _DOCUMENT, nullable=True),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_displays")),
    )
    op.create_index(op.f("ix_displays_wall"), "displays", ["wall"], unique=False)
