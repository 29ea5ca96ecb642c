"""The printable body: closed, upright, in millimetres."""

import numpy as np
import pytest
import trimesh

from sam_body.clothing.surface import regions
from sam_body.export.distance import distances
from sam_body.export.stl import printable, write_stl
from sam_body.skeletons import FINGERS
from shared.errors import InputError
from shared.exporting import export
from tests.sam_body.conftest import strong_body

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def body():
    """With arms that lie in the trunk; which skeleton it has does not matter to its skin."""
    return strong_body("game_engine")


@pytest.fixture(scope="module")
def solid(body, tmp_path_factory):
    path = export(body, tmp_path_factory.mktemp("stl") / "body.stl", package="sam_body.export")
    return trimesh.load_mesh(path)


def test_it_is_one_closed_solid_with_volume(solid):
    assert solid.is_watertight and solid.is_winding_consistent
    assert solid.body_count == 1
    litres = solid.volume / 1e6
    assert 35 < litres < 130


def test_it_stands_on_the_plate_in_millimetres(solid, body):
    assert solid.bounds[0, 2] == pytest.approx(0, abs=1e-3)
    posed = body.posed_vertices()[body.skin.parts == 0]
    skin, _ = printable(body)
    assert np.ptp(skin[:, 2]) == pytest.approx(np.ptp(posed[:, 1]) * 1e3, abs=0.01)
    assert np.ptp(skin[:, 0]) == pytest.approx(np.ptp(posed[:, 0]) * 1e3, abs=0.01)
    assert solid.extents == pytest.approx(np.ptp(skin, axis=0), abs=2)  # it cuts itself, so is drawn anew


def test_a_redrawn_solid_keeps_fingers_and_nose(solid, body, model):
    """Of the left hand and the face, which nothing else runs through."""
    skin, _ = printable(body)
    kept = body.skin.parts == 0
    left = [model.index[f"{finger}_{n:02d}_l"] for finger in FINGERS for n in (2, 3)]
    hand = np.where(np.isin(model.joints, left), model.weights, 0).sum(1)[kept] > 0.5
    face = regions().face[kept] > 0.8
    apart = distances(skin[hand | face], np.asarray(solid.vertices), np.asarray(solid.faces))
    assert apart.mean() < 0.7 and np.percentile(apart, 99) < 2.5 and apart.max() < 4.5


def test_distances_are_those_of_triangles():
    corners, faces = np.array([[0.0, 0, 0], [4, 0, 0], [0, 4, 0]]), np.array([[0, 1, 2]])
    points = np.array([[1.0, 1, 2], [-3, -4, 0], [4, 4, 0], [6, 0, 0], [1, 1, 0]])
    assert distances(points, corners, faces) == pytest.approx([2, 5, np.sqrt(8), 2, 0])


def test_manifold_library_takes_it(solid):
    import manifold3d

    mesh = manifold3d.Mesh(np.asarray(solid.vertices, np.float32), np.asarray(solid.faces, np.uint32))
    made = manifold3d.Manifold(mesh)
    assert made.status() == manifold3d.Error.NoError and made.volume() > 0


def test_height_option_scales_it(body, tmp_path, coarse):
    write_stl(body, tmp_path / "small.stl", height_mm=120)
    assert trimesh.load_mesh(tmp_path / "small.stl").extents[2] == pytest.approx(120, abs=1e-3)


def test_impossible_height_is_refused(body, tmp_path):
    with pytest.raises(InputError, match="height_mm"):
        write_stl(body, tmp_path / "no.stl", height_mm=0)
