"""Running migrations, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from toancanh.domain import Text, Unavailable
from toancanh.store.state.engine import lock_for_migration


def upgrade(engine: Engine, folder: Path) -> None:
    """Run the migrations of `folder` that the database lacks, in one transaction. Raises Unavailable for a newer database."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        lock_for_migration(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise _newer(current)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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
