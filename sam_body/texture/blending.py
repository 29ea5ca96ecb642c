"""Make one view of several photos of a surface: each place from the photo that shows it best, without seams.

Fine detail comes from one photo, since two never lie exactly over one another; what is coarser than about a
centimetre passes softly from photo to photo, after their exposures have been brought together.
Two bands, as in Burt and Adelson, "A multiresolution spline with application to image mosaics", 1983.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.surface import laplacian, limb, regions
from sam_body.texture.atlas import Atlas
from sam_body.texture.projecting import Seen

Array = NDArray[np.float64]

_SHARP, _SOFT = 10, 2
"""Powers of a photo's share in detail and in coarse colour."""
_ROUNDING = 8
"""Rounds of averaging of the shares, so that borders between photos are no zigzag."""
_FACE = 3.0
"""How much more the photo counts on the face that shows most of it: a nose has no seam."""
_BOTH, _LEAST = 0.3, 40
"""Vertices that two photos show this surely, and how many it wants to compare exposures."""
_FIRM, _MOST = 0.2, 1.5
"""Pull of exposures to those of the photos, and how far they may go from them."""


def blended(seen: Sequence[Seen], layout: Atlas) -> Seen:
    """Return what all photos show.

    Args:
        seen: What each of them shows of the same surface.
        layout: Where the atlas's pixels lie on it.
    """
    if len(seen) == 1:
        return seen[0]
    seen = [_sure(one, layout) for one in seen]
    gains = exposures(seen)
    worth = _worth(seen)
    trusts = np.stack([one.trust for one in seen])
    spread = np.stack([layout.spread(one) for one in worth])
    fine, coarse = (_shares(spread**power * trusts) for power in (_SHARP, _SOFT))
    colours = np.zeros_like(seen[0].colours)
    for k, (one, gain) in enumerate(zip(seen, gains, strict=True)):
        low = layout.spread(one.vertex_colours)
        detail = one.colours - low
        colours += gain.astype(np.float32) * (coarse[k, :, None] * low + fine[k, :, None] * detail)
    rows = _shares(worth**_SOFT * np.stack([one.vertex_trust for one in seen]))
    mixed = sum(rows[k, :, None] * gains[k] * one.vertex_colours for k, one in enumerate(seen))
    return Seen(
        np.clip(colours, 0, 255),
        trusts.max(0),
        np.clip(np.asarray(mixed, np.float64), 0, 255),
        np.max([one.vertex_trust for one in seen], axis=0),
        np.max([one.vertex_value for one in seen], axis=0),
        np.min([one.vertex_before for one in seen], axis=0),
    )


def exposures(seen: Sequence[Seen]) -> Array:
    """Return (P, 3) factors of the photos' red, green and blue that bring them together where two overlap.

    Args:
        seen: What each of P photos shows.
    """
    count = len(seen)
    logs = [np.log(np.clip(one.vertex_colours, 8, 255)) for one in seen]
    system, wanted = _FIRM * np.eye(count), np.zeros((count, 3))
    for i in range(count):
        for j in range(i):
            both = np.minimum(seen[i].vertex_trust, seen[j].vertex_trust) > _BOTH
            if both.sum() < _LEAST:
                continue
            apart = np.median(logs[j][both] - logs[i][both], axis=0)
            system[[i, j], [i, j]] += 1
            system[[i, j], [j, i]] -= 1
            wanted[i] += apart
            wanted[j] -= apart
    return np.clip(np.exp(np.linalg.solve(system, wanted)), 1 / _MOST, _MOST)


def _sure(seen: Seen, layout: Atlas) -> Seen:
    """Take the trust from forearms and hands with the body behind them: beside a finger there is cloth."""
    arms = np.clip(regions().hands + limb("lowerarm_l", "lowerarm_r"), 0, 1)
    left = 1 - arms * seen.vertex_before
    fine = (seen.trust * layout.spread(left)).astype(np.float32)
    return replace(seen, trust=fine, vertex_trust=seen.vertex_trust * left)


def _worth(seen: Sequence[Seen]) -> Array:
    """(P, V) how good each photo is for each place, against the best of them: 0..1."""
    face = regions().face
    worth = np.stack([one.vertex_value * one.vertex_trust for one in seen])
    best = int(np.argmax((worth * face).sum(1)))
    worth[best] *= 1 + (_FACE - 1) * face
    matrix = laplacian()
    for _ in range(_ROUNDING):
        worth = worth - 0.5 * (matrix @ worth.T).T / np.maximum(matrix.diagonal(), 1)
    return np.clip(worth / np.maximum(worth.max(0), 1e-9), 0, 1)


def _shares(weights: NDArray) -> NDArray:
    return weights / np.maximum(weights.sum(0), 1e-9)
