"""Forward kinematics and linear blend skinning on plain arrays.

A bone has a rest frame: columns x, y, z, with y along the bone. Its pose is a rotation in that frame
(what animators call the local rotation; the identity is the rest pose). Points are moved by
`x' = G x + t`, one (G, t) a bone: the blend of Kavan et al., "Skinning: real-time shape deformation",
SIGGRAPH 2014 course, section 2.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def bone_axes(heads: Array, tails: Array, parents: NDArray[np.int64], bones: Sequence[str]) -> Array:
    """Return (J, 3, 3) rest frames, columns x, y, z: y runs along the bone, x is the hinge.

    Knees, hips and the spine hinge about the body's left-right axis; an arm hinges about the normal
    of the plane in which its elbow is bent at rest, so that bending is a positive turn about x.

    Args:
        heads: (J, 3) where bones start.
        tails: (J, 3) where they end.
        parents: (J,) index of the parent, −1 for the root.
        bones: J names of the baked skeleton, which tell the arms.
    """
    index = {name: i for i, name in enumerate(bones)}
    along = tails - heads
    length = np.linalg.norm(along, axis=1, keepdims=True)
    along = np.where(length > 1e-6, along / np.maximum(length, 1e-12), [0.0, 1.0, 0.0])
    hinge = np.tile([1.0, 0.0, 0.0], (len(bones), 1))
    for side in "lr":
        upper, lower = index[f"upperarm_{side}"], index[f"lowerarm_{side}"]
        normal = np.cross(along[upper], along[lower])
        for bone in _below(upper, parents):
            hinge[bone] = normal
        hinge[index[f"clavicle_{side}"]] = [0.0, 0.0, 1.0]
    hinge -= (hinge * along).sum(1, keepdims=True) * along
    hinge /= np.linalg.norm(hinge, axis=1, keepdims=True)
    return np.stack([hinge, along, np.cross(hinge, along)], axis=-1)


def _below(bone: int, parents: NDArray[np.int64]) -> list[int]:
    found = [bone]
    for child in range(bone + 1, len(parents)):
        if parents[child] in found:
            found.append(child)
    return found


def descendants(parents: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (J, J) bool, not to be written to: [b, j] tells whether bone j is b or hangs below it."""
    return _descendants(np.asarray(parents, np.int64).tobytes())


@cache
def _descendants(parents: bytes) -> NDArray[np.bool_]:
    above = np.frombuffer(parents, np.int64)
    below = np.eye(len(above), dtype=bool)
    for j, parent in enumerate(above):
        if parent >= 0:
            below[:, j] |= below[:, parent]
    below.flags.writeable = False
    return below


def rotation_matrices(vectors: Array) -> Array:
    """Return (..., 3, 3) rotations of (..., 3) rotation vectors in radians (Rodrigues' formula)."""
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    cross = cross_matrices(vectors)
    small = angle < 1e-8
    safe = np.where(small, 1.0, angle)
    first = np.where(small, 1.0, np.sin(safe) / safe)
    second = np.where(small, 0.5, (1 - np.cos(safe)) / safe**2)
    return np.eye(3) + first * cross + second * (cross @ cross)


def orthonormal(matrices: Array) -> Array:
    """Return the rotations nearest to (..., 3, 3) matrices that are rotations up to rounding."""
    left, _, right = np.linalg.svd(matrices)
    return left @ right


def right_jacobians(vectors: Array) -> Array:
    """Return (..., 3, 3) right Jacobians J: R(v + d) ≈ R(v) R(J d) (Solà et al. 2018, eq. 143)."""
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    cross = cross_matrices(vectors)
    small = angle < 1e-4
    safe = np.where(small, 1.0, angle)
    first = np.where(small, 0.5, (1 - np.cos(safe)) / safe**2)
    second = np.where(small, 1 / 6, (safe - np.sin(safe)) / safe**3)
    return np.eye(3) - first * cross + second * (cross @ cross)


def cross_matrices(vectors: Array) -> Array:
    """Return (..., 3, 3) matrices K with K u = v × u."""
    given = np.asarray(vectors, np.float64)
    matrices = np.zeros((*given.shape, 3))
    for row, column, axis in ((2, 1, 0), (0, 2, 1), (1, 0, 2)):
        matrices[..., row, column] = given[..., axis]
        matrices[..., column, row] = -given[..., axis]
    return matrices


def rotation_vectors(matrices: Array) -> Array:
    """Return (N, 3) rotation vectors in radians (length 0..π) of (N, 3, 3) rotations."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_matrix(matrices).as_rotvec()


def turns(axes: Array, rotations: Array, parents: NDArray[np.int64]) -> Array:
    """Return (J, 3, 3): how far each bone has turned in the world, from local rotations.

    Args:
        axes: (J, 3, 3) rest frames.
        rotations: (J, 3, 3) rotations in the bones' own frames.
        parents: (J,) parents before children.
    """
    local = axes @ rotations @ axes.transpose(0, 2, 1)
    total = local.copy()
    for bones, above in _levels(np.asarray(parents, np.int64).tobytes()):
        total[bones] = total[above] @ local[bones]
    return total


@cache
def _levels(parents: bytes) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]:
    """Return bones and their parents by depth below the roots, so that each depth is one product."""
    above = np.frombuffer(parents, np.int64)
    depth = descendants(above).sum(0) - 1
    found = [np.flatnonzero(depth == level) for level in range(1, int(depth.max(initial=0)) + 1)]
    return tuple((bones, above[bones]) for bones in found)


def moved_heads(
    heads: Array, total: Array, parents: NDArray[np.int64], mover: int, translation_m: Array
) -> Array:
    """Return (J, 3) positions of the bones' heads after the turns.

    Args:
        heads: (J, 3) at rest.
        total: (J, 3, 3) as `turns` gives them.
        parents: (J,) parents before children.
        mover: The bone that carries the translation (the hips).
        translation_m: (3,) how far it moves, metres, world axes.
    """
    roots = parents < 0
    moved = np.einsum("jab,jb->ja", total[parents], heads - heads[parents])
    moved[roots] = heads[roots]
    moved[mover] += translation_m
    for bones, above in _levels(np.asarray(parents, np.int64).tobytes()):
        moved[bones] += moved[above]
    return moved


def skin(
    vertices: Array,
    joints: NDArray[np.uint8],
    weights: NDArray[np.float32],
    total: Array,
    shift: Array,
) -> Array:
    """Blend the motions of up to four bones a vertex.

    Args:
        vertices: (V, 3) at rest.
        joints: (V, 4) bones.
        weights: (V, 4), each row sums to 1.
        total: (J, 3, 3) turns.
        shift: (J, 3) translations: moved head − turn · rest head.

    Returns:
        (V, 3) posed vertices.
    """
    motion = np.concatenate([total, shift[..., None]], axis=-1).reshape(len(total), 12)
    blend = np.einsum("vk,vkm->vm", weights.astype(np.float64), motion[joints]).reshape(-1, 3, 4)
    return np.einsum("vij,vj->vi", blend[..., :3], vertices) + blend[..., 3]
