"""Words in two languages, and the folding that lets people search without diacritics."""

import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Text(BaseModel):
    """A text that people read: Vietnamese first, English second."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: Annotated[
        str, Field(min_length=1, description="Vietnamese, with diacritics.", examples=["Chất lượng không khí"])
    ]
    en: Annotated[str, Field(min_length=1, description="English.", examples=["Air quality"])]


def normalise(text: str) -> str:
    """Return `text` in NFC with outer and repeated white space removed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return `text` lower-cased and without diacritics ("Đường Lê Lợi" -> "duong le loi").

    The engine's equal is `replaceAll(lowerUTF8(removeAccentsUTF8(x)), 'đ', 'd')`.
    """
    decomposed = unicodedata.normalize("NFD", normalise(text).lower())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.replace("đ", "d")
