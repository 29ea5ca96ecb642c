"""Many random people at once as landmarks alone, without pictures: shapes, poses, cameras."""

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.lifting import HIPS
from sam_body.model import AVERAGE, body_model
from sam_body.observation import landmark_points

Array = NDArray[np.float64]

BROAD = 0.3
"""Share of people whose limbs are anywhere in their ranges; the others stand, walk, and raise their arms."""
SHAPE_SPREAD = np.array([0.4, 0.05, 0.2, 0.2, 0.25, 0.2])
YOUNGEST = 0.5


def random_angles(rng: np.random.Generator, count: int) -> Array:
    """Return (N, J, 3) rotation vectors in radians of random poses.

    Args:
        rng: Source of chance.
        count: N.
    """
    model = body_model()
    strength, broad = rng.uniform(0.3, 0.9, (count, 1)), rng.random((count, 1)) < BROAD
    angles = np.zeros((count, len(model.bones), 3))

    def near(spread: float | Array) -> Array:
        return rng.normal(0, 1, (count, 3)) * spread

    def hinge(low: float | Array, high: float | Array, y: float = 0.0, z: float = 0.0) -> Array:
        turns = near(np.array([0.0, y, z]))
        turns[:, :1] = rng.uniform(low, high, (count, 1))
        return turns

    turns = {name: np.where(broad, near(0.12), near(0.06)) for name in ("spine_01", "spine_02", "spine_03")}
    turns |= {name: near(0.12) for name in ("neck_01", "head")}
    for side in "lr":
        anywhere = rng.uniform([-1.6, -0.8, -1.6], [1.6, 0.8, 1.6], (count, 3))
        turns |= {
            f"clavicle_{side}": near(0.05),
            f"upperarm_{side}": np.where(broad, anywhere, near(0.9 * strength)),
            f"lowerarm_{side}": np.where(broad, hinge(-0.7, 1.8, 0.4), hinge(-0.6, 3 * strength, 0.2)),
            f"hand_{side}": near(0.15),
            f"thigh_{side}": np.where(
                broad, hinge(-1.9, 0.5, 0.3, 0.35), hinge(-1.2 * strength, 0.2, 0.15, 0.12)
            ),
            f"calf_{side}": np.where(broad, hinge(-0.1, 2.2), hinge(0, 1.6 * strength)),
            f"foot_{side}": near(np.array([0.1, 0.03, 0.03])),
        }
    turned = broad | (rng.random((count, 1)) < 0.35)
    turns["pelvis"] = np.where(turned, _turned(rng, count), _facing(rng, count))
    for name, turn in turns.items():
        angles[:, model.index[name]] = turn
    return angles


def _facing(rng: np.random.Generator, count: int) -> Array:
    return np.stack([rng.normal(0, 0.08, count), rng.uniform(-0.9, 0.9, count), np.zeros(count)], 1)


def _turned(rng: np.random.Generator, count: int) -> Array:
    """People who lean and face anywhere, in the frame of the hips."""
    around = rng.uniform(-np.pi, np.pi, count)
    yaw = np.where(rng.random(count) < 0.4, around, rng.uniform(-1.1, 1.1, count))
    lean = np.stack([rng.normal(0, 0.12, count), yaw, rng.normal(0, 0.08, count)], 1)
    return lean @ body_model().axes[body_model().mover]


def random_shapes(rng: np.random.Generator, count: int) -> Array:
    """Return (N, 6) shapes in 0..1 of grown people."""
    shapes = np.clip(AVERAGE + rng.normal(0, 1, (count, 6)) * SHAPE_SPREAD, 0, 1)
    shapes[:, 1] = np.maximum(shapes[:, 1], YOUNGEST)
    return shapes


def landmarks_of(angles: Array, shapes: Array) -> Array:
    """Return (N, K, 3) landmarks in metres of N bodies: `State.points`, for many at once.

    Args:
        angles: (N, J, 3) rotation vectors, radians.
        shapes: (N, 6) in 0..1.
    """
    model, points = body_model(), landmark_points()
    blend = model.coefficients(shapes)
    heads = model.heads + np.einsum("ns,sjc->njc", blend, model.heads_shapes)
    turns = skinning.rotation_matrices(angles)
    local = np.einsum("jab,njbc,jdc->njad", model.axes, turns, model.axes, optimize=True)
    total, moved = np.zeros_like(local), np.zeros_like(heads)
    for j, parent in enumerate(model.parents):
        if parent < 0:
            total[:, j], moved[:, j] = local[:, j], heads[:, j]
            continue
        total[:, j] = total[:, parent] @ local[:, j]
        apart = heads[:, j] - heads[:, parent]
        moved[:, j] = moved[:, parent] + np.einsum("nab,nb->na", total[:, parent], apart)
    used = points.bones
    rest = points.base + np.tensordot(blend, points.shapes, 1)
    shift = moved[:, used] - np.einsum("njab,njb->nja", total[:, used], heads[:, used])
    turned = np.einsum("njab,nkjb->nka", total[:, used], rest, optimize=True)
    return turned + np.einsum("kj,nja->nka", points.share, shift)


def random_sights(rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Return landmarks of random people before random cameras, about the ray to their hips.

    Returns:
        (N, K, 3) metres from the middle of the hips (x right, y up, z to the camera), and (N, K, 2) the same
        in perspective, in metres at the hips' distance.
    """
    places = landmarks_of(random_angles(rng, count), random_shapes(rng, count))
    places = places - places[:, HIPS].mean(1, keepdims=True)
    pitch = rng.uniform(-0.25, 0.12, count) + rng.normal(0, 0.05, count)
    turns = skinning.rotation_matrices(np.stack([pitch, np.zeros(count), np.zeros(count)], 1))
    aside = np.stack([np.zeros(count), rng.normal(0, 0.06, count), np.zeros(count)], 1)
    places = places @ turns @ skinning.rotation_matrices(aside)
    tall = np.maximum(np.ptp(places[:, :, 1], axis=1) + 0.1, 1.2)
    away = rng.uniform(1, 1.6, count) * tall / 0.78 * rng.uniform(0.9, 1.2, count)
    return places, places[:, :, :2] / (1 - places[:, :, 2:] / away[:, None, None])
