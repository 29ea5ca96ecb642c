"""Where in time an effect is heard: the sound with it inside spans, without it outside."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from sam_audio.spill import Spill
from shared.encoders.audio import Block
from shared.placing import Spans

RAMP_S = 0.008


def heard_within(
    blocks: Iterator[Block],
    effect: Callable[[Iterator[Block]], Iterator[Block]],
    *,
    spans: Spans,
    sample_rate_hz: int,
    channels: int,
) -> Iterator[Block]:
    """Yield the sound with an effect in spans; outside, no sample is changed.

    The effect hears the whole sound, so that a room or a filter is in its stride where a span begins. At
    the inner side of each edge, sound and effect are cross-faded over 8 ms (half the span, if that is less).

    Args:
        blocks: (C, F) float32.
        effect: Yields as many frames as it is given, at whatever pace.
        spans: Seconds, sorted and apart.
        sample_rate_hz: Of the sound.
        channels: C.
    """
    waiting = Spill(channels)

    def tapped() -> Iterator[Block]:
        for block in blocks:
            waiting.put(block)
            yield block

    start = 0
    for wet in effect(tapped()):
        dry = waiting.take(wet.shape[1])
        share = shares(spans, start, wet.shape[1], sample_rate_hz)
        start += wet.shape[1]
        yield dry if not share.any() else np.asarray(dry * (1 - share) + wet * share, np.float32)


def shares(spans: Spans, start: int, frames: int, sample_rate_hz: int) -> NDArray[np.float32]:
    """Return how much of an effect is heard at `frames` samples from `start` on, 0..1."""
    share = np.zeros(frames, np.float32)
    for first, last in frames_of(spans, sample_rate_hz):
        low, high = max(first - start, 0), min(last - start, frames)
        if low < high:
            place = np.arange(low, high) + start
            ramp = max(1.0, min(RAMP_S * sample_rate_hz, (last - first) / 2))
            share[low:high] = np.clip(np.minimum(place - first + 1, last - place) / ramp, 0, 1)
    return share


def frames_of(spans: Spans, sample_rate_hz: int) -> list[tuple[int, int]]:
    """Return spans as first and last (exclusive) sample."""
    return [(round(start_s * sample_rate_hz), round(end_s * sample_rate_hz)) for start_s, end_s in spans]
