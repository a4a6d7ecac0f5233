"""How checks speak: an issue at a place of a document, in both languages, with the remedy."""

from toancanh.catalog.draft import Document
from toancanh.catalog.reading import Path
from toancanh.domain import Issue, Text, ToanCanhError


def wrong(
    document: Document, path: Path, vi: str, en: str, remedy_vi: str, remedy_en: str, code: str = "meaning"
) -> Issue:
    """Return an error at `path`."""
    return document.issue(path, Text(vi=vi, en=en), Text(vi=remedy_vi, en=remedy_en), code)


def doubtful(
    document: Document, path: Path, vi: str, en: str, remedy_vi: str, remedy_en: str, code: str = "meaning"
) -> Issue:
    """Return a warning at `path`: the pack loads, and its score says so."""
    return document.issue(path, Text(vi=vi, en=en), Text(vi=remedy_vi, en=remedy_en), code, "warning")


def told(document: Document, path: Path, error: ToanCanhError) -> Issue:
    """Return the issue that an error of the tree says, at `path`."""
    return document.issue(path, error.message, error.remedy or error.message, error.code)
