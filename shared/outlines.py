"""The outlines of a mask as polygons that run along the edges of its pixels, holes apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
# The four sides of a pixel, clockwise on the screen: its neighbour, where the side starts, which way it goes.
SIDES = (
    ((-1, 0), (0, 0), (1, 0)),
    ((0, 1), (1, 0), (0, 1)),
    ((1, 0), (1, 1), (-1, 0)),
    ((0, -1), (0, 1), (0, -1)),
)


@dataclass(frozen=True, eq=False)
class Outline:
    """One connected part of a mask.

    Args:
        outer: (N, 2) corners (x, y) in pixels from the picture's upper left corner, clockwise on the screen,
            not closed.
        holes: The same for each hole, counter-clockwise.
    """

    outer: Ring
    holes: tuple[Ring, ...] = ()


def outlines(mask: NDArray[np.bool_], *, simplify_px: float = 0.0) -> tuple[Outline, ...]:
    """Return the parts of a mask (joined by sides, not by corners), the largest first.

    Args:
        mask: (H, W) bool.
        simplify_px: How far a polygon may stray from the pixels (Douglas & Peucker); 0 keeps every corner.
            A ring that this would flatten keeps every corner too.
    """
    import cv2

    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    outer: dict[int, Ring] = {}
    holes: dict[int, list[Ring]] = {}
    for ring, part in _rings(mask, np.asarray(parts, np.int32)):
        corners = _simplified(ring, simplify_px)
        if area(ring) > 0:
            outer[part] = corners
        else:
            holes.setdefault(part, []).append(corners)
    found = [Outline(ring, tuple(holes.get(part, ()))) for part, ring in outer.items()]
    return tuple(sorted(found, key=lambda outline: -area(outline.outer)))


def area(ring: Ring) -> float:
    """Return the area inside a ring, above 0 where it runs clockwise on the screen (y down)."""
    following = np.roll(ring, -1, axis=0)
    return float((ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]).sum() / 2)


def one_ring(parts: tuple[Outline, ...]) -> Ring:
    """Return parts and holes as one ring, joined by bridges without width, for formats that know no holes.

    Filled by the even-odd or the non-zero rule it covers what the parts cover.
    """
    joined = parts[0].outer
    for ring in (*parts[0].holes, *(ring for part in parts[1:] for ring in (part.outer, *part.holes))):
        here, there = _nearest(joined, ring)
        loop = np.concatenate([ring[there:], ring[: there + 1]])
        joined = np.concatenate([joined[: here + 1], loop, joined[here:]])
    return joined


def _nearest(one: Ring, other: Ring) -> tuple[int, int]:
    from scipy.spatial import KDTree

    away, index = map(np.asarray, KDTree(one).query(other))
    there = int(np.argmin(away))
    return int(index[there]), there


def _rings(mask: NDArray[np.bool_], parts: NDArray[np.int32]) -> list[tuple[Ring, int]]:
    """Return each closed ring of pixel sides, its straight runs merged, with the part that it bounds."""
    starts, ways, owners = _sides(mask, parts)
    leaving: dict[tuple[int, ...], list[int]] = {}
    for number, start in enumerate(map(tuple, starts.tolist())):
        leaving.setdefault(start, []).append(number)
    used = np.zeros(len(starts), bool)
    ends: list[list[int]] = (starts + ways).tolist()
    directions: list[list[int]] = ways.tolist()
    rings = []
    for first in range(len(starts)):
        if used[first]:
            continue
        corners, number = [], first
        while not used[number]:
            used[number] = True
            # At a corner that two parts share, the ring turns right and stays with its own part.
            offered = leaving[tuple(ends[number])]
            following = offered[0] if len(offered) == 1 else _turning_right(directions, number, offered)
            if directions[following] != directions[number]:
                corners.append(ends[number])
            number = following
        rings.append((np.array(corners, np.float64), int(owners[first])))
    return rings


def _turning_right(directions: list[list[int]], number: int, offered: list[int]) -> int:
    x, y = directions[number]
    return next(n for n in offered if directions[n] == [-y, x])


def _sides(
    mask: NDArray[np.bool_], parts: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Return start (N, 2), way (N, 2) and part (N) of every side between the mask and what is not."""
    framed = np.pad(mask, 1)
    height, width = mask.shape
    starts, ways, owners = [], [], []
    for (down, right), (x, y), way in SIDES:
        beside = framed[1 + down : 1 + down + height, 1 + right : 1 + right + width]
        rows, columns = np.nonzero(mask & ~beside)
        starts.append(np.stack([columns + x, rows + y], axis=1))
        ways.append(np.broadcast_to(np.array(way), (len(rows), 2)))
        owners.append(parts[rows, columns])
    return np.concatenate(starts), np.concatenate(ways), np.concatenate(owners)


def _simplified(ring: Ring, simplify_px: float) -> Ring:
    import cv2

    if simplify_px <= 0:
        return ring
    fewer = cv2.approxPolyDP(ring.astype(np.float32)[:, None], simplify_px, True)[:, 0].astype(np.float64)
    return fewer if len(fewer) >= 3 and area(fewer) * area(ring) > 0 else ring
