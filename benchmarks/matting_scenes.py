"""Pictures whose true opacity is known: hair, fur, lattices and blurred outlines of one photo on another.

Photos and textures come with scikit-image; nothing is downloaded.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

HEIGHT, WIDTH, FINER = 480, 640, 4
KINDS = ("hair", "fur", "lattice", "blur")


@dataclass(frozen=True, eq=False)
class Scene:
    """A composite.

    Args:
        pixels: (480, 640, 3) uint8 RGB.
        alpha: (480, 640) float32 0..1, the true opacity.
        colors: (480, 640, 3) float32 0..255, the true colours of the object.
        mask: (480, 640) bool: what a segmentation gives, without the finest parts and a pixel off.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    colors: NDArray[np.float32]
    mask: NDArray[np.bool_]


def scenes(kind: str, count: int, *, seed: int = 0) -> list[Scene]:
    """Return `count` scenes of one of `KINDS`, every other before a blurred photo; as the seed says."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    return [_scene(random, kind, blurred=bool(number % 2)) for number in range(count)]


def _scene(random: np.random.Generator, kind: str, *, blurred: bool) -> Scene:
    photos = [data.astronaut(), data.chelsea(), data.coffee(), data.rocket(), data.stereo_motorcycle()[0]]
    front, back = (_window(random, photos[i]) for i in random.permutation(len(photos))[:2])
    back = cv2.GaussianBlur(back, (0, 0), 8) if blurred else back
    tint = random.uniform(0.4, 1.2, 3).astype(np.float32)
    front = np.clip(cv2.GaussianBlur(front, (0, 0), 2) * tint, 0, 255)
    alpha = _shape(random, kind)
    pixels = alpha[:, :, None] * front + (1 - alpha[:, :, None]) * back
    pixels = np.clip(np.rint(pixels + random.normal(0, 2, pixels.shape)), 0, 255).astype(np.uint8)
    soft = cv2.GaussianBlur(alpha, (0, 0), 1.5 if kind == "lattice" else 2.5)
    return Scene(pixels, alpha, front, np.roll(np.asarray(soft) > 0.5, (1, 1), (0, 1)))


def _window(random: np.random.Generator, photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    factor = max(HEIGHT / photo.shape[0], WIDTH / photo.shape[1]) * random.uniform(1, 1.4)
    large = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    top = int(random.integers(0, large.shape[0] - HEIGHT + 1))
    left = int(random.integers(0, large.shape[1] - WIDTH + 1))
    return np.asarray(large[top : top + HEIGHT, left : left + WIDTH], np.float32)


def _shape(random: np.random.Generator, kind: str) -> NDArray[np.float32]:
    canvas = np.zeros((HEIGHT * FINER, WIDTH * FINER), np.uint8)
    middle = np.array([WIDTH / 2, HEIGHT / 2]) * FINER
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = 125 * FINER * (1 + sum(random.normal(0, 0.08) * np.cos(k * angles + k) for k in (2, 3, 4)))
    outline = middle + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 255)
    if kind in ("hair", "fur"):
        _strands(random, canvas, outline, middle, long_px=60 if kind == "hair" else 14)
    if kind == "lattice":
        for _ in range(14):
            x, y = middle + random.uniform(-85, 85, 2) * FINER
            size = tuple(int(s) for s in random.uniform(3, 12, 2) * FINER)
            cv2.ellipse(canvas, (int(x), int(y)), size, random.uniform(0, 180), 0, 360, 0, -1)  # type: ignore[call-overload]
    alpha = cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(alpha, (0, 0), 4.0 if kind == "blur" else 0.5))


def _strands(
    random: np.random.Generator,
    canvas: NDArray[np.uint8],
    outline: NDArray[np.float64],
    middle: NDArray[np.float64],
    *,
    long_px: float,
) -> None:
    count = 260 if long_px > 30 else 900
    for _ in range(count):
        at = outline[int(random.integers(len(outline)))]
        away = (at - middle) / np.linalg.norm(at - middle)
        side = np.array([-away[1], away[0]]) * random.normal(0, 0.5)
        way = np.linspace(-0.1, 1, 12)[:, None] * long_px * FINER * random.uniform(0.4, 1.2)
        points = at + way * away + side * way**2 / (long_px * FINER)
        cv2.polylines(canvas, [np.rint(points).astype(np.int32)], False, 255, int(random.integers(2, 7)))
