"""What the draping knows of the skin: who neighbours whom, which way is out, and how far it may go."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.model import BodyModel, body_model
from sam_body.skeletons import FINGERS
from shared.normals import vertex_normals

Array = NDArray[np.float64]

_ROUNDING = 12
"""Rounds of averaging of the directions: clothes bridge folds such as armpit and crotch."""
_HAIR_M, _HAIR_RISE, _SHOE_M = 0.06, 0.4, 0.03
"""Most for hair, the share of the head's height over which it reaches that, and most for shoes."""
_SOLE_M = 0.05
_SHRINKING, _CAUTION = 6, 5
_GROUPS = (("upperarm", "lowerarm", "hand", *FINGERS), ("thigh", "calf", "foot", "ball"))
_LIMBS = 1 + 2 * len(_GROUPS)
_HAIRLINE = 0.16
"""Height, as a share of the head's, over which hair begins."""
_SCALP = (0.34, 0.40, 0.45)
"""Hair grows above `a + b · clip(depth / c)` of the head's height (0 its joint, 1 its top)."""


@dataclass(frozen=True, eq=False)
class Regions:
    """Shares in 0..1 of each vertex of the body in its parts.

    Args:
        scalp: (V,) under the hair.
        crown: (V,) how thick hair may be, 0 at its line.
        face: (V,) the rest of the head, ears included.
        neck: (V,) between head and chest.
        hands: (V,) wrist to finger tips.
        feet: (V,) ankle to toes.
    """

    scalp: Array
    crown: Array
    face: Array
    neck: Array
    hands: Array
    feet: Array


@cache
def regions() -> Regions:
    """Return the parts of the shipped body."""
    model = body_model()
    head, top = model.heads[model.index["head"]], float(model.vertices[model.parts == 0, 1].max())
    height = (model.vertices[:, 1] - head[1]) / (top - head[1])
    depth = (model.vertices[:, 2] - head[2]) / (top - head[1])
    line, slope, reach = _SCALP
    above = height - line - slope * np.clip(depth / reach, -0.9, 1)
    skull = _share(model, "head")
    scalp = skull * np.clip(0.5 + above / _HAIRLINE, 0, 1)
    crown = skull * np.clip(above / _HAIR_RISE + 0.15, 0, 1)
    hands = sum((_share(model, *_hand(side)) for side in "lr"), np.zeros(len(skull)))
    feet = sum((_share(model, f"foot_{side}", f"ball_{side}") for side in "lr"), np.zeros(len(skull)))
    return Regions(scalp, crown, skull - scalp, _share(model, "neck_01"), hands, feet)


def _hand(side: str) -> tuple[str, ...]:
    return f"hand_{side}", *(f"{finger}_0{n}_{side}" for finger in FINGERS for n in (1, 2, 3))


def _share(model: BodyModel, *bones: str) -> Array:
    ids = [model.index[bone] for bone in bones]
    return np.where(np.isin(model.joints, ids), model.weights, 0).sum(1).astype(np.float64)


def limb(*names: str) -> Array:
    """Return (V,) the share of each vertex that hangs on some bones of the baked skeleton."""
    return _share(body_model(), *names)


@cache
def laplacian() -> Any:
    """Return the (V, V) graph Laplacian of the mesh as a scipy sparse matrix: degree minus neighbours."""
    from scipy import sparse

    model = body_model()
    pairs = model.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    count = len(model.vertices)
    ones = np.ones(len(pairs))
    links = sparse.coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), (count, count))
    links = (links + links.T).tocsr()
    return (sparse.diags(np.asarray(links.sum(1)).ravel()) - links).tocsr()


def outwards(vertices: Array) -> Array:
    """Return (V, 3) unit directions in which a surface at rest is widened: its normals, evened out.

    Args:
        vertices: (V, 3) at rest.
    """
    normals = vertex_normals(vertices, body_model().faces)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    matrix = laplacian()
    degree = matrix.diagonal()[:, None]
    for _ in range(_ROUNDING):
        normals = normals - 0.5 * (matrix @ normals) / degree
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def reach_m(most_m: float) -> tuple[Array, Array]:
    """Return (V,) how far each vertex may move inwards (≤ 0) and outwards (≥ 0), metres.

    Face, hands and soles stay; shoes and hair have limits of their own; eyes and mouth stay.

    Args:
        most_m: Furthest that clothes may lie from the skin.
    """
    model, parts = body_model(), regions()
    low = float(model.vertices[:, 1].min())
    above_sole = np.clip((model.vertices[:, 1] - low) / _SOLE_M - 0.4, 0, 1)
    cloth = np.clip(1 - parts.face - parts.scalp - 0.7 * parts.neck - parts.hands - parts.feet, 0, 1)
    out = cloth * most_m + parts.crown * min(_HAIR_M, most_m)
    out += parts.feet * above_sole * min(_SHOE_M, most_m)
    out[model.parts > 0] = 0
    return -0.25 * np.minimum(out * cloth, _HAIR_M), out


def clearance_m(surface: Array, ways: Array, most_m: float) -> Array:
    """Return (V,) radii of the largest balls that touch a posed limb from outside and no other limb, metres.

    What moves no farther than that cannot meet what comes from the other side: armpit and crotch stay open,
    while dents of one and the same limb may be bridged. After the shrinking balls of Ma, Bae and Choi, "3D
    medial axis point approximation", 2012.

    Args:
        surface: (V, 3) posed.
        ways: (V, 3) directions, about unit length.
        most_m: Radius to start from.
    """
    from scipy.spatial import KDTree

    unit = ways / np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)
    limbs, found = _limbs(), np.full(len(surface), most_m)
    for number in range(_LIMBS):
        rows, others = np.flatnonzero(limbs == number), np.flatnonzero((limbs >= 0) & (limbs != number))
        tree, radius = KDTree(surface[others]), np.full(len(rows), most_m)
        for _ in range(_SHRINKING):
            far, other = tree.query(surface[rows] + radius[:, None] * unit[rows])
            apart = surface[others[other]] - surface[rows]
            ahead = (apart * unit[rows]).sum(1)
            smaller = (apart**2).sum(1) / (2 * np.maximum(ahead, 1e-6))
            touched = (far < radius * 0.99) & (ahead > 1e-6)
            radius = np.where(touched, np.minimum(smaller, radius), radius)
        found[rows] = radius
    matrix = laplacian()
    for _ in range(_CAUTION):
        mean = found - (matrix @ found) / np.maximum(matrix.diagonal(), 1)
        found = np.minimum(found, mean)
    return found


@cache
def _limbs() -> NDArray[np.int64]:
    """(V,) trunk with head 0, then left and right arm and leg; −1 for eyes and mouth."""
    model = body_model()
    bone = np.array(
        [model.bones[j] for j in model.joints[np.arange(len(model.joints)), model.weights.argmax(1)]]
    )
    number = np.zeros(len(bone), np.int64)
    for n, (side, names) in enumerate(((s, k) for k in _GROUPS for s in "lr"), 1):
        number[[b.endswith(f"_{side}") and b.split("_")[0] in names for b in bone]] = n
    number[model.parts > 0] = -1
    return number
