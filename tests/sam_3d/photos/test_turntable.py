"""A turntable's height, axis, direction and focal length are found from outlines alone."""

import numpy as np
import pytest

from sam_3d.photos.turntable import find_turntable
from shared.errors import InputError
from tests.sam_3d.photos.sets import turned


@pytest.mark.slow
def test_height_axis_and_focal_length_are_found() -> None:
    made = turned(8)
    found = find_turntable(made.album, made.masks, direction="left")
    true = made.views[0].camera_from_world
    assert np.allclose(found.views[0].camera_from_world[:3, :3], true[:3, :3], atol=0.04)
    assert found.views[0].camera.focal_px == pytest.approx(made.views[0].camera.focal_px, rel=0.15)
    assert found.error < 0.01 and "looks down by 2" in found.notes[0]


def test_wrong_input_is_explained() -> None:
    made = turned(3)
    with pytest.raises(InputError, match="3 photos want 3 angles"):
        find_turntable(made.album, made.masks, angles_deg=[0, 10])
    with pytest.raises(InputError, match="direction"):
        find_turntable(made.album, made.masks, direction="up")
