"""The words of the command line, one file each; nothing heavy is imported before a word needs it."""

from toancanh.cli.main import main

__all__ = ["main"]
