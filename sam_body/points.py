"""Body points and their derivatives, without ever posing the mesh.

Under linear blend skinning a weighted mean of vertices is `Σ_j G_j A_j + a_j t_j` with one 3-vector
A_j and one number a_j a bone; A is linear in the blend-shape weights. So keypoints, bone heads and
single vertices are all "folded" once and then cost a few products a bone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body import skinning
from sam_body.model import SHAPES, BodyModel

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Folded:
    """K points in terms of the J' bones that move any of them.

    Args:
        bones: (J',) indices in the model.
        base: (K, J', 3) A for the template.
        shapes: (S, K, J', 3) its change with each blend-shape weight.
        share: (K, J') a; each row sums to 1.
    """

    bones: NDArray[np.int64]
    base: Array
    shapes: Array
    share: Array


def fold_means(model: BodyModel, means: NDArray[np.float32]) -> Folded:
    """Fold points that are weighted means of vertices.

    Args:
        model: The body.
        means: (K, V) weights, rows sum to 1.
    """
    used = np.flatnonzero((means != 0).any(axis=0))
    dense = np.zeros((len(used), len(model.bones)), np.float32)
    np.add.at(dense, (np.arange(len(used))[:, None], model.joints[used]), model.weights[used])
    bones = np.flatnonzero(dense.any(axis=0))
    dense = dense[:, bones]
    blend = np.einsum("ku,uj->kju", means[:, used], dense).reshape(-1, len(used))
    places = np.concatenate([model.vertices[None, used], model.shapes[:, used]])
    stacked = places.transpose(1, 0, 2).reshape(len(used), -1)
    live = np.abs(blend).sum(1) > 0
    folded = np.zeros((len(blend), stacked.shape[1]))
    folded[live] = blend[live] @ stacked
    folded = folded.reshape(len(means), len(bones), -1, 3)
    moved = np.ascontiguousarray(folded[:, :, 1:].transpose(2, 0, 1, 3))
    share = (means[:, used] @ dense).astype(np.float64)
    return Folded(bones, np.ascontiguousarray(folded[:, :, 0]), moved, share)


def fold_heads(model: BodyModel, bones: list[int]) -> Folded:
    """Fold the heads of different bones."""
    count = len(bones)
    diagonal = np.arange(count)
    base, shapes = np.zeros((count, count, 3)), np.zeros((len(model.shapes), count, count, 3))
    base[diagonal, diagonal] = model.heads[bones]
    shapes[:, diagonal, diagonal] = model.heads_shapes[:, bones]
    return Folded(np.array(bones), base, shapes, np.eye(count))


def joined(first: Folded, second: Folded) -> Folded:
    """Return the points of both, in order."""
    bones = np.union1d(first.bones, second.bones)
    parts = [_spread(points, bones) for points in (first, second)]
    return Folded(
        bones,
        np.concatenate([part.base for part in parts]),
        np.concatenate([part.shapes for part in parts], axis=1),
        np.concatenate([part.share for part in parts]),
    )


def _spread(points: Folded, bones: NDArray[np.int64]) -> Folded:
    place, count, wide = np.searchsorted(bones, points.bones), len(points.base), len(bones)
    base, share = np.zeros((count, wide, 3)), np.zeros((count, wide))
    shapes = np.zeros((len(points.shapes), count, wide, 3))
    base[:, place], share[:, place], shapes[:, :, place] = points.base, points.share, points.shapes
    return Folded(bones, base, shapes, share)


@dataclass(frozen=True, eq=False)
class State:
    """A body's shape and pose with everything that its points and their slopes share.

    Angles are rotation vectors in the bones' frames of the average shape (`BodyModel.axes`).
    """

    model: BodyModel
    shape: Array
    blend: Array
    slopes: Array | None
    heads: Array
    angles: Array
    total: Array
    moved: Array
    _rests: dict[int, tuple[Folded, Array]] = field(default_factory=dict, repr=False)
    _parts: dict[int, Array] = field(default_factory=dict, repr=False)
    _slopes: dict[tuple[int, bytes], Array] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, model: BodyModel, translation_m: Array, shape: Array, angles: Array) -> "State":
        """Evaluate the skeleton.

        Args:
            model: The body.
            translation_m: (3,) of the hips.
            shape: (6,) in 0..1.
            angles: (J, 3) rotation vectors, radians.
        """
        blend = model.coefficients(shape)
        heads = model.heads + np.tensordot(blend, model.heads_shapes, 1)
        total = skinning.turns(model.axes, skinning.rotation_matrices(angles), model.parents)
        moved = skinning.moved_heads(heads, total, model.parents, model.mover, translation_m)
        slopes = model.coefficient_slopes(shape)
        return cls(model, shape, blend, slopes, heads, angles, total, moved)

    def posed(self, translation_m: Array, angles: Array, *, held: bool = True) -> "State":
        """Return the same shape in another pose.

        Args:
            translation_m: (3,) of the hips.
            angles: (J, 3) rotation vectors, radians.
            held: Whether the shape is known, so that slopes by shape are 0.
        """
        model = self.model
        total = skinning.turns(model.axes, skinning.rotation_matrices(angles), model.parents)
        moved = skinning.moved_heads(self.heads, total, model.parents, model.mover, translation_m)
        pose = {"angles": angles, "total": total, "moved": moved, "_parts": {}, "_slopes": {}}
        return replace(self, slopes=None if held else self.slopes, **pose)

    def parts(self, points: Folded) -> Array:
        """(K, J', 3) what each bone adds to each point; worked out once."""
        if id(points) not in self._parts:
            total = self.total[points.bones]
            shift = self.moved[points.bones] - np.einsum("jab,jb->ja", total, self.heads[points.bones])
            turned = np.einsum("jab,kjb->kja", total, self._rest(points))
            self._parts[id(points)] = turned + points.share[..., None] * shift
        return self._parts[id(points)]

    def _rest(self, points: Folded) -> Array:
        if id(points) not in self._rests:
            rest = points.base + np.tensordot(self.blend, points.shapes, 1)
            self._rests[id(points)] = points, rest  # holding the points keeps their id
        return self._rests[id(points)][1]

    def points(self, points: Folded) -> Array:
        """(K, 3) positions."""
        return self.parts(points).sum(axis=1)

    def jacobian(self, points: Folded, bones: NDArray[np.int64]) -> Array:
        """(K, 3, 3 + 6 + 3·B): slopes by translation, shape, and the angles of B bones; worked out once."""
        key = (id(points), bones.tobytes())
        if key not in self._slopes:
            self.parts(points)
            self._slopes[key] = self._jacobian(points, bones)
        return self._slopes[key]

    def _jacobian(self, points: Folded, bones: NDArray[np.int64]) -> Array:
        hanging = skinning.descendants(self.model.parents)[:, points.bones]
        below = hanging[bones].astype(np.float64)
        parts = self.parts(points)
        carried = below @ parts
        share = points.share @ below.T
        arm = carried - share[..., None] * self.moved[bones]
        axes = self.total[bones] @ self.model.axes[bones]
        turning = axes @ skinning.right_jacobians(self.angles[bones])
        by_angle: Any = np.cross(turning.transpose(0, 2, 1)[None], arm[:, :, None, :])
        by_angle = by_angle.reshape(len(arm), -1, 3).transpose(0, 2, 1)
        by_move = (points.share @ hanging[self.model.mover])[:, None, None] * np.eye(3)
        slopes = np.concatenate([by_move, self._by_shape(points), by_angle], axis=2)
        return np.asarray(slopes, np.float64)

    @cached_property
    def _shift_slopes(self) -> Array:
        """(6, J, 3) slopes by shape of moved head − turn · rest head."""
        total, none = self.total, np.zeros((len(SHAPES), len(self.blend)))
        heads: Array = np.tensordot(none if self.slopes is None else self.slopes, self.model.heads_shapes, 1)
        moved = np.empty_like(heads)
        for j, parent in enumerate(self.model.parents):
            if parent < 0:
                moved[:, j] = heads[:, j]
            else:
                moved[:, j] = moved[:, parent] + (heads[:, j] - heads[:, parent]) @ total[parent].T
        return moved - np.einsum("jab,sjb->sja", total, heads)

    def _by_shape(self, points: Folded) -> Array:
        if self.slopes is None:
            return np.zeros((len(points.base), 3, len(SHAPES)))
        used, rest = points.bones, np.tensordot(self.slopes, points.shapes, 1)
        shift = self._shift_slopes[:, used]
        own: Any = np.tensordot(rest, self.total[used], ((2, 3), (0, 2)))
        carried: Any = np.tensordot(points.share, shift, ((1,), (1,)))
        return np.asarray(own.transpose(1, 2, 0) + carried.transpose(0, 2, 1), np.float64)


Term = Callable[[State, NDArray[np.int64]], tuple[Array, Array]]
"""What pulls a fit: of a state and the bones that move, (R,) residuals and their (R, P) slopes."""
