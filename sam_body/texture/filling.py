"""Colours for what the photo does not show: from the other half of the body, else grown over the surface.

Hair, face with neck, hands and the rest each grow from their own kind, so that no hair runs over a cheek and
no collar up the nape. Around trunk and limbs colours flow far more easily than along them: a hem or belt that
is seen in front goes round.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.surface import Regions, laplacian, regions
from sam_body.model import body_model
from sam_body.texture.atlas import mirror

Array = NDArray[np.float64]

_SURE, _LITTLE = 0.6, 0.15
_LEAST_SEEN, _LEAST_SHARE = 6, 0.04
"""Vertices, and share of its vertices, that a kind needs to be seen at to have colours of its own."""
_ALONG = 0.02
"""How easily colours flow along a limb, against around it."""
_UNLIKE = 0.02
"""Trust that is left of a hair's colour on the face, and of skin under the hair."""
_APART = 30.0
"""Hair and skin that are closer in colour than this are not told apart."""
_TEMPLATE = 1e-7
_EYE, _TONGUE = (236.0, 232.0, 228.0), (150.0, 78.0, 74.0)


def filled(colours: Array, trust: Array) -> Array:
    """Return (4, V, 3) grown colours of the kinds, to be mixed by `kinds`: rest, hair, face, hands.

    Each solves Laplace's equation over the mesh: smooth, and between the colours that are trusted.

    Args:
        colours: (V, 3) 0..255.
        trust: (V,) 0..1.
    """
    parts, shares = regions(), kinds()
    skin = _median(colours, (trust > _SURE) & (parts.face > 0.8))
    hair = _hair(colours, (trust > _LITTLE) & (parts.scalp > 0.2), skin)
    kept = [np.where(share > 0.5, trust, 0.0) for share in shares]
    if skin is not None and hair is not None:
        like_hair = np.linalg.norm(colours - hair, axis=1) < np.linalg.norm(colours - skin, axis=1)
        kept[1] *= np.where(like_hair, 1.0, _UNLIKE)
        kept[2] *= np.where(like_hair, _UNLIKE, 1.0)
    fallback = (None, hair, skin, skin)
    everything = _grown(colours, trust, _flow())
    fields = []
    for number, sources in enumerate(kept):
        least = max(_LEAST_SEEN, _LEAST_SHARE * (shares[number] > 0.5).sum())
        if (sources > _LITTLE).sum() >= least:
            fields.append(_grown(colours, sources, _flow()))
        elif (alone := fallback[number]) is not None:
            fields.append(np.tile(alone, (len(trust), 1)))
        else:
            fields.append(everything)
    return _with_eyes(np.stack(fields))


def from_mirror(colours: Array, trust: Array) -> tuple[Array, Array]:
    """Give vertices that are not seen the colour of the other half of the body, with less trust.

    Args:
        colours: (V, 3).
        trust: (V,) 0..1.

    Returns:
        Colours and trust with both halves.
    """
    twin = mirror()
    use = 0.6 * trust[twin] * (1 - trust)
    total = trust + use
    mixed = (colours * trust[:, None] + colours[twin] * use[:, None]) / np.maximum(total, 1e-9)[:, None]
    return np.where(total[:, None] > 1e-6, mixed, colours), np.clip(total, 0, 1)


@cache
def kinds() -> Array:
    """(4, V) shares that sum to 1: rest, hair, face and neck, hands."""
    parts: Regions = regions()
    face = np.clip(parts.face + parts.neck, 0, 1)
    hair, face, hands = (np.clip((share - 0.25) / 0.5, 0, 1) for share in (parts.scalp, face, parts.hands))
    face = np.minimum(face, 1 - hair)
    rest = 1 - hair - face - np.minimum(hands, 1 - hair - face)
    return np.stack([rest, hair, face, 1 - rest - hair - face])


@cache
def _flow() -> Any:
    """(V, V) sparse: how easily colours flow between neighbours."""
    from scipy import sparse

    model = body_model()
    links = sparse.coo_matrix(sparse.diags(laplacian().diagonal()) - laplacian())
    along = model.tails - model.heads
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    axis = np.einsum("vk,vkd->vd", model.weights.astype(np.float64), along[model.joints])
    axis /= np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
    edge = model.vertices[links.row].astype(np.float64) - model.vertices[links.col]
    edge /= np.maximum(np.linalg.norm(edge, axis=1, keepdims=True), 1e-12)
    mean = axis[links.row] + axis[links.col]
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    lengthwise = np.abs((edge * mean).sum(1))
    parts = regions()
    round_ = np.clip(parts.face + parts.scalp + parts.hands + parts.feet, 0, 1)
    isotropic = (round_[links.row] + round_[links.col]) / 2
    ease = np.maximum((1 - lengthwise**2) ** 2, _ALONG)
    ease = isotropic + (1 - isotropic) * ease
    flow = sparse.coo_matrix((ease, (links.row, links.col)), links.shape).tocsr()
    return (flow + flow.T) / 2


def _grown(colours: Array, trust: Array, flow: Any) -> Array:
    from scipy import sparse
    from scipy.sparse.linalg import splu

    own = 10 * trust**2
    own[body_model().parts > 0] = 0
    mean = (own[:, None] * colours).sum(0) / max(float(own.sum()), 1e-9)
    system = sparse.diags(np.asarray(flow.sum(1)).ravel() + own + _TEMPLATE) - flow
    return np.clip(splu(system.tocsc()).solve(own[:, None] * colours + _TEMPLATE * mean), 0, 255)


def _median(colours: Array, rows: NDArray[np.bool_]) -> Array | None:
    return np.median(colours[rows], axis=0) if rows.sum() >= _LEAST_SEEN else None


def _hair(colours: Array, rows: NDArray[np.bool_], skin: Array | None) -> Array | None:
    """Return the colour of what on the scalp is not skin, if enough of it is seen."""
    if skin is not None:
        rows = rows & (np.linalg.norm(colours - skin, axis=1) > _APART)
    return _median(colours, rows)


def _with_eyes(fields: Array) -> Array:
    """Paint eyeballs and tongue, which a photo does not show as a whole."""
    model = body_model()
    for part in range(1, int(model.parts.max()) + 1):
        rows = model.parts == part
        middle = abs(model.vertices[rows, 0].mean()) < 0.01
        fields[:, rows] = _TONGUE if middle else _EYE
    return fields
