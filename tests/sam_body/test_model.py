"""The baked body: sizes, symmetry, and shapes that do what their names say."""

import numpy as np
import pytest

from sam_body.model import AVERAGE, SHAPES
from sam_body.skeletons import skeleton, skeletons
from shared.errors import InputError


def changed(name: str, value: float) -> np.ndarray:
    shape = AVERAGE.copy()
    shape[SHAPES.index(name)] = value
    return shape


def test_average_body_is_as_tall_as_a_person(model):
    assert 1.55 < np.ptp(model.surface(AVERAGE)[:, 1]) < 1.9


def test_weights_of_each_vertex_sum_to_one(model):
    assert np.allclose(model.weights.sum(1, dtype=np.float64), 1, atol=1e-7)
    assert model.joints.max() < len(model.bones)


def test_keypoint_regressor_takes_means(model):
    assert np.allclose(model.regressor.sum(1), 1, atol=1e-5)


def test_body_faces_forward_and_its_left_is_at_positive_x(model):
    points = dict(zip(model.keypoints, model.regressor @ model.surface(AVERAGE), strict=True))
    assert points["nose"][2] > points["left_ear"][2] + 0.05
    for part in ("eye", "shoulder", "wrist", "hip", "knee"):
        left, right = points[f"left_{part}"], points[f"right_{part}"]
        assert left[0] > 0 and np.allclose(left * [-1, 1, 1], right, atol=0.004)


@pytest.mark.parametrize("name", ["height", "weight"])
def test_shapes_do_what_their_names_say(model, name):
    low, high = model.surface(changed(name, 0.1)), model.surface(changed(name, 0.9))
    if name == "height":
        assert np.ptp(high[:, 1]) > np.ptp(low[:, 1]) + 0.2
    else:
        belly = model.weights[:, 0] > 0
        assert np.ptp(high[belly, 2]) > np.ptp(low[belly, 2])


def test_coefficient_slopes_are_slopes(model):
    shape = np.array([0.3, 0.8, 0.6, 0.4, 0.3, 0.7])
    step = np.array([1, -2, 1, 2, -1, 1]) * 1e-5
    wanted = model.coefficients(shape + step) - model.coefficients(shape)
    assert np.allclose(step @ model.coefficient_slopes(shape), wanted, atol=1e-8)


def test_parts_are_closed_and_the_skin_is_the_largest(model):
    import trimesh

    surface = model.surface(AVERAGE)
    for part in range(int(model.parts.max()) + 1):
        faces = model.faces[(model.parts[model.faces] == part).all(1)]
        assert trimesh.Trimesh(surface, faces).is_watertight
    assert np.bincount(model.parts)[0] > 13_000


@pytest.mark.parametrize("name", [s.name for s in skeletons()])
def test_rigs_stand_on_the_floor_and_rest_is_the_identity(model, name):
    rig, skin, kept = model.dressed(AVERAGE, skeleton(name))
    assert skin.vertices[:, 1].min() == pytest.approx(0, abs=1e-12)
    assert rig.bones[rig.mover] in ("pelvis", "mixamorig:Hips", "Hips")
    assert len(kept) == len(rig.bones) == len(skeleton(name).names)
    assert len(set(skeleton(name).names) - set(model.bones)) == 0


def test_mixamo_rig_has_the_52_mixamo_names(model):
    rig, *_ = model.dressed(AVERAGE, skeleton("mixamo"))
    assert rig.bones[0] == "mixamorig:Hips" and len(rig.bones) == 52
    assert all(bone.startswith("mixamorig:") for bone in rig.bones)
    assert {"mixamorig:LeftHandIndex1", "mixamorig:RightToeBase", "mixamorig:Spine2"} <= set(rig.bones)
    parent = rig.parents[rig.bones.index("mixamorig:LeftArm")]
    assert rig.bones[parent] == "mixamorig:LeftShoulder"


def test_unknown_rig_is_refused_with_the_names():
    with pytest.raises(InputError, match="game_engine, mixamo"):
        skeleton("biped")
