"""People who lie or stand on their heads, and photos that lie so: the nets look into the turned picture."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shared.pose import LANDMARKS, Person

_MAIN = tuple(
    LANDMARKS.index(f"{side}_{part}")
    for side in ("left", "right")
    for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)


def quality(person: Person) -> float:
    """Return 0..1 how surely the landmark net sees a person and their main joints."""
    return person.score * float(person.visibility[list(_MAIN)].mean())


def turned(pixels: NDArray[np.uint8], quarters: int) -> NDArray[np.uint8]:
    """Return the picture turned anticlockwise by some quarters of a full turn."""
    return np.ascontiguousarray(np.rot90(pixels, quarters))


def turned_back(person: Person, quarters: int, width: int, height: int) -> Person:
    """Return a person found in a turned picture as they are in the picture itself.

    Args:
        person: Found in what `turned` returned.
        quarters: As `turned` was told.
        width: Of the picture itself, pixels.
        height: Of the picture itself, pixels.
    """
    quarters %= 4
    angle = quarters * np.pi / 2
    cos, sin = round(np.cos(angle)), round(np.sin(angle))
    turn = np.array([[cos, -sin], [sin, cos]], np.float64)  # x to the right, y down
    corner = np.array([(0, 0), (width, 0), (width, height), (0, height)][quarters], np.float64)
    world = person.world_m.copy()
    world[:, :2] = world[:, :2] @ turn.T
    region = person.region
    x, y = turn @ (region.x_px, region.y_px) + corner
    return replace(
        person,
        landmarks_px=person.landmarks_px @ turn.T + corner,
        world_m=world,
        region=replace(region, x_px=float(x), y_px=float(y), angle_rad=region.angle_rad + angle),
    )
