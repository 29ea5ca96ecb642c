"""The colours of a body: one picture that the surface's kept texture coordinates point into."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.arrays import frozen
from shared.errors import InputError


@dataclass(frozen=True, eq=False)
class Paint:
    """A texture of the shipped body's surface.

    Args:
        texture: (h, w, 3) uint8 sRGB.
        uv: (U, 2) float64 texture coordinates, origin at the lower left.
        corners: (F, 3) int64: the texture coordinates of the corners of the skin's faces, in their order.
        seen: Share of the skin's area, 0..1, that shows the photo.
        mirrored: Share that shows the photo of the other half of the body.
        face_blurred: Whether the face was made unrecognisable first.

    Raises:
        InputError: A shape is wrong, or a corner names coordinates that are not there.
    """

    texture: NDArray[np.uint8]
    uv: NDArray[np.float64]
    corners: NDArray[np.int64]
    seen: float
    mirrored: float = 0.0
    face_blurred: bool = False

    def __post_init__(self) -> None:
        for name, dtype, shape in (
            ("texture", np.uint8, (None, None, 3)),
            ("uv", np.float64, (None, 2)),
            ("corners", np.int64, (None, 3)),
        ):
            object.__setattr__(self, name, frozen(f"Paint.{name}", getattr(self, name), dtype, shape))
        if len(self.corners) and (self.corners.min() < 0 or self.corners.max() >= len(self.uv)):
            raise InputError(f"Paint.corners names coordinates outside 0..{len(self.uv) - 1}.")

    def facts(self) -> dict[str, Any]:
        """Return what a manifest says: percents of the skin that are seen, mirrored and made up."""
        made_up = max(1 - self.seen - self.mirrored, 0.0)
        return {
            "seen_percent": round(100 * self.seen),
            "mirrored_percent": round(100 * self.mirrored),
            "made_up_percent": round(100 * made_up),
            "face_blurred": self.face_blurred,
            "size_px": self.texture.shape[0],
        }

    def at_vertices(self, faces: NDArray[np.int64], count: int) -> NDArray[np.uint8]:
        """(V, 3) uint8 colours of the vertices, for files without textures.

        Args:
            faces: (F, 3) of the skin.
            count: V.
        """
        height, width = self.texture.shape[:2]
        place = np.zeros(count, np.int64)
        place[faces.ravel()] = self.corners.ravel()
        columns = np.clip((self.uv[place, 0] * width).astype(int), 0, width - 1)
        rows = np.clip(((1 - self.uv[place, 1]) * height).astype(int), 0, height - 1)
        return self.texture[rows, columns]

    def unfolded(self, faces: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give each vertex one texture coordinate by copying those at the texture's seams.

        Args:
            faces: (F, 3) of the skin.
            count: V.

        Returns:
            (V', 2) vertex and texture coordinate of each copy, where the first V rows are the vertices in
            their order; and (F, 3) faces of the copies.
        """
        keys = faces.astype(np.int64) * len(self.uv) + self.corners
        unique, place = np.unique(keys, return_inverse=True)
        vertex = unique // len(self.uv)
        _, first = np.unique(vertex, return_index=True)
        later = np.setdiff1d(np.arange(len(unique)), first)
        lone = np.setdiff1d(np.arange(count), vertex)  # of no face: any coordinate will do
        pairs = np.stack([vertex, unique % len(self.uv)], axis=1)
        mains = np.zeros((count, 2), np.int64)
        mains[vertex[first]] = pairs[first]
        mains[lone, 0] = lone
        order = np.empty(len(unique), np.int64)
        order[first] = vertex[first]
        order[later] = count + np.arange(len(later))
        return np.concatenate([mains, pairs[later]]), order[place].reshape(-1, 3)
