import numpy as np
import pytest

from sam_3d.ops.scale import ScaleToHeight
from sam_3d.ops.simplify import Simplify
from shared.chain import parse_chain
from shared.discovery import declared
from shared.errors import InputError


def test_the_height_is_in_metres_and_the_picture_stays(lifted):
    result = ScaleToHeight(height_mm=250)(lifted)
    assert np.ptp(result.mesh.vertices[:, 1]) == pytest.approx(0.25)
    assert result.mesh.scale == "metric"
    seen = result.camera.project(result.in_camera())
    assert np.allclose(seen, lifted.camera.project(lifted.in_camera()), atol=1e-6)


def test_the_height_is_checked():
    with pytest.raises(InputError, match="1 to 2000 mm"):
        ScaleToHeight(height_mm=0)


def test_all_operations_make_a_chain_from_json(lifted):
    kinds = declared("sam_3d.ops", "OPS")
    names = {"smooth", "simplify", "remesh", "fill_holes", "hollow", "flat_cut", "base_plate", "text"}
    assert {k.id for k in kinds} == names | {
        "keyring_loop",
        "scale_to_height",
        "orient",
        "mirror",
        "largest_body",
    }
    items = [{"id": "simplify", "faces": 900}, {"id": "scale_to_height", "height_mm": "55"}]
    result = parse_chain(items, kinds, what="operation")(lifted)
    assert len(result.mesh.faces) <= 900
    assert np.ptp(result.mesh.vertices[:, 1]) == pytest.approx(0.055)
    assert parse_chain([], kinds)(lifted) is lifted
    assert Simplify(faces=900).faces == 900
