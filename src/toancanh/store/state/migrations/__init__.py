"""The history of the state store's tables, for Alembic. A step that was released is never edited."""
