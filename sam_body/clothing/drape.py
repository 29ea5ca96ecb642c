"""Widen a body smoothly along its normals until its outline is that of the person's mask.

Each vertex at rest moves along an evened-out normal by one number, so that skin weights, bones and faces stay
as they are and the rig still animates. The numbers are the solution of a sparse least-squares problem: the
rim of the silhouette goes to the mask's edge, neighbours move alike (first and second differences over the
mesh), and what nothing is known about goes back to the skin. The unseen back so moves as the sides do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.clothing.reaching import Window, gaps
from sam_body.clothing.surface import clearance_m, laplacian, limb, outwards, reach_m
from sam_body.skeletons import FINGERS
from sam_body.types import Body, Skin

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_M = 0.12
"""Farthest that clothes lie from the skin."""
LEAST_MASK = 0.35
"""A mask that covers less of the drawn body than this is not of this person's body."""
_CELLS = 320
_ROUNDS = 4
_TRUST, _ALIKE, _BENDING, _BACK = 4.0, 0.3, 1.0, 0.0003
_SAFE = 0.9
"""Share of the room before a vertex that it may take."""
_GUESSED = 0.75
"""Share of their freedom that limbs lose which the photo does not show."""
_HANGING = {
    "elbow": ("lowerarm",),
    "wrist": ("hand", *(f"{finger}_0{n}" for finger in FINGERS for n in (1, 2, 3))),
    "knee": ("thigh", "calf"),
    "ankle": ("foot", "ball"),
}
_LOOSE_M, _FALLING = 0.01, 40
"""Weights of first differences, second differences, and of the skin itself, against 1 for a rim vertex."""


@dataclass(frozen=True, eq=False)
class Draped:
    """A widened body.

    Args:
        body: With the new surface; bones, weights, pose and camera are those of the body before.
        moved_m: (V,) how far each vertex moved along its direction, metres.
        iou_before: Overlap of the silhouette with the mask before, 0..1; the mean of several photos.
        iou_after: And after.
    """

    body: Body
    moved_m: Array
    iou_before: float
    iou_after: float


def drape(body: Body, mask: Mask, *, most_m: float = MOST_M) -> Draped | None:
    """Widen a body to a mask; None where the mask does not fit the body.

    Args:
        body: A person whose skin is the shipped body's bare one, with the model's own rest pose.
        mask: (H, W) bool, the person in the photo.
        most_m: Farthest that clothes lie from the skin, metres.
    """
    return drape_together([body], [mask], most_m=most_m)


def drape_together(
    bodies: Sequence[Body], masks: Sequence[Mask | None], *, most_m: float = MOST_M
) -> Draped | None:
    """Widen one body to its masks in several photos; None where no mask fits it.

    Args:
        bodies: The same skin at rest, as for `drape`, as each photo shows it.
        masks: (H, W) bool, the person in each photo; None where that is not known.
        most_m: Farthest that clothes lie from the skin, metres.
    """
    skin = bodies[0].skin
    ways = outwards(skin.vertices)
    pairs = zip(bodies, masks, strict=True)
    sights = [
        sight
        for body, mask in pairs
        if mask is not None and (sight := _Sight.of(body, mask, ways, most_m)) is not None
    ]
    if not sights:
        return None
    guessed = np.min([guessed_limbs(sight.body) for sight in sights], axis=0)
    low, high = (edge * (1 - _GUESSED * guessed) for edge in reach_m(most_m))
    free = np.min([clearance_m(sight.surface, sight.ways, most_m) for sight in sights], axis=0)
    high = np.minimum(high, _SAFE * free)
    moved, before = np.zeros(len(ways)), _overlap(sights, np.zeros(len(ways)))
    best, overlap = moved, before
    pulls, trusts = np.zeros(len(ways)), np.zeros(len(ways))
    for _ in range(_ROUNDS):
        delta, trust = _gaps(sights, moved, most_m)
        fresh = trust > 0
        pulls[fresh] = (moved + delta)[fresh]
        trusts = np.where(fresh, trust, 0.5 * trusts)  # what was on the rim a round ago still counts
        moved = _solved(np.clip(pulls, low, high), trusts, low, high)
        moved = _fallen(skin.vertices, ways, moved, low, high)
        reached = _overlap(sights, moved)
        if reached > overlap:
            best, overlap = moved, reached
    return Draped(widened(bodies[0], best), best, before, overlap)


