"""What Alembic runs for every command: the connection comes from `upgrade`."""

from alembic import context

from toancanh.store.state.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True)
context.run_migrations()
