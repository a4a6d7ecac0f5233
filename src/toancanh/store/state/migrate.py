"""Bringing the tables of an opened database up to date, one process at a time."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from toancanh.domain import Text, Unavailable
from toancanh.store.state.engine import lock_for_migration

_FOLDER = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> str:
    """Run the migrations that the database lacks, in one transaction; return the revision reached.

    Raises Unavailable when the database was made by a newer version of the platform.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head() or ""
    with engine.begin() as connection:
        lock_for_migration(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return head
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise _newer(current)
        config.attributes["connection"] = connection
        upgrade(config, "head")
    return head


def _newer(revision: str) -> Unavailable:
    return Unavailable(
        Text(
            vi=f"Kho trạng thái do một phiên bản mới hơn tạo ra (bước {revision}).",
            en=f"The state store was made by a newer version (revision {revision}).",
        ),
        Text(
            vi="Hãy chạy lại phiên bản mới, hoặc khôi phục bản sao lưu cũ (toancanh restore).",
            en="Run the newer version again, or restore an older backup (toancanh restore).",
        ),
    )
