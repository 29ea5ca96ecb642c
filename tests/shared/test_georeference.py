"""Where a GeoTIFF lies, against pyproj and against coordinates worked out by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from shared.errors import ExportError, InputError
from shared.georeference import georeference
from shared.lonlat import to_lonlat

pyproj = pytest.importorskip("pyproj")
MATRIX = (0.5, 0.1, 0, 1000.0, 0.2, -0.4, 0, 2000.0, 0, 0, 0, 0, 0, 0, 0, 1.0)


def geotiff(
    path: Path, *, epsg: int = 32632, point: bool = False, matrix: bool = False, crs: bool = True
) -> Path:
    """Write a raster of 40 x 30 pixels of half a metre, its upper left corner at 500 000, 5 400 000."""
    kind = (3072, 0, 1, epsg) if epsg > 5000 or epsg == 3857 else (2048, 0, 1, epsg)
    keys = [(1024, 0, 1, 1), (1025, 0, 1, 2 if point else 1), *([kind] if crs else [])]
    tags: list[Any] = [(34735, 3, 4 + 4 * len(keys), [1, 1, 0, len(keys), *np.ravel(keys).tolist()])]
    if matrix:
        tags.append((34264, 12, 16, MATRIX))
    else:
        tags += [(33550, 12, 3, (0.5, 0.5, 0.0)), (33922, 12, 6, (0, 0, 0, 5e5, 5.4e6, 0))]
    tifffile.imwrite(path, np.full((30, 40, 3), 90, np.uint8), photometric="rgb", extratags=tags)
    return path


def test_scale_and_tie_point(tmp_path):
    place = georeference(geotiff(tmp_path / "a.tif"))
    assert place is not None and place.epsg == 32632 and (place.width, place.height) == (40, 30)
    assert place.coordinates(np.array([[0, 0], [40, 30]])).tolist() == [[5e5, 5.4e6], [5e5 + 20, 5.4e6 - 15]]


def test_a_tie_point_may_be_the_middle_of_a_pixel(tmp_path):
    place = georeference(geotiff(tmp_path / "a.tif", point=True))
    assert place is not None and place.coordinates(np.array([[0.5, 0.5]])).tolist() == [[5e5, 5.4e6]]


def test_a_matrix_may_turn(tmp_path):
    place = georeference(geotiff(tmp_path / "a.tif", matrix=True))
    assert place is not None
    assert place.coordinates(np.array([[10.0, 20.0]])).tolist() == [[1000 + 5 + 2, 2000 + 2 - 8]]


def test_a_raster_read_smaller_lies_at_the_same_place(tmp_path):
    place = georeference(geotiff(tmp_path / "a.tif"))
    assert place is not None
    corners = place.resized(20, 15).coordinates(np.array([[0, 0], [20, 15]]))
    assert corners.tolist() == place.coordinates(np.array([[0, 0], [40, 30]])).tolist()


def test_no_system_and_no_place(tmp_path):
    place = georeference(geotiff(tmp_path / "a.tif", crs=False))
    assert place is not None and place.epsg is None
    for name in ("plain.png", "plain.tif"):
        Pillow.new("RGB", (8, 8)).save(tmp_path / name)
        assert georeference(tmp_path / name) is None


def test_what_is_stored_turned_is_refused_with_a_cure(tmp_path):
    path = geotiff(tmp_path / "a.tif")
    with tifffile.TiffFile(path, mode="r+b") as file:
        tags: Any = file.pages[0]
        assert 274 not in tags.tags
    exif = [(274, 3, 1, 6), (33550, 12, 3, (1.0, 1.0, 0.0)), (33922, 12, 6, (0, 0, 0, 0, 0, 0.0))]
    tifffile.imwrite(path, np.zeros((9, 9), np.uint8), extratags=exif)
    with pytest.raises(InputError, match=r"orientation 6.*gdalwarp"):
        georeference(path)


@pytest.mark.parametrize("epsg", [32601, 32632, 32660, 32733, 25833, 26911, 3857, 4326])
def test_longitudes_and_latitudes_agree_with_pyproj(epsg):
    area = pyproj.CRS(epsg).area_of_use
    random = np.random.default_rng(0)
    low, high = (max(area.south, -79), min(area.north, 83))
    wanted = np.stack([random.uniform(area.west, area.east, 60), random.uniform(low, high, 60)], axis=1)
    there = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    found = to_lonlat(np.stack(there.transform(*wanted.T), axis=1), epsg)
    off_m = np.hypot(*((found - wanted) * 111_320).T)
    assert off_m.max() < (2.5 if epsg == 26911 else 0.01)


def test_every_other_system_is_left_to_pyproj(monkeypatch):
    swiss = np.array([[2_600_000.0, 1_200_000.0]])
    assert to_lonlat(swiss, 2056)[0] == pytest.approx([7.438632, 46.951083], abs=1e-5)
    with pytest.raises(ExportError, match="EPSG:999999 cannot be turned"):
        to_lonlat(swiss, 999999)
    monkeypatch.setitem(__import__("sys").modules, "pyproj", None)
    with pytest.raises(ExportError, match=r"need the package pyproj.*file's own"):
        to_lonlat(swiss, 2056)
