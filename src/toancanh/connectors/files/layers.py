"""Layers of Shapefiles, GeoPackages and what else GDAL reads, some thousand features at a time (extra `geo`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyogrio
import shapely

from toancanh.connectors.files.geo import placed

_DEGREES = ("EPSG:4326", "OGC:CRS84")


def layer_records(path: Path, layer: str | None, size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the features of a layer: its columns, `lon` and `lat`; in another system than WGS 84 `x`, `y` and `crs`.

    Raises ValueError for a file without such a layer.
    """
    try:
        with pyogrio.open_arrow(path, layer=layer, use_pyarrow=True, batch_size=size) as (about, reader):
            crs = about["crs"]
            names = ("lon", "lat") if crs is None or crs in _DEGREES else ("x", "y")
            column = about["geometry_name"] or "wkb_geometry"
            for batch in reader:
                records = (
                    batch.drop_columns([column]).to_pylist() if column in batch.schema.names else batch.to_pylist()
                )
                if column in batch.schema.names:
                    placed(records, shapely.from_wkb(batch.column(column).to_pylist()), names)
                if names[0] == "x":
                    for record in records:
                        record["crs"] = crs
                if records:
                    yield records
    except pyogrio.errors.DataSourceError as error:
        raise ValueError(error) from error
    except pyogrio.errors.DataLayerError as error:
        raise ValueError(error) from error
