"""Masks and pictures for the lift tests: simple shapes with known truths, and odd ones."""

import numpy as np
from numpy.typing import NDArray

from shared.media import Image

Mask = NDArray[np.bool_]


def disc(radius: float, size: int = 200, center: tuple[float, float] | None = None) -> Mask:
    """A filled disc; centre (column, row) in the convention that pixel i covers i..i+1."""
    x, y = center or (size / 2, size / 2)
    rows, columns = np.mgrid[:size, :size] + 0.5
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 < radius**2)


def bear(size: int = 240) -> Mask:
    """A head with two ears and an open mouth: round, concave, with a hole."""
    s = size / 240
    parts = [(70, (120, 130)), (30, (65, 75)), (30, (175, 75))]
    body = np.logical_or.reduce([disc(r * s, size, (x * s, y * s)) for r, (x, y) in parts])
    return body & ~disc(14 * s, size, (120 * s, 165 * s))


def odd_masks() -> dict[str, Mask]:
    """Every kind of mask that has broken a lifter somewhere."""
    rng = np.random.default_rng(7)
    found = {"disc": disc(60), "hole": disc(60) & ~disc(20), "whole picture": np.ones((60, 90), bool)}
    found["two parts"] = disc(50, 200, (60, 60)) | disc(20, 200, (160, 160))
    found["touching corners"] = np.kron(np.eye(4, dtype=bool), np.ones((10, 10), bool))
    for name, size in (("one pixel", (1, 1)), ("five pixels", (5, 1)), ("tiny square", (2, 3))):
        found[name] = np.zeros((64, 64), bool)
        found[name][30 : 30 + size[0], 20 : 20 + size[1]] = True
    found["thin line"] = np.zeros((300, 300), bool)
    found["thin line"][150, 5:295] = True
    found["diagonal line"] = np.eye(200, dtype=bool)
    found["border corner"] = np.zeros((80, 100), bool)
    found["border corner"][:40, :30] = True
    found["frame"] = np.ones((80, 100), bool)
    found["frame"][2:-2, 2:-2] = False
    found["noise"] = rng.random((48, 48)) > 0.5
    found["checkerboard"] = np.indices((24, 24)).sum(0) % 2 == 0
    return found


def picture(mask: Mask, inside: tuple[int, int, int] = (200, 60, 40)) -> Image:
    """A plain object before a green wall, with a white spot in the object's middle."""
    pixels = np.empty((*mask.shape, 3), np.uint8)
    pixels[:] = (20, 160, 40)
    pixels[mask] = inside
    rows, columns = np.nonzero(mask)
    y, x = int(rows.mean()), int(columns.mean())
    pixels[max(y - 4, 0) : y + 5, max(x - 4, 0) : x + 5] = 250
    return Image(pixels)
