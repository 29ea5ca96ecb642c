"""The assumed camera above a level ground, and how things stand before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from sam_3d.usual_heights import Height
from shared.mesh import Camera

# Every contact stays this part of the picture's height below the horizon: far, not infinite.
_HORIZON_PART = 0.06
_ROUNDS = 6
_STEEPEST_DEG, _STEP_DEG = 80.0, 1.0
_PITCH_SPREAD_DEG = 8.0  # how far cameras look from what is expected of them
_LEAST_SPREAD = 0.1  # a contact is no better known than that, however well the thing's height is
STRANGE = 3.0  # spreads from its usual height that make a thing worth a sentence


@dataclass(frozen=True, eq=False)
class Ground:
    """A camera one unit above a level ground.

    Args:
        camera: Its focal length and centre, in the photo's pixels.
        pitch_rad: How far it looks down.
    """

    camera: Camera
    pitch_rad: float

    def world_to_camera(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (N, 3), y up from the ground, as the camera has them (y up, −z ahead)."""
        cosine, sine = np.cos(self.pitch_rad), np.sin(self.pitch_rad)
        up, back = np.array([0, cosine, -sine]), np.array([0, sine, cosine])
        moved = points - (0, 1, 0)
        return np.stack([moved[:, 0], moved @ up, moved @ back], axis=1)

    def hit(self, spot: NDArray[np.float64], level: float = 0.0) -> tuple[NDArray[np.float64], float]:
        """Return the point (3,) of a level plane seen at a picture position, and its depth along the view.

        Args:
            spot: (2,) in the photo.
            level: How high the plane is above the ground; less than 1, the camera's height.
        """
        x, y = (spot - self.camera.center_px) / self.camera.focal_px
        cosine, sine = np.cos(self.pitch_rad), np.sin(self.pitch_rad)
        ray = np.array([x, -y * cosine - sine, y * sine - cosine])
        depth = (1 - level) / max(-float(ray[1]), 1e-3)
        return np.array([0.0, 1.0, 0.0]) + depth * ray, depth

    def stand(
        self,
        vertices: NDArray[np.float64],
        shape: Shape,
        wanted: NDArray[np.float64],
        reach_px: float,
        level: float = 0.0,
    ) -> NDArray[np.float64]:
        """Scale, turn and move vertices until their box in the picture is the wanted one.

        Args:
            vertices: (N, 3) of the thing, y up.
            shape: Its camera and distance, which tell the size to start with.
            wanted: [[left, top], [right, bottom]] in the photo.
            reach_px: Longer side of the photo; a round moves a foot by a fifth of it at most.
            level: How high what they stand on is above the ground.

        Returns:
            (N, 3) where they stand; the unit is the camera's height.
        """
        low, high = vertices.min(0), vertices.max(0)
        own = vertices - ((low + high) / 2 * (1, 0, 1) + low * (0, 1, 0))
        middle = np.array([wanted[:, 0].mean(), wanted[1, 1]])
        scale = self.hit(middle, level)[1] / self.camera.focal_px * shape.camera.focal_px / -shape.position[2]
        placed = own
        for _ in range(_ROUNDS):
            foot, _ = self.hit(middle, level)
            turn = np.arctan2(-foot[0], -foot[2])
            cosine, sine = np.cos(turn), np.sin(turn)
            matrix = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
            placed = own * scale @ matrix.T + foot
            seen = _box(self.camera.project(self.world_to_camera(placed)))
            ratio = np.ptp(wanted, axis=0) / np.maximum(np.ptp(seen, axis=0), 1e-6)
            scale *= float(np.sqrt(ratio.prod()))
            error = np.array([wanted[:, 0].mean() - seen[:, 0].mean(), wanted[1, 1] - seen[1, 1]])
            middle = middle + np.clip(error, -reach_px / 5, reach_px / 5) * 0.7
        return placed


