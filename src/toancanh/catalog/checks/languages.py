"""Both languages: a Vietnamese text is Vietnamese, an English one English, and neither is the other's copy."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from toancanh.catalog.checks.saying import doubtful, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.reading import Path
from toancanh.domain import Issue, Text

_MARKED = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323\u0306\u0302\u031b")


def check_languages(draft: Draft) -> list[Issue]:
    """Return the issues of texts for people in every document."""
    return [
        issue
        for documents in draft.docs.values()
        for document in documents.values()
        if document.model is not None and document.kind != "tests"
        for path, text in _texts(document.model, ())
        for issue in _text(document, path, text)
    ]


def has_diacritics(word: str) -> bool:
    """Return whether `word` carries a mark of Vietnamese."""
    return any(char in _MARKED for char in word) or any(char in _TONES for char in unicodedata.normalize("NFD", word))


def _text(document: Document, path: Path, text: Text) -> Iterator[Issue]:
    vietnamese, english = _WORD.findall(text.vi), _WORD.findall(text.en)
    for language, said in (("vi", text.vi), ("en", text.en)):
        if unicodedata.normalize("NFC", said) != said or not said.strip():
            yield wrong(
                document, (*path, language), "Chữ chưa ở dạng Unicode dựng sẵn, hoặc trống.", "The text is empty or not in composed Unicode.",
                "Gõ lại bằng bộ gõ Unicode dựng sẵn (NFC).", "Type it again in composed Unicode (NFC).", "language",
            )  # fmt: skip
    if text.vi == text.en and len(english) > 2:
        yield doubtful(
            document, (*path, "en"), "Bản tiếng Anh giống hệt bản tiếng Việt.", "The English text is a copy of the Vietnamese.",
            "Dịch một trong hai.", "Translate one of them.", "language",
        )  # fmt: skip
        return
    if len(vietnamese) > 3 and not any(has_diacritics(word) for word in vietnamese):
        yield doubtful(
            document, (*path, "vi"), "Bản tiếng Việt không có dấu.", "The Vietnamese text has no diacritics.",
            "Viết tiếng Việt có dấu.", "Write Vietnamese with its diacritics.", "language",
        )  # fmt: skip
    marked = sum(has_diacritics(word) for word in english)
    if len(english) > 3 and marked > len(english) / 2:
        yield doubtful(
            document, (*path, "en"), "Bản tiếng Anh là tiếng Việt.", "The English text is Vietnamese.",
            "Dịch sang tiếng Anh.", "Translate it into English.", "language",
        )  # fmt: skip
    if sorted(re.findall(r"\{\w+\}", text.vi)) != sorted(re.findall(r"\{\w+\}", text.en)):
        yield wrong(
            document, path, "Hai bản ngôn ngữ có các chỗ điền {…} khác nhau.", "The two languages fill in different {…}.",
            "Dùng cùng những chỗ điền ở cả hai.", "Use the same ones in both.", "language",
        )  # fmt: skip


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _texts(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
