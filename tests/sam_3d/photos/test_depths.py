"""Photos that agree tell where the surface is; foot and top are where outlines force them."""

import numpy as np
import pytest
import trimesh

from sam_3d.photos.carving import Grid, bounds, carve, outline
from sam_3d.photos.fusing import carved_on
from sam_3d.photos.levels import contacts, levels
from sam_3d.photos.surface import closed_surface
from sam_3d.photos.sweeping import Depths, depths, glance
from shared.mesh import Camera, Mesh
from shared.progress import Progress
from shared.raster import rasterise
from shared.render import View
from tests.sam_3d.photos.sets import shot, thing, turned


def spotted(mesh: Mesh) -> Mesh:
    points, faces = trimesh.remesh.subdivide_to_size(mesh.vertices, mesh.faces, 0.05)[:2]
    colours = np.random.default_rng(0).integers(20, 230, (len(points), 3))
    return Mesh(points, faces, colors=colours.astype(np.uint8))


def test_foot_and_top_are_where_the_outlines_force_them() -> None:
    made = turned(8)
    outlines = [outline(view, mask) for view, mask in zip(made.views, made.masks, strict=True)]
    foot, top = levels(contacts(outlines, bounds(made.views, made.masks)))
    assert (foot, top) == (pytest.approx(0, abs=0.03), pytest.approx(1, abs=0.03))


@pytest.mark.slow
def test_depths_are_those_of_the_true_surface() -> None:
    views = list(turned(12, size_px=(200, 170), elevation_deg=35).views)
    made = shot(spotted(thing()), views)
    outlines = [outline(view, mask) for view, mask in zip(made.views, made.masks, strict=True)]
    field, grid = carve(outlines, bounds(made.views, made.masks, floor=0.0), cells=48, floor=0.0)
    surface = closed_surface(field, grid)
    photos = [photo.image for photo in made.album.photos]
    glances = [glance(*item, *surface) for item in zip(made.views, photos, made.masks, strict=True)]
    apart, carved = [], []
    for item, small in zip(depths(glances, 1.0, Progress()), glances, strict=True):
        pose = item.view.camera_from_world
        turned_points = made.mesh.vertices @ pose[:3, :3].T + pose[:3, 3]
        true = rasterise(turned_points, made.mesh.faces, item.view.camera).depth
        told = np.isfinite(item.depth) & np.isfinite(true) & np.isfinite(small.carved)
        apart.append(np.abs(item.depth[told] - true[told]))
        carved.append(np.abs(small.carved[told] - true[told]))
    wrong, before = np.concatenate(apart), np.concatenate(carved)
    assert len(wrong) > 500 and np.median(wrong) < 0.01
    assert (wrong > 0.05).mean() < (before > 0.05).mean()


def test_what_is_seen_to_be_empty_is_carved_away() -> None:
    line = np.arange(41) * 0.03 - 0.6
    x, y, z = np.meshgrid(line, line, line, indexing="ij")
    field = (0.5 - np.maximum(np.maximum(abs(x), abs(y)), abs(z))).astype(np.float32)
    grid = Grid(np.full(3, -0.6), 0.03, np.full(3, 41))
    down = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, -3], [0, 0, 0, 1]])  # from 3 above
    view = View(Camera(100.0, (60, 60), (120, 120)), down)
    row, column = np.indices((120, 120))
    round_ = (row - 60) ** 2 + (column - 60) ** 2 < 9**2
    told = Depths(view, np.where(round_, 2.8, np.nan).astype(np.float32), np.ones((120, 120), np.float32))
    made = carved_on(field, grid, [told] * 4, 1.0, Progress())
    assert made[20, 30, 20] < 0 < made[20, 24, 20]  # a pit down to 0.2
    assert np.array_equal(made[33], field[33])
    assert np.array_equal(
        carved_on(field, grid, [told], 1.0, Progress()) > 0, field > 0
    )  # one is not believed
