import numpy as np
import pytest

from sam_3d.lift import lift
from sam_3d.mirroring import symmetrised
from shared.errors import InputError
from tests.sam_3d.cups import cup, cup_photo
from tests.sam_3d.shapes import bear, disc, picture
from tests.sam_3d.solids import check_solid, overlap


def test_one_half_takes_the_place_of_the_other():
    body, handle = cup()
    both = body | handle
    image, (left,), notes = symmetrised(cup_photo(), both[None], "left")
    assert not (left & handle)[:, 240:].any()  # the handle, on the right, is gone
    assert (left & body).sum() > 0.9 * body.sum()
    _, (right,), _ = symmetrised(cup_photo(), both[None], "right")
    assert right.sum() > left.sum()
    assert (right == right[:, ::-1]).mean() > 0.5
    assert "left half was mirrored" in notes[0]
    # Red cup on both sides of the axis, no yellow handle left.
    assert image.pixels[left][:, 2].max() < 60 and image.pixels[left][:, 1].max() < 130


def test_a_lift_can_be_symmetric():
    mask = bear() & ~disc(18, 240, (150, 120))
    result = lift(picture(mask), mask, symmetry="left")
    solid = check_solid(result.mesh)
    assert solid.euler_number == 0  # the mouth; the hole on the right is gone
    flipped = solid.copy()
    flipped.vertices[:, 0] *= -1
    assert abs(solid.center_mass[0]) < 0.01
    assert any("mirrored" in warning for warning in result.warnings)


def test_what_falls_outside_the_photo_is_told():
    mask = np.zeros((120, 160), bool)
    mask[30:90, 110:160] = True
    mask[30:50, 60:110] = True
    _, _, notes = symmetrised(picture(mask), mask[None], "left")
    assert len(notes) == 1 or "outside the photo" in notes[1]


def test_none_changes_nothing():
    image, masks, notes = symmetrised(picture(disc(60)), disc(60)[None], "none")
    assert (masks[0] == disc(60)).all() and notes == () and image.width == 200


def test_the_back_can_mirror_the_front():
    result = lift(picture(bear()), bear(), back="mirrored")
    texture = result.mesh.texture
    assert texture is not None
    half = texture.shape[1] // 2
    assert (texture[:, :half] == texture[:, half:]).all()
    assert overlap(result, bear()) >= 0.97
    turned = lift(picture(bear()), bear(), mode="revolve", back="mirrored")
    assert any("not mirrored" in warning for warning in turned.warnings)


@pytest.mark.parametrize("options", [{"symmetry": "up"}, {"back": "front"}])
def test_wrong_options_are_explained(options):
    with pytest.raises(InputError, match="wants one of"):
        lift(picture(disc(60)), disc(60), **options)
