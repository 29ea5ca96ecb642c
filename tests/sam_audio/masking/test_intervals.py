"""Ranges are united and subtracted as sets; gates have soft edges that meet without a dip."""

import numpy as np
import pytest

from sam_audio.masking.intervals import FADE_S, TimeGate, subtracted, united

RANGES = [(3.0, 4.0), (1.0, 2.0), (1.5, 2.5), (2.5, 2.75), (6.0, 7.0)]


def test_ranges_are_united():
    assert united(RANGES) == [(1.0, 2.75), (3.0, 4.0), (6.0, 7.0)]
    assert united([]) == []


@pytest.mark.parametrize(
    ("dropped", "left"),
    [
        ([], [(1.0, 2.75), (3.0, 4.0), (6.0, 7.0)]),
        ([(0.0, 9.0)], []),
        ([(2.0, 3.5), (6.5, 6.75)], [(1.0, 2.0), (3.5, 4.0), (6.0, 6.5), (6.75, 7.0)]),
        ([(1.0, 2.75)], [(3.0, 4.0), (6.0, 7.0)]),
    ],
)
def test_ranges_are_subtracted(dropped, left):
    assert subtracted(RANGES, dropped) == left


def test_edges_are_soft_and_inside_is_whole():
    gate = TimeGate(((1.0, 2.0),), 4.0)
    times = np.arange(4000) / 1000
    gain = gate.gains(times)
    inside = (times > 1 + FADE_S / 2) & (times < 2 - FADE_S / 2)
    outside = (times < 1 - FADE_S / 2) | (times > 2 + FADE_S / 2)
    assert (gain[inside] == 1).all() and (gain[outside] == 0).all()
    assert gain[1000] == pytest.approx(0.5)
    assert np.abs(np.diff(gain)).max() < 2 / (FADE_S * 1000)


def test_neighbours_meet_without_a_dip_and_the_ends_have_no_edge():
    halves = TimeGate(((0.0, 2.0), (2.0, 4.0)), 4.0)
    np.testing.assert_allclose(halves.gains(np.arange(4000) / 1000), 1)


def test_slow_recordings_have_edges_between_samples():
    gate = TimeGate(((10.0, 20.0),), 100.0)
    np.testing.assert_array_equal(np.flatnonzero(gate.samples(0, 100, 1)), np.arange(10, 20))
