"""Procedural scenes with exact masks: painted, shaded shapes on cloudy grounds. Ours alone, no data needed.

They teach the click net what no photo of few does: things without a name, and flat or patterned paint.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.train_clicks.photos import Photo

HEIGHT, WIDTH = 330, 440
LARGE, SMALL = (0.45, 0.95), (0.12, 0.35)  # of the height
OCTAVES_PX = (90.0, 35.0, 12.0)
Plane = NDArray[np.float64]


def scene(random: np.random.Generator) -> Photo:
    """Draw one large shape and up to three small ones, some of them before it."""
    picture = _clouds(random, random.uniform(0.05, 0.95, 3), random.uniform(0.05, 0.3))
    count = int(random.integers(0, 4))
    sizes = [*random.uniform(*SMALL, count), random.uniform(*LARGE)]
    order = random.permutation(len(sizes))
    truths: list[NDArray[np.bool_]] = []
    for size in np.array(sizes)[order]:
        alpha, shade = _shape(random, float(size) * HEIGHT)
        paint = _paint(random) * shade[:, :, None]
        picture = picture * (1 - alpha[:, :, None]) + paint * alpha[:, :, None]
        truths = [*(truth & (alpha < 0.5) for truth in truths), alpha >= 0.5]
    seen = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.4, 1.0)) * 255
    noisy = np.clip(seen + random.normal(0, random.uniform(1, 6), picture.shape), 0, 255)
    kept = sorted((truth for truth in truths if truth.mean() > 0.004), key=lambda truth: -truth.sum())
    return Photo(noisy.astype(np.uint8), tuple(kept))


def _clouds(random: np.random.Generator, colour: Plane, depth: float) -> Plane:
    """(H, W, 3) a colour with soft blotches of several sizes, sharper or more blurred."""
    made = np.ones((HEIGHT, WIDTH, 3)) * colour
    for number, reach in enumerate(OCTAVES_PX):
        blotches = cv2.GaussianBlur(random.standard_normal((HEIGHT, WIDTH)), (0, 0), reach)
        strength = depth * random.uniform(0, 1) / (number + 1)
        made += (strength * blotches / (blotches.std() + 1e-9))[:, :, None] * random.normal(0.6, 0.4, 3)
    return np.clip(made, 0.02, 1)


def _shape(random: np.random.Generator, size_px: float) -> tuple[Plane, Plane]:
    """(H, W) opacity and brightness of a rounded shape with waves, sometimes with a limb or a hole."""
    turn = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radius = np.ones(240)
    for wave in range(1, 7):
        radius += random.normal(0, 0.28 / wave) * np.cos(wave * turn + random.uniform(0, 6.28))
    radius = np.clip(radius, 0.2, None) / radius.max()
    across = np.stack([np.cos(turn), np.sin(turn) * random.uniform(0.35, 1.0)], axis=1) * radius[:, None]
    angle = random.uniform(0, 6.28)
    across = across @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([WIDTH, HEIGHT]) * random.uniform(0.25, 0.75, 2)
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(drawn, [(middle + across * size_px / 2).astype(np.int32)], (1.0,))
    if random.random() < 0.3:  # a limb
        end = middle + random.uniform(-0.8, 0.8, 2) * size_px
        thick = max(round(random.uniform(0.05, 0.15) * size_px), 2)
        cv2.line(drawn, middle.astype(int).tolist(), end.astype(int).tolist(), (1.0,), thick)
    if random.random() < 0.15:  # a hole
        cv2.circle(drawn, middle.astype(int).tolist(), max(round(0.12 * size_px), 2), (0.0,), -1)
    depth = np.asarray(cv2.distanceTransform(drawn, cv2.DIST_L2, 5), np.float64)
    height = cv2.GaussianBlur(np.sqrt(depth + 1e-3), (0, 0), 0.04 * size_px + 1)
    down, right = np.gradient(height)
    light = random.normal(0, 1, 2)
    shade = 0.75 + random.uniform(0.5, 2.5) * (light[0] * right + light[1] * down)
    alpha = cv2.GaussianBlur(drawn.astype(np.float64), (0, 0), 0.7)
    return np.asarray(alpha, np.float64), np.clip(shade, 0.25, 1.3)


def _paint(random: np.random.Generator) -> Plane:
    """(H, W, 3) plain, cloudy, striped or spotted."""
    first, second = random.uniform(0.03, 0.97, (2, 3))
    kind = int(random.integers(4))
    if kind < 2:
        return _clouds(random, first, 0.02 if kind == 0 else 0.2)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    angle, reach = random.uniform(0, 6.28), random.uniform(8, 40)
    along = np.sin((x * np.cos(angle) + y * np.sin(angle)) / reach * 6.28)
    aside = np.sin((y * np.cos(angle) - x * np.sin(angle)) / reach * 6.28)
    share = (along > 0) if kind == 2 else (along * aside > 0.3)
    return np.where(share[:, :, None], first, second) * np.ones(3)
