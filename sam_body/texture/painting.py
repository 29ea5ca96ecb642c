"""Bake one photo or several into the body's texture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_body.model import body_model
from sam_body.texture.atlas import Atlas, atlas
from sam_body.texture.blending import blended
from sam_body.texture.filling import filled, from_mirror, kinds
from sam_body.texture.paint import Paint
from sam_body.texture.projecting import Seen, project_photo
from shared.mesh import Camera

Array = NDArray[np.float64]

SMALL_PX, LARGE_PX = 1024, 2048
_LARGE = 1100
"""People taller than this in the photo get the large atlas."""


@dataclass(frozen=True, eq=False)
class Shot:
    """A photo to paint a body from.

    Args:
        pixels: (H, W, 3) uint8 photo.
        mask: (H, W) bool, the person.
        surface: (V, 3) the shipped body's vertices in the camera's frame, under the person's pixels.
        camera: The photo's.
        guessed: (V,) 0..1, limbs whose place was guessed: they take no colour from where they seem to be.
    """

    pixels: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    surface: Array
    camera: Camera
    guessed: Array | None = None

    @property
    def tall_px(self) -> float:
        """Height of the body in the photo."""
        return float(np.ptp(self.camera.project(self.surface)[:, 1]))


def paint(
    pixels: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    surface: Array,
    camera: Camera,
    *,
    guessed: Array | None = None,
) -> Paint:
    """Return the texture of a person from one photo; see `Shot` for what is what."""
    return paint_together([Shot(pixels, mask, surface, camera, guessed)])


def paint_together(shots: Sequence[Shot]) -> Paint:
    """Return the texture of a person from one photo or several.

    Args:
        shots: At least one.
    """
    layout = atlas(LARGE_PX if max(shot.tall_px for shot in shots) > _LARGE else SMALL_PX)
    seen = blended(
        [
            project_photo(shot.pixels, shot.mask, shot.surface, shot.camera, layout, guessed=shot.guessed)
            for shot in shots
        ],
        layout,
    )
    colours, trust = from_mirror(seen.vertex_colours, seen.vertex_trust)
    plain = _plain(filled(colours, trust), layout)
    other, share = _mirrored(seen, layout)
    mixed = plain + share[:, None] * (other - plain)
    mixed += seen.trust[:, None] * (seen.colours - mixed)
    area = _areas(layout, shots[0].surface)
    seen_share = float((area * seen.trust).sum() / area.sum())
    mirrored = float((area * share * (1 - seen.trust)).sum() / area.sum())
    return Paint(layout.picture(mixed.astype(np.float32)), layout.uv, layout.corners, seen_share, mirrored)


def _plain(fields: Array, layout: Atlas) -> NDArray[np.float32]:
    """(N, 3) the grown colours of the kinds, mixed at the atlas's pixels along smooth borders."""
    shares = layout.spread(kinds().T)
    shares = shares * shares * (3 - 2 * shares)
    shares /= shares.sum(1, keepdims=True)
    mixed = np.zeros((len(shares), 3), np.float32)
    for number, field in enumerate(fields):
        mixed += shares[:, number, None] * layout.spread(field)
    return mixed


def _mirrored(seen: Seen, layout: Atlas) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(N, 3) colours and (N,) trust of the other half at the atlas's pixels."""
    import cv2

    side = layout.size_px
    sheet = np.zeros((side, side, 4), np.float32)
    sheet[layout.rows, layout.columns, :3] = seen.colours * seen.trust[:, None]
    sheet[layout.rows, layout.columns, 3] = seen.trust
    columns, rows = layout.mirrored()
    place = np.zeros((side, side, 2), np.float32)
    place[layout.rows, layout.columns] = np.stack([columns, rows], axis=1)
    found = cv2.remap(sheet, place[..., 0], place[..., 1], cv2.INTER_LINEAR)[layout.rows, layout.columns]
    share = found[:, 3]
    colours = found[:, :3] / np.maximum(share, 1e-3)[:, None]
    return np.asarray(colours, np.float32), np.asarray(share, np.float32)


def _areas(layout: Atlas, surface: Array) -> Array:
    """(N,) area of the skin that each pixel stands for, square metres; 0 for eyes and mouth."""
    model = body_model()
    a, b, c = (surface[model.faces[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    area[(model.parts[model.faces] > 0).any(1)] = 0
    count = np.maximum(np.bincount(layout.face, minlength=len(area)), 1)
    return (area / count)[layout.face]
