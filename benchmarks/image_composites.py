"""Pictures whose true mask is known exactly: pieces of one photo, cut to smooth shapes, on another.

Photos and textures come with scikit-image; nothing is downloaded.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

HEIGHT, WIDTH = 480, 640


@dataclass(frozen=True, eq=False)
class Composite:
    """A picture and the mask of one thing in it.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        truth: (H, W) bool.
        known: (H, W) bool, false where the truth does not say which it is; None: it always says.
    """

    pixels: NDArray[np.uint8]
    truth: NDArray[np.bool_]
    known: NDArray[np.bool_] | None = None


def composites(count: int, *, seed: int) -> list[Composite]:
    """Return `count` pictures with one to four pasted shapes each; the same for the same seed."""
    random = np.random.default_rng(seed)
    return [_composite(random) for _ in range(count)]


def next_click(truth: NDArray[np.bool_], mask: NDArray[np.bool_]) -> tuple[tuple[float, float], bool] | None:
    """Return where a person would click next, (x, y), and whether on the object.

    The inner-most pixel of the larger of what is missing and what is too much (Sofiiuk et al., 2021).
    """
    wrong = [(truth & ~mask, True), (mask & ~truth, False)]
    region, keep = max(wrong, key=lambda item: int(item[0].sum()))
    if not region.any():
        return None
    depth = cv2.distanceTransform(np.pad(region.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return (float(x), float(y)), keep


def overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Return the intersection over union of two masks."""
    return float((a & b).sum() / max((a | b).sum(), 1))


def _composite(random: np.random.Generator) -> Composite:
    photos = [data.astronaut(), data.chelsea(), data.coffee(), data.rocket(), data.stereo_motorcycle()[0]]
    photos += [np.repeat(f()[:, :, None], 3, axis=2) for f in (data.brick, data.grass, data.gravel)]
    order = random.permutation(len(photos))
    picture = _window(random, photos[order[0]], HEIGHT, WIDTH).astype(np.float32)
    truths: list[NDArray[np.bool_]] = []
    for source in order[1 : 2 + int(random.integers(0, 4))]:
        alpha = _shape(random)
        rows, columns = alpha.shape
        piece = _window(random, photos[source], rows, columns).astype(np.float32)
        tint = random.uniform(0.75, 1.2, 3) * random.uniform(0.8, 1.15)
        top = int(random.integers(0, HEIGHT - rows + 1))
        left = int(random.integers(0, WIDTH - columns + 1))
        place = (slice(top, top + rows), slice(left, left + columns))
        picture[place] += (piece * tint - picture[place]) * alpha[:, :, None]
        truth = np.zeros((HEIGHT, WIDTH), np.bool_)
        truth[place] = alpha > 0.5
        truths = [*(t & ~truth for t in truths), truth]
    noisy = cv2.GaussianBlur(picture, (0, 0), 0.6) + random.normal(0, 3, picture.shape)
    visible = [t for t in truths if t.sum() > 800]
    truth = visible[int(random.integers(len(visible)))]
    return Composite(np.clip(noisy, 0, 255).astype(np.uint8), truth)


def _window(
    random: np.random.Generator, photo: NDArray[np.uint8], rows: int, columns: int
) -> NDArray[np.uint8]:
    """Cut a random window of this aspect out of a photo and scale it to (rows, columns, 3)."""
    height, width = photo.shape[:2]
    zoom = min(height / rows, width / columns) * random.uniform(0.6, 1.0)
    h, w = max(int(rows * zoom), 2), max(int(columns * zoom), 2)
    top, left = int(random.integers(0, height - h + 1)), int(random.integers(0, width - w + 1))
    part = photo[top : top + h, left : left + w]
    return np.asarray(cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _shape(random: np.random.Generator) -> NDArray[np.float32]:
    """(n, n) soft-edged opacity of a random shape: an ellipse with waves, sometimes with arms."""
    size = int(HEIGHT * random.uniform(0.15, 0.75))
    turn = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    radius = np.ones(180)
    for wave in range(2, 8):
        radius += random.normal(0, 0.35 / wave) * np.cos(wave * turn + random.uniform(0, 6.28))
    radius = np.clip(radius, 0.25, None) / radius.max()
    stretch = random.uniform(0.5, 1.0)
    points = np.stack([np.cos(turn), np.sin(turn) * stretch], axis=1) * radius[:, None] * 0.48 * size
    canvas = np.zeros((size, size), np.float32)
    cv2.fillPoly(canvas, [(points + size / 2).astype(np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.8), np.float32)
