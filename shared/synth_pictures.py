"""Pictures made from nothing, with the exact mask of what is shown: a vase and a ball on a table.

Lit from the upper left (Lambert's law and a highlight after Blinn 1977), with a soft shadow, grain and a
wall out of focus. Deterministic by seed; lengths in pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.floating]
_LIGHT = np.array([-0.5, -0.62, 0.6]) / np.linalg.norm([-0.5, -0.62, 0.6])
_WHITE = (0.9, 0.9, 0.88)
_PANELS = np.array(
    [(0.8, 0.1, 0.1), _WHITE, (0.1, 0.3, 0.7), (0.95, 0.75, 0.1), _WHITE, (0.1, 0.5, 0.3)], np.float64
)


@dataclass(frozen=True)
class Scene:
    """A picture and the truth about it.

    Args:
        pixels: (H, W, 3) uint8 sRGB.
        mask: (H, W) bool, the pixels of the object.
    """

    pixels: NDArray[np.uint8]
    mask: NDArray[np.bool_]


def vase(*, width: int = 640, height: int = 480, seed: int = 0) -> Scene:
    """Show a glazed vase with painted bands, a body of revolution seen from the front."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    top, bottom = 0.14 * height, 0.86 * height
    along = np.clip((y - top) / (bottom - top), 0, 1)
    radius = 0.23 * height * _profile(along)
    across = (x - 0.5 * width) / radius
    mask = (np.abs(across) < 1) & (y > top) & (y < bottom)
    slope = np.gradient(radius[:, 0])[:, None]
    side = np.clip(across, -1, 1)
    normal = np.stack([side, -slope * np.ones_like(side), np.sqrt(1 - side**2)], axis=-1)
    turn = np.arcsin(side)
    paint = np.array([0.13, 0.33, 0.46]) * np.ones((height, width, 3))
    waves = np.abs(along - 0.42 - 0.03 * np.sin(7 * turn)) < 0.06
    bands = (np.abs(along - 0.13) < 0.02) | (np.abs(along - 0.78) < 0.025)
    paint[waves] = (0.86, 0.62, 0.28)
    paint[bands] = (0.92, 0.87, 0.76)
    return _composed(paint, normal, mask, foot=(0.5 * width, bottom, 0.17 * height), seed=seed)


def ball(*, width: int = 640, height: int = 480, seed: int = 0) -> Scene:
    """Show a beach ball of six colours, a sphere slightly turned."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    radius, centre_x, centre_y = 0.29 * height, 0.5 * width, 0.56 * height
    right, down = (x - centre_x) / radius, (y - centre_y) / radius
    mask = right**2 + down**2 < 1
    toward = np.sqrt(np.clip(1 - right**2 - down**2, 0, 1))
    normal = np.stack([right, down, toward], axis=-1)
    tilted = 0.8 * down - 0.6 * toward
    wedge = np.floor((np.arctan2(right, 0.6 * down + 0.8 * toward) / (2 * np.pi) + 0.55) * 6).astype(int) % 6
    paint = _PANELS[wedge]
    paint[np.abs(tilted) > 0.965] = _WHITE
    return _composed(paint, normal, mask, foot=(centre_x, centre_y + radius, 0.9 * radius), seed=seed)


def _profile(along: Plane) -> Plane:
    """Radius of the vase from lip (0) to foot (1), greatest 1."""
    places = [0, 0.03, 0.12, 0.22, 0.45, 0.62, 0.85, 0.96, 1.0]
    radii = [0.55, 0.53, 0.38, 0.42, 0.93, 1.0, 0.66, 0.55, 0.58]
    smooth = np.interp(np.linspace(0, 1, 401), places, radii)
    for _ in range(2):
        smooth = np.convolve(np.pad(smooth, 12, "edge"), np.full(25, 1 / 25), "valid")
    return np.interp(along, np.linspace(0, 1, 401), smooth)


def _composed(
    paint: NDArray[np.floating],
    normal: NDArray[np.floating],
    mask: NDArray[np.bool_],
    *,
    foot: tuple[float, float, float],
    seed: int,
) -> Scene:
    """Light the object, set it on the table with its shadow, and add the grain of a camera."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(seed)
    height, width = mask.shape
    normal = normal / np.linalg.norm(normal, axis=-1, keepdims=True)
    lambert = np.clip(normal @ _LIGHT, 0, 1)
    half = (_LIGHT + (0, 0, 1)) / np.linalg.norm(_LIGHT + (0, 0, 1))
    shine = np.clip(normal @ half, 0, 1) ** 60
    lit = paint * (0.22 + 0.85 * lambert)[..., None] + 0.55 * shine[..., None]
    scene = _table(width, height, foot[1], rng) * (1 - 0.6 * _shadow(width, height, foot))[..., None]
    weight = gaussian_filter(mask.astype(float), 0.5)[..., None]
    linear = (1 - weight) * scene + weight * lit + rng.normal(0, 0.006, (height, width, 1))
    encoded = np.clip(linear, 0, 1) ** (1 / 2.2) * 255
    return Scene(encoded.round().astype(np.uint8), mask)


def _table(width: int, height: int, foot_y: float, rng: np.random.Generator) -> NDArray[np.floating]:
    """(H, W, 3) linear light: planks that run away below, a plain blurred wall above."""
    from scipy.ndimage import gaussian_filter

    x, y = np.meshgrid(np.arange(width), np.arange(height))
    horizon = min(0.7 * height, foot_y - 0.08 * height)
    blotches = gaussian_filter(rng.standard_normal((height, width)), 0.09 * height)
    wall = 0.42 + 0.12 * (1 - x / width) + 0.04 * blotches / (np.abs(blotches).max() + 1e-9)
    depth = np.clip((y - horizon) / (height - horizon), 0.02, 1)
    along = (x / width - 0.5) / (0.4 + depth)
    fibres = gaussian_filter(rng.standard_normal((64, 4096)), (6, 1.5))
    fibre = fibres[(depth * 63).astype(int), ((along + 1.5) * 1365).astype(int) % 4096]
    gap = np.abs((along * 9) % 1 - 0.5) > 0.485
    wood = (0.30 + 0.06 * fibre / (np.abs(fibres).max() + 1e-9)) * (1 - 0.6 * gap) * (0.75 + 0.3 * depth)
    edge = np.clip((y - horizon) / 2, 0, 1)[..., None]
    colour = wall[..., None] * (0.95, 0.97, 1.0) * (1 - edge) + wood[..., None] * (1.25, 0.85, 0.52) * edge
    return colour


def _shadow(width: int, height: int, foot: tuple[float, float, float]) -> Plane:
    """How dark each pixel is in the shadow that falls to the right, 0..1."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    centre_x, centre_y, reach = foot
    under = np.exp(-(((x - centre_x) / (0.9 * reach)) ** 2 + ((y - centre_y) / (0.16 * reach)) ** 2))
    right = (x - centre_x - 0.9 * reach) / (1.5 * reach)
    cast = np.exp(-(right**2 + ((y - centre_y + 0.05 * reach) / (0.22 * reach)) ** 2) * 1.3)
    return np.clip(under + 0.6 * cast, 0, 1)