@dataclass(frozen=True, eq=False)
class _Sight:
    """A body in one photo: (V, 3) surface and directions in the camera's frame, and the mask."""

    body: Body
    surface: Array
    ways: Array
    window: Window

    @classmethod
    def of(cls, body: Body, mask: Mask, ways: Array, most_m: float) -> "_Sight | None":
        surface = body.posed_vertices() + body.offset_m
        window = Window.around(surface, body.camera, mask, cells=_CELLS, margin_m=most_m)
        drawn = window.draw(surface, body.skin.faces)
        if (drawn & window.mask).sum() < LEAST_MASK * max(drawn.sum(), 1):
            return None
        return cls(body, surface, _turned(body, ways), window)

    def drawn(self, moved: Array) -> Mask:
        return self.window.draw(self.surface + moved[:, None] * self.ways, self.body.skin.faces)


def _overlap(sights: Sequence[_Sight], moved: Array) -> float:
    return float(np.mean([sight.window.overlap(sight.drawn(moved)) for sight in sights]))


def _gaps(sights: Sequence[_Sight], moved: Array, most_m: float) -> tuple[Array, Array]:
    """(V,) what is missing to the masks' edges, where several photos tell it their mean, and (V,) trust."""
    total, weight = np.zeros(len(moved)), np.zeros(len(moved))
    most = np.zeros(len(moved))
    for sight in sights:
        now = sight.surface + moved[:, None] * sight.ways
        delta, trust = gaps(now, sight.ways, sight.drawn(moved), sight.window, most_m)
        total, weight, most = total + trust * delta, weight + trust, np.maximum(most, trust)
    return total / np.maximum(weight, 1e-9), most


def widened(body: Body, clothes_m: Array) -> Body:
    """Return a bare body in clothes.

    Args:
        body: Of the shipped body's mesh, with the model's own rest pose.
        clothes_m: (V,) how far its vertices move along their directions, metres.
    """
    skin = body.skin
    vertices = skin.vertices + clothes_m[:, None] * outwards(skin.vertices)
    dressed = Skin(vertices, skin.faces, skin.joints, skin.weights, skin.parts)
    return replace(body, skin=dressed, standing_m=body.height_m, clothes_m=clothes_m)


def guessed_limbs(body: Body) -> Array:
    """(V,) 0..1: what hangs on arms, hands and legs that the photo does not show."""
    marks = body.landmarks
    unseen = {
        name for name, basis in zip(marks.names, marks.basis, strict=True) if basis in ("guessed", "hidden")
    }
    found = np.zeros(len(body.skin.vertices))
    for side in ("left", "right"):
        for joint, bones in _HANGING.items():
            if f"{side}_{joint}" in unseen:
                found += limb(*(f"{bone}_{side[0]}" for bone in bones))
    return np.clip(found, 0, 1)


def _turned(body: Body, ways: Array) -> Array:
    """(V, 3) what the pose makes of directions at rest, world axes."""
    skin = body.skin
    return skinning.skin(ways, skin.joints, skin.weights, body.turns(), np.zeros((len(body.rig.bones), 3)))


def _fallen(vertices: Array, ways: Array, moved: Array, low: Array, high: Array) -> Array:
    """Let cloth that is off the skin bridge its dents: even the surface out where it has moved.

    Args:
        vertices: (V, 3) of the skin at rest.
        ways: (V, 3) directions.
        moved: (V,) metres.
        low: (V,) least that a vertex may move.
        high: (V,) most.
    """
    matrix = laplacian()
    share = (np.clip(moved / _LOOSE_M, 0, 1) * np.clip(high / 0.02, 0, 1) / np.maximum(matrix.diagonal(), 1))[
        :, None
    ]
    surface = vertices + moved[:, None] * ways
    for round_ in range(2 * _FALLING):
        pull = 0.6 if round_ % 2 == 0 else -0.61  # Taubin's pair: evens out without shrinking
        surface = surface - pull * share * (matrix @ surface)
    heights = ((surface - vertices) * ways).sum(1)
    return np.clip(np.maximum(heights, 0.3 * moved), low, high)


def _solved(pulls: Array, trusts: Array, low: Array, high: Array) -> Array:
    from scipy import sparse
    from scipy.sparse.linalg import splu

    matrix = laplacian()
    degree = sparse.diags(1 / np.maximum(matrix.diagonal(), 1))
    fixed = np.where(high < 0.002, 1e3, 0.0)
    own = sparse.diags(_TRUST * trusts + fixed + _BACK)
    bending = matrix.T @ degree @ degree @ matrix
    system = (own + _ALIKE * matrix + _BENDING * bending).tocsc()
    return np.clip(splu(system).solve(_TRUST * trusts * pulls), low, high)
