import pytest

from sam_3d.engines.sam_3d_objects import SPECS
from shared.errors import EngineUnavailable


def test_it_is_listed_with_the_reason_and_a_cure():
    (spec,) = SPECS
    missing = spec.missing()
    assert spec.tier == "official"
    assert "not connected" in missing.reason
    assert "lift_net" in missing.cure and "gated" in missing.cure


def test_it_never_pretends_to_run():
    with pytest.raises(EngineUnavailable, match="not connected"):
        SPECS[0].load("cpu")
