"""What people look at: boards, declared by packs or saved by themselves."""

from toancanh.views.boards import BoardEntry, Boards

__all__ = ["BoardEntry", "Boards"]
