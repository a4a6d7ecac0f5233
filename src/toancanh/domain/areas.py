"""Administrative divisions that come and go."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["country", "province", "district", "commune"]
Change = Literal["merge", "split", "rename", "transfer", "keep"]


@dataclass(frozen=True, slots=True)
class Area:
    """One administrative division in one span of its life. `until` is the last day, None while it exists.

    Codes are never reused (QĐ 19/2025/QĐ-TTg); codes from before July 2025 lived in another list, so `code` of a former
    unit carries the prefix `x` where it would clash.
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
    """On `day` (a part of) `old` became (a part of) `new`. `share` is the part of `old` that went there, 0 to 1, where known.

    `whole` says whether all of `old` went to `new`.
    """

    old: str
    new: str
    day: date
    change: Change
    whole: bool
    share: float | None = None
