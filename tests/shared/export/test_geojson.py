"""Polygons on the map: read back as plain JSON, placed by pyproj, and filled again."""

import json

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from shared.errors import ExportError
from shared.export.masks import MaskResult, write_masks
from shared.loading import load_image
from shared.masks import Masks
from tests.shared.test_georeference import geotiff

pyproj = pytest.importorskip("pyproj")


@pytest.fixture
def mask() -> NDArray[np.bool_]:
    """A ring and an island in 40 x 30 pixels."""
    rows, columns = np.mgrid[:30, :40]
    away = np.hypot(rows - 14, columns - 14)
    found = (away < 12) & (away > 5)
    found[4:9, 32:38] = True
    return found


def written(tmp_path, mask, **given):
    options = given.pop("options", {})
    path = geotiff(tmp_path / "map.tif", **given)
    image = load_image(path)
    result = MaskResult(image, Masks(mask[None], (0.75,), ("pond",)), path, (), {"simplify_px": 0} | options)
    write_masks(result, tmp_path, formats=("geojson",))
    return json.loads((tmp_path / "masks.geojson").read_text("utf8"))


def turned(ring: NDArray[np.float64]) -> float:
    following = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * following[:, 1] - ring[:, 1] * following[:, 0]).sum())


def filled(polygons, to_metres) -> NDArray[np.bool_]:
    """Fill GeoJSON polygons in the raster's pixels, the way there worked out here."""
    fine = np.zeros((240, 320), np.uint8)
    rings = []
    for ring in (np.array(ring) for polygon in polygons for ring in polygon):
        x, y = to_metres(ring)
        pixels = np.stack([(x - 5e5) / 0.5, (5.4e6 - y) / 0.5], axis=1)
        rings.append(np.rint(pixels * 8 - 0.5).astype(np.int32))
    cv2.fillPoly(fine, rings, 1)
    return fine[4::8, 4::8] > 0


@pytest.mark.parametrize("epsg", [32632, 25832, 3857])
def test_longitudes_and_latitudes_lead_back_to_the_same_pixels(tmp_path, mask, epsg):
    content = written(tmp_path, mask, epsg=epsg)
    (feature,) = content["features"]
    assert "crs" not in content and feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"] == {
        "label": "pond",
        "score": 0.75,
        "object_id": 0,
        "area_px": int(mask.sum()),
    }
    there = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    polygons = feature["geometry"]["coordinates"]
    assert (filled(polygons, lambda ring: there.transform(*ring.T)) == mask).all()
    for polygon in polygons:
        rings = [np.array(ring) for ring in polygon]
        assert all((ring[0] == ring[-1]).all() and len(ring) >= 4 for ring in rings)
        assert turned(rings[0]) > 0 and all(turned(hole) < 0 for hole in rings[1:])
    assert sorted(len(polygon) for polygon in polygons) == [1, 2]


def test_the_files_own_coordinates_name_their_system(tmp_path, mask):
    content = written(tmp_path, mask, options={"coordinates": "file"})
    assert pyproj.CRS(content["crs"]["properties"]["name"]).to_epsg() == 32632
    assert (filled(content["features"][0]["geometry"]["coordinates"], lambda ring: ring.T) == mask).all()


def test_a_raster_without_a_system_says_what_to_do_and_gives_its_own_coordinates(tmp_path, mask):
    with pytest.raises(ExportError, match=r"does not name their reference system.*coordinates \"file\""):
        written(tmp_path, mask, crs=False)
    content = written(tmp_path, mask, crs=False, options={"coordinates": "file"})
    assert "crs" not in content
    assert (filled(content["features"][0]["geometry"]["coordinates"], lambda ring: ring.T) == mask).all()


def test_a_smaller_reading_of_the_raster_lies_at_the_same_place(tmp_path, mask):
    path = geotiff(tmp_path / "map.tif")
    image = load_image(path, shrink=2)
    whole = np.ones((1, image.height, image.width), np.bool_)
    options = {"coordinates": "file"}
    write_masks(
        MaskResult(image, Masks(whole, (1.0,), ("",)), path, (), options), tmp_path, formats=("geojson",)
    )
    content = json.loads((tmp_path / "masks.geojson").read_text("utf8"))
    (ring,) = content["features"][0]["geometry"]["coordinates"][0]
    corners = np.array(ring)
    assert corners.min(axis=0).tolist() == [5e5, 5.4e6 - 15]
    assert corners.max(axis=0).tolist() == [5e5 + 20, 5.4e6]
