import pytest

from sam_3d.ops.simplify import Simplify
from sam_3d.statistics import statistics
from shared.errors import InputError


@pytest.mark.parametrize("faces", [500, 1000, 6000])
def test_the_target_is_kept_and_used(lifted, faces):
    result = Simplify(faces=faces)(lifted)
    after, before = statistics(result), statistics(lifted)
    assert 0.6 * faces <= after["faces"] <= faces
    assert after["watertight"] and after["winding_consistent"] and after["bodies"] == 1
    assert after["volume_cm3"] == pytest.approx(before["volume_cm3"], rel=0.1 if faces < 5000 else 0.01)
    assert result.mesh.uv.shape == (len(result.mesh.vertices), 2)
    assert result.mesh.uv.min() >= 0 and result.mesh.uv.max() <= 1


def test_a_mesh_that_is_small_enough_is_left_alone(lifted):
    assert Simplify(faces=200_000)(lifted) is lifted


def test_the_target_is_checked():
    with pytest.raises(InputError, match="500 to 200000"):
        Simplify(faces=10)
