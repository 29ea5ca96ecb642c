"""Spans: ramps of 8 ms inside each, shorter ones in short spans, the effect in its stride."""

import numpy as np
import pytest

from sam_audio.effects.delay import Delay
from sam_audio.effects.gain import Gain
from sam_audio.effects.normalise import Normalise
from sam_audio.effects.spans import shares
from sam_audio.effects.stream import BlockStream, Effect
from shared.errors import InputError
from shared.media import Waveform
from shared.placing import Spans
from tests.sam_audio.effects.measuring import applied

RATE_HZ = 8000
ONES = np.ones((1, 16_000), np.float32)


def within(effect: Effect, samples: np.ndarray, spans: Spans, *, block: int = 1000) -> np.ndarray:
    stream = effect.within(BlockStream.of(Waveform(samples, RATE_HZ), block_frames=block), spans)
    return np.concatenate(list(stream.blocks), axis=1)


@pytest.mark.parametrize("block", [1, 77, 16_000])
def test_the_level_glides_over_8_ms_inside_the_span(block: int) -> None:
    found = within(Gain(gain_db=20), ONES[:, :4000], ((0.1, 0.3),), block=block)[0]
    assert (found[:800] == 1).all() and (found[2400:] == 1).all()
    np.testing.assert_allclose(found[800:864], 1 + 9 * (np.arange(64) + 1) / 64, rtol=1e-6)
    np.testing.assert_allclose(found[864:2336], 10, rtol=1e-6)
    np.testing.assert_allclose(found[2336:2400], found[800:864][::-1], rtol=1e-6)


def test_in_a_short_span_the_ramps_meet_in_the_middle() -> None:
    share = shares(((0.1, 0.104),), 0, 2000, RATE_HZ)
    assert np.flatnonzero(share).tolist() == list(range(800, 832))
    assert share.max() == 1 and share[800] == share[831] == pytest.approx(1 / 16)


def test_a_span_that_holds_no_sample_changes_nothing() -> None:
    assert not shares(((0.10001, 0.10002), (5, 6)), 0, 2000, RATE_HZ).any()


def test_the_effect_hears_what_comes_before_the_span() -> None:
    """An echo of a sound before the span is heard within it."""
    sound = np.zeros((1, 8000), np.float32)
    sound[0, 400] = 1
    found = within(Delay(time_ms=500, feedback=0, wet=1), sound, ((0.4, 0.8),))[0]
    assert np.flatnonzero(found).tolist() == [400, 4400]


def test_an_effect_that_reads_all_first_keeps_in_time() -> None:
    tone = (0.25 * np.sin(np.arange(16_000) / 5)).astype(np.float32)[None]
    effect = Normalise(to="peak", peak_db=-6)
    found, whole = within(effect, tone, ((0.5, 1.0),)), applied(effect, tone, RATE_HZ)
    np.testing.assert_array_equal(found[:, :4000], tone[:, :4000])
    np.testing.assert_array_equal(found[:, 4064:7936], whole[:, 4064:7936])
    assert whole.std() > 1.5 * tone.std()


def test_absurd_rates_are_refused_here_as_well() -> None:
    with pytest.raises(InputError, match="1000 Hz"):
        Gain(gain_db=3).within(BlockStream.of(Waveform(ONES, 500)), ((0, 1),))
