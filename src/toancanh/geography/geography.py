"""Geography: what the other rooms ask about areas."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from toancanh.domain import Area, InvalidInput, Level, Lineage, Text
from toancanh.geography import fragments
from toancanh.geography.engine import EngineAreas
from toancanh.geography.register import COUNTRY, LEVELS, Register, read_areas
from toancanh.geography.search import Search
from toancanh.geography.shapes import Geometry, Shapes
from toancanh.geography.succession import Restated, Succession, read_steps
from toancanh.store import LONG, Facts

DATA = Path(__file__).parent / "data"
ARCHIPELAGOES = (
    ("20333", Text(vi="Quần đảo Hoàng Sa (Đà Nẵng, Việt Nam)", en="Hoang Sa Archipelago (Da Nang, Viet Nam)")),
    ("22736", Text(vi="Quần đảo Trường Sa (Khánh Hòa, Việt Nam)", en="Truong Sa Archipelago (Khanh Hoa, Viet Nam)")),
)
"""Special zones far out at sea that every map of Viet Nam shows and names."""


class Geography:
    """Areas as they are and were, what became of them, where they lie. Everything answers from memory.

    `Geography()` reads the lists (about 0.2 s); `start` makes the engine know them. Boundaries are read at first use.
    A date means the state of that day; codes are ours, as `domain.Area` explains.
    """

    levels: tuple[Level, ...] = LEVELS

    def __init__(self, folder: Path = DATA) -> None:
        self._folder = folder
        self.register = Register(read_areas(folder / "areas.csv"))
        self.succession = Succession(self.register, read_steps(folder / "lineage.csv"))
        members: dict[str, list[str]] = {}
        for area in self.register:
            if area.until is None and area.level == "commune" and area.parent:
                members.setdefault(area.parent, []).append(area.code)
                members.setdefault(COUNTRY, []).append(area.code)
        self.shapes = Shapes(folder, members)
        self._warming: asyncio.Task[None] | None = None

    async def start(self, facts: Facts) -> None:
        """Make tables and dictionaries in the engine where this version is missing; load them in the background."""
        engine = EngineAreas(self._folder, self.register, self.succession, self.shapes)
        await engine.refresh(facts)
        self._warming = asyncio.create_task(self._warm(facts))

    async def warm(self) -> None:
        """Wait until dictionaries and boundaries are loaded. Raises what loading them raised."""
        if self._warming is not None:
            await asyncio.shield(self._warming)

    async def close(self) -> None:
        """Stop loading."""
        if self._warming is not None:
            self._warming.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._warming

    async def _warm(self, facts: Facts) -> None:
        for touch in (
            self.code_sql("''"),
            self.level_sql("''", "province"),
            self.point_sql("0", "0"),
            self.name_sql("''"),
        ):
            await facts.query(f"SELECT {touch}", limits=LONG)
        await asyncio.to_thread(self._prepare)

    def _prepare(self) -> None:
        """Make what is made at first use, so that no question waits for it."""
        self.shapes.load()
        self.succession.below(COUNTRY)
        self._search.find("")

    # the register

    def get(self, code: str, day: date | None = None) -> Area:
        """Return the area on `day`, by default its newest span. Raises NotFound."""
        return self.register.get(code, day)

    def tree(self, day: date, root: str | None = None, depth: int = 1) -> list[Area]:
        """Return the areas below `root` (by default the provinces) on `day`, at most `depth` levels down."""
        return self.register.tree(day, root, depth)

    def below(self, code: str, day: date | None = None) -> list[str]:
        """Return `code` and the codes below it on `day`; without a day, of all times, however they were called then.

        Without a day a former area also holds the areas of today that lie wholly in it, and an area of today the
        former ones that went into it: what a filter on recorded codes needs.
        """
        return self.succession.below(code) if day is None else self.register.below(code, day)

    def levels_on(self, day: date) -> tuple[Level, ...]:
        """Return the levels in force on `day`, from above: before July 2025 there were districts."""
        there = {self.get(code, day).level for code in self.register.below(COUNTRY, day)[1:]}
        return tuple(level for level in LEVELS if level in there)

    def province_of(self, code: str, day: date | None = None) -> Area:
        """Return the province that the area is or lies in on `day`, by default in its newest span. Raises NotFound."""
        chain = self.register.chain(self.get(code, day).code, day)
        return next(area for area in chain if area.level == "province")

    def search(
        self,
        text: str,
        day: date | None = None,
        level: Level | None = None,
        limit: int = 20,
        within: str | None = None,
        near: str | None = None,
    ) -> list[Area]:
        """Return the areas that fit `text`, best first: "hai an", "P. Hải An", "an duong, hai phong".

        Without `day` those of all times. `within` keeps what is below an area; of equal fits those below `near` come first.
        """
        inside = self.below(within, day) if within else ()
        around = frozenset(self.below(near)) if near else frozenset()
        return self._search.find(text, day, level, limit, inside, around)

    @cached_property
    def _search(self) -> Search:
        return Search(self.register)

    # what became of what

    def lineage(self, code: str) -> list[Lineage]:
        """Return every step that the area took part in, oldest first."""
        return self.succession.lineage(code)

    def restate(self, code: str, boundaries: date) -> Restated:
        """Return where the area's figures are counted on the boundaries of that day. Raises NotFound."""
        self.get(code)
        return self.succession.restate(code, self.succession.epoch(boundaries))

    def shares(self, code: str, boundaries: date) -> list[tuple[str, float | None]]:
        """Return among which areas of that day the area lies, each with its part from 0 to 1, None where unknown."""
        self.get(code)
        return self.succession.shares(code, boundaries)

    def successors(self, code: str, day: date) -> list[tuple[Area, bool]]:
        """Return the areas of `day` among which a former area lies, most of it first, each with whether all of it does.

        A district's are its communes'.
        """
        found = dict(self.succession.shares(code, day))
        if not found:
            last = self.register.get(code)
            parts = [self.succession.shares(part.code, day) for part in self.register.children(code, last.until or day)]
            held = Counter(area for part in parts for area, _ in part)
            whole = Counter(area for part in parts for area, share in part if share == 1)
            return [(self.register.get(area, day), whole[area] == len(parts)) for area, _ in held.most_common()]
        ordered = sorted(found.items(), key=lambda each: -(each[1] or 0))
        return [(self.register.get(area, day), share == 1) for area, share in ordered]

    def restate_notes(self, codes: Iterable[str], boundaries: date) -> list[Text]:
        """Return what readers must know when figures recorded for `codes` are shown on those boundaries."""
        return self.succession.notes(codes, boundaries)

    # boundaries

    def locate(self, lon: float, lat: float) -> Area | None:
        """Return the commune of today that holds the point, None at sea or abroad. Raises InvalidInput."""
        code = self.shapes.locate(lon, lat)
        return None if code is None else self.get(code)

    def locate_all(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> list[str | None]:
        """Return the code of the commune of today that holds each point, exactly."""
        return self.shapes.locate_all(lon, lat)

    def boundary(self, code: str) -> Geometry | None:
        """Return the GeoJSON geometry, None for former areas whose outline today's communes do not give. Raises NotFound."""
        self.get(code)
        return self.shapes.boundary(code)

    def boundaries(self, codes: Sequence[str]) -> dict[str, Any]:
        """Return a GeoJSON feature collection of areas; those without known boundary have a null geometry."""
        return {"type": "FeatureCollection", "features": [self._feature(self.get(code), {}) for code in codes]}

    def overlay(self) -> dict[str, Any]:
        """Return what every map of Viet Nam shows: Hoàng Sa and Trường Sa, each as its islands and as a labelled point."""
        features = []
        for code, label in ARCHIPELAGOES:
            area = self.get(code)
            names = {"label_vi": label.vi, "label_en": label.en, "parent": area.parent}
            features.append(self._feature(area, {**names, "kind": "islands"}))
            point = {"type": "Point", "coordinates": list(area.centre or ())}
            features.append(
                {**self._feature(area, {**names, "kind": "label"}), "id": f"{code}-label", "geometry": point}
            )
        return {"type": "FeatureCollection", "features": features}

    def _feature(self, area: Area, more: dict[str, Any]) -> dict[str, Any]:
        properties = {
            "code": area.code,
            "level": area.level,
            "name": area.full_name,
            "name_en": area.name_en,
            "centre": area.centre,
            **more,
        }
        return {"type": "Feature", "id": area.code, "geometry": self.boundary(area.code), "properties": properties}

    # SQL for other rooms; arguments are SQL expressions, answers Strings, "" when unresolved

    def point_sql(self, lon: str, lat: str) -> str:
        """Return SQL for the commune of today at a position. Within some metres of a border it may differ from `locate`."""
        return fragments.point_sql(lon, lat)

    def code_sql(self, code: str, day: str | None = None) -> str:
        """Return SQL for the area that a code means on the record's day, else the one it means today, else the former."""
        return fragments.code_sql(code, day, self.succession.epochs)

    def name_sql(self, name: str, within: str | None = None, day: str | None = None) -> str:
        """Return SQL for the area of that name inside `within`, a code or name of a province or district."""
        return fragments.name_sql(name, within, day, self.succession.epochs)

    def restate_sql(self, area: str, boundaries: date) -> str:
        """Return SQL for the area in which a stored area's figures are counted on those boundaries."""
        return fragments.restate_sql(area, self.succession.epoch(boundaries))

    def assumed_sql(self, area: str, boundaries: date) -> str:
        """Return SQL that is 1 where `restate_notes` has something to say about a stored area."""
        return fragments.assumed_sql(area, self.succession.epoch(boundaries))

    def level_sql(self, area: str, level: str, boundaries: date | None = None) -> str:
        """Return SQL for the area of `level` above a stored area, on those boundaries or as recorded. Raises InvalidInput."""
        if level not in LEVELS:
            raise InvalidInput(
                Text(vi=f"Không có cấp “{level}”.", en=f"There is no level '{level}'."),
                Text(vi=f"Dùng một trong: {', '.join(LEVELS)}.", en=f"Use one of: {', '.join(LEVELS)}."),
            )
        return fragments.level_sql(area, level, None if boundaries is None else self.succession.epoch(boundaries))
