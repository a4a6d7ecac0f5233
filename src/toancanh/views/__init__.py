"""What people look at: boards, declared by packs or saved by themselves."""

from toancanh.views.boards import BoardEntry, Boards, Saving
from toancanh.views.history import Changes, Touched, Version
from toancanh.views.sharing import Share

__all__ = ["BoardEntry", "Boards", "Changes", "Saving", "Share", "Touched", "Version"]
