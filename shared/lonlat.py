"""Map coordinates as longitude and latitude: UTM and Web Mercator here, every other system by pyproj."""

import numpy as np
from numpy.typing import NDArray

from shared.errors import ExportError

Points = NDArray[np.float64]
RADIUS_M, FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS 84; GRS 80 differs by a tenth of a millimetre
# WGS 84, ETRS89 and NAD83: longitude and latitude already, to within a metre or two.
GEOGRAPHIC = (4326, 4258, 4269)
WEB_MERCATOR = 3857
# First number of a run of UTM zones, its first and last zone, and whether it is the southern half.
UTM = ((32600, 1, 60, False), (32700, 1, 60, True), (25800, 28, 38, False), (26900, 1, 23, False))


def to_lonlat(xy: Points, epsg: int) -> Points:
    """Return (N, 2) longitude and latitude in degrees (WGS 84).

    Shifts between the datums WGS 84, ETRS89 and NAD83 (up to two metres) are left out.

    Args:
        xy: (N, 2) easting and northing, or longitude and latitude, in the system's own unit.
        epsg: Number of the system.

    Raises:
        ExportError: A system that wants pyproj, which is not installed, or that it does not know.
    """
    if epsg in GEOGRAPHIC:
        return xy
    if epsg == WEB_MERCATOR:
        latitude = np.arctan(np.sinh(xy[:, 1] / RADIUS_M))
        return np.degrees(np.stack([xy[:, 0] / RADIUS_M, latitude], axis=1))
    for base, first, last, south in UTM:
        if first <= epsg - base <= last:
            return _utm(xy, epsg - base, south=south)
    return _by_pyproj(xy, epsg)


def _utm(xy: Points, zone: int, *, south: bool) -> Points:
    """Undo the transverse Mercator projection by Krüger's series (Karney, 2011): below a millimetre off."""
    n = FLATTENING / (2 - FLATTENING)
    mean_m = RADIUS_M / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    to_sphere = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    to_ellipsoid = (
        2 * n - 2 * n**2 / 3 - 2 * n**3 + 116 * n**4 / 45,
        7 * n**2 / 3 - 8 * n**3 / 5 - 227 * n**4 / 45,
        56 * n**3 / 15 - 136 * n**4 / 35,
        4279 * n**4 / 630,
    )
    north_m = xy[:, 1] - (10_000_000 if south else 0)
    xi, eta = north_m / (0.9996 * mean_m), (xy[:, 0] - 500_000) / (0.9996 * mean_m)
    upright, across = xi.copy(), eta.copy()
    for k, factor in enumerate(to_sphere, 1):
        upright -= factor * np.sin(2 * k * xi) * np.cosh(2 * k * eta)
        across -= factor * np.cos(2 * k * xi) * np.sinh(2 * k * eta)
    conformal = np.arcsin(np.sin(upright) / np.cosh(across))
    latitude = conformal + sum(f * np.sin(2 * k * conformal) for k, f in enumerate(to_ellipsoid, 1))
    longitude = np.arctan2(np.sinh(across), np.cos(upright))
    return np.stack([np.degrees(longitude) + 6 * zone - 183, np.degrees(latitude)], axis=1)


def _by_pyproj(xy: Points, epsg: int) -> Points:
    try:
        from pyproj import Transformer  # type: ignore[import-not-found]
        from pyproj.exceptions import ProjError  # type: ignore[import-not-found]
    except ImportError:
        raise ExportError(
            f"Longitudes and latitudes from EPSG:{epsg} need the package pyproj, which is not installed.",
            "Install it (pip install pyproj), or take the file's own coordinates.",
        ) from None
    try:
        change = Transformer.from_crs(epsg, 4326, always_xy=True)
        return np.stack(change.transform(xy[:, 0], xy[:, 1]), axis=1)
    except ProjError as error:
        raise ExportError(
            f"EPSG:{epsg} cannot be turned into longitudes and latitudes ({error}).",
            "Take the file's own coordinates.",
        ) from None
