import numpy as np
import pytest
import trimesh

from sam_3d.coloring import vertex_colors
from sam_3d.ops.stand import BasePlate, FlatCut
from sam_3d.sizing import sized_mm
from sam_3d.statistics import statistics
from shared.errors import InputError
from shared.mesh import Mesh


def foot_area(result):
    points = sized_mm(result, 100)[result.mesh.faces]
    flat = points[..., 1].max(1) < 1e-4
    across = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    assert (across[flat, 1] < 0).all()  # it looks down
    return np.linalg.norm(across[flat], axis=1).sum() / 2


def test_a_cut_leaves_a_flat_foot_and_one_closed_body(lifted):
    cut = FlatCut(cut_percent=10)(lifted)
    found = statistics(cut, 100)
    assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 1
    height = np.ptp(lifted.mesh.vertices[:, 1])
    assert np.ptp(cut.mesh.vertices[:, 1]) == pytest.approx(0.9 * height, rel=1e-6)
    assert foot_area(cut) > 20 * foot_area(lifted) + 100


@pytest.mark.parametrize(("side", "axis"), [("top", 1), ("back", 2), ("front", 2), ("left", 0), ("right", 0)])
def test_any_side_can_be_cut(lifted, side, axis):
    cut = FlatCut(cut_percent=20, side=side)(lifted)
    before, after = np.ptp(lifted.mesh.vertices, axis=0), np.ptp(cut.mesh.vertices, axis=0)
    assert after[axis] == pytest.approx(0.8 * before[axis], rel=1e-6)
    low_end = side in ("back", "left")
    kept = np.max if low_end else np.min
    assert kept(cut.mesh.vertices[:, axis]) == pytest.approx(kept(lifted.mesh.vertices[:, axis]))


def test_a_plate_is_joined_below_the_object(lifted):
    plate = BasePlate(cut_percent=2, plate_percent=5, diameter_percent=100)(lifted)
    found = statistics(plate, 100)
    assert found["watertight"] and found["winding_consistent"] and found["bodies"] == 1
    extent = np.ptp(lifted.mesh.vertices, axis=0)
    scale = 100 / np.ptp(plate.mesh.vertices[:, 1])
    radius = max(extent[0], extent[2]) / 2 * scale
    assert foot_area(plate) == pytest.approx(np.pi * radius**2, rel=0.01)
    assert np.ptp(plate.mesh.vertices[:, 1]) == pytest.approx(extent[1] * 1.03, rel=1e-6)


def test_the_plate_reaches_below_the_centre_of_mass(lifted):
    # An L on its side: the foot is far from the centre of mass.
    foot = trimesh.creation.box((1, 4, 1)).apply_translation([0, 0, 0])
    arm = trimesh.creation.box((6, 1, 1)).apply_translation([3, 1.5, 0])
    joined = trimesh.boolean.union([foot, arm], engine="manifold")
    leaning = lifted.with_mesh(Mesh(np.asarray(joined.vertices), np.asarray(joined.faces)))
    plate = BasePlate(diameter_percent=20)(leaning).mesh.vertices
    bottom = plate[plate[:, 1] <= plate[:, 1].min() + 1e-6]
    assert bottom[:, 0].max() > joined.center_mass[0]


def test_new_faces_take_the_colour_of_the_foot(lifted):
    plate = BasePlate()(lifted)
    low = plate.mesh.vertices[:, 1] <= plate.mesh.vertices[:, 1].min() + 1e-9
    assert np.median(vertex_colors(plate.mesh)[low], axis=0) == pytest.approx([200, 60, 40], abs=12)


@pytest.mark.parametrize("wrong", [{"cut_percent": 50}, {"plate_percent": 0}, {"diameter_percent": 500}])
def test_values_are_checked(wrong):
    with pytest.raises(InputError, match="wants"):
        BasePlate(**wrong)
