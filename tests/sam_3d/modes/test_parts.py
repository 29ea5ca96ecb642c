import numpy as np
import pytest

from sam_3d.inflation.joining import joined_masks
from sam_3d.lift import lift
from shared.errors import PromptError
from shared.masks import Masks
from tests.sam_3d.cups import FOOT_PX, RIM_PX, cup, cup_photo
from tests.sam_3d.shapes import disc, picture
from tests.sam_3d.solids import check_solid, closed, overlap

TILT = np.radians(30)


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


def test_a_cup_with_a_handle_stands_upright_as_deep_as_wide():
    body, handle = cup(30)
    result = lift(cup_photo(), together(body, handle), mode="parts")
    assert np.degrees(result.tilt_rad) == pytest.approx(30, abs=3)
    solid = check_solid(result.mesh)
    assert solid.euler_number == 0
    wide = np.ptp(np.nonzero(body | handle)[1]) + 1
    assert solid.extents[2] * wide == pytest.approx(2 * RIM_PX[1], rel=0.04)
    assert solid.extents[1] * wide == pytest.approx((FOOT_PX[0] - RIM_PX[0]) / np.cos(TILT), rel=0.05)
    # The handle stands beside the axis: neither before the cup nor behind it.
    outside = solid.vertices[:, 0] > solid.vertices[:, 0].max() - 10 / wide
    assert np.abs(solid.vertices[outside, 2]).max() * wide < 16


def test_a_vessel_of_parts_is_open_and_its_handle_stays_outside():
    body, handle = cup(30)
    full = check_solid(lift(cup_photo(), together(body, handle), mode="parts").mesh)
    solid = check_solid(lift(cup_photo(), together(body, handle), mode="parts:inside=vessel").mesh)
    assert solid.volume < 0.5 * full.volume
    assert solid.extents == pytest.approx(full.extents, abs=0.02)
    middle = solid.bounds.mean(axis=0)
    wide = np.ptp(np.nonzero(body | handle)[1]) + 1
    middle[0] = solid.bounds[0, 0] + RIM_PX[1] / wide
    top = solid.bounds[1, 1]
    for aside in np.linspace(-0.6, 0.6, 7) * FOOT_PX[1] / wide:
        hits = solid.ray.intersects_location([[middle[0] + aside, top + 1, 0]], [[0, -1, 0]])[0]
        assert hits[:, 1].max() < top - 0.75 * solid.extents[1]


def test_the_far_side_of_a_cup_has_the_colours_of_the_near_side():
    body, handle = cup(30)
    mesh = lift(cup_photo(), together(body, handle), mode="parts").mesh
    middles, normals = mesh.vertices[mesh.faces].mean(axis=1), closed(mesh).face_normals
    unit = np.ptp(np.nonzero(body | handle)[1]) + 1
    axis = mesh.vertices[:, 0].min() + RIM_PX[1] / unit
    far = (normals[:, 2] < -0.5) & (np.abs(middles[:, 0] - axis) < 0.8 * FOOT_PX[1] / unit)
    uv = mesh.uv[mesh.faces[far]].mean(axis=1)
    height, width = mesh.texture.shape[:2]
    column, row = (uv[:, 0] * width).astype(int), ((1 - uv[:, 1]) * height).astype(int)
    colours = mesh.texture[row, column].astype(float)
    assert far.sum() > 50
    assert np.abs(colours - (200, 50, 40)).max() < 25  # red all over, no yellow of the handle


def test_parts_can_all_be_inflated():
    body, handle = cup(30)
    result = lift(cup_photo(), together(body, handle), mode="parts:form=inflated")
    assert result.tilt_rad == 0
    assert check_solid(result.mesh).euler_number == 0
    assert overlap(result, body | handle) >= 0.97
    result = lift(cup_photo(), together(body, handle), mode="parts:form=inflated,inside=vessel")
    assert any("made solid" in warning for warning in result.warnings)


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


def test_parts_that_touch_themselves_along_a_line_are_closed():
    line = np.eye(200, dtype=bool)
    check_solid(lift(picture(line), together(line, np.roll(line, 7, axis=1)), mode="parts").mesh)
