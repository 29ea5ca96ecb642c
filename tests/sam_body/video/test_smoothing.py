"""Whittaker's smoother: what it keeps, what it halves, and rotations that stay rotations."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sam_body.video.smoothing import (
    filled_turns,
    filled_values,
    one_sign,
    smoothed,
    smoothed_turns,
)

FPS = 30.0


def test_a_straight_line_stays_as_it_is():
    line = np.linspace([0.0, 5.0], [3.0, -2.0], 50)
    assert np.allclose(smoothed(line, np.ones(50), 2.0, FPS), line, atol=1e-6)


@pytest.mark.parametrize("hertz", [1.0, 2.0, 4.0])
def test_the_cut_off_frequency_is_halved(hertz):
    times = np.arange(600) / FPS
    wave = np.sin(2 * np.pi * hertz * times)[:, None]
    found = smoothed(wave, np.ones(600), hertz, FPS)[200:400]
    assert np.abs(found).max() == pytest.approx(0.5, abs=0.02)
    slow = np.sin(2 * np.pi * hertz / 4 * times)[:, None]
    assert np.abs(smoothed(slow, np.ones(600), hertz, FPS) - slow)[100:500].max() < 0.01


def test_rows_without_trust_are_bridged():
    curve = np.sin(np.arange(60) / 10)[:, None]
    spoiled, trust = curve.copy(), np.ones(60)
    spoiled[25:28], trust[25:28] = 40.0, 0.0
    assert np.abs(smoothed(spoiled, trust, 5.0, FPS) - curve).max() < 0.05


def test_short_curves_and_no_cut_off_change_nothing():
    rough = np.random.default_rng(0).normal(size=(30, 2))
    assert np.array_equal(smoothed(rough, np.ones(30), 0.0, FPS), rough)
    assert np.array_equal(smoothed(rough[:2], np.ones(2), 4.0, FPS), rough[:2])


def test_turns_are_smoothed_across_the_change_of_sign():
    angles = np.linspace(0, 4 * np.pi, 90)
    turns = Rotation.from_rotvec(angles[:, None] * [0.0, 0.0, 1.0]).as_matrix()
    found = smoothed_turns(turns, np.ones(90), 6.0, FPS)
    assert np.allclose(found @ found.transpose(0, 2, 1), np.eye(3), atol=1e-9)
    apart = Rotation.from_matrix(found[5:-5].transpose(0, 2, 1) @ turns[5:-5]).magnitude()
    assert np.degrees(apart).max() < 2
    quaternions = one_sign(Rotation.from_matrix(turns).as_quat())
    assert (np.diff(quaternions, axis=0) ** 2).sum(1).max() < 0.01


def test_gaps_are_filled_evenly():
    frames = np.array([2, 3, 7])
    assert np.allclose(filled_values(frames, np.array([[0.0], [1.0], [5.0]]))[:, 0], [0, 1, 2, 3, 4, 5])
    assert filled_values(frames, np.array([[1.0], [1.0], [3.0]]), 10)[-1, 0] == 3
    turns = Rotation.from_rotvec([[0, 0, 0], [0, 0, 0.2], [0, 0, 1.0]]).as_matrix()[:, None]
    found = filled_turns(frames, turns)
    assert np.allclose(Rotation.from_matrix(found[:, 0]).as_rotvec()[:, 2], [0, 0.2, 0.4, 0.6, 0.8, 1.0])
