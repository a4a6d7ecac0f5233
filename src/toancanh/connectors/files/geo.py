"""Geometry as fields of records: a longitude and a latitude that lie in it, and itself as GeoJSON where it is no point."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import shapely

_FEATURE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_PROPERTIES = msgspec.json.Decoder(dict[str, Any] | None)


def feature_records(features: Sequence[msgspec.Raw]) -> list[dict[str, Any]]:
    """Return features of GeoJSON (RFC 7946) as records: properties, `id`, `lon`, `lat`, `geometry`."""
    found = [_FEATURE.decode(feature) for feature in features]
    shapes = shapely.from_geojson(
        [bytes(one.get("geometry", msgspec.Raw(b"null"))) for one in found], on_invalid="ignore"
    )
    records = [dict(_PROPERTIES.decode(one.get("properties", b"null")) or {}) for one in found]
    for record, one in zip(records, found, strict=True):
        if "id" in one:
            record.setdefault("id", msgspec.json.decode(one["id"]))
    placed(records, shapes, ("lon", "lat"))
    return records


def placed(records: list[dict[str, Any]], shapes: Any, names: tuple[str, str]) -> None:
    """Add to each record a point of its shape under `names`, and the shape where it is no point."""
    shapes = np.asarray(shapes, dtype=object)
    points = shapely.point_on_surface(shapes)
    alone = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    across, along = shapely.get_x(points).tolist(), shapely.get_y(points).tolist()
    whole = shapely.to_geojson(shapes)
    for at, record in enumerate(records):
        if shapes[at] is None:
            continue
        record |= {names[0]: across[at], names[1]: along[at]}
        if not alone[at]:
            record["geometry"] = msgspec.Raw(whole[at].encode())
