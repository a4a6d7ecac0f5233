"""Administrative divisions that come and go."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["country", "province", "district", "commune"]
Change = Literal["merge", "split", "rename", "transfer", "keep"]


@dataclass(frozen=True, slots=True)
class Area:
    """One administrative division in one span of its life. `until` is the last day, None while it exists.

    A code names one territory for ever; its spans say how it was called and where it belonged. Since July 2025 it is the
    official code: 2 digits for a province, 5 for a commune, never reused (QĐ 19/2025/QĐ-TTg); the country is VN. The
    list before used the same numbers for other territories (24 was Bắc Giang and is Bắc Ninh), so an area of that list
    that did not go on unchanged carries the mark `x`: x24, x303 (districts have 3 digits), x00004. What follows the mark
    is the official code of its time. `since` 1900-01-01 means: before the lists begin. `centre` is longitude and
    latitude (WGS 84) of a point inside.
    """

    code: str
    level: Level
    name: str
    full_name: str
    name_en: str
    parent: str | None
    since: date
    until: date | None
    centre: tuple[float, float] | None
    area_km2: float | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """On `day` (a part of) `old` became (a part of) `new`; both are the same code where only the name or type changed.

    `whole` says whether all of `old` went to `new`; `share` is the part of `old` that went there, 0 to 1, where known.
    """

    old: str
    new: str
    day: date
    change: Change
    whole: bool
    share: float | None = None
