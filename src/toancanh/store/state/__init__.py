"""What people set up and decide: SQLAlchemy on SQLite or PostgreSQL."""

from toancanh.store.state import tables
from toancanh.store.state.state import State, StateHealth, open_state
from toancanh.store.state.writer import Finisher, defer

__all__ = ["Finisher", "State", "StateHealth", "defer", "open_state", "tables"]
