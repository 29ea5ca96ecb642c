import numpy as np
import pytest

from sam_3d.inflation.joining import joined_masks
from sam_3d.lift import lift
from shared.errors import PromptError
from shared.masks import Masks
from tests.sam_3d.cups import cup, cup_photo
from tests.sam_3d.shapes import disc, picture
from tests.sam_3d.solids import check_solid, overlap


def together(*layers):
    return Masks(np.stack(layers), (0.9,) * len(layers), ("",) * len(layers))


def test_a_cup_and_its_handle_become_one_body_with_a_hole():
    body, handle = cup()
    result = lift(cup_photo(), together(body, handle), mode="parts")
    solid = check_solid(result.mesh)
    assert solid.euler_number == 0  # the handle's hole goes through
    assert overlap(result, body | handle) >= 0.97


def test_the_handle_reaches_deep_into_the_cup():
    body, handle = cup()
    parts, whole = joined_masks(np.stack([handle, body]))
    assert (parts[0].mask == body).all()
    grown = parts[1].mask & body
    assert grown.sum() > 0.3 * handle.sum()
    assert not (parts[1].mask & ~body & ~handle & ~whole).any()
    # As thick where it meets the cup as in its middle: no neck at the joint.
    result = lift(cup_photo(), together(body, handle), mode="parts")
    solid = check_solid(result.mesh)
    unit = np.ptp(np.nonzero(body | handle)[1]) + 1
    joint = (228 - 35.5 / 1.6 - unit / 2 - np.nonzero(body | handle)[1].min()) / unit
    hits = solid.ray.intersects_location([[joint, 0, 1]], [[0, 0, -1]])[0]
    assert len(hits) >= 2


def test_a_part_inside_another_sits_on_its_front():
    face, nose = disc(70), disc(12)
    result = lift(picture(face), together(face, nose), mode="parts:thickness=1")
    solid = check_solid(result.mesh)
    assert solid.extents[2] / solid.extents[0] == pytest.approx(1 + 12 / 140, abs=0.03)
    assert overlap(result, face) >= 0.97


def test_a_hair_gap_is_closed_and_a_wide_one_is_told():
    left, right = np.zeros((120, 200), bool), np.zeros((120, 200), bool)
    left[30:90, 20:98], right[45:75, 100:180] = True, True
    check_solid(lift(picture(left | right), together(left, right), mode="parts").mesh)
    far = np.zeros((120, 200), bool)
    far[45:75, 130:180] = True
    result = lift(picture(left | far), together(left, far), mode="parts")
    check_solid(result.mesh)
    assert any("do not touch" in warning for warning in result.warnings)


def test_one_mask_is_no_set_of_parts():
    with pytest.raises(PromptError, match="at least two masks"):
        lift(picture(disc(60)), disc(60), mode="parts")
