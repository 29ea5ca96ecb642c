"""Boxes on the time–frequency plane as one soft gate, and the frames that suit them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sam_audio.masking.ends import first_frame_start
from sam_audio.masking.intervals import FADE_S, raised
from shared.encoders.audio import Block, Stft
from shared.prompts import Band

EDGE_BINS = 3.0  # of a raised cosine over a box's upper and lower edge: what a Hann window blurs anyway
BALANCE = 4.0  # bins that a Hann window blurs, for each window that it blurs in time
FINEST = 128.0  # windows longer than so many periods of a box's height resolve nothing that a box asks for
SHORTEST_FFT, LONGEST_FFT = 16, 1 << 18


def stft_for(boxes: Sequence[Band], sample_rate_hz: int, frames: int, *, usual_s: float) -> Stft:
    """Return frames whose blur is the same share of a box's length and of its height.

    A window of n seconds blurs n in time and 4 / n in frequency, so n = √(4 · length / height), at most a
    box's length, but never so short that its blur is wider than the lowest box is high.

    Args:
        boxes: What is to be gated; those as high as the whole axis do not count.
        sample_rate_hz: Of the sound.
        frames: Length of the sound.
        usual_s: Window when no box counts.
    """
    top_hz = sample_rate_hz / 2
    sizes = [(_length_s(box, frames, sample_rate_hz), min(box.high_hz, top_hz) - box.low_hz) for box in boxes]
    sizes = [(length_s, height_hz) for length_s, height_hz in sizes if 0 < height_hz < top_hz]
    if sizes:
        wanted = np.array([np.sqrt(BALANCE * length_s / height_hz) for length_s, height_hz in sizes])
        usual_s = min(float(np.exp(np.log(wanted).mean())), min(length_s for length_s, _ in sizes))
        usual_s = max(usual_s, BALANCE / min(height_hz for _, height_hz in sizes))
        usual_s = min(usual_s, FINEST / min(height_hz for _, height_hz in sizes))
    longest = min(LONGEST_FFT, 2 ** int(np.ceil(np.log2(max(frames, SHORTEST_FFT)))))
    n_fft = 2 ** round(np.log2(max(usual_s * sample_rate_hz, 1)))
    n_fft = int(np.clip(n_fft, SHORTEST_FFT, longest))
    return Stft(n_fft, n_fft // 4)


def _length_s(box: Band, frames: int, sample_rate_hz: int) -> float:
    return max(min(box.end_s, frames / sample_rate_hz) - box.start_s, 1 / sample_rate_hz)


@dataclass(frozen=True)
class BoxGate:
    """Lets boxes of the time–frequency plane pass: those kept (everything when none is), less those dropped.

    Args:
        boxes: In seconds and Hz.
        stft: How frames are cut (see `masking.ends`).
        sample_rate_hz: Of the sound.
        duration_s: Length of the sound; boxes that reach its ends have no edge there.
    """

    boxes: tuple[Band, ...]
    stft: Stft
    sample_rate_hz: int
    duration_s: float

    def times_s(self, first: int, count: int) -> NDArray[np.float64]:
        """Return the middles of `count` frames from number `first` on, seconds."""
        starts = first_frame_start(self.stft) + np.arange(first, first + count) * self.stft.hop
        return (starts + self.stft.n_fft / 2) / self.sample_rate_hz

    def gains(self, first: int, count: int) -> Block:
        """Return the gain of each bin in `count` frames from number `first` on, (count, bins) in 0..1."""
        kept = self._total(first, count, keep=True)
        dropped = self._total(first, count, keep=False)
        kept = np.ones(()) if kept is None else kept
        gains = kept if dropped is None else kept * (1 - dropped)
        return np.broadcast_to(gains, (count, self.stft.bins)).astype(np.float32)

    def kept(self, first: int, count: int) -> NDArray[np.float64]:
        """Return how much each bin lies in a kept box, (count, bins) in 0..1."""
        total = self._total(first, count, keep=True)
        return np.zeros((count, self.stft.bins)) if total is None else total

    def _total(self, first: int, count: int, *, keep: bool) -> NDArray[np.float64] | None:
        boxes = [box for box in self.boxes if box.keep == keep]
        if not boxes:
            return None
        times_s = self.times_s(first, count)
        total = np.zeros((count, self.stft.bins))
        for box in boxes:
            along_time = self._along_time(box, times_s)
            if along_time.any():
                total += along_time[:, None] * self._along_frequency(box)
        return np.minimum(total, 1)

    def _along_time(self, box: Band, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Edges are 20 ms or a step of the frames long, whichever is longer."""
        width_s = min(max(FADE_S, self.stft.hop / self.sample_rate_hz), box.end_s - box.start_s)
        gain = np.ones(times_s.shape)
        if box.start_s > 0:
            gain *= raised(times_s - box.start_s, width_s)
        if box.end_s < self.duration_s:
            gain *= raised(box.end_s - times_s, width_s)
        return gain

    def _along_frequency(self, box: Band) -> NDArray[np.float64]:
        """Edges are three bins wide, or as wide as a lower box; none at 0 Hz and at the top."""
        bin_hz = self.sample_rate_hz / self.stft.n_fft
        hz = np.arange(self.stft.bins) * bin_hz
        width_hz = min(EDGE_BINS * bin_hz, box.high_hz - box.low_hz)
        gain = np.ones(hz.shape)
        if box.low_hz > 0:
            gain *= raised(hz - box.low_hz, width_hz)
        if box.high_hz < self.sample_rate_hz / 2:
            gain *= raised(box.high_hz - hz, width_hz)
        return gain
