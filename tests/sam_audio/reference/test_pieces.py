"""Pieces: what is read is what lies there, and correlations peak where the sounds match."""

import numpy as np
import pytest

from sam_audio.reference.pieces import MARGIN, PART, Piece, correlations, drift_grid, gathered, stacked
from shared.media import Waveform
from shared.progress import Progress


def test_stretches_are_read_with_silence_beyond_the_ends():
    sound = np.arange(1, 101, dtype=np.float32).reshape(2, 50)
    got = gathered(Waveform(sound, 1000), 1000, (1,), starts=[-5, 45], length=10, progress=Progress())
    np.testing.assert_array_equal(got[0][0], [0] * 5 + [51, 52, 53, 54, 55])
    np.testing.assert_array_equal(got[1][0], [96, 97, 98, 99, 100] + [0] * 5)


@pytest.mark.parametrize("lag", [-300, 0, 1234])
def test_a_match_stands_out_at_its_lag(lag):
    rng = np.random.default_rng(7)
    reference = rng.standard_normal((2, 4 * PART + 2 * MARGIN)).astype(np.float32)
    mix = -0.3 * reference[:1, MARGIN + lag : MARGIN + lag + 4 * PART]
    mix = mix + rng.standard_normal(mix.shape).astype(np.float32)
    total = stacked(correlations(Piece(mix, reference, 0, 0)), np.zeros(1))[0]
    assert int(np.argmax(total)) == MARGIN + lag
    assert total.max() > 20 * np.median(total)


def test_drifts_stay_within_what_clocks_do():
    grid = drift_grid(500e-6, 1e-3)
    assert grid.min() == pytest.approx(-500e-6, abs=1e-5)
    assert grid.max() < 620e-6