def seen_box(shape: Shape) -> NDArray[np.float64]:
    """Return where a thing lies in the photo; it may reach beyond it, as the feet of a half figure do."""
    return _box(shape.camera.project(shape.in_camera()))


def _box(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [[left, top], [right, bottom]] of picture positions (N, 2)."""
    return np.array([points.min(0), points.max(0)])


@dataclass(frozen=True, eq=False)
class Tilt:
    """How far a camera looks down.

    Args:
        degrees: Of its axis below the horizon.
        least_deg: What it takes for every foot to lie on the ground.
        by_heights: Whether the heights of things had a say.
        strange: For each thing, by how many spreads it misses its height; 0 for those without one.
    """

    degrees: float
    least_deg: float
    by_heights: bool
    strange: tuple[float, ...]


def tilt(
    shapes: Sequence[Shape], heights: Sequence[Height | None], camera: Camera, *, expected_deg: float
) -> Tilt:
    """Find how far a camera looks down: the most likely angle, given how high some things are.

    Things as high as they usually are, at the distances at which they then stand, look as they do under one
    angle alone (after Hoiem, Efros and Hebert, "Putting Objects in Perspective", 2008). Logarithms of heights
    are taken as Student-distributed, so that a thing on a shelf does not tilt the ground for all.

    Args:
        shapes: The things, before the cameras under which they were made.
        heights: How high each is; None where that is not known.
        camera: The photo's.
        expected_deg: What is likely without any thing of known height.
    """
    boxes = [seen_box(shape) for shape in shapes]
    highest = min(float(box[1, 1]) for box in boxes)
    height = camera.size_px[1]
    least = float(np.degrees(np.arctan((height / 2 - highest + _HORIZON_PART * height) / camera.focal_px)))
    known = [(n, one) for n, one in enumerate(heights) if one is not None]
    start = max(least, expected_deg)
    if len(known) < 2:
        return Tilt(start, least, False, (0.0,) * len(shapes))
    angles = np.arange(max(least, 0.0), _STEEPEST_DEG, _STEP_DEG)
    misses = np.array([_misses(shapes, boxes, known, camera, angle) for angle in angles])
    costs = np.log1p(misses**2 / 2).sum(1) * 1.5 + ((angles - start) / _PITCH_SPREAD_DEG) ** 2 / 2
    best = int(costs.argmin())
    strange = np.zeros(len(shapes))
    strange[[n for n, _ in known]] = np.abs(misses[best])
    return Tilt(float(angles[best]), least, True, tuple(strange.tolist()))


def _misses(
    shapes: Sequence[Shape],
    boxes: Sequence[NDArray[np.float64]],
    known: Sequence[tuple[int, Height]],
    camera: Camera,
    angle_deg: float,
) -> NDArray[np.float64]:
    """By how many spreads each known height is missed under an angle, at the scale that fits best."""
    ground = Ground(camera, float(np.radians(angle_deg)))
    logs, spreads = [], []
    for n, one in known:
        low, high = shapes[n].mesh.vertices.min(0), shapes[n].mesh.vertices.max(0)
        corners = np.array(list(product(*zip(low, high, strict=True))))
        placed = ground.stand(corners, shapes[n], boxes[n], max(camera.size_px))
        logs.append(np.log(np.ptp(placed[:, 1]) / one.metres))
        spreads.append(max(one.spread, _LEAST_SPREAD))
    found, spread = np.array(logs), np.array(spreads)
    return (found - common(found, spread)) / spread


def common(values: NDArray[np.float64], spreads: NDArray[np.float64]) -> float:
    """Return the value that measurements of unlike spread agree on, most of them if not all.

    Args:
        values: (N,) measurements.
        spreads: (N,) their standard deviations.
    """
    weights = spreads**-2.0
    tried = np.append(values, (values * weights).sum() / weights.sum())
    costs = np.log1p(((values - tried[:, None]) / spreads) ** 2 / 2).sum(1)
    return float(tried[costs.argmin()])
