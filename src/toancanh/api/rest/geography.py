"""Administrative areas and organisations."""

from dataclasses import asdict
from datetime import date
from typing import Literal

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import Area, InvalidInput, Lineage, NotFound, Text
from toancanh.domain.declarations import Organisation

LevelName = Literal["province", "district", "commune"]
_FOUND = 200
"""A search gives at most this many areas."""


class AreaParameters(Paged):
    """Which areas. With `lon` and `lat`: the area at that point. With `q`: a search by name. Else: those below `parent`."""

    parent: str | None = Field(
        None, max_length=10, description="Code of the area above; without it, the provinces.", examples=["31"]
    )
    level: LevelName | None = Field(None, description="Only areas of this level, however far below.")
    day: date | None = Field(
        None, alias="date", description="As they were on this day; today by default, a search goes through all times."
    )
    q: str | None = Field(None, max_length=200, description="Name, with or without diacritics.", examples=["hai an"])
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, description="Longitude, WGS 84.")
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, description="Latitude, WGS 84.")


class AreaShape(Shape):
    """An administrative division in one span of its life."""

    code: str = Field(description="Code.", examples=["31"])
    name: str = Field(description="Short name.", examples=["Hải Phòng"])
    full_name: str = Field(description="Full name.", examples=["Thành phố Hải Phòng"])
    name_en: str = Field(description="English name.")
    level: Literal["country", "province", "district", "commune"] = Field(description="Level.")
    parent: str | None = Field(description="Code of the area above.")
    since: date = Field(description="First day.")
    until: date | None = Field(description="Last day; null while it exists.")
    centre: tuple[float, float] | None = Field(description="Longitude and latitude of a point inside.")
    area_km2: float | None = Field(description="Area in km².")


class Successor(Shape):
    """What a former area is (a part of) today."""

    code: str = Field(description="Code.")
    full_name: str = Field(description="Full name.")
    whole: bool = Field(description="Whether all of the former area lies in it.")
    centre: tuple[float, float] | None = Field(description="Longitude and latitude of a point inside.")


class FoundArea(AreaShape):
    """An area in a list."""

    above: str | None = Field(None, description="Where a search found it: full name of the area above.")
    became: list[Successor] = Field([], description="Where a search found a former area: what it is part of today.")


class AreaList(Shape):
    """Areas."""

    items: list[FoundArea]
    next: Next


class LineageShape(Shape):
    """On `day` (a part of) `old` became (a part of) `new`."""

    old: str = Field(description="Code of the area before.")
    new: str = Field(description="Code of the area after.")
    day: date = Field(description="When.")
    change: str = Field(description="merge, split, rename, transfer or keep.")
    whole: bool = Field(description="Whether all of `old` went to `new`.")
    share: float | None = Field(description="Part of `old` that went there, where known.")
    old_name: str = Field(description="Name before.")
    new_name: str = Field(description="Name after.")


class AreaDetail(AreaShape):
    """An area with its history."""

    lineage: list[LineageShape]


class UnitShape(Shape):
    """An organisation."""

    code: str = Field(description="Code.", examples=["HP.SNNMT"])
    name: Text = Field(description="Official name.")
    kind: str = Field(description="government, department, commune, agency or enterprise.")
    parent: str | None = Field(description="Code of the unit above.")
    area: str | None = Field(description="Area that it serves.")


class UnitList(Shape):
    """Organisations."""

    items: list[UnitShape]
    next: Next


def _found(call: Call[AreaParameters, None], area: Area, *, searched: bool) -> FoundArea:
    if not searched:
        return FoundArea.model_construct(**asdict(area))
    geography = call.services.geography
    above = None if area.parent is None else geography.get(area.parent, area.until).full_name
    former = [] if area.until is None else geography.successors(area.code, call.services.today())
    became = [
        Successor(code=one.code, full_name=one.full_name, whole=whole, centre=one.centre) for one, whole in former
    ]
    return FoundArea.model_construct(**asdict(area), above=above, became=became)


