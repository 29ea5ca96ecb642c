"""The shipped body's texture layout: which face, and where on it, each pixel of the atlas shows."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sam_body.model import FILE, body_model
from shared import weights
from shared.mesh import Camera
from shared.raster import rasterise

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Atlas:
    """The N pixels of a square atlas that show surface.

    Args:
        size_px: Side.
        uv: (U, 2) texture coordinates, origin at the lower left.
        corners: (F, 3) coordinates of each face's corners.
        rows: (N,) row of each pixel.
        columns: (N,) its column.
        face: (N,) the face that it shows.
        inner: (N, 3) float32 where on the face: weights of its corners.
        nearest: (2, h, w) row and column of the pixel of the surface that is nearest to each pixel.
    """

    size_px: int
    uv: Array
    corners: NDArray[np.int64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    face: NDArray[np.int64]
    inner: NDArray[np.float32]
    nearest: NDArray[np.int32]

    def spread(self, values: NDArray) -> NDArray[np.float32]:
        """(N, ...) values of the vertices, interpolated at the pixels."""
        corners = values[body_model().faces[self.face]].astype(np.float32)
        return np.einsum("nk,nk...->n...", self.inner, corners)

    def picture(self, colours: NDArray[np.float32]) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 the pixels' colours (0..255), pushed out over the gaps between the charts."""
        texture = np.zeros((self.size_px, self.size_px, 3), np.uint8)
        texture[self.rows, self.columns] = np.clip(colours + 0.5, 0, 255)
        return texture[self.nearest[0], self.nearest[1]]

    def mirrored(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(N,) column and row in the atlas of what each pixel shows on the other half of the body."""
        model = body_model()
        other = mirror()[model.faces[self.face]]
        wanted, turned = _sorted_faces()
        face = turned[np.searchsorted(wanted, _key(np.sort(other, axis=1)))]
        theirs = model.faces[face]
        slot = np.argmax(theirs[:, None, :] == other[:, :, None], axis=2)
        spots = self.uv[np.take_along_axis(self.corners[face], slot, axis=1)]
        place = np.einsum("nk,nkd->nd", self.inner, spots) * self.size_px
        return (place[:, 0] - 0.5).astype(np.float32), (self.size_px - place[:, 1] - 0.5).astype(np.float32)


@cache
def atlas(size_px: int) -> Atlas:
    """Return the layout at a size, worked out once a process.

    Args:
        size_px: Side of the square.
    """
    from scipy import ndimage

    uv, corners = coordinates()
    flat = np.stack([uv[:, 0] * size_px, (uv[:, 1] - 1) * size_px, -np.ones(len(uv))], axis=1)
    found = rasterise(flat, corners, Camera(1.0, (0.0, 0.0), (size_px, size_px)))
    rows, columns = np.nonzero(found.face >= 0)
    nearest = ndimage.distance_transform_edt(found.face < 0, return_distances=False, return_indices=True)
    return Atlas(
        size_px,
        uv,
        corners,
        rows,
        columns,
        found.face[rows, columns].astype(np.int64),
        found.weights[rows, columns],
        np.asarray(nearest, np.int32),
    )


@cache
def coordinates() -> tuple[Array, NDArray[np.int64]]:
    """Return (U, 2) texture coordinates of the shipped body, and (F, 3) those of its faces' corners."""
    with np.load(weights.path(FILE), allow_pickle=False) as data:
        return data["uv"].astype(np.float64), data["face_uv"].astype(np.int64)


@cache
def mirror() -> NDArray[np.int64]:
    """(V,) the vertex of the shipped body at the mirrored place."""
    from scipy.spatial import KDTree

    points = body_model().vertices.astype(np.float64)
    return np.asarray(KDTree(points).query(points * [-1, 1, 1])[1], np.int64)


@cache
def _sorted_faces() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    keys = _key(np.sort(body_model().faces, axis=1))
    order = np.argsort(keys)
    return keys[order], order


def _key(faces: NDArray[np.int64]) -> NDArray[np.int64]:
    return (faces[:, 0] * 100_000 + faces[:, 1]) * 100_000 + faces[:, 2]
