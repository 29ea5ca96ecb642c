"""Motions with times of their own."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sam_body.motion import Motion
from shared.errors import InputError
from tests.contracts.samples import motion


def test_uneven_times_become_even_by_turning_evenly():
    still = motion()
    turns = np.tile(np.eye(3), (3, len(still.body.rig.bones), 1, 1))
    turns[:, 5] = Rotation.from_rotvec([[0, 0, 0], [0, 0, 0.1], [0, 0, 0.4]]).as_matrix()
    moves = np.array([[0.0, 0, 0], [0.1, 0, 0], [0.4, 0, 0]])
    uneven = Motion(still.body, turns, moves, 0.1, times_s=np.array([0.0, 0.1, 0.4]))
    even = uneven.evenly()
    assert even.times().tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert even.translations_m[:, 0] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert Rotation.from_matrix(even.rotations[:, 5]).as_rotvec()[:, 2] == pytest.approx(
        [0, 0.1, 0.2, 0.3, 0.4]
    )
    assert uneven.times().tolist() == [0, 0.1, 0.4]


def test_even_times_are_kept():
    still = motion()
    again = replace(still, times_s=np.arange(3) * still.frame_s + [0, 1e-5, 0]).evenly()
    assert again.times_s is None and np.array_equal(again.rotations, still.rotations)


@pytest.mark.parametrize("times", [[0.0, 0.1], [0.0, 0.2, 0.2], [0.1, 0.2, 0.3]])
def test_times_that_do_not_rise_from_zero_are_refused(times):
    with pytest.raises(InputError, match="from 0 on"):
        replace(motion(), times_s=np.array(times))
