"""Blocks: cut anew, brought back in time, and the refusal of absurd rates."""

import numpy as np
import pytest

from sam_audio.effects.gain import Gain
from sam_audio.effects.stream import BlockStream, advanced, crossfade, reblocked, with_tail
from shared.errors import InputError
from shared.media import Waveform

COUNT = np.arange(1000, dtype=np.float32)[None]


def cut(*sizes: int) -> list[np.ndarray]:
    edges = np.cumsum([0, *sizes])
    return [COUNT[:, a:b] for a, b in zip(edges[:-1], edges[1:], strict=True)]


def test_reblocking_keeps_every_sample() -> None:
    found = list(reblocked(iter(cut(0, 1, 250, 0, 333, 416)), 100))
    assert [block.shape[1] for block in found] == [100] * 10
    np.testing.assert_array_equal(np.concatenate(found, axis=1), COUNT)
    assert [b.shape[1] for b in reblocked(iter(cut(70, 70)), 100)] == [100, 40]
    assert list(reblocked(iter([]), 100)) == []


@pytest.mark.parametrize("latency", [0, 1, 99, 700])
def test_late_answers_are_brought_back_in_time(latency: int) -> None:
    line = np.zeros((1, latency), np.float32)

    def late(block: np.ndarray) -> np.ndarray:
        nonlocal line
        joined = np.concatenate([line, block], axis=1)
        answer, line = joined[:, : block.shape[1]], joined[:, block.shape[1] :]
        return answer

    found = advanced(iter(cut(10, 500, 490)), late, latency_frames=latency, flush_frames=64)
    np.testing.assert_array_equal(np.concatenate(list(found), axis=1), COUNT)


def test_only_the_wet_part_fades_out() -> None:
    pairs = ((block, np.ones_like(block)) for block in cut(300, 300, 400))
    found = np.concatenate(list(with_tail(pairs, fade_frames=50)), axis=1)
    np.testing.assert_allclose(found[0, :950], COUNT[0, :950] + 1)
    assert found[0, -1] == pytest.approx(999)
    assert (np.diff(found[0, 950:] - COUNT[0, 950:]) <= 0).all()


def test_crossfade_keeps_power() -> None:
    assert crossfade(0.0) == (1.0, 0.0)
    dry, wet = crossfade(0.3)
    assert dry**2 + wet**2 == pytest.approx(1)


def test_absurd_rates_are_refused_with_a_cure() -> None:
    with pytest.raises(InputError, match="1000 Hz, but got 500 Hz. Resample"):
        Gain(gain_db=3)(BlockStream.of(Waveform(COUNT, 500)))
