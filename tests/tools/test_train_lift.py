"""The measure by which the fullness of lifted bodies is chosen."""

import numpy as np
import pytest

from tools.train_lift.fullness import shared_volume


def test_bodies_that_differ_by_a_shift_alone_share_everything() -> None:
    near = np.linspace(0, 0.3, 50)
    far = near + 0.4
    assert shared_volume(near, far, near + 2.5, far + 2.5) == pytest.approx(1)


def test_a_body_of_half_the_thickness_inside_another_shares_half() -> None:
    near, far = np.zeros(20), np.full(20, 1.0)
    assert shared_volume(near + 0.25, far - 0.25, near, far) == pytest.approx(0.5)


def test_nothing_shares_nothing() -> None:
    none = np.zeros(3)
    assert shared_volume(none, none, none, none) == 0
