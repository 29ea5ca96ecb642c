"""Masks of a GeoTIFF as polygons on the map."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import ExportError
from shared.export.masks import MaskForm, MaskResult, write_text
from shared.georeference import Georeference, georeference
from shared.lonlat import to_lonlat
from shared.outlines import Ring, area, outlines

COORDINATES = ("longitude_latitude", "file")
DEGREES, UNITS = 8, 4  # decimals: a millimetre of longitude, a tenth of one in metres


def checked(source: Path | None, options: dict[str, Any]) -> Georeference:
    """Return where a picture lies.

    Raises:
        ExportError: It does not lie on the map, or not in a system that the wanted coordinates need.
    """
    place = georeference(source) if source else None
    if place is None:
        raise ExportError(
            f"{source.name if source else 'The picture'} does not say where on the map it lies.",
            "GeoJSON wants a georeferenced GeoTIFF; take SVG or COCO polygons for pixels.",
        )
    if options.get("coordinates", COORDINATES[0]) == "file":
        return place
    if place.epsg is None:
        raise ExportError(
            "The raster has map coordinates but does not name their reference system.",
            'Take the file\'s own coordinates (option coordinates "file"), or assign the system first, '
            "with gdal_edit -a_srs for example.",
        )
    to_lonlat(place.coordinates(np.zeros((1, 2))), place.epsg)
    return place


def write_geojson(result: MaskResult, folder: Path) -> tuple[Path, ...]:
    """Write masks.geojson: a MultiPolygon an object, with label, score, object_id and area_px.

    Coordinates are longitude and latitude as RFC 7946 wants them; those of the file's own system come with a
    "crs" member, which QGIS and GDAL read.

    Raises:
        ExportError: The picture does not lie on the map, see `checked`.
    """
    options = result.options or {}
    place = checked(result.source, options).resized(result.image.width, result.image.height)
    own = options.get("coordinates", COORDINATES[0]) == "file"
    masks = result.masks
    features = [
        {
            "type": "Feature",
            "id": index,
            "properties": {
                "label": label,
                "score": round(masks.scores[index], 4),
                "object_id": masks.object_ids[index],
                "area_px": int(mask.sum()),
            },
            "geometry": _geometry(mask, place, None if own else place.epsg, result.simplify_px),
        }
        for index, (mask, label) in enumerate(zip(masks.masks, result.labels, strict=True))
    ]
    content: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if own and place.epsg:
        content["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{place.epsg}"}}
    return (write_text(json.dumps(content, ensure_ascii=False), folder / "masks.geojson"),)


def _geometry(
    mask: NDArray[np.bool_], place: Georeference, epsg: int | None, simplify_px: float
) -> dict[str, Any]:
    """Return the geometry of a mask; longitudes and latitudes where the system to come from is given."""
    polygons = [
        [_placed(part.outer, place, epsg, 1), *(_placed(hole, place, epsg, -1) for hole in part.holes)]
        for part in outlines(mask, simplify_px=simplify_px)
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _placed(ring: Ring, place: Georeference, epsg: int | None, sign: int) -> list[list[float]]:
    """Return a closed ring on the map: counter-clockwise outside, clockwise around holes."""
    xy = place.coordinates(ring)
    if epsg is not None:
        xy = to_lonlat(xy, epsg)
    xy = xy if area(xy) * sign > 0 else xy[::-1]
    degrees = epsg is not None or abs(xy).max() <= 360
    return np.round(np.concatenate([xy, xy[:1]]), DEGREES if degrees else UNITS).tolist()


def _check(source: Path | None, options: dict[str, Any]) -> None:
    checked(source, options)


FORMS = (MaskForm("geojson", "Polygons on the map (GeoJSON)", write_geojson, check=_check),)
