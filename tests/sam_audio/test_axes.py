"""Axes: exact both ways, the mel of the paper, whole ranges, and rows that meet."""

import numpy as np
import pytest

from sam_audio.axes import AXES, checked_axis, low_hz, row_edges_hz, to_hz, to_unit
from shared.errors import InputError


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("top_hz", [0.5, 50.0, 4000.0, 24_000.0, 192_000.0])
def test_there_and_back(axis, top_hz: float):
    units = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(to_unit(to_hz(units, axis, top_hz), axis, top_hz), units, atol=1e-9)
    assert to_hz(1.0, axis, top_hz) == pytest.approx(top_hz)
    assert to_hz(0.0, axis, top_hz) == pytest.approx(low_hz(axis, top_hz), abs=1e-12)
    assert (np.diff(to_hz(units, axis, top_hz)) > 0).all()


def test_known_places():
    assert to_unit(6000, "linear", 24_000) == 0.25
    assert to_unit(240, "log", 24_000) == pytest.approx(1 / 3)
    assert to_unit(0, "log", 24_000) == 0
    mels = 2595 * np.log10(1 + np.array([1000, 8000]) / 700)
    assert to_unit(1000, "mel", 8000) == pytest.approx(mels[0] / mels[1])


def test_rows_meet_and_fill_the_axis():
    edges = row_edges_hz(4, "linear", 100)
    np.testing.assert_allclose(edges, [0, 25, 50, 75, 100])


def test_an_unknown_axis_is_refused():
    assert checked_axis("log") == "log"
    with pytest.raises(InputError, match="no frequency axis 'bark'.*linear, mel, log"):
        checked_axis("bark")
