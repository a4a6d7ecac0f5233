"""Meaning: units exist and convert, bands meet, rules can close again, and the like."""

from toancanh.catalog.draft import Draft
from toancanh.domain import Issue


def check_meaning(draft: Draft) -> list[Issue]:
    """Return the issues of meaning in the packs that are judged."""
    return [issue for issue in draft.issues if issue.code == "meaning"]
