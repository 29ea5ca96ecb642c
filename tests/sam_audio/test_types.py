"""A separation checks itself: its parts fit the mix and add up to it."""

import numpy as np
import pytest

from sam_audio.types import Separation, Stem
from shared.errors import InputError
from shared.media import Waveform

MIX = np.random.default_rng(0).uniform(-1, 1, (2, 100)).astype(np.float32)


def wave(samples: np.ndarray, rate_hz: int = 8000) -> Waveform:
    return Waveform(samples, rate_hz)


def stem(samples: np.ndarray, name: str = "speech", rate_hz: int = 8000) -> Stem:
    return Stem(name, wave(samples, rate_hz))


def test_parts_that_add_up_are_accepted():
    done = Separation(wave(MIX), (stem(MIX / 2), stem(MIX / 4)), stem(MIX / 4, "residual"))
    assert done.sum_error < 1e-6
    assert done.target is done.targets[0]
    assert [s.name for s in done.stems] == ["speech", "speech", "residual"]


def test_parts_that_miss_the_mix_are_refused():
    with pytest.raises(InputError, match="miss the mix by -40"):
        Separation(wave(MIX), (stem(MIX / 2),), stem(MIX / 2 + 0.01))


@pytest.mark.parametrize(
    "part",
    [stem(MIX[:1] / 2), stem(MIX[:, :50] / 2), stem(MIX / 2, rate_hz=16_000)],
    ids=["mono", "short", "rate"],
)
def test_parts_of_another_form_are_refused(part: Stem):
    with pytest.raises(InputError, match="shape and rate"):
        Separation(wave(MIX), (part,), stem(MIX / 2))


def test_a_separation_wants_a_target_and_a_stem_a_name():
    with pytest.raises(InputError, match="at least one target"):
        Separation(wave(MIX), (), stem(MIX))
    with pytest.raises(InputError, match="name"):
        stem(MIX, " ")
