"""What people look at: boards, declared by packs or saved by themselves, and the walls that play them."""

from toancanh.views.boards import BoardEntry, Boards, Saving
from toancanh.views.displays import HEARTBEAT, Display, Displays, is_itself
from toancanh.views.history import Changes, Touched, Version
from toancanh.views.playing import Command, Control, Held, Raised, Turn, obey, turn_at
from toancanh.views.sharing import Share
from toancanh.views.walls import WallEntry, Walls

__all__ = [
    "HEARTBEAT", "BoardEntry", "Boards", "Changes", "Command", "Control", "Display", "Displays", "Held", "Raised", "Saving",
    "Share", "Touched", "Turn", "Version", "WallEntry", "Walls", "is_itself", "obey", "turn_at",
]  # fmt: skip
