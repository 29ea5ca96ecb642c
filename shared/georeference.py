"""Where on Earth the pixels of a GeoTIFF are, read from its own tags (OGC GeoTIFF 1.1)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError

SCALE_TAG, TIE_TAG, MATRIX_TAG, KEYS_TAG, ORIENTATION_TAG = 33550, 33922, 34264, 34735, 274
RASTER_TYPE_KEY, GEOGRAPHIC_KEY, PROJECTED_KEY = 1025, 2048, 3072
PIXEL_IS_POINT, OWN = 2, 32767  # "user-defined": no number of the EPSG register


@dataclass(frozen=True)
class Georeference:
    """The map coordinates of a raster.

    Args:
        transform: (a, b, c, d, e, f): x = a · column + b · row + c, y = d · column + e · row + f, where
            column and row count from the upper left corner of the upper left pixel.
        width: Columns of the raster.
        height: Rows of the raster.
        epsg: Number of the coordinate reference system in the EPSG register; None where the file names none.
    """

    transform: tuple[float, float, float, float, float, float]
    width: int
    height: int
    epsg: int | None = None

    def coordinates(self, xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the map coordinates (N, 2) of places (N, 2) in pixels."""
        a, b, c, d, e, f = self.transform
        x, y = xy_px[:, 0], xy_px[:, 1]
        return np.stack([a * x + b * y + c, d * x + e * y + f], axis=1)

    def resized(self, width: int, height: int) -> "Georeference":
        """Return the same place for a raster that was read at another size."""
        a, b, c, d, e, f = self.transform
        right, down = self.width / width, self.height / height
        return Georeference((a * right, b * down, c, d * right, e * down, f), width, height, self.epsg)


def georeference(path: str | Path) -> Georeference | None:
    """Read where a raster lies; None where the file is no TIFF or does not say.

    Raises:
        InputError: The file cannot be opened, or is stored turned or mirrored.
    """
    from PIL import Image as Pillow

    try:
        with Pillow.open(path) as file:
            tags: Any = getattr(file, "tag_v2", None)
            if tags is None:
                return None
            facts = {tag: tags.get(tag) for tag in (SCALE_TAG, TIE_TAG, MATRIX_TAG, KEYS_TAG)}
            turned, size = tags.get(ORIENTATION_TAG, 1), file.size
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} cannot be opened as a raster ({error}).") from None
    transform = _transform(facts)
    if transform is None:
        return None
    if turned != 1:
        raise InputError(
            f"{path} is georeferenced but stored turned or mirrored (orientation {turned}).",
            "Write it upright first, with gdalwarp for example.",
        )
    keys = _keys(facts[KEYS_TAG])
    a, b, c, d, e, f = transform
    if keys.get(RASTER_TYPE_KEY) == PIXEL_IS_POINT:  # then the tie point is the middle of a pixel
        c, f = c - (a + b) / 2, f - (d + e) / 2
    named = keys.get(PROJECTED_KEY) or keys.get(GEOGRAPHIC_KEY)
    return Georeference((a, b, c, d, e, f), *size, epsg=named if named and 0 < named < OWN else None)


def _transform(facts: dict[int, Any]) -> tuple[float, float, float, float, float, float] | None:
    matrix, scale, ties = facts[MATRIX_TAG], facts[SCALE_TAG], facts[TIE_TAG]
    if matrix and len(matrix) == 16:
        a, b, _, c, d, e, _, f = (float(v) for v in matrix[:8])
        return a, b, c, d, e, f
    if scale and ties and len(scale) >= 2 and len(ties) >= 6:
        column, row, _, x, y, _ = (float(v) for v in ties[:6])
        across, down = float(scale[0]), -float(scale[1])
        return across, 0.0, x - column * across, 0.0, down, y - row * down
    return None


def _keys(directory: Any) -> dict[int, int]:
    """Return the keys of a GeoKey directory whose values are numbers within it."""
    values = [int(v) for v in directory or ()]
    rows = [values[start : start + 4] for start in range(4, len(values) - 3, 4)]
    return {key: value for key, place, _, value in rows if place == 0}