async def list_areas(call: Call[AreaParameters, None]) -> Reply:
    """Find areas by what is above them, by name or by point."""
    asked, geography = call.params, call.services.geography
    day = asked.day or call.services.today()
    if (asked.lon is None) != (asked.lat is None):
        raise InvalidInput(
            Text(vi="lon và lat phải đi cùng nhau.", en="lon and lat come together."),
            Text(vi="Hãy gửi cả hai.", en="Send both."),
        )
    if asked.lon is not None and asked.lat is not None:
        here = geography.locate(asked.lon, asked.lat)
        areas = [] if here is None else [here]
    elif asked.q is not None:
        areas = geography.search(asked.q, asked.day, asked.level, _FOUND, asked.parent, call.services.catalog.city.area)
    else:
        areas = geography.tree(day, asked.parent, 1 if asked.level is None else len(geography.levels))
    if asked.level is not None:
        areas = [area for area in areas if area.level == asked.level]
    items, following = page_of(areas, asked)
    shapes = [_found(call, area, searched=asked.q is not None) for area in items]
    return cached_reply(AreaList.model_construct(items=shapes, next=following), call.headers)


async def get_area(call: Call[Parameters, None]) -> Reply:
    """Give one area and its history."""
    geography = call.services.geography
    area = geography.get(call.path["code"])
    lineage = [_line(call, line) for line in geography.lineage(area.code)]
    return cached_reply(AreaDetail.model_construct(**asdict(area), lineage=lineage), call.headers)


def _line(call: Call[Parameters, None], line: Lineage) -> LineageShape:
    geography = call.services.geography
    old, new = geography.get(line.old).full_name, geography.get(line.new).full_name
    return LineageShape(**asdict(line), old_name=old, new_name=new)


async def get_geometry(call: Call[Parameters, None]) -> Reply:
    """Give the simplified boundary of an area."""
    code = call.path["code"]
    boundary = call.services.geography.boundary(code)
    if boundary is None:
        raise NotFound(
            Text(vi=f"Chưa có ranh giới của “{code[:10]}”.", en=f"There is no boundary of '{code[:10]}'."),
            Text(vi="Nguồn ranh giới: toancanh/geography/data.", en="Boundaries come from toancanh/geography/data."),
        )
    return cached_reply(boundary, call.headers, "application/geo+json")


async def get_overlay(call: Call[Parameters, None]) -> Reply:
    """Give what every map of Viet Nam shows."""
    return cached_reply(call.services.geography.overlay(), call.headers, "application/geo+json")


async def list_units(call: Call[Paged, None]) -> Reply:
    """List the organisations."""
    items, following = page_of([*call.services.catalog.units.values()], call.params)
    return cached_reply(UnitList(items=[_unit(unit) for unit in items], next=following), call.headers)


async def get_unit(call: Call[Parameters, None]) -> Reply:
    """Give one organisation."""
    unit = call.services.catalog.units.get(call.path["code"])
    if unit is None:
        raise NotFound(
            Text(vi="Không có đơn vị này.", en="There is no such unit."),
            Text(vi="Danh mục: GET /api/v1/units.", en="They are listed at GET /api/v1/units."),
        )
    return cached_reply(_unit(unit), call.headers)


def _unit(unit: Organisation) -> UnitShape:
    return UnitShape(code=unit.code, name=unit.name, kind=unit.kind, parent=unit.parent, area=unit.area)


_CODE = {"code": "Code of the area, current or former."}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/areas", list_areas, Text(vi="Tìm đơn vị hành chính", en="Find areas"), "areas",
        "By point, by name with or without diacritics, or those below `parent`, on any day.",
        params=AreaParameters, gives=AreaList,
    ),
    Route(
        "GET", f"{API}/areas/overlay", get_overlay, Text(vi="Hoàng Sa và Trường Sa", en="Hoang Sa and Truong Sa"), "areas",
        "What every map of Viet Nam shows and names: GeoJSON, islands and labels.", media=("application/geo+json",),
    ),
    Route(
        "GET", f"{API}/areas/{{code}}", get_area, Text(vi="Một đơn vị hành chính", en="One area"), "areas",
        "With what it came from and what became of it.", gives=AreaDetail, names=_CODE,
    ),
    Route(
        "GET", f"{API}/areas/{{code}}/geometry", get_geometry, Text(vi="Ranh giới", en="Boundary"), "areas",
        "GeoJSON geometry, simplified.", media=("application/geo+json",), names=_CODE,
    ),
    Route(
        "GET", f"{API}/units", list_units, Text(vi="Danh mục đơn vị", en="Units"), "units",
        params=Paged, gives=UnitList,
    ),
    Route(
        "GET", f"{API}/units/{{code}}", get_unit, Text(vi="Một đơn vị", en="One unit"), "units",
        gives=UnitShape, names={"code": "Code of the unit."},
    ),
)  # fmt: skip
