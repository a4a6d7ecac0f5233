"""Boards keep their versions, and are shared with roles and units."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables; what there is of each board becomes its first kept version."""
    op.create_table(
        "board_versions",
        sa.Column("board", sa.String(length=127), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("declaration", _DOCUMENT, nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("restored", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["board"], ["boards.id"], name=op.f("fk_board_versions_board"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board", "version", name=op.f("pk_board_versions")),
    )
    op.create_table(
        "board_shares",
        sa.Column("board", sa.String(length=127), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("edit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["board"], ["boards.id"], name=op.f("fk_board_shares_board"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board", "kind", "code", name=op.f("pk_board_shares")),
    )
    op.create_index(op.f("ix_board_shares_kind_code"), "board_shares", ["kind", "code"], unique=False)
    op.execute(
        "INSERT INTO board_versions (board, version, declaration, author, name, at) "
        "SELECT id, version, declaration, owner, COALESCE((SELECT name FROM users WHERE users.id = boards.owner), owner), "
        "changed FROM boards"
    )
