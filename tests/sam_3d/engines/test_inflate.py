import numpy as np
import pytest

from sam_3d.engines.inflate import SPECS
from shared.media import Image
from shared.progress import Progress
from tests.sam_3d.shapes import disc


def test_it_runs_anywhere_without_weights():
    (spec,) = SPECS
    assert (spec.tier, spec.default, spec.missing(), spec.weights) == ("embedded", False, None, ())


def test_the_position_puts_the_object_where_the_mask_is():
    mask = disc(30, 200, (150, 60))
    shape = SPECS[0].load("cpu")(
        Image(np.zeros((200, 200, 3), np.uint8)), mask, thickness=1.0, progress=Progress()
    )
    assert shape.camera.project(shape.position[None])[0] == pytest.approx([150, 60], abs=0.5)
    # From far away, one unit (the diameter) covers as many pixels as the mask is wide.
    assert shape.camera.focal_px / -shape.position[2] == pytest.approx(60, rel=0.03)
    assert shape.camera.size_px == (200, 200)
