"""Every area in every span of its life, in memory: the tree at a date."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from toancanh.domain import Area, Level, NotFound, Text

COUNTRY = "VN"
LEVELS: tuple[Level, ...] = ("country", "province", "district", "commune")
BEGINNING = date(1900, 1, 1)
"""`since` of what was there when the lists begin."""


class Register:
    """The areas by code. A code names one territory for ever; its spans say how it was called and where it belonged."""

    def __init__(self, areas: Iterable[Area]) -> None:
        spans: dict[str, list[Area]] = defaultdict(list)
        children: dict[str | None, list[Area]] = defaultdict(list)
        for area in areas:
            spans[area.code].append(area)
            children[area.parent].append(area)
        self.spans: Mapping[str, tuple[Area, ...]] = {
            code: tuple(sorted(found, key=lambda area: area.since)) for code, found in spans.items()
        }
        self._children = {code: sorted(found, key=lambda area: area.code) for code, found in children.items()}

    def __iter__(self) -> Iterator[Area]:
        for spans in self.spans.values():
            yield from spans

    def get(self, code: str, day: date | None = None) -> Area:
        """Return the span of `code` on `day`, by default the newest. Raises NotFound."""
        found = self.find(code, day)
        if found is None:
            vi, en = ("", "") if day is None else (f" vào ngày {day:%d/%m/%Y}", f" on {day}")
            raise NotFound(
                Text(vi=f"Không có khu vực mã {code}{vi}.", en=f"There is no area with the code {code}{en}."),
                Text(vi="Tìm theo tên ở /api/v1/areas?q=.", en="Search by name at /api/v1/areas?q=."),
                code=code,
            )
        return found

    def find(self, code: str, day: date | None = None) -> Area | None:
        """Return the span of `code` on `day`, by default the newest; None where there is none."""
        spans = self.spans.get(code, ())
        if day is None:
            return spans[-1] if spans else None
        for span in spans:
            if living(span, day):
                return span
        return None

    def children(self, code: str, day: date) -> list[Area]:
        """Return the areas right below `code` on `day`, by code."""
        return [area for area in self._children.get(code, ()) if living(area, day)]

    def tree(self, day: date, root: str | None = None, depth: int = 1) -> list[Area]:
        """Return the areas below `root` (by default the country) on `day`, at most `depth` levels down, each before what is below it."""
        found = []
        for area in self.children(root or COUNTRY, day):
            found.append(area)
            if depth > 1:
                found.extend(self.tree(day, area.code, depth - 1))
        return found

    def below(self, code: str, day: date) -> list[str]:
        """Return `code` and the codes of all areas below it on `day`."""
        return [code, *(area.code for area in self.tree(day, code, len(LEVELS)))]

    def chain(self, code: str, day: date | None = None) -> list[Area]:
        """Return the area, its parent, and so on up, on `day`; without a day, as the newest span says."""
        found = []
        area = self.find(code, day)
        while area is not None:
            found.append(area)
            at = day if day is not None else (area.until or date.max)
            area = self.find(area.parent, at) if area.parent else None
        return found


def living(area: Area, day: date) -> bool:
    """Return whether this span of the area includes `day`."""
    return area.since <= day and (area.until is None or day <= area.until)


@cache
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read_areas(path: Path) -> list[Area]:
    """Return the spans of areas.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return [
            Area(
                code,
                cast(Level, level),
                name,
                full_name,
                name_en,
                parent or None,
                _day(since) or BEGINNING,
                _day(until),
                (float(lon), float(lat)) if lon else None,
                float(km2) if km2 else None,
            )
            for code, level, name, full_name, name_en, parent, since, until, lon, lat, km2 in lines
        ]
