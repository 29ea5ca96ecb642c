"""Charts: colours that are read between the pixels of an atlas are right up to the cuts, on both sides."""

import numpy as np
import trimesh
from scipy import ndimage

from sam_3d.photos.charts import unfold


def test_colours_are_the_same_on_both_sides_of_a_cut() -> None:
    ball = trimesh.creation.icosphere(4, 1.0)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces)
    atlas = unfold(vertices, faces, size_px=160)
    texels = atlas.texels()
    rows, columns = np.nonzero(texels.face >= 0)
    corners = atlas.source[atlas.faces[texels.face[rows, columns]]]
    points = np.einsum("nij,ni->nj", vertices[corners], texels.weights[rows, columns])
    picture = np.zeros((160, 160, 3))
    picture[rows, columns] = points
    edges = np.concatenate([atlas.faces[:, pair] for pair in ([0, 1], [1, 2], [2, 0])])
    _, where, times = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True, return_counts=True)
    cut = edges[times[np.ravel(where)] == 1]  # only one face beside it in the atlas
    assert len(cut) > 100
    spots = atlas.spots[cut].mean(1)[:, ::-1].T - 0.5
    read = np.stack([ndimage.map_coordinates(picture[..., i], spots, order=1) for i in range(3)], axis=1)
    true = vertices[atlas.source[cut]].mean(1)
    pixel = np.linalg.norm(np.diff(vertices[atlas.source[cut]], axis=1)[:, 0], axis=1) / np.linalg.norm(
        np.diff(atlas.spots[cut], axis=1)[:, 0], axis=1
    )
    assert np.percentile(np.linalg.norm(read - true, axis=1) / np.median(pixel), 95) < 0.3


def test_charts_do_not_share_pixels() -> None:
    ball = trimesh.creation.icosphere(3, 1.0)
    atlas = unfold(np.asarray(ball.vertices), np.asarray(ball.faces), size_px=128)
    texels = atlas.texels()
    row, column = np.nonzero(texels.face >= 0)
    inner = (texels.weights[row, column] >= 0).all(1)
    face = texels.face[row, column]
    spots = np.einsum("nij,ni->nj", atlas.spots[atlas.faces[face]], texels.weights[row, column])
    apart = np.linalg.norm(spots - np.stack([column, row], 1) - 0.5, axis=1)
    assert inner.mean() > 0.3 and np.percentile(apart, 99) < 0.05
