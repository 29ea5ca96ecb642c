import numpy as np
import pytest

from sam_3d.inflation.field import normal_z, squared_height
from sam_3d.inflation.outline import trace
from sam_3d.inflation.surface import closed_surface
from sam_3d.inflation.texture import paint, unwrap
from tests.sam_3d.shapes import bear, disc, picture


def atlas_of(mask, pixels):
    traced = trace(mask)
    u = squared_height(traced.coverage)
    return traced, u, paint(pixels, mask, traced, normal_z(u, 1.3))


def halves(atlas):
    return np.hsplit(atlas.astype(int), 2)


def test_the_front_shows_the_photo_where_it_faces_the_viewer():
    mask = disc(80, 240)
    rows, columns = np.mgrid[:240, :240]
    pixels = np.stack([columns, rows, 255 - columns], axis=2).astype(np.uint8)
    traced, _, atlas = atlas_of(mask, pixels)
    front, _ = halves(atlas)
    height, width = front.shape[:2]
    for x, y in ((120.5, 120.5), (80.5, 120.5), (120.5, 170.5), (150.5, 90.5)):
        cell = (np.array([x, y]) - traced.origin_px) / traced.cell_px + 0.5
        column, row = (cell * (width, height) / traced.coverage.shape[::-1]).astype(int)
        assert front[row, column] == pytest.approx([x, y, 255 - x], abs=3)


def test_no_colour_of_the_wall_gets_onto_the_object():
    mask = bear()
    _, _, atlas = atlas_of(mask, picture(mask).pixels)
    red, green = atlas[..., 0].astype(int), atlas[..., 1].astype(int)
    assert (red >= green - 6).all()  # the wall is (20, 160, 40), the object (200, 60, 40) or white


def test_front_and_back_agree_at_the_rim_and_beyond():
    mask = disc(80, 240)
    rng = np.random.default_rng(0)
    traced, u, atlas = atlas_of(mask, rng.integers(0, 255, (240, 240, 3)).astype(np.uint8))
    front, back = halves(atlas)
    step = front.shape[0] / u.shape[0]
    rows, columns = np.nonzero((u < 0) & (traced.coverage > 0.05))
    at = ((rows + 0.5) * step).astype(int), ((columns + 0.5) * step).astype(int)
    assert np.abs(front[at] - back[at]).max() <= 2


def test_the_back_carries_no_feature_of_the_front():
    mask = disc(80, 240)
    _, _, atlas = atlas_of(mask, picture(mask).pixels)
    front, back = halves(atlas)
    middle = front.shape[0] // 2, front.shape[1] // 2
    assert front[middle] == pytest.approx([250] * 3, abs=2)
    assert back[middle] == pytest.approx([200, 60, 40], abs=12)


def test_a_thin_object_keeps_its_own_colour():
    mask = np.zeros((120, 120), bool)
    mask[59:61, 10:110] = True
    _, _, atlas = atlas_of(mask, picture(mask, (30, 30, 220)).pixels)
    assert np.median(atlas[..., 2]) > 200


def test_the_atlas_is_bounded():
    mask = np.ones((3000, 2000), bool)
    _, _, atlas = atlas_of(mask, np.full((3000, 2000, 3), 90, np.uint8))
    assert max(atlas.shape[0], atlas.shape[1] // 2) <= 1024
    assert np.abs(atlas.astype(int) - 90).max() <= 1


def test_vertices_are_doubled_along_the_seam_only():
    mask = disc(60)
    u = squared_height(trace(mask).coverage)
    vertices, faces = closed_surface(u, thickness=1.0)
    source, new_faces, uv = unwrap(vertices, faces, u.shape)
    assert (source[new_faces] == faces).all()
    doubled = np.flatnonzero(np.bincount(source) > 1)
    assert 0 < len(doubled) < 0.1 * len(vertices)
    assert np.abs(vertices[doubled, 2]).max() < 0.15 * np.ptp(vertices[:, 2])
    assert uv.min() >= 0 and uv.max() <= 1
    on_front = uv[:, 0] < 0.5
    assert (on_front[new_faces].all(1) | ~on_front[new_faces].any(1)).all()
    assert vertices[source][on_front, 2].mean() < 0  # the viewer is at negative depth
