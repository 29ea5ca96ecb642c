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
_HAIR_M, _SHOE_M = 0.08, 0.03
_SOLE_M = 0.05
_HAIRLINE = 0.16
"""Height, as a share of the head's, over which hair begins."""
_SCALP = (0.34, 0.40, 0.45)
"""A head's vertex is under hair above `a + b · clip(depth / c)` of the head's height (0 its joint, 1 its top)."""


@dataclass(frozen=True, eq=False)
class Regions:
    """Shares in 0..1 of each vertex of the body in its parts.

    Args:
        scalp: (V,) under the hair.
        face: (V,) the rest of the head, ears included.
        neck: (V,) between head and chest.
        hands: (V,) wrist to finger tips.
        feet: (V,) ankle to toes.
    """

    scalp: Array
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
    hands = sum((_share(model, *_hand(side)) for side in "lr"), np.zeros(len(skull)))
    feet = sum((_share(model, f"foot_{side}", f"ball_{side}") for side in "lr"), np.zeros(len(skull)))
    return Regions(scalp, skull - scalp, _share(model, "neck_01"), hands, feet)


def _hand(side: str) -> tuple[str, ...]:
    return f"hand_{side}", *(f"{finger}_0{n}_{side}" for finger in FINGERS for n in (1, 2, 3))


def _share(model: BodyModel, *bones: str) -> Array:
    ids = [model.index[bone] for bone in bones]
    return np.where(np.isin(model.joints, ids), model.weights, 0).sum(1).astype(np.float64)


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
    cloth = np.clip(1 - parts.face - parts.scalp - parts.hands - parts.feet, 0, 1)
    out = cloth * most_m + parts.scalp * min(_HAIR_M, most_m)
    out += parts.feet * above_sole * min(_SHOE_M, most_m)
    out[model.parts > 0] = 0
    return -0.25 * np.minimum(out * cloth, _HAIR_M), out
